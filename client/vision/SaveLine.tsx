import { CloudCheck, CloudOff, CloudUpload } from "lucide";
import { Icon } from "../ui/Icon.tsx";
import type { VisionEditor } from "./editor.ts";

/** What became of what the member typed, in a line. */
export function SaveLine({ editor }: { editor: VisionEditor }) {
  const saving = editor.saving.value;
  const waits = editor.unsaved.value.length > 0;
  if (saving.kind === "failed") {
    return (
      <p class="vision-save vision-save-failed" role="status">
        <Icon of={CloudOff} size={18} />
        Not saved yet; your words are kept on this device. {saving.problem.detail}
      </p>
    );
  }
  return (
    <p class="vision-save" role="status">
      <Icon of={waits ? CloudUpload : CloudCheck} size={18} />
      {saving.kind === "sending" || saving.kind === "waiting"
        ? "Saving…"
        : waits
          ? "Some words wait for you before they are saved"
          : "All saved"}
    </p>
  );
}
