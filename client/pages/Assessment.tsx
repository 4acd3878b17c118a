import { useSignal } from "@preact/signals";
import { ArrowRight, Eye } from "lucide";
import { useEffect } from "preact/hooks";
import {
  LIFE_CATEGORY_COUNT,
  STATEMENT_COUNT,
  STATEMENTS_PER_CATEGORY,
} from "../../domain/categories.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { Player } from "../assessment/Player.tsx";
import { answeredOf } from "../assessment/progress.ts";
import { Result } from "../assessment/Result.tsx";
import { navigate } from "../router.ts";
import { services } from "../services.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useRefresh } from "../ui/useRefresh.ts";
import type { PageProps } from "./page.ts";

/** Reads the assessment before the page is open. */
export function prefetch(): void {
  void services().journey.assessment.refresh();
}

/**
 * The Vibrational Assessment: an introduction, the statements, and where the member stands.
 * `?result=1` shows the newest completed one while another is in progress.
 */
export default function Assessment({ query }: PageProps) {
  const { assessment: store } = services().journey;
  useRefresh(store.refresh);
  const begun = useSignal(false);
  const finishing = useSignal(false);
  const fresh = useSignal(false);
  const refused = useSignal<ClientProblem | null>(null);
  const state = store.state.value;
  const problem = store.problem.value;
  const wantsResult = query.get("result") !== null;
  const inProgress = state !== null && state.status !== "completed";

  useEffect(() => {
    if (inProgress) void store.refreshCompleted();
  }, [inProgress, store]);

  async function finish() {
    if (finishing.peek()) return;
    finishing.value = true;
    refused.value = null;
    try {
      await store.complete();
      begun.value = false;
      fresh.value = true;
      scrollTo(0, 0);
    } catch (error) {
      refused.value = problemOf(error);
    }
    finishing.value = false;
  }

  const completed = state?.status === "completed" ? state : null;
  const last = store.completed.value?.status === "completed" ? store.completed.value : null;
  const result = completed ?? (wantsResult ? last : null);
  const lastUnknown = store.completed.value === null && store.completedProblem.value === null;

  if (!state || (wantsResult && !result && lastUnknown)) {
    return (
      <div class="page page-narrow">
        <h1>Your Vibrational Assessment</h1>
        {problem && !state ? (
          <ProblemNotice problem={problem} onRetry={() => void store.refresh()} />
        ) : (
          <Skeleton label="Loading your assessment" lines={6} />
        )}
      </div>
    );
  }

  if (result) {
    return (
      <Result
        assessment={result}
        fresh={fresh.value}
        beginLabel={inProgress ? "Go on with the new one" : "Begin a new one"}
        onBegin={() => {
          if (!inProgress) store.beginNew();
          begun.value = true;
          if (wantsResult) navigate("/assessment");
          scrollTo(0, 0);
        }}
      />
    );
  }

  const answered = answeredOf(state.responses);
  if (!begun.value && answered === 0) {
    return (
      <div class="page page-narrow">
        <h1>Your Vibrational Assessment</h1>
        <p class="lead">
          {STATEMENT_COUNT} statements, {STATEMENTS_PER_CATEGORY} for each of the{" "}
          {LIFE_CATEGORY_COUNT} areas of your life. Choose what is true today: there is no better or
          worse answer, only a clearer picture.
        </p>
        <ul class="points">
          <li>About fifteen minutes. Every answer is saved at once, so take breaks as you like.</li>
          <li>What does not belong to your life is marked so, and left out.</li>
          <li>
            At the end you see each area around the Green Line: where you live in alignment, and
            where contrast is bringing you clarity.
          </li>
        </ul>
        <Button
          kind="primary"
          icon={ArrowRight}
          onClick={() => {
            begun.value = true;
          }}
        >
          Begin
        </Button>
      </div>
    );
  }

  return (
    <div class="page assessment">
      <header class="page-intro">
        <h1>Your Vibrational Assessment</h1>
      </header>
      <Player
        store={store}
        onFinish={() => void finish()}
        finishing={finishing.value}
        begun={begun.value}
      />
      {refused.value ? (
        <ProblemNotice problem={refused.value} onRetry={() => void finish()} />
      ) : null}
      {last ? (
        <LinkButton kind="quiet" icon={Eye} href="/assessment?result=1">
          See your last one
        </LinkButton>
      ) : null}
    </div>
  );
}
