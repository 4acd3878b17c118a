import { useSignal } from "@preact/signals";
import { FileDiff, Undo2 } from "lucide";
import { sectionText } from "../../domain/vision.ts";
import { Button } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import { Difference } from "./Difference.tsx";
import type { SeenText, TextHistory } from "./history.ts";

interface EarlierTextsProps {
  readonly history: TextHistory;
  /** The text on the page, that the others are compared with; empty for none. */
  readonly current: string;
  /** Other texts on the page: they are not listed. */
  readonly shown?: readonly string[];
  /** The section's label. */
  readonly label: string;
  readonly onBringBack: (text: string) => void;
}

/** The texts a section had before, each with what changed since and the way back. */
export function EarlierTexts({
  history,
  current,
  shown = [],
  label,
  onBringBack,
}: EarlierTextsProps) {
  const visible = [current, ...shown].map(sectionText);
  const texts = history.texts.value.filter(({ text }) => !visible.includes(sectionText(text)));
  if (texts.length === 0) return null;
  return (
    <details class="kept-words earlier-texts">
      <summary aria-label={`Earlier texts of ${label} (${texts.length})`}>
        {`Earlier texts (${texts.length})`}
      </summary>
      <ol>
        {texts.map((seen) => (
          <li key={seen.by + seen.text}>
            <EarlierText seen={seen} current={current} onBringBack={onBringBack} />
          </li>
        ))}
      </ol>
    </details>
  );
}

interface EarlierTextProps extends Pick<EarlierTextsProps, "current" | "onBringBack"> {
  readonly seen: SeenText;
}

function EarlierText({ seen, current, onBringBack }: EarlierTextProps) {
  const comparing = useSignal(false);
  return (
    <>
      <p class="overline">{seen.by === "viva" ? "VIVA’s words" : "Your words"}</p>
      {comparing.value ? (
        <Difference before={seen.text} after={current} removed="Only before" added="Only now" />
      ) : (
        <Text look="prose" of={seen.text} />
      )}
      <div class="button-row">
        <Button icon={Undo2} onClick={() => onBringBack(seen.text)}>
          Bring this text back
        </Button>
        {current.trim() === "" ? null : (
          <Button
            kind="quiet"
            icon={FileDiff}
            aria-pressed={comparing.value}
            onClick={() => {
              comparing.value = !comparing.value;
            }}
          >
            {comparing.value ? "Just read it" : "Show what changed"}
          </Button>
        )}
      </div>
    </>
  );
}
