import { STATEMENTS, type Statement } from "../../domain/assessment.ts";
import { type Category, LIFE_CATEGORIES } from "../../domain/categories.ts";
import type { Assessment } from "../../domain/journey.ts";

type Responses = Assessment["responses"];

/** A category on the way through the assessment. */
export interface CategoryProgress {
  readonly category: Category;
  readonly statements: readonly Statement[];
  readonly answered: number;
  /** Index of its first statement among all. */
  readonly from: number;
}

/** Whether a statement has an answer; *not applicable* is one. */
function isAnswered(responses: Responses, key: string): boolean {
  return responses[key] !== undefined;
}

/** How many statements have an answer. */
export function answeredOf(responses: Responses): number {
  return STATEMENTS.filter(({ key }) => isAnswered(responses, key)).length;
}

/** The life categories with their statements. */
export function categoriesOf(responses: Responses): CategoryProgress[] {
  return LIFE_CATEGORIES.map((category) => {
    const statements = STATEMENTS.filter((statement) => statement.category === category.key);
    return {
      category,
      statements,
      answered: statements.filter(({ key }) => isAnswered(responses, key)).length,
      from: STATEMENTS.findIndex((statement) => statement.category === category.key),
    };
  });
}

/**
 * The statement to go on with: the first open one from an index on, and round again to the start.
 * Null where all have an answer.
 */
export function openFrom(responses: Responses, from: number): number | null {
  for (let step = 0; step < STATEMENTS.length; step += 1) {
    const index = (from + step) % STATEMENTS.length;
    const key = STATEMENTS[index]?.key;
    if (key !== undefined && !isAnswered(responses, key)) return index;
  }
  return null;
}
