import { CircleStop } from "lucide";
import { Button } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import type { RunningText } from "./text-generation.ts";

interface GrowingTextViewProps {
  readonly running: RunningText<unknown>;
  /** What VIVA does until the first words arrive, for screen readers. */
  readonly waits: string;
  readonly onStop: () => void;
}

/** A text as it is written, with the way to stop it. It is all that renders while words arrive. */
export function GrowingTextView({ running, waits, onStop }: GrowingTextViewProps) {
  const text = running.text.shown.value;
  return (
    <>
      {text === "" ? (
        <p class="refine-wait">
          <span class="typing" role="img" aria-label={waits}>
            <span />
            <span />
            <span />
          </span>
        </p>
      ) : (
        <Text look="prose" of={text} growing />
      )}
      {running.lost ? <p class="muted">The connection is lost. Reconnecting…</p> : null}
      <div class="button-row">
        <Button icon={CircleStop} busy={running.stopping} onClick={onStop}>
          Stop
        </Button>
      </div>
    </>
  );
}
