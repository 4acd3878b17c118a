import { ArrowLeft, ArrowRight, Sparkles } from "lucide";
import { useId } from "preact/hooks";
import type { Category } from "../../domain/categories.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import { navigate } from "../router.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { CareText } from "../ui/CareText.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import type { View, Ways } from "./address.ts";
import { NO_CHOICE, saysSomething } from "./choices.ts";
import type { OpenStep, StepNumber } from "./discovery.ts";
import type { SectionWay } from "./open.ts";
import { Reflection } from "./Reflection.tsx";
import { SomethingElse, Tiles } from "./TileChoice.tsx";

interface DiscoveryViewProps {
  readonly ways: Ways;
  readonly category: Category;
  readonly way: SectionWay;
  readonly answer: DiscoveryAnswer & { readonly step: StepNumber };
}

/** The part of the way that a step of the server is. */
export function viewOf(step: OpenStep): View {
  return step === 4 ? "text" : step;
}

/** One of the three steps in which something is chosen. */
export function DiscoveryView({ ways, category, way, answer }: DiscoveryViewProps) {
  const { discovery, writing } = way;
  const { step, text, theme } = answer;
  const choice = discovery.choices.value[step] ?? NO_CHOICE;
  const busy = discovery.busy.value;
  const problem = discovery.problem.value;
  const care = discovery.care.value;
  const [rhythm] = choice.selections;
  const ready = step === 2 || (step === 3 ? rhythm !== undefined : saysSomething(choice));
  const back = step === 1 ? null : step === 3 && !discovery.steps.value[2] ? 1 : step - 1;

  async function goOn() {
    if (step === 3) {
      void writing.ask({ kind: "new", rhythm: rhythm ?? null });
      navigate(ways.to(category.key, "text"));
      return;
    }
    const next = await discovery.submit(step);
    if (next !== null) navigate(ways.to(category.key, viewOf(next)));
  }

  return (
    <form
      class="create-step"
      aria-busy={busy}
      onSubmit={(event) => {
        event.preventDefault();
        if (ready && !busy) void goOn();
      }}
    >
      <Reflection busy={busy}>
        {theme ? (
          <>
            <p class="overline">The theme VIVA hears</p>
            <h2 data-step-title tabIndex={-1} class="theme-name">
              {theme.name}
            </h2>
            <p>{theme.evidence}</p>
            <p>How does it show up in your ideal week?</p>
          </>
        ) : (
          <h2 data-step-title tabIndex={-1} class={step === 2 ? "said" : undefined}>
            {text}
          </h2>
        )}
      </Reflection>
      {step === 3 ? (
        <Rhythms
          answer={answer}
          value={rhythm}
          onChange={(id) => discovery.choose(3, { selections: [id], customInput: "" })}
        />
      ) : (
        <>
          <Offered answer={answer} way={way} />
          <SomethingElse choice={choice} onChoose={(next) => discovery.choose(step, next)} />
        </>
      )}
      <div role="status">
        {care === null ? null : (
          <Reflection>
            <CareText of={care} />
          </Reflection>
        )}
      </div>
      {problem ? (
        <ProblemNotice
          problem={problem}
          onRetry={problem.retryable ? () => void goOn() : undefined}
        />
      ) : null}
      <div class="create-ways">
        {back === null ? null : (
          <LinkButton
            icon={ArrowLeft}
            href={ways.to(category.key, back === 1 ? 1 : back === 2 ? 2 : 3)}
          >
            Back
          </LinkButton>
        )}
        <Button
          type="submit"
          kind="primary"
          icon={step === 3 ? Sparkles : ArrowRight}
          busy={busy}
          disabled={!ready}
        >
          {busy
            ? "VIVA is listening…"
            : step === 3
              ? "Write my text"
              : saysSomething(choice)
                ? "Go on"
                : step === 2
                  ? "Skip this"
                  : "Choose what calls you"}
        </Button>
      </div>
    </form>
  );
}

/** The tiles of a step; those of a closer look below the question they answer. */
function Offered({ answer, way }: Pick<DiscoveryViewProps, "answer" | "way">) {
  const { discovery } = way;
  const { step, text, tiles, groups } = answer;
  const choice = discovery.choices.value[step] ?? NO_CHOICE;
  const onChoose = (next: typeof choice) => discovery.choose(step, next);
  if (groups.length === 0) {
    return <Tiles tiles={tiles} choice={choice} label={text} onChoose={onChoose} />;
  }
  return (
    <>
      {groups.map(({ of, question }) => (
        <section key={of} class="closer">
          <h3>{question}</h3>
          <Tiles
            tiles={tiles.filter((tile) => tile.of === of)}
            choice={choice}
            label={question}
            onChoose={onChoose}
          />
        </section>
      ))}
    </>
  );
}

interface RhythmsProps {
  readonly answer: DiscoveryAnswer;
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
}

/** The rhythms: one of them. */
function Rhythms({ answer, value, onChange }: RhythmsProps) {
  const name = useId();
  return (
    <fieldset>
      <legend class="visually-hidden">How it shows up in your ideal week</legend>
      <div class="picks">
        {answer.options.map(({ id, emoji, label, sublabel }) => (
          <label key={id} class="pick">
            <input
              class="pick-input"
              type="radio"
              name={name}
              checked={id === value}
              onChange={() => onChange(id)}
            />
            <span class="pick-emoji" aria-hidden="true">
              {emoji}
            </span>
            <span class="pick-words">
              <strong dir="auto">{label}</strong>
              <span dir="auto">{sublabel}</span>
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
