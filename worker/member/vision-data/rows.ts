import * as v from "valibot";
import { CATEGORY_KEYS, type CategoryKey, LIFE_CATEGORIES } from "../../../domain/categories.ts";
import type {
  Assessment,
  AssessmentAnswer,
  CategoryScore,
  Vision,
  VisionSummary,
} from "../../../domain/journey.ts";
import { filledSections, refinedSections, visionCompletion } from "../../../domain/vision.ts";
import { DEFAULT_TITLE, type VisionPlace } from "../../../domain/vision-request.ts";

/** Postgres' time as ISO in UTC. */
const Time = v.pipe(
  v.string(),
  v.transform((text) => new Date(text).toISOString()),
);

/** Texts, or what stands for them, by section. */
const BySection = v.record(v.picklist(CATEGORY_KEYS), v.string());

const summaryEntries = {
  id: v.string(),
  title: v.nullable(v.string()),
  versionNumber: v.nullable(v.number()),
  state: v.picklist(["draft", "active", "history"]),
  parentId: v.nullable(v.string()),
  revision: v.number(),
  createdAt: Time,
  updatedAt: Time,
  // Equal where the texts are.
  prints: BySection,
  parentPrints: BySection,
};

/** The result of `viva_visions`. */
export const SummaryRows = v.array(v.object({ ...summaryEntries, micros: v.number() }));

/** The result of `viva_vision`, and `vision` in what the writing functions answer. */
export const VisionRow = v.object({ ...summaryEntries, sections: BySection });

type SummaryRow = Omit<v.InferOutput<typeof VisionRow>, "sections">;

/** A version as a list holds it. */
export function summaryOf(row: SummaryRow): VisionSummary {
  const { id, title, versionNumber, state, parentId, revision, createdAt, updatedAt } = row;
  return {
    id,
    title: title ?? DEFAULT_TITLE,
    versionNumber,
    state,
    parentId,
    refined: refinedSections(row.prints, parentId === null ? null : row.parentPrints),
    completion: visionCompletion(row.prints),
    revision,
    createdAt,
    updatedAt,
  };
}

/** A version with its text. */
export function visionOf(row: v.InferOutput<typeof VisionRow>): Vision {
  return { ...summaryOf(row), sections: filledSections(row.sections) };
}

/** Where a version stands in the list. */
export function placeOf({ micros, id }: v.InferOutput<typeof SummaryRows>[number]): VisionPlace {
  return { micros, id };
}

/** The result of `viva_assessment`, and `assessment` in what the writing functions answer. */
export const AssessmentRow = v.object({
  id: v.string(),
  completedAt: v.nullable(Time),
  total: v.number(),
  scores: v.record(v.string(), v.number()),
  greenLine: v.record(v.string(), v.picklist(["above", "transition", "below"])),
  responses: v.record(v.string(), v.nullable(v.picklist([1, 2, 3, 4, 5]))),
});

const NOT_STARTED: Assessment = {
  id: null,
  status: "not_started",
  responses: {},
  scores: {},
  total: 0,
  completedAt: null,
};

/** The most that the applicable statements of a category could give: 5 each. */
function maximum(key: CategoryKey, responses: Readonly<Record<string, AssessmentAnswer>>): number {
  const applicable = Object.entries(responses).filter(
    ([statement, answer]) => statement.startsWith(`${key}_`) && answer !== null,
  );
  return applicable.length * 5;
}

/** An assessment as the API answers it; null for one that was not begun. */
export function assessmentOf(row: v.InferOutput<typeof AssessmentRow> | null): Assessment {
  if (!row) return NOT_STARTED;
  const scores: Partial<Record<CategoryKey, CategoryScore>> = {};
  for (const { key } of LIFE_CATEGORIES) {
    const [score, greenLine] = [row.scores[key], row.greenLine[key]];
    if (score === undefined || greenLine === undefined) continue;
    const max = maximum(key, row.responses);
    scores[key] = { score, max, percent: Math.round((score * 100) / max), greenLine };
  }
  return {
    id: row.id,
    status: row.completedAt === null ? "in_progress" : "completed",
    responses: row.responses,
    scores,
    total: row.total,
    completedAt: row.completedAt,
  };
}
