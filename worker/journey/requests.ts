import type { IRequest } from "itty-router";
import * as v from "valibot";
import {
  parseAnswers,
  parseAssessmentQuery,
  parseCompletion,
} from "../../domain/assessment-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import { parseProfileChanges } from "../../domain/profile-request.ts";
import { RowId } from "../../domain/requests.ts";
import { parseIfMatch } from "../../domain/vision.ts";
import {
  parseVisionChanges,
  parseVisionPage,
  parseVisionStart,
} from "../../domain/vision-request.ts";
import { JSON_BODY_BYTES, readJson, readOptionalJson } from "../http/body.ts";
import type { JourneyCommand, SeenVision } from "./commands.ts";

/** A request that the router has matched. */
type Routed = Request & Pick<IRequest, "params">;

/** Reads what a request asks for. @throws ProblemError */
export type ParseJourney = (request: Routed) => JourneyCommand | Promise<JourneyCommand>;

const body = (request: Request) => readJson(request, JSON_BODY_BYTES);
const optionalBody = (request: Request) => readOptionalJson(request, JSON_BODY_BYTES);
const query = (request: Request) => Object.fromEntries(new URL(request.url).searchParams);

/** The id in the path. What cannot be the id of a version is none of the member's. */
function visionId({ params }: Routed): string {
  const id = v.safeParse(RowId, params.id);
  if (!id.success) throw new ProblemError("not_found");
  return id.output;
}

/** A version as its reader has seen it: the id in the path, the revision in `If-Match`. @throws ProblemError */
export function seenVision(request: Routed): SeenVision {
  const id = visionId(request);
  return { id, revision: parseIfMatch(request.headers.get("if-match")) };
}

type JourneyRoute = readonly [
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  parse: ParseJourney,
];

/** The routes of profile, assessment and visions. */
export const JOURNEY_ROUTES: readonly JourneyRoute[] = [
  ["GET", "/api/profile", () => ({ kind: "profile" })],
  [
    "PATCH",
    "/api/profile",
    async (request) => ({
      kind: "edit-profile",
      changes: parseProfileChanges(await body(request), Date.now()),
    }),
  ],
  [
    "GET",
    "/api/assessment",
    (request) => ({ kind: "assessment", completed: parseAssessmentQuery(query(request)) }),
  ],
  [
    "PATCH",
    "/api/assessment",
    async (request) => ({ kind: "answer", ...parseAnswers(await body(request)) }),
  ],
  [
    "POST",
    "/api/assessment/complete",
    async (request) => ({ kind: "complete", id: parseCompletion(await optionalBody(request)) }),
  ],
  ["GET", "/api/visions", (request) => ({ kind: "visions", ...parseVisionPage(query(request)) })],
  [
    "POST",
    "/api/visions",
    async (request) => ({
      kind: "begin-vision",
      from: parseVisionStart(await optionalBody(request)),
    }),
  ],
  ["GET", "/api/visions/:id", (request) => ({ kind: "vision", id: visionId(request) })],
  [
    "PATCH",
    "/api/visions/:id",
    async (request) => ({
      kind: "write-vision",
      ...seenVision(request),
      ...parseVisionChanges(await body(request)),
    }),
  ],
  ["DELETE", "/api/visions/:id", (request) => ({ kind: "delete-vision", ...seenVision(request) })],
  [
    "POST",
    "/api/visions/:id/commit",
    (request) => ({ kind: "commit-vision", ...seenVision(request) }),
  ],
];
