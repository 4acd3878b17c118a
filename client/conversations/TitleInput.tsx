import { useLayoutEffect, useRef } from "preact/hooks";
import { oneLine } from "../../domain/text.ts";

/** The most characters (UTF-16 units) of a title. */
const TITLE_CHARACTERS = 200;

interface TitleInputProps {
  readonly title: string;
  /** @param byKey whether it was the Enter key, and not that the member went elsewhere */
  readonly onSave: (title: string, byKey: boolean) => void;
  readonly onCancel: () => void;
}

/** The place of a title while it is changed: Enter keeps it, and going elsewhere does; Escape does not. */
export function TitleInput({ title, onSave, onCancel }: TitleInputProps) {
  const input = useRef<HTMLInputElement>(null);
  /** It has been decided: what leaves the page loses the focus as well. */
  const over = useRef(false);

  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);

  function finish(keep: boolean, byKey: boolean) {
    if (over.current) return;
    over.current = true;
    const next = oneLine(input.current?.value ?? "");
    if (keep && next !== "") onSave(next, byKey);
    else onCancel();
  }

  return (
    <input
      ref={input}
      class="input conversation-title-input"
      aria-label="Title of the conversation"
      aria-description="Enter keeps it, Escape leaves it as it was."
      maxLength={TITLE_CHARACTERS}
      defaultValue={title}
      enterkeyhint="done"
      onBlur={() => finish(true, false)}
      onKeyDown={(event) => {
        if (event.key === "Enter") finish(true, true);
        else if (event.key === "Escape") finish(false, true);
        else return;
        // The dialog around the list stays open.
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
