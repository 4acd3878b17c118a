import * as v from "valibot";
import { LIFE_CATEGORIES } from "./categories.ts";
import type { AssessmentAnswer } from "./journey.ts";
import { invalidField, parseRequest, RowId, strictly } from "./requests.ts";

/** Statements of each category. */
const STATEMENTS_EACH = 7;

const KEYS: ReadonlySet<string> = new Set(
  LIFE_CATEGORIES.flatMap(({ key }) =>
    Array.from({ length: STATEMENTS_EACH }, (_, index) => `${key}_${index + 1}`),
  ),
);

/** The body of `PATCH /api/assessment`. */
export const AnswersBody = v.strictObject(
  {
    id: v.nullish(RowId),
    responses: v.record(
      v.pipe(
        v.string(),
        v.check((key) => KEYS.has(key), "there is no such statement"),
      ),
      v.nullable(v.picklist([1, 2, 3, 4, 5], "must be 1 to 5, or null where it does not apply")),
    ),
  },
  strictly,
);

/** Answers for an assessment. */
export interface Answers {
  /** The assessment meant; null for the one in progress, or a new one. */
  readonly id: string | null;
  readonly responses: Readonly<Record<string, AssessmentAnswer>>;
}

/**
 * The body of `PATCH /api/assessment`: `{responses: {fun_1: 4, fun_2: null, …}, id?}`.
 * @throws ProblemError invalid_request
 */
export function parseAnswers(body: unknown): Answers {
  const { id, responses } = parseRequest(AnswersBody, body);
  if (Object.keys(responses).length === 0) {
    throw invalidField("responses", "answer at least one statement");
  }
  return { id: id ?? null, responses };
}

/** The body of `POST /api/assessment/complete`. */
export const CompletionBody = v.nullish(v.strictObject({ id: v.nullish(RowId) }, strictly));

/**
 * The body of `POST /api/assessment/complete`, which may be missing.
 * @returns the assessment meant; null for the one in progress
 * @throws ProblemError invalid_request
 */
export function parseCompletion(body: unknown): string | null {
  return parseRequest(CompletionBody, body)?.id ?? null;
}

/** The query of `GET /api/assessment`. */
export const StatusQuery = v.object({ status: v.optional(v.picklist(["completed"])) });

/**
 * The query of `GET /api/assessment`.
 * @returns whether only a completed one is asked for
 * @throws ProblemError invalid_request
 */
export function parseAssessmentQuery(query: Readonly<Record<string, string>>): boolean {
  return parseRequest(StatusQuery, query).status === "completed";
}
