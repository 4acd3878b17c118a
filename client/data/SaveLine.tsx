import { Check, CircleAlert, CloudOff, LoaderCircle } from "lucide";
import { Icon } from "../ui/Icon.tsx";
import { online } from "../ui/online.ts";
import type { SaveStatus } from "./save-queue.ts";

interface SaveLineProps {
  readonly saving: SaveStatus;
  /** How many changes were refused and not mended since: then not all is saved. */
  readonly refused?: number;
}

/** Whether all is saved, as a few quiet words. Only what needs patience is also said aloud. */
export function SaveLine({ saving, refused = 0 }: SaveLineProps) {
  const waits = saving === "waiting";
  return (
    <span class={waits ? "save-line save-line-waits" : "save-line"}>
      {saving === "saved" && refused > 0 ? (
        <>
          <Icon of={CircleAlert} size={16} /> {refused} not saved
        </>
      ) : saving === "saved" ? (
        <>
          <Icon of={Check} size={16} /> Saved
        </>
      ) : saving === "saving" ? (
        <>
          <Icon of={LoaderCircle} size={16} /> Saving…
        </>
      ) : (
        <Icon of={CloudOff} size={16} />
      )}
      <span role="status">
        {waits
          ? online.value
            ? "Kept here, saved as soon as it goes through"
            : "Kept here, saved once you are connected"
          : ""}
      </span>
    </span>
  );
}
