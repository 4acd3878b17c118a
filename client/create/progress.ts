import {
  CATEGORIES,
  CATEGORY_KEYS,
  type Category,
  type CategoryKey,
} from "../../domain/categories.ts";
import { nextCategory } from "../../domain/journey-step.ts";
import { hasText, missingSections, visionCompletion } from "../../domain/vision.ts";
import type { VisionEditor } from "../vision/editor.ts";

/** The texts of a draft as the member sees them: with what is on its way to the server. */
export type Texts = Readonly<Partial<Record<CategoryKey, string>>>;

/** A section on the grid. */
export interface GridSection {
  readonly category: Category;
  readonly state: "done" | "current" | "open";
  /** Also of the current one. */
  readonly written: boolean;
}

/** How far a draft has come. */
export interface Progress {
  readonly sections: readonly GridSection[];
  readonly written: number;
  /** Whole percent. */
  readonly percent: number;
}

/** The texts of a draft. Read within a component, it follows them. */
export function textsOf(editor: VisionEditor): Texts {
  return Object.fromEntries(CATEGORY_KEYS.map((key) => [key, editor.section(key).value.text]));
}

/** The grid's sections, and how many of them have text. */
export function progressOf(
  texts: Texts,
  current: CategoryKey | null,
  categories: readonly Category[] = CATEGORIES,
): Progress {
  return {
    sections: categories.map((category) => {
      const written = hasText(texts[category.key]);
      const state = category.key === current ? "current" : written ? "done" : "open";
      return { category, state, written };
    }),
    written: CATEGORY_KEYS.length - missingSections(texts).length,
    percent: visionCompletion(texts),
  };
}

/**
 * Where to go on after a section, among the categories of this entrance; undefined where all of them
 * have text.
 */
export function nextOf(
  texts: Texts,
  after: CategoryKey | undefined,
  categories: readonly Category[] = CATEGORIES,
): CategoryKey | undefined {
  const others = CATEGORY_KEYS.filter((key) => !categories.some((known) => known.key === key));
  // What this entrance does not lead to counts as written.
  const known = { ...texts, ...Object.fromEntries(others.map((key) => [key, "-"])) };
  return nextCategory(known, after);
}
