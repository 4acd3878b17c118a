import { useSignal } from "@preact/signals";
import { X } from "lucide";
import { useRef } from "preact/hooks";
import { Icon } from "../ui/Icon.tsx";
import { partsTags, withTag } from "./reading.ts";

interface TagsProps {
  readonly name: string;
  readonly label: string;
  readonly tags: readonly string[];
  readonly most: number;
  /** The most characters of one. */
  readonly characters: number;
  readonly described: Readonly<Record<string, string>>;
  readonly onChange: (tags: readonly string[]) => void;
}

/** Several short texts as chips: Enter, a comma or a semicolon adds one, its cross takes it out. */
export function Tags({ name, label, tags, most, characters, described, onChange }: TagsProps) {
  const typed = useSignal("");
  const input = useRef<HTMLInputElement>(null);

  function add(text = typed.peek()): void {
    const next = withTag(tags, text);
    typed.value = "";
    if (next !== tags) onChange(next.slice(0, most));
  }

  function remove(tag: string): void {
    onChange(tags.filter((other) => other !== tag));
    input.current?.focus();
  }

  return (
    <>
      {tags.length > 0 ? (
        <ul class="pills" aria-label={label}>
          {tags.map((tag) => (
            <li key={tag} class="chip">
              <span dir="auto">{tag}</span>
              <button
                type="button"
                class="chip-remove"
                aria-label={`Remove ${tag}`}
                onClick={() => remove(tag)}
              >
                <Icon of={X} size={16} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <input
        ref={input}
        id={`${name}-input`}
        class="input"
        type="text"
        aria-label={`Add to ${label.toLowerCase()}`}
        {...described}
        placeholder={tags.length === 0 ? "pottery" : "One more"}
        maxLength={characters}
        autocomplete="off"
        enterKeyHint="done"
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
          // A comma that an input method still holds may become another word.
          if (!event.isComposing && partsTags(typed.peek())) add();
        }}
        onCompositionEnd={(event) => {
          typed.value = event.currentTarget.value;
          if (partsTags(typed.peek())) add();
        }}
        onPaste={(event) => {
          // An input of one line would lose the line breaks, and the end of a long list.
          const text = event.clipboardData?.getData("text/plain") ?? "";
          if (!partsTags(text)) return;
          event.preventDefault();
          add(`${typed.peek()} ${text}`);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            add();
          }
        }}
        onBlur={() => add()}
      />
    </>
  );
}
