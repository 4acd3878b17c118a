import { useSignal } from "@preact/signals";
import { ArrowRight, BookOpen, Sunrise } from "lucide";
import { type Category, SECTION_COUNT } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { commitDraft } from "../vision/actions.ts";
import { visionPath } from "../vision/wire.ts";
import { Reflection } from "./Reflection.tsx";

interface VisionCompleteProps {
  readonly vision: Vision;
  /** Whether there is anything to commit: not where the draft says what the active version says. */
  readonly changed: boolean;
  /** Sections that this entrance does not lead through and that have no text. */
  readonly missing: readonly Category[];
  readonly onCommitted: (vision: Vision) => void;
}

/** All sections are there: the moment to make them the life that is chosen. */
export function VisionComplete({ vision, changed, missing, onCommitted }: VisionCompleteProps) {
  const busy = useSignal(false);
  const problem = useSignal<ClientProblem | null>(null);

  async function commit() {
    busy.value = true;
    problem.value = null;
    try {
      onCommitted(await commitDraft(vision.id));
    } catch (error) {
      problem.value = problemOf(error);
    } finally {
      busy.value = false;
    }
  }

  if (missing.length > 0) {
    const [first] = missing;
    return (
      <section class="create-step" aria-labelledby="whole">
        <Reflection>
          <h2 id="whole" data-step-title tabIndex={-1}>
            All your life areas are there
          </h2>
          <p>
            {missing.map(({ label }) => label).join(" and ")} will frame them: then your Life Vision
            is whole.
          </p>
        </Reflection>
        <div class="create-ways">
          <LinkButton
            kind="primary"
            icon={ArrowRight}
            href={`/life-vision/create-with-viva?category=${first?.key}`}
          >
            {`On to ${first?.label}`}
          </LinkButton>
        </div>
      </section>
    );
  }

  return (
    <section class="create-step" aria-labelledby="whole">
      <Reflection>
        <h2 id="whole" data-step-title tabIndex={-1}>
          {changed ? "Your Life Vision is whole" : "Your Life Vision is alive"}
        </h2>
        <p>
          {changed
            ? `All ${SECTION_COUNT} sections are there, in your own words. Read them once more, or make them the life you choose right now.`
            : "This draft says what your active vision says. Choose a section above and let it grow."}
        </p>
      </Reflection>
      {problem.value ? (
        <ProblemNotice problem={problem.value} onRetry={() => void commit()} />
      ) : null}
      <div class="create-ways">
        {changed ? (
          <Button kind="primary" icon={Sunrise} busy={busy.value} onClick={() => void commit()}>
            Make it my active vision
          </Button>
        ) : null}
        <LinkButton icon={BookOpen} href={visionPath(vision.id)}>
          Read it once more
        </LinkButton>
      </div>
    </section>
  );
}
