import { useSignal } from "@preact/signals";
import { GitMerge } from "lucide";
import type { CategoryKey } from "../../domain/categories.ts";
import { Difference } from "../text/Difference.tsx";
import { Button } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Text } from "../ui/Text.tsx";
import type { VisionEditor } from "./editor.ts";

interface ConflictProps {
  readonly editor: VisionEditor;
  readonly section: CategoryKey;
  readonly label: string;
}

/** A section that was written here and elsewhere: both texts, and the way out. */
export function Conflict({ editor, section, label }: ConflictProps) {
  const { text, theirs } = editor.section(section).value;
  const whole = useSignal(false);
  if (theirs === null) return null;
  return (
    <section class="conflict" role="alert" aria-label={`${label} was changed elsewhere`}>
      <p class="conflict-title">
        <Icon of={GitMerge} />
        <strong>This section was changed elsewhere while you wrote</strong>
      </p>
      <p class="muted">
        Another tab or device has saved its own words. Yours are kept here; choose which text stays.
        The other one can be brought back.
      </p>
      {whole.value ? (
        <Text look="prose" of={theirs === "" ? "(no words)" : theirs} />
      ) : (
        <Difference before={theirs} after={text} removed="Only in theirs" added="Only in yours" />
      )}
      <div class="button-row">
        <Button kind="primary" onClick={() => editor.keepMine(section)}>
          Keep mine
        </Button>
        <Button onClick={() => editor.takeTheirs(section)}>Take theirs</Button>
        <Button
          kind="quiet"
          aria-pressed={whole.value}
          onClick={() => {
            whole.value = !whole.value;
          }}
        >
          {whole.value ? "Show the difference" : "Read theirs"}
        </Button>
      </div>
    </section>
  );
}

/** What was put aside for another text, with the way back. */
export function SetAside({ editor, section }: Omit<ConflictProps, "label">) {
  const { aside, text } = editor.section(section).value;
  if (aside === null || aside === text) return null;
  return (
    <div class="notice notice-info">
      <p class="notice-text">The words that stood here before are set aside.</p>
      <Button onClick={() => editor.bringBack(section)}>Bring them back</Button>
      <Button kind="quiet" onClick={() => editor.letGo(section)}>
        Let them go
      </Button>
    </div>
  );
}
