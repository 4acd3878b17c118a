import { CATEGORY_KEYS, type CategoryKey, normaliseCategory } from "../../domain/categories.ts";
import type { VisionState, VisionSummary } from "../../domain/journey.ts";

/** What the document is called where the member gave it no name. */
export const VISION_TITLE = "The Life I Choose";

export function titleOf({ title }: Pick<VisionSummary, "title">): string {
  return title.trim() === "" ? VISION_TITLE : title;
}

export const STATE_LABEL: Readonly<Record<VisionState, string>> = {
  draft: "Draft",
  active: "Active",
  history: "History",
};

/** A version by its number; a draft has none yet. */
export function versionName({ versionNumber }: Pick<VisionSummary, "versionNumber">): string {
  return versionNumber === null ? "Next version" : `Version ${versionNumber}`;
}

/** A date as a member reads it. */
export function dateLabel(iso: string, style: "medium" | "long" = "medium"): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return "";
  return new Intl.DateTimeFormat(undefined, { dateStyle: style }).format(time);
}

/** How many sections have text, from whole percent. */
export function sectionsWritten(completion: number): number {
  return Math.round((completion / 100) * CATEGORY_KEYS.length);
}

/** The life areas that an address chooses with `?areas=fun,love`; all of them where it names none. */
export function chosenAreas(query: URLSearchParams): readonly CategoryKey[] {
  const named = (query.get("areas") ?? "")
    .split(",")
    .map(normaliseCategory)
    .filter((key) => key !== undefined);
  const chosen = CATEGORY_KEYS.filter((key) => named.includes(key));
  return chosen.length === 0 ? CATEGORY_KEYS : chosen;
}

/** The query that chooses these areas; empty for all or none. */
export function areasQuery(chosen: readonly CategoryKey[]): string {
  return chosen.length === 0 || chosen.length === CATEGORY_KEYS.length
    ? ""
    : `?areas=${chosen.join(",")}`;
}

/** The drafts first, then the active version, then those of before, newest first. */
export function inOrder(versions: readonly VisionSummary[]): readonly VisionSummary[] {
  const rank: Readonly<Record<VisionState, number>> = { draft: 0, active: 1, history: 2 };
  return versions.toSorted(
    (a, b) => rank[a.state] - rank[b.state] || (b.versionNumber ?? 0) - (a.versionNumber ?? 0),
  );
}
