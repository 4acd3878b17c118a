import type { CategoryKey } from "./categories.ts";
import type { GreenLine } from "./green-line.ts";
import type { Profile } from "./profile.ts";

/** Text by section. Sections without text are left out. */
export type Sections = Partial<Record<CategoryKey, string>>;

/** What VIVA knows of a member: the result of the database's `viva_context`. */
export interface MemberContext {
  /** Grows with every change of what is below: only a higher version replaces a lower one. */
  readonly version: number;
  readonly profile: Profile | null;
  /** The newest completed assessment. */
  readonly assessment: {
    readonly id: string;
    readonly completedAt: string;
    readonly totalScore: number;
    readonly categoryScores: Partial<Record<CategoryKey, number>>;
    readonly greenLine: Partial<Record<CategoryKey, GreenLine>>;
  } | null;
  readonly active: {
    readonly id: string;
    readonly versionNumber: number;
    readonly sections: Sections;
  } | null;
  readonly draft: {
    readonly id: string;
    readonly parentId: string | null;
    readonly sections: Sections;
  } | null;
}
