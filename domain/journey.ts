import type { CategoryKey } from "./categories.ts";
import type { Sections } from "./context.ts";
import type { GreenLine } from "./green-line.ts";
import type { Profile } from "./profile.ts";

/** The Life Profile, as `GET` and `PATCH /api/profile` answer it. */
export interface ProfileState {
  readonly profile: Profile;
  /** Whole percent, by `profileCompletion`. */
  readonly completion: number;
  /** The fields still to fill in, in the form's order. */
  readonly missing: readonly string[];
}

/** An answer to a statement: 5 to 1, or null where it does not apply to the member. */
export type AssessmentAnswer = 1 | 2 | 3 | 4 | 5 | null;

/** The score of one category, as the database computed it from the answers. */
export interface CategoryScore {
  readonly score: number;
  /** What the applicable statements could give: 5 each. */
  readonly max: number;
  /** Whole percent of `max`. */
  readonly percent: number;
  readonly greenLine: GreenLine;
}

/**
 * A Vibrational Assessment, as `GET` and `PATCH /api/assessment` and `POST …/complete` answer it.
 * `GET` answers the one in progress, else the newest completed one, else one not begun;
 * `?status=completed` the newest completed one, else one not begun. `PATCH {responses}` writes to the
 * one in progress and begins one where there is none; with `id` it means that one.
 */
export interface Assessment {
  /** Null where none was begun. */
  readonly id: string | null;
  readonly status: "not_started" | "in_progress" | "completed";
  /** By statement: `fun_1` to `spirituality_7`. What is missing is unanswered. */
  readonly responses: Readonly<Record<string, AssessmentAnswer>>;
  /** Categories whose seven statements are answered, and not all marked not applicable. */
  readonly scores: Partial<Readonly<Record<CategoryKey, CategoryScore>>>;
  /** Sum of the scores. */
  readonly total: number;
  /** ISO time; null until it is completed. */
  readonly completedAt: string | null;
}

/** What a version of the Life Vision is: the one being written, the one that holds, or one of before. */
export type VisionState = "draft" | "active" | "history";

/** A version of the Life Vision without its text, as a list holds it. */
export interface VisionSummary {
  readonly id: string;
  readonly title: string;
  /** Given at commit and never again; null for a draft. */
  readonly versionNumber: number | null;
  readonly state: VisionState;
  /** The version it was copied from. */
  readonly parentId: string | null;
  /** Sections whose text differs from the parent's; none without a parent. */
  readonly refined: readonly CategoryKey[];
  /** Sections with text ÷ all sections, in whole percent. */
  readonly completion: number;
  /** Grows with every change; the n of the ETag `"v<n>"`. */
  readonly revision: number;
  /** ISO time. */
  readonly createdAt: string;
  /** ISO time. */
  readonly updatedAt: string;
}

/** A version of the Life Vision, as `GET /api/visions/:id` and every write to it answer it. */
export interface Vision extends VisionSummary {
  readonly sections: Sections;
}

/** The most characters (UTF-16 units) of one section. */
export const SECTION_CHARACTERS = 20_000;
