import * as v from "valibot";
import {
  AnswersBody,
  CompletionBody,
  parseAnswers,
  parseAssessmentQuery,
  parseCompletion,
  StatusQuery,
} from "../../domain/assessment-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import { ProfileChanges, parseProfileChanges } from "../../domain/profile-request.ts";
import { RowId } from "../../domain/requests.ts";
import { parseIfMatch } from "../../domain/vision.ts";
import {
  ChangesBody,
  ListQuery,
  parseVisionChanges,
  parseVisionPage,
  parseVisionStart,
  StartBody,
} from "../../domain/vision-request.ts";
import type { SeenVision } from "../commands.ts";
import type { Asked, MemberRoute } from "./route.ts";

/** The id of a row in the path. What cannot be one belongs to nobody. @throws ProblemError not_found */
export function rowId({ params }: Asked): string {
  const id = v.safeParse(RowId, params.id);
  if (!id.success) throw new ProblemError("not_found");
  return id.output;
}

/**
 * A version as its reader has seen it: the id in the path, the revision in `If-Match`.
 * @throws ProblemError not_found, precondition_required, invalid_request
 */
export function seenVision(asked: Asked): SeenVision {
  return { id: rowId(asked), revision: parseIfMatch(asked.request.headers.get("if-match")) };
}

/** Saved as one goes, with every field left and every statement answered, it has a limit of its own. */
const common = { caller: "member", limit: "JOURNEY_LIMIT" } as const;

/** Profile, assessment and visions. */
export const VISION_DATA_ROUTES: readonly MemberRoute[] = [
  {
    ...common,
    method: "GET",
    path: "/api/profile",
    command: () => ({ kind: "read-profile" }),
  },
  {
    ...common,
    method: "PATCH",
    path: "/api/profile",
    body: ProfileChanges,
    command: ({ body }) => ({
      kind: "edit-profile",
      changes: parseProfileChanges(body, Date.now()),
    }),
  },
  {
    ...common,
    method: "GET",
    path: "/api/assessment",
    query: StatusQuery,
    command: ({ query }) => ({ kind: "read-assessment", completed: parseAssessmentQuery(query) }),
  },
  {
    ...common,
    method: "PATCH",
    path: "/api/assessment",
    body: AnswersBody,
    command: ({ body }) => ({ kind: "answer-statements", ...parseAnswers(body) }),
  },
  {
    ...common,
    method: "POST",
    path: "/api/assessment/complete",
    body: CompletionBody,
    command: ({ body }) => ({ kind: "complete-assessment", id: parseCompletion(body) }),
  },
  {
    ...common,
    method: "GET",
    path: "/api/visions",
    query: ListQuery,
    command: ({ query }) => ({ kind: "list-visions", ...parseVisionPage(query) }),
  },
  {
    ...common,
    method: "POST",
    path: "/api/visions",
    body: StartBody,
    command: ({ body }) => ({ kind: "begin-vision", from: parseVisionStart(body) }),
  },
  {
    ...common,
    method: "GET",
    path: "/api/visions/:id",
    command: (asked) => ({ kind: "read-vision", id: rowId(asked) }),
  },
  {
    ...common,
    method: "PATCH",
    path: "/api/visions/:id",
    body: ChangesBody,
    command: (asked) => ({
      kind: "write-vision",
      ...seenVision(asked),
      ...parseVisionChanges(asked.body),
    }),
  },
  {
    ...common,
    method: "DELETE",
    path: "/api/visions/:id",
    command: (asked) => ({ kind: "delete-vision", ...seenVision(asked) }),
  },
  {
    ...common,
    method: "POST",
    path: "/api/visions/:id/commit",
    command: (asked) => ({ kind: "commit-vision", ...seenVision(asked) }),
  },
];
