import { SlidersHorizontal } from "lucide";
import {
  CATEGORIES,
  CATEGORY_KEYS,
  type CategoryKey,
  SECTION_COUNT,
} from "../../domain/categories.ts";
import { navigate } from "../router.ts";
import { Icon } from "../ui/Icon.tsx";
import { areasQuery } from "./versions.ts";

interface AreaFilterProps {
  /** The page's own path, to which the choice is added. */
  readonly path: string;
  readonly chosen: readonly CategoryKey[];
}

/** Which life areas are shown, and printed. The address keeps the choice. */
export function AreaFilter({ path, chosen }: AreaFilterProps) {
  const all = chosen.length === CATEGORY_KEYS.length;

  function choose(next: readonly CategoryKey[]) {
    const inOrder = CATEGORY_KEYS.filter((key) => next.includes(key));
    navigate(path + areasQuery(inOrder), { replace: true });
  }

  return (
    <details class="areas">
      <summary>
        <Icon of={SlidersHorizontal} />
        Choose life areas
        <span class="muted">
          {all ? `All ${SECTION_COUNT}` : `${chosen.length} of ${SECTION_COUNT}`}
        </span>
      </summary>
      <fieldset>
        <legend class="visually-hidden">Life areas to show and print</legend>
        <div class="pills">
          <label class="pill">
            <input class="pill-input" type="checkbox" checked={all} onChange={() => choose([])} />
            <span>All</span>
          </label>
          {CATEGORIES.map(({ key, label }) => (
            <label key={key} class="pill">
              <input
                class="pill-input"
                type="checkbox"
                checked={!all && chosen.includes(key)}
                onChange={() => {
                  if (all) choose([key]);
                  else if (chosen.includes(key)) choose(chosen.filter((other) => other !== key));
                  else choose([...chosen, key]);
                }}
              />
              <span>{label}</span>
            </label>
          ))}
        </div>
      </fieldset>
    </details>
  );
}
