import { useSignal } from "@preact/signals";
import { Check, MessageCircle, RefreshCw, Sparkles } from "lucide";
import { hasText } from "../../domain/vision.ts";
import { navigate } from "../router.ts";
import { EarlierTexts } from "../text/EarlierTexts.tsx";
import { Button, LinkButton } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import { tell } from "../ui/toasts.ts";
import { BetterForm } from "./BetterForm.tsx";
import { Reflection } from "./Reflection.tsx";
import type { TextViewProps } from "./text-view-props.ts";
import { Versions } from "./Versions.tsx";

/** How much VIVA changes in a text that was just taken, until the member says otherwise. */
const REFINE_AMOUNT = 50;

/** A text, or several, that the member has not decided about. */
export function TextChoice(props: TextViewProps & { readonly saved: string }) {
  const { ways, category, way, open, next, anotherAsk, discovered, saved, phase } = props;
  const { key, label } = category;
  const { writing } = way;
  const { versions, chosen } = writing.choice.value;
  const wishing = useSignal(writing.form.peek().wish !== "" && writing.isNewest.peek());
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
    open.refinement(key).update({ form: { amount: REFINE_AMOUNT } });
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
          <Text look="prose" of={saved} />
          <Button
            onClick={() => {
              writing.take(version.text);
            }}
          >
            Keep these words
          </Button>
        </details>
      ) : null}
      <EarlierTexts
        history={open.history(key)}
        label={label}
        current={version.text}
        shown={[saved, ...versions.map(({ text }) => text)]}
        onBringBack={writing.bringBack}
      />
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
        {anotherAsk ? (
          <Button icon={RefreshCw} onClick={() => void writing.ask(anotherAsk)}>
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
