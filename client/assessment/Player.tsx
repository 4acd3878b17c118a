import { useSignal } from "@preact/signals";
import { ArrowLeft, ArrowRight, CircleSlash, ListChecks } from "lucide";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { STATEMENTS } from "../../domain/assessment.ts";
import type { AssessmentAnswer } from "../../domain/journey.ts";
import type { AssessmentStore } from "../data/assessment.ts";
import { SaveLine } from "../data/SaveLine.tsx";
import { Button } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { CategoryDone } from "./CategoryDone.tsx";
import { categoriesOf, openFrom } from "./progress.ts";
import { Steps } from "./Steps.tsx";

/** What is on the screen: a statement, by its index, or the moment after a category is complete. */
type Scene =
  | { readonly kind: "statement"; readonly index: number }
  | { readonly kind: "celebrate"; readonly index: number };

/** No one reads the next statement and answers it within this time. */
const DOUBLE_PRESS_MS = 250;

interface PlayerProps {
  readonly store: AssessmentStore;
  /** All statements have an answer, and the member wants to see what they say. */
  readonly onFinish: () => void;
  readonly finishing: boolean;
  /** The member has just begun: the statement is where they go on. */
  readonly begun: boolean;
}

/** The statements, one at a time. Each answer is saved at once, so that every device can go on. */
export function Player({ store, onFinish, finishing, begun }: PlayerProps) {
  const state = store.state.value;
  const responses = state?.responses ?? {};
  const scene = useSignal<Scene>({
    kind: "statement",
    index: openFrom(responses, 0) ?? STATEMENTS.length - 1,
  });
  const answeredAt = useRef(0);
  const title = useRef<HTMLHeadingElement>(null);
  const shown = useRef<Scene | null>(begun ? null : scene.peek());

  const { kind, index } = scene.value;
  const statement = STATEMENTS[index];
  const progress = categoriesOf(responses);
  const current = progress.find(({ category }) => category.key === statement?.category);
  const allDone = openFrom(responses, 0) === null;

  function show(next: number): void {
    if (next >= 0 && next < STATEMENTS.length) scene.value = { kind: "statement", index: next };
  }

  function choose(answer: AssessmentAnswer): void {
    if (!statement || !current) return;
    const isNew = responses[statement.key] === undefined;
    store.answer(statement.key, answer);
    answeredAt.current = performance.now();
    const completes = isNew && current.answered === current.statements.length - 1;
    if (completes) scene.value = { kind: "celebrate", index };
    else show(index + 1);
  }

  /** By a press; one so soon after another was meant for the statement before. */
  function press(answer: AssessmentAnswer): void {
    if (performance.now() - answeredAt.current > DOUBLE_PRESS_MS) choose(answer);
  }

  /** On from a celebration: to the next statement without an answer. */
  function goOn(): void {
    const next = openFrom(store.state.peek()?.responses ?? {}, index + 1);
    if (next === null) onFinish();
    else show(next);
  }

  const act = useRef({ choose, show, goOn });
  act.current = { choose, show, goOn };

  useEffect(() => {
    // On arrival the focus is the page's; from then on each statement is read out as it comes.
    if (shown.current === scene.value) return;
    shown.current = scene.value;
    title.current?.focus({ preventScroll: true });
    title.current?.scrollIntoView({ block: "nearest" });
  }, [scene.value]);

  // In the frame that shows a statement its keys are heard.
  useLayoutEffect(() => {
    function onKey(event: KeyboardEvent): void {
      if (event.repeat || event.metaKey || event.ctrlKey || event.altKey) return;
      const { kind: now, index: at } = scene.peek();
      if (now === "celebrate") {
        if (event.key === "ArrowRight") act.current.goOn();
        else if (event.key === "ArrowLeft") act.current.show(at);
        else return;
      } else if (/^[1-5]$/.test(event.key)) {
        act.current.choose(Number(event.key) as AssessmentAnswer);
      } else if (event.key === "0") act.current.choose(null);
      else if (event.key === "ArrowLeft") act.current.show(at - 1);
      else if (event.key === "ArrowRight") act.current.show(at + 1);
      else return;
      event.preventDefault();
    }
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [scene]);

  if (!statement || !current) return null;
  const chosen = responses[statement.key];
  const place = index - current.from + 1;

  return (
    <div class="player">
      <Steps
        progress={progress}
        current={statement.category}
        onPick={({ from, statements }) => {
          const open = statements.findIndex(({ key }) => responses[key] === undefined);
          show(from + Math.max(0, open));
        }}
      />
      {kind === "celebrate" ? (
        <CategoryDone
          progress={progress}
          done={current}
          next={openFrom(responses, index + 1)}
          onGoOn={goOn}
          finishing={finishing}
        />
      ) : (
        <section class="card statement" key={statement.key} aria-labelledby="statement">
          <p class="statement-place">
            <Icon of={categoryIcon(statement.category)} />
            <span>
              {current.category.label} · {place} of {current.statements.length}
            </span>
            <SaveLine saving={store.saving.value} />
          </p>
          <h2 id="statement" ref={title} tabIndex={-1}>
            {statement.text}
          </h2>
          <ul class="answers" aria-labelledby="statement">
            {statement.answers.map(({ value, label }) => (
              <li key={value}>
                <button
                  type="button"
                  class="answer"
                  aria-pressed={chosen === value}
                  onClick={() => press(value)}
                >
                  <span class="answer-key" aria-hidden="true">
                    {value}
                  </span>
                  <span>{label}</span>
                </button>
              </li>
            ))}
          </ul>
          <button
            type="button"
            class="answer answer-none"
            aria-pressed={chosen === null}
            onClick={() => press(null)}
          >
            <span class="answer-key" aria-hidden="true">
              0
            </span>
            <Icon of={CircleSlash} size={18} />
            <span>Does not apply to me</span>
          </button>
        </section>
      )}
      <div class="player-ways">
        <Button
          icon={ArrowLeft}
          disabled={kind === "statement" && index === 0}
          onClick={() => show(kind === "celebrate" ? index : index - 1)}
        >
          Back
        </Button>
        {allDone ? (
          <Button kind="primary" icon={ListChecks} busy={finishing} onClick={onFinish}>
            See where you stand
          </Button>
        ) : kind === "statement" && index < STATEMENTS.length - 1 ? (
          <Button icon={ArrowRight} onClick={() => show(index + 1)}>
            {chosen === undefined ? "Later" : "Next"}
          </Button>
        ) : kind === "statement" ? (
          <Button icon={ArrowRight} onClick={goOn}>
            To the open ones
          </Button>
        ) : null}
      </div>
      <p class="player-keys muted">
        Keys: 1 to 5 answer, 0 does not apply, ← and → go back and on.
      </p>
    </div>
  );
}
