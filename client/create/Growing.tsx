import { CircleStop } from "lucide";
import { Button } from "../ui/Button.tsx";
import { Text } from "../ui/Text.tsx";
import type { UnderWay } from "./writing.ts";

/** A text as it is written, with the way to stop it: the only thing that renders while words arrive. */
export function Growing({ underWay, onStop }: { underWay: UnderWay; onStop: () => void }) {
  const text = underWay.growth.shown.value;
  return (
    <>
      {text === "" ? (
        <p class="refine-wait">
          <span class="typing" role="img" aria-label="VIVA is gathering your words">
            <span />
            <span />
            <span />
          </span>
        </p>
      ) : (
        <Text look="prose" of={text} growing />
      )}
      {underWay.lost ? <p class="muted">The connection is lost. Reconnecting…</p> : null}
      <div class="button-row">
        <Button icon={CircleStop} busy={underWay.stopping} onClick={onStop}>
          Stop
        </Button>
      </div>
    </>
  );
}
