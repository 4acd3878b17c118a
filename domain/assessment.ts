import { FAMILY } from "./assessment-statements/family.ts";
import { FUN } from "./assessment-statements/fun.ts";
import { GIVING } from "./assessment-statements/giving.ts";
import { HEALTH } from "./assessment-statements/health.ts";
import { HOME } from "./assessment-statements/home.ts";
import { LOVE } from "./assessment-statements/love.ts";
import { MONEY } from "./assessment-statements/money.ts";
import { SOCIAL } from "./assessment-statements/social.ts";
import { SPIRITUALITY } from "./assessment-statements/spirituality.ts";
import type { CategoryStatements } from "./assessment-statements/statement-texts.ts";
import { STUFF } from "./assessment-statements/stuff.ts";
import { TRAVEL } from "./assessment-statements/travel.ts";
import { WORK } from "./assessment-statements/work.ts";
import { type CategoryKey, LIFE_CATEGORIES, type LifeCategoryKey } from "./categories.ts";
import type { AssessmentAnswer } from "./journey.ts";

/** One of the five answers of a statement. */
export interface StatementAnswer {
  /** 5 = lived in alignment … 1 = lived in contrast. */
  readonly value: Exclude<AssessmentAnswer, null>;
  readonly label: string;
}

/** A statement of the Vibrational Assessment. */
export interface Statement {
  /** `fun_1` to `spirituality_7`. */
  readonly key: string;
  readonly category: CategoryKey;
  readonly text: string;
  /** Its own five answers, from 5 to 1. */
  readonly answers: readonly StatementAnswer[];
}

const TEXTS: Readonly<Record<LifeCategoryKey, CategoryStatements>> = {
  fun: FUN,
  health: HEALTH,
  travel: TRAVEL,
  love: LOVE,
  family: FAMILY,
  social: SOCIAL,
  home: HOME,
  work: WORK,
  money: MONEY,
  stuff: STUFF,
  giving: GIVING,
  spirituality: SPIRITUALITY,
};

const VALUES = [5, 4, 3, 2, 1] as const;

/** All statements, in the order of the document. */
export const STATEMENTS: readonly Statement[] = LIFE_CATEGORIES.flatMap(({ key: category }) =>
  TEXTS[category].map(([text, [five, four, three, two, one]], index) => {
    const labels = { 5: five, 4: four, 3: three, 2: two, 1: one };
    return {
      key: `${category}_${index + 1}`,
      category,
      text,
      answers: VALUES.map((value) => ({ value, label: labels[value] })),
    };
  }),
);

const byKey = new Map(STATEMENTS.map((statement) => [statement.key, statement]));

/** The statement of a key; undefined where there is none. */
export function statement(key: string): Statement | undefined {
  return byKey.get(key);
}
