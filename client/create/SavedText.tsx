import { useSignal } from "@preact/signals";
import { ArrowRight, CircleCheck, MessageCircle, PencilLine, RefreshCw, Sparkles } from "lucide";
import { category as categoryOf } from "../../domain/categories.ts";
import { EarlierTexts } from "../text/EarlierTexts.tsx";
import { Button, LinkButton } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import { SetAside } from "../vision/Conflict.tsx";
import { RefinePanel } from "../vision/RefinePanel.tsx";
import { visionPath } from "../vision/wire.ts";
import type { TextViewProps } from "./text-view-props.ts";

/** The text as it stands in the vision. */
export function SavedText(props: TextViewProps & { readonly saved: string }) {
  const { ways, category, way, open, next, anotherAsk, saved, phase } = props;
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
        <Text look="prose" of={saved} />
      </div>
      <SetAside editor={open.editor} section={key} />
      <EarlierTexts
        history={open.history(key)}
        label={label}
        current={saved}
        onBringBack={(text) => open.editor.accept(key, text, null)}
      />
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
        {anotherAsk ? (
          <Button icon={RefreshCw} onClick={() => void way.writing.ask(anotherAsk)}>
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
