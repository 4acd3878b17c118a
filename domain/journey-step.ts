import {
  CATEGORY_KEYS,
  type CategoryKey,
  category as categoryOf,
  SECTION_COUNT,
  STATEMENT_COUNT,
} from "./categories.ts";
import type { Sections } from "./context.ts";
import { PROFILE_GATE } from "./profile.ts";
import { changedSections, type LooseSections, missingSections } from "./vision.ts";

/** A version of the vision, as far as the way on depends on it. */
interface Version {
  readonly id: string;
  readonly sections: Sections;
}

/** Where a member stands on the way to their Life Vision. */
export interface Standing {
  /** Whole percent, by `profileCompletion`. */
  readonly profileCompletion: number;
  /** Whether there is a completed assessment, however old. */
  readonly assessed: boolean;
  /** Whether an assessment is begun and unfinished. */
  readonly assessing: boolean;
  readonly draft: Version | null;
  readonly active: Version | null;
}

/** The one thing to do next. */
export type JourneyStep =
  | { readonly kind: "profile"; readonly completion: number }
  | { readonly kind: "assessment"; readonly begun: boolean }
  | { readonly kind: "create"; readonly category: CategoryKey }
  | { readonly kind: "commit"; readonly visionId: string }
  | { readonly kind: "refine"; readonly visionId: string };

/** A step as a member reads it. */
export interface StepWords {
  readonly title: string;
  readonly text: string;
  /** The button. */
  readonly action: string;
  /** The page that the button leads to. */
  readonly path: string;
}

/**
 * The first section without text after a category (without one: of all), in the document's order and
 * round again to its start. Undefined if all have text.
 */
export function nextCategory(
  sections: LooseSections,
  after?: CategoryKey,
): CategoryKey | undefined {
  const missing = missingSections(sections);
  if (after === undefined) return missing[0];
  const from = CATEGORY_KEYS.indexOf(after);
  const others = missing.filter((key) => key !== after);
  return others.find((key) => CATEGORY_KEYS.indexOf(key) > from) ?? others[0];
}

/**
 * The next step of the journey: the profile up to the gate, an assessment, the sections that are
 * missing, committing a draft that holds all sections, and from then on refining. A draft that says the
 * same as the active version has nothing to commit.
 */
export function nextStep(standing: Standing): JourneyStep {
  const { draft, active } = standing;
  if (standing.profileCompletion < PROFILE_GATE) {
    return { kind: "profile", completion: standing.profileCompletion };
  }
  if (!standing.assessed) return { kind: "assessment", begun: standing.assessing };
  const newest = draft ?? active;
  const category = nextCategory(newest?.sections ?? {});
  if (category || !newest) return { kind: "create", category: category ?? CATEGORY_KEYS[0] };
  if (draft && (!active || changedSections(active.sections, draft.sections).length > 0)) {
    return { kind: "commit", visionId: draft.id };
  }
  return { kind: "refine", visionId: newest.id };
}

/** What a step says to the member, and where it leads. */
export function stepWords(step: JourneyStep): StepWords {
  switch (step.kind) {
    case "profile":
      return {
        title: "Tell VIVA who you are",
        text: `Your Life Profile is at ${step.completion} %. At ${PROFILE_GATE} % the way to your Life Vision opens.`,
        action: step.completion === 0 ? "Begin your profile" : "Go on with your profile",
        path: "/profile?missing=1",
      };
    case "assessment":
      return {
        title: "See where you stand today",
        text: `${STATEMENT_COUNT} statements show where you live in alignment, and where contrast is bringing you clarity.`,
        action: step.begun ? "Go on with your assessment" : "Begin your assessment",
        path: "/assessment",
      };
    case "create": {
      const { label, about } = categoryOf(step.category);
      return {
        title: `Create your ${label} section`,
        text: `The next part of the life you choose: ${about}.`,
        action: "Create with VIVA",
        path: `/life-vision/create-with-viva?category=${step.category}`,
      };
    }
    case "commit":
      return {
        title: "Your Life Vision is whole",
        text: `All ${SECTION_COUNT} sections are there. Read them once more, then make them your active vision.`,
        action: "Read and commit",
        path: `/life-vision/${encodeURIComponent(step.visionId)}`,
      };
    case "refine":
      return {
        title: "Live it, and let it grow",
        text: "Your Life Vision is alive. Refine a section whenever something in you moves on.",
        action: "Open your Life Vision",
        path: `/life-vision/${encodeURIComponent(step.visionId)}`,
      };
  }
}
