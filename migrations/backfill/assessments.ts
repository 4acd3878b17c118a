import {
  categoryOf,
  countIn,
  type OlderRow,
  type Refuse,
  textIn,
  timeIn,
  uuidIn,
} from "./older.ts";

/** An assessment with its answers, in the form of now. */
export interface PlannedAssessment {
  readonly id: string;
  readonly user_id: string;
  readonly created_at: string;
  /** Null for one that is not finished. */
  readonly completed_at: string | null;
  readonly responses: readonly { readonly question_key: string; readonly value: number | null }[];
}

/** What a member has in the new tables already. */
export interface AssessmentsThere {
  readonly ids: ReadonlySet<string>;
  readonly unfinished: boolean;
}

const COMPLETED = new Set(["completed", "complete", "finished", "done", "submitted"]);
const STATEMENTS = 84;

/**
 * A member's older assessments. Scores are not taken over: they follow from the answers. One that is
 * called complete without all 84 answers is refused, and so is all but the newest unfinished one.
 */
export function planAssessments(
  userId: string,
  results: readonly OlderRow[],
  responses: readonly OlderRow[],
  there: AssessmentsThere,
  refuse: Refuse,
): PlannedAssessment[] {
  const planned: PlannedAssessment[] = [];
  for (const row of results) {
    const id = uuidIn(row, "id");
    const assessment =
      id && !there.ids.has(id) ? planOne(userId, id, row, responses, refuse) : null;
    if (!id) refuseRow(refuse, textIn(row, "id") ?? "?", "its id is no UUID");
    if (assessment) planned.push(assessment);
  }
  const unfinished = planned
    .filter(({ completed_at }) => completed_at === null)
    .sort((a, b) => (a.created_at < b.created_at ? 1 : -1));
  const surplus = new Set(there.unfinished ? unfinished : unfinished.slice(1));
  for (const { id } of surplus) {
    refuseRow(refuse, id, "unfinished, and another unfinished one is newer");
  }
  return planned.filter((assessment) => !surplus.has(assessment));
}

function refuseRow(refuse: Refuse, id: string, reason: string): void {
  refuse({ table: "assessment_results", id, field: "", reason });
}

function planOne(
  userId: string,
  id: string,
  row: OlderRow,
  responses: readonly OlderRow[],
  refuse: Refuse,
): PlannedAssessment | null {
  const status = textIn(row, "status")?.trim().toLowerCase() ?? "";
  const completedAt = timeIn(row, "completed_at", "finished_at");
  const created = timeIn(row, "created_at", "started_at") ?? completedAt;
  if (!created) {
    refuseRow(refuse, id, "it has no time");
    return null;
  }
  // What counts is whether it was finished; when, where that was not noted, is the last that is known.
  const isComplete = completedAt !== null || COMPLETED.has(status);
  const completed = isComplete ? (completedAt ?? timeIn(row, "updated_at") ?? created) : null;
  const answers = answersOf(id, responses, refuse);
  if (completed && answers.size < STATEMENTS) {
    refuseRow(refuse, id, `complete, but ${STATEMENTS - answers.size} statements are unanswered`);
    return null;
  }
  return {
    id,
    user_id: userId,
    created_at: created,
    completed_at: completed,
    responses: [...answers].map(([question_key, value]) => ({ question_key, value })),
  };
}

/** The answers of one assessment by statement; of two to the same statement the later one. */
function answersOf(
  assessment: string,
  responses: readonly OlderRow[],
  refuse: Refuse,
): Map<string, number | null> {
  const own = responses
    .filter((row) => uuidIn(row, "assessment_id", "result_id") === assessment)
    .sort((a, b) => ((answeredAt(a) ?? "") < (answeredAt(b) ?? "") ? -1 : 1));
  const answers = new Map<string, number | null>();
  for (const row of own) {
    const named = textIn(row, "question_key", "question_id", "statement_key") ?? "?";
    const key = statementOf(named);
    const value = answerOf(row);
    if (key && value !== undefined) answers.set(key, value);
    else {
      const reason = key ? "its answer is none of 1 to 5" : "there is no such statement";
      refuse({ table: "assessment_responses", id: `${assessment}/${named}`, field: "", reason });
    }
  }
  return answers;
}

function answeredAt(row: OlderRow): string | null {
  return timeIn(row, "updated_at", "created_at");
}

/** `romance_3` → `love_3`; null for what is none of the 84. */
function statementOf(name: string): string | null {
  const [, area, number] = /^(.+?)[_-]?([1-7])$/.exec(name.trim()) ?? [];
  const key = area === undefined ? undefined : categoryOf(area);
  if (!key || key === "forward" || key === "conclusion") return null;
  return `${key}_${number}`;
}

/** 1 to 5, or null for not applicable; undefined for anything else. */
function answerOf(row: OlderRow): number | null | undefined {
  if (row.not_applicable === true || row.is_na === true) return null;
  const columns = ["value", "response_value", "answer", "response"];
  const given = columns.map((column) => row[column]).find((value) => value !== undefined);
  if (given === null || (typeof given === "string" && /^n\/?a$/i.test(given.trim()))) return null;
  const value = countIn({ given }, "given");
  return value !== null && value >= 1 && value <= 5 ? value : undefined;
}
