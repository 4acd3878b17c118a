import { Search as SearchIcon, X } from "lucide";
import { useId, useRef } from "preact/hooks";
import { IconButton } from "../ui/Button.tsx";
import { Icon } from "../ui/Icon.tsx";
import { QUESTION_CHARACTERS, type Search } from "./search.ts";

/** Where the member writes what they look for. */
export function SearchField({ search }: { readonly search: Search }) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const question = search.question.value;
  return (
    <search class="search-field">
      <Icon of={SearchIcon} size={18} />
      <label class="visually-hidden" for={id}>
        Search your conversations
      </label>
      <input
        ref={input}
        id={id}
        class="input"
        // A text: the browser's own button to clear a search has no name and no size to press.
        type="text"
        inputMode="search"
        enterkeyhint="search"
        autocomplete="off"
        placeholder="Search"
        maxLength={QUESTION_CHARACTERS}
        value={question}
        onInput={(event) => search.ask(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || question === "") return;
          // The first Escape empties the field; the next may close what is around it.
          event.preventDefault();
          search.ask("");
        }}
      />
      {question === "" ? null : (
        <IconButton
          icon={X}
          label="Clear the search"
          onClick={() => {
            search.ask("");
            input.current?.focus();
          }}
        />
      )}
    </search>
  );
}
