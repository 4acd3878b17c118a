import { Check } from "lucide";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import type { Category } from "../../domain/categories.ts";
import { SECTION_CHARACTERS } from "../../domain/journey.ts";
import { Button } from "../ui/Button.tsx";
import type { VisionEditor } from "./editor.ts";

interface SectionEditorProps {
  readonly editor: VisionEditor;
  readonly category: Category;
  readonly onDone: () => void;
}

const NUMBER = new Intl.NumberFormat();
/** Characters from which on the length is shown. */
const SPEAKS_UP = SECTION_CHARACTERS - 2_000;

/** Where a browser does not fit a text area to its text by itself: rows for so many characters. */
function rowsFor(text: string): number {
  const lines = text.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 60), 0);
  return Math.min(40, Math.max(6, lines + 1));
}

/** The text of a section while it is written: kept with every key, saved with every rest. */
export function SectionEditor({ editor, category, onDone }: SectionEditorProps) {
  const { key, label, about } = category;
  const { text } = editor.section(key).value;
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const tooLong = text.length > SECTION_CHARACTERS;

  // Before the field is seen: what is typed at once must not meet a caret that moves.
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.focus({ preventScroll: true });
    element.setSelectionRange(element.value.length, element.value.length);
  }, []);

  return (
    <div class="section-editor">
      <label class="visually-hidden" for={id}>
        Your words for {label}
      </label>
      <textarea
        ref={area}
        id={id}
        class="section-area"
        rows={rowsFor(text)}
        value={text}
        placeholder={`I choose… (${about})`}
        aria-describedby={`${id}-state`}
        aria-invalid={tooLong}
        onInput={(event) => editor.write(key, event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onDone();
        }}
      />
      <div class="section-editor-foot">
        <p id={`${id}-state`} class="muted">
          {tooLong
            ? `A section can have up to ${NUMBER.format(SECTION_CHARACTERS)} characters; this one has ${NUMBER.format(text.length)}. It is kept here and saved once it is shorter.`
            : text.length > SPEAKS_UP
              ? `${NUMBER.format(text.length)} of ${NUMBER.format(SECTION_CHARACTERS)} characters`
              : "First person, present tense. Saved as you write."}
        </p>
        <Button icon={Check} onClick={onDone}>
          Done
        </Button>
      </div>
    </div>
  );
}
