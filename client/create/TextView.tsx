import { useSignal } from "@preact/signals";
import {
  ArrowRight,
  Check,
  CircleCheck,
  MessageCircle,
  PencilLine,
  RefreshCw,
  Sparkles,
} from "lucide";
import { useEffect } from "preact/hooks";
import type { Category, CategoryKey } from "../../domain/categories.ts";
import { category as categoryOf } from "../../domain/categories.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import { hasText, sectionText } from "../../domain/vision.ts";
import { tell } from "../journey/toasts.ts";
import { navigate } from "../router.ts";
import { Button, LinkButton } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { Conflict, SetAside } from "../vision/Conflict.tsx";
import type { OpenVision } from "../vision/open.ts";
import { Prose } from "../vision/Prose.tsx";
import { RefinePanel } from "../vision/RefinePanel.tsx";
import { visionPath } from "../vision/wire.ts";
import type { Ways } from "./address.ts";
import { BetterForm } from "./BetterForm.tsx";
import { Growing } from "./Growing.tsx";
import { type SectionWay, sectionWay } from "./open.ts";
import { Reflection } from "./Reflection.tsx";
import { Versions } from "./Versions.tsx";
import { isSecond, type WritingAsk } from "./versions.ts";

/** How much VIVA changes in a text that was just taken, until the member says otherwise. */
const REFINE_AMOUNT = 50;

interface TextViewProps {
  readonly ways: Ways;
  readonly category: Category;
  readonly way: SectionWay;
  readonly open: OpenVision;
  /** Of the talk that is led to. */
  readonly phase: PhaseKey;
  /** The section to go on with; undefined where all have text. */
  readonly next: CategoryKey | undefined;
  /** What another text is written from: the discovery, else the talk. */
  readonly anew: WritingAsk | null;
  /** Whether discovery is done: then VIVA can take up the last text. */
  readonly discovered: boolean;
}

/** The text of a section: as it is written, to choose and to change, and as it stands in the vision. */
export function TextView(props: TextViewProps) {
  const { ways, category, way, open, next } = props;
  const { key, label } = category;
  const { writing } = way;
  const { editor } = open;
  const saved = editor.section(key).value.text;
  const { versions, chosen } = writing.choosing.value;
  const underWay = writing.underWay.value;
  const waits = underWay !== null && !isSecond(underWay.ask);
  const version = versions[chosen];
  const stands =
    hasText(saved) &&
    (!version ||
      writing.taken.value === version.text ||
      sectionText(saved) === sectionText(version.text));
  const problem = writing.problem.value;

  useEffect(() => {
    // So that going on shows the next section at once.
    const following = next && sectionWay(editor.id, next).discovery;
    if (following && following.open.peek() === null) void following.show(null);
  }, [next, editor]);

  useEffect(() => {
    // Whatever came of it elsewhere: what stands in the vision was taken.
    if (version && stands && writing.taken.peek() === null) writing.take(version.text);
  }, [version, stands, writing]);

  return (
    <section class="create-step" aria-labelledby="text-title">
      <Conflict editor={editor} section={key} label={label} />
      {waits ? (
        <>
          <Reflection busy>
            <h2 id="text-title" data-step-title tabIndex={-1}>
              VIVA is putting your {label} into words
            </h2>
          </Reflection>
          <div class="version version-growing">
            <Growing underWay={underWay} onStop={writing.stop} />
          </div>
        </>
      ) : writing.spoken.value !== null ? (
        <Reflection>
          <h2 id="text-title" data-step-title tabIndex={-1}>
            A word from VIVA
          </h2>
          <Prose text={writing.spoken.value} />
          <div>
            <Button onClick={writing.heard}>Go on, when you are ready</Button>
          </div>
        </Reflection>
      ) : stands ? (
        <Standing {...props} saved={saved} />
      ) : version ? (
        <Proposed {...props} saved={saved} />
      ) : !writing.known.value && !problem ? (
        <Skeleton label={`Finding your words for ${label}`} lines={6} />
      ) : (
        <Reflection>
          <h2 id="text-title" data-step-title tabIndex={-1}>
            {problem ? "Your text is still to come" : `Your words for ${label}`}
          </h2>
          <p>
            {problem
              ? "What you chose and said is kept."
              : "There is no text here yet. Everything you chose is kept, and you can go back to it."}
          </p>
        </Reflection>
      )}
      {problem && !waits ? (
        <ProblemNotice
          problem={problem}
          onRetry={problem.code === "profile_incomplete" ? undefined : writing.again}
        />
      ) : null}
      {problem?.code === "profile_incomplete" ? (
        <LinkButton kind="primary" href="/profile?missing=1">
          Complete my profile
        </LinkButton>
      ) : null}
      {waits ||
      stands ||
      version ||
      writing.spoken.value !== null ||
      !writing.known.value ? null : (
        <Nothing {...props} />
      )}
      {stands && next === undefined ? (
        <LinkButton kind="primary" icon={ArrowRight} href={ways.entrance}>
          See your whole vision
        </LinkButton>
      ) : null}
    </section>
  );
}

