import { CATEGORY_KEYS, type CategoryKey } from "./categories.ts";
import type { Sections } from "./context.ts";
import type { VisionState } from "./journey.ts";
import { ProblemError } from "./problems.ts";
import { isBlank, tidyText } from "./text.ts";

/** Sections as they may come from a form or a row: blank and null mean the same as left out. */
export type LooseSections = Partial<Readonly<Record<CategoryKey, string | null>>>;

/** Whether a text says anything. */
export function hasText(text: string | null | undefined): text is string {
  return typeof text === "string" && !isBlank(text);
}

/**
 * A section's text as it is stored: line breaks are `\n`, nothing blank around it. Null where there
 * is nothing left: a blanked section is one without text, never an empty string.
 */
export function sectionText(text: string | null | undefined): string | null {
  return tidyText(text ?? "") || null;
}

/** The sections with text, as stored, in the document's order. */
export function filledSections(sections: LooseSections): Sections {
  const filled: Sections = {};
  for (const key of CATEGORY_KEYS) {
    const text = sectionText(sections[key]);
    if (text !== null) filled[key] = text;
  }
  return filled;
}

/** Sections with text ÷ all sections, in whole percent. */
export function visionCompletion(sections: LooseSections): number {
  const filled = CATEGORY_KEYS.filter((key) => hasText(sections[key])).length;
  return Math.round((filled / CATEGORY_KEYS.length) * 100);
}

/** The sections still without text, in the document's order. */
export function missingSections(sections: LooseSections): CategoryKey[] {
  return CATEGORY_KEYS.filter((key) => !hasText(sections[key]));
}

/** The sections whose text is another: of two versions, or of a draft before and after a save. */
export function changedSections(before: LooseSections, after: LooseSections): CategoryKey[] {
  return CATEGORY_KEYS.filter((key) => sectionText(before[key]) !== sectionText(after[key]));
}

/**
 * The refined sections of a version: those whose text differs from the parent's, also where it was
 * added or taken out. A version without a parent is new, not refined.
 */
export function refinedSections(
  sections: LooseSections,
  parentSections: LooseSections | null,
): CategoryKey[] {
  return parentSections ? changedSections(parentSections, sections) : [];
}

/** Why a version cannot be written, as a sentence for the member; null where it can. */
export function editRefusal(state: VisionState): string | null {
  if (state === "draft") return null;
  return state === "active"
    ? "Your active Life Vision stays as it is. Refine opens a draft of it."
    : "A version from before stays as it is. Copy it to a draft to go on with it.";
}

/** Why a version cannot be committed, as a sentence for the member; null where it can. */
export function commitRefusal(state: VisionState, sections: LooseSections): string | null {
  if (state !== "draft") return "Only a draft can become your active Life Vision.";
  if (missingSections(sections).length === CATEGORY_KEYS.length) {
    return "This draft has no words yet. Write at least one section first.";
  }
  return null;
}

/** Why a version cannot be deleted, as a sentence for the member; null where it can. */
export function deleteRefusal(state: VisionState): string | null {
  if (state !== "active") return null;
  return "Your active Life Vision cannot be deleted. Commit another version first.";
}

/** The ETag of a revision: `"v3"`. */
export function etag(revision: number): string {
  return `"v${revision}"`;
}

/** One tag of ours; revisions fit the database's integers. */
const TAG = /^(?:W\/)?"v([1-9]\d{0,8})"$/;

/**
 * The revision that `If-Match` names: `"v3"` or `W/"v3"`. `*`, a list and tags that are not ours
 * name none: whoever writes says which state they have seen.
 * @throws ProblemError precondition_required
 */
export function parseIfMatch(header: string | null | undefined): number {
  const revision = TAG.exec(header?.trim() ?? "")?.[1];
  if (revision === undefined) throw new ProblemError("precondition_required");
  return Number(revision);
}
