import { ArrowRight } from "lucide";
import { useCallback, useEffect } from "preact/hooks";
import { nextStep, stepWords } from "../../domain/journey-step.ts";
import { topicLabel } from "../chat/state/topic.ts";
import { NextStep } from "../home/NextStep.tsx";
import { Sections } from "../home/Sections.tsx";
import { Standings } from "../home/Standings.tsx";
import { homeStanding, readHome } from "../home/standing.ts";
import { prefetch as prefetchPage } from "../router.ts";
import { services } from "../services.ts";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { useRefresh } from "../ui/useRefresh.ts";

/** Reads what home shows before it is open. */
export function prefetch(): void {
  void readHome(services().journey);
}

/** A member's first page: where they stand, the one next step, and the way back to what they do. */
export default function Home() {
  const { conversations, journey } = services();
  const refresh = useCallback(
    () => Promise.all([readHome(journey), conversations.refresh()]),
    [journey, conversations],
  );
  useRefresh(refresh);
  const { standing, vision } = homeStanding(journey);
  const latest = conversations.items.value?.[0];
  const problem =
    standing === null
      ? (journey.profile.problem.value ??
        journey.assessment.problem.value ??
        journey.visions.problem.value)
      : null;

  const next = standing ? stepWords(nextStep(standing)).path : null;
  useEffect(() => {
    if (next === null) return;
    // Most go on from here: their next page is fetched while they read.
    const url = new URL(next, location.origin);
    const timer = setTimeout(() => prefetchPage(url.pathname, url.search), 1_000);
    return () => clearTimeout(timer);
  }, [next]);

  return (
    <div class="page">
      <NextStep standing={standing} failed={problem !== null} />
      {problem ? <ProblemNotice problem={problem} onRetry={() => void refresh()} /> : null}

      <section aria-labelledby="home-standing">
        <h2 id="home-standing" class="visually-hidden">
          Where you stand
        </h2>
        {problem ? null : <Standings journey={journey} vision={vision} />}
      </section>

      {latest ? (
        <a class="card resume" href={`/viva?c=${encodeURIComponent(latest.id)}`}>
          <span class="resume-icon">
            <Icon of={categoryIcon(latest.category)} />
          </span>
          <span class="resume-text">
            <span class="overline">Go on where you were</span>
            <strong dir="auto">{latest.title || topicLabel(latest)}</strong>
            <span class="muted">{topicLabel(latest)}</span>
          </span>
          <Icon of={ArrowRight} />
        </a>
      ) : null}

      <Sections vision={vision} />
    </div>
  );
}
