import { ArrowRight, MessageCircle, Sparkles } from "lucide";
import { useEffect } from "preact/hooks";
import { hasText, sectionText } from "../../domain/vision.ts";
import { EarlierTexts } from "../text/EarlierTexts.tsx";
import { GrowingTextView } from "../text/GrowingTextView.tsx";
import { Button, LinkButton } from "../ui/Button.tsx";
import { CareText } from "../ui/CareText.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { Conflict } from "../vision/Conflict.tsx";
import { sectionWay } from "./open.ts";
import { Reflection } from "./Reflection.tsx";
import { SavedText } from "./SavedText.tsx";
import { TextChoice } from "./TextChoice.tsx";
import type { TextViewProps } from "./text-view-props.ts";
import { isSecond } from "./writing.ts";

/** The text of a section: as it is written, to choose and to change, and as it stands in the vision. */
export function TextView(props: TextViewProps) {
  const { ways, category, way, open, next } = props;
  const { key, label } = category;
  const { writing } = way;
  const { editor } = open;
  const saved = editor.section(key).value.text;
  const { versions, chosen } = writing.choice.value;
  const running = writing.running.value;
  const waits = running !== null && !isSecond(running.ask);
  const version = versions[chosen];
  const stands =
    hasText(saved) &&
    (!version ||
      writing.form.value.taken === version.text ||
      sectionText(saved) === sectionText(version.text));
  const problem = writing.problem.value;

  useEffect(() => {
    // So that going on shows the next section at once.
    const following = next && sectionWay(editor.id, next).discovery;
    if (following && following.open.peek() === null) void following.show(null);
  }, [next, editor]);

  useEffect(() => {
    // Whatever came of it elsewhere: what stands in the vision was taken.
    if (version && stands && writing.form.peek().taken === null) writing.take(version.text);
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
            <GrowingTextView
              running={running}
              waits="VIVA is gathering your words"
              onStop={writing.stop}
            />
          </div>
        </>
      ) : writing.reply.value !== null ? (
        <Reflection>
          <h2 id="text-title" data-step-title tabIndex={-1}>
            A word from VIVA
          </h2>
          <CareText of={writing.reply.value} />
          <div>
            <Button onClick={writing.dismissReply}>Go on, when you are ready</Button>
          </div>
        </Reflection>
      ) : stands ? (
        <SavedText {...props} saved={saved} />
      ) : version ? (
        <TextChoice {...props} saved={saved} />
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
      {waits || stands || version || writing.reply.value !== null || !writing.known.value ? null : (
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
function Nothing({ ways, category, way, open, anotherAsk, phase }: TextViewProps) {
  return (
    <>
      <EarlierTexts
        history={open.history(category.key)}
        label={category.label}
        current=""
        onBringBack={way.writing.bringBack}
      />
      <div class="create-ways">
        <LinkButton icon={MessageCircle} href={ways.to(category.key, "talk", phase)}>
          Talk it through with VIVA
        </LinkButton>
        {anotherAsk ? (
          <Button kind="primary" icon={Sparkles} onClick={() => void way.writing.ask(anotherAsk)}>
            Write my text
          </Button>
        ) : (
          <LinkButton kind="primary" icon={ArrowRight} href={ways.to(category.key)}>
            Go on with the questions
          </LinkButton>
        )}
      </div>
    </>
  );
}
