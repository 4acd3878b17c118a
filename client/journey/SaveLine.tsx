import { Check, CloudOff, LoaderCircle } from "lucide";
import { Icon } from "../ui/Icon.tsx";
import { online } from "../ui/online.ts";
import type { SaveStatus } from "./save-queue.ts";

/** Whether all is saved, as a few quiet words. Only what needs patience is also said aloud. */
export function SaveLine({ saving }: { readonly saving: SaveStatus }) {
  const waits = saving === "waiting";
  return (
    <span class={waits ? "save-line save-line-waits" : "save-line"}>
      {saving === "saved" ? (
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
