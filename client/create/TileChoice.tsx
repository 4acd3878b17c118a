import { useId } from "preact/hooks";
import { type OfferedTile, OWN_TEXT_CHARACTERS } from "../../domain/discovery.ts";
import { type Choice, toggled } from "./choices.ts";

interface TilesProps {
  readonly tiles: readonly OfferedTile[];
  readonly choice: Choice;
  /** What the tiles answer, for screen readers. */
  readonly label: string;
  readonly onChoose: (choice: Choice) => void;
}

/** Tiles to pick any number of. */
export function Tiles({ tiles, choice, label, onChoose }: TilesProps) {
  return (
    <ul class="picks" aria-label={label}>
      {tiles.map(({ id, emoji, label: name, sublabel }) => (
        <li key={id}>
          <button
            type="button"
            class="pick"
            aria-pressed={choice.selections.includes(id)}
            onClick={() => onChoose(toggled(choice, id))}
          >
            <span class="pick-emoji" aria-hidden="true">
              {emoji}
            </span>
            <span class="pick-words">
              <strong dir="auto">{name}</strong>
              <span dir="auto">{sublabel}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface SomethingElseProps {
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

/** Room for what no tile says. Kept as it is typed. */
export function SomethingElse({ choice, onChoose }: SomethingElseProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>Something else</label>
      <textarea
        id={id}
        class="input own-words"
        rows={2}
        maxLength={OWN_TEXT_CHARACTERS}
        value={choice.customInput}
        placeholder="In your own words: names, places, what it feels like."
        onInput={(event) => onChoose({ ...choice, customInput: event.currentTarget.value })}
      />
    </div>
  );
}