/** Where there is neither a text nor one on its way. */
function Nothing({ ways, category, way, anew, phase }: TextViewProps) {
  return (
    <div class="create-ways">
      <LinkButton icon={MessageCircle} href={ways.to(category.key, "talk", phase)}>
        Talk it through with VIVA
      </LinkButton>
      {anew ? (
        <Button kind="primary" icon={Sparkles} onClick={() => void way.writing.ask(anew)}>
          Write my text
        </Button>
      ) : (
        <LinkButton kind="primary" icon={ArrowRight} href={ways.to(category.key)}>
          Go on with the questions
        </LinkButton>
      )}
    </div>
  );
}

/** A text, or several, that the member has not decided about. */
function Proposed(props: TextViewProps & { readonly saved: string }) {
  const { ways, category, way, open, next, anew, discovered, saved, phase } = props;
  const { key, label } = category;
  const { writing } = way;
  const { versions, chosen } = writing.choosing.value;
  const wishing = useSignal(writing.wish.peek() !== "" && writing.isNewest.peek());
  const version = versions[chosen];
  // The member chooses first which of the saved texts stays.
  const conflict = open.editor.section(key).value.theirs !== null;
  if (!version) return null;

  // VIVA takes up the last text it wrote in discovery; any other is taken first, and refined there.
  const newest = discovered && writing.isNewest.value;

  function accept() {
    if (!version) return;
    open.editor.accept(key, version.text, version.refinementId);
    writing.take(version.text);
  }

  function toRefine() {
    // Anything asked for marks the panel as open.
    open.refinement(key).change({ amount: REFINE_AMOUNT });
    accept();
  }

  function save() {
    accept();
    tell(`${label} is in your vision.`, { tone: "success", name: "section-saved" });
    navigate(next === undefined ? ways.entrance : ways.to(next));
  }

  return (
    <>
      <Reflection>
        <h2 id="text-title" data-step-title tabIndex={-1}>
          Does this feel like you?
        </h2>
        <p>
          {versions.length > 1
            ? "Read them aloud, and choose the one that sounds like you."
            : "Read it aloud. Every word of it can change."}
        </p>
      </Reflection>
      <Versions writing={writing} saved={saved} name={`version-${key}`} />
      {hasText(saved) ? (
        <details class="kept-words">
          <summary>What stands in your vision now</summary>
          <Prose text={saved} />
          <Button
            onClick={() => {
              writing.take(version.text);
            }}
          >
            Keep these words
          </Button>
        </details>
      ) : null}
      {wishing.value && newest ? (
        <BetterForm
          writing={writing}
          onClose={() => {
            wishing.value = false;
          }}
        />
      ) : null}
      <div class="create-ways">
        <Button kind="primary" icon={Check} disabled={conflict} onClick={save}>
          Save &amp; continue
        </Button>
        {wishing.value && newest ? null : (
          <Button
            icon={Sparkles}
            disabled={conflict}
            onClick={() => {
              if (newest) wishing.value = true;
              else toRefine();
            }}
          >
            Make it better
          </Button>
        )}
        {anew ? (
          <Button icon={RefreshCw} onClick={() => void writing.ask(anew)}>
            Regenerate
          </Button>
        ) : null}
        <LinkButton icon={MessageCircle} href={ways.to(key, "talk", phase)}>
          Talk it through with VIVA
        </LinkButton>
      </div>
    </>
  );
}

/** The text as it stands in the vision. */
function Standing(props: TextViewProps & { readonly saved: string }) {
  const { ways, category, way, open, next, anew, saved, phase } = props;
  const { key, label } = category;
  const refinement = open.refinement(key);
  const refining = useSignal(refinement.isOpen());
  return (
    <>
      <h2 id="text-title" data-step-title tabIndex={-1} class="stands">
        <Icon of={CircleCheck} />
        {label} is in your vision
      </h2>
      <div class="version version-chosen">
        <Prose text={saved} />
      </div>
      <SetAside editor={open.editor} section={key} />
      {refining.value ? (
        <RefinePanel
          open={open}
          category={category}
          onClose={() => {
            refining.value = false;
          }}
        />
      ) : null}
      <div class="create-ways">
        {next === undefined ? null : (
          <LinkButton kind="primary" icon={ArrowRight} href={ways.to(next)}>
            {`On to ${categoryOf(next).label}`}
          </LinkButton>
        )}
        {refining.value ? null : (
          <Button
            icon={Sparkles}
            onClick={() => {
              refining.value = true;
            }}
          >
            Make it better
          </Button>
        )}
        {anew ? (
          <Button icon={RefreshCw} onClick={() => void way.writing.ask(anew)}>
            Regenerate
          </Button>
        ) : null}
        <LinkButton icon={MessageCircle} href={ways.to(key, "talk", phase)}>
          Talk it through with VIVA
        </LinkButton>
        <LinkButton kind="quiet" icon={PencilLine} href={visionPath(open.editor.id, key)}>
          Edit by hand
        </LinkButton>
      </div>
    </>
  );
}
