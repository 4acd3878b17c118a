import * as v from "valibot";
import type { Answers } from "../../../domain/assessment-request.ts";
import type { Assessment } from "../../../domain/journey.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { type Call, readRow } from "./database.ts";
import { AssessmentRow, assessmentOf } from "./rows.ts";

const AnswerRow = v.object({ outcome: v.string(), assessment: v.nullable(AssessmentRow) });

const CompletionRow = v.object({
  outcome: v.string(),
  assessment: v.optional(AssessmentRow),
  unanswered: v.optional(v.array(v.string()), []),
  context: v.optional(v.unknown()),
});

/** The assessment in progress, else the newest completed one; or only the latter. @throws ProblemError */
export async function readAssessment(call: Call, completed: boolean): Promise<Assessment> {
  const row = await call("viva_assessment", { p_completed: completed });
  return assessmentOf(readRow(v.nullable(AssessmentRow), row));
}

/**
 * Writes answers. What VIVA knows changes only when the assessment is completed.
 * @throws ProblemError not_found, conflict for a completed one
 */
export async function answerStatements(
  call: Call,
  { id, responses }: Answers,
): Promise<Assessment> {
  const answer = await call("viva_answer", { p_responses: responses, p_id: id });
  const { outcome, assessment } = readRow(AnswerRow, answer);
  if (outcome === "not_found") throw new ProblemError("not_found");
  if (outcome !== "written") {
    throw new ProblemError("conflict", {
      detail: "A completed assessment stays as it is. Begin a new one to answer anew.",
    });
  }
  return assessmentOf(assessment);
}

/**
 * Completes an assessment; asked again it answers the same.
 * @returns the assessment, and the new context
 * @throws ProblemError not_found; conflict with the unanswered statements in `errors`
 */
export async function completeAssessment(call: Call, id: string | null) {
  const answer = await call("viva_finish_assessment", { p_id: id });
  const { assessment, unanswered, context } = readRow(CompletionRow, answer);
  if (assessment) return { assessment: assessmentOf(assessment), context };
  if (unanswered.length === 0) throw new ProblemError("not_found");
  throw new ProblemError("conflict", {
    detail: "Some statements are still unanswered.",
    errors: unanswered.map((key) => ({
      path: `responses.${key}`,
      message: "not answered yet",
    })),
  });
}
