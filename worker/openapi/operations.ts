import * as v from "valibot";
import type { ProblemCode } from "../../domain/problems.ts";
import { ACCOUNT_OPERATIONS } from "./account-operations.ts";
import { OPERATOR_OPERATIONS } from "./operator-operations.ts";
import * as shapes from "./shapes.ts";

/** What is told of one route beside what the route itself says. */
export interface Operation {
  /** A few words, as a list of routes shows them. */
  readonly summary: string;
  /** More, where the schemas do not say it. */
  readonly description?: string;
  /** Request headers with a meaning of their own, by lower-case name. */
  readonly headers?: readonly RequestHeader[];
  /** JSON answers by status; null for one without a body. */
  readonly answers?: Readonly<Record<number, v.GenericSchema | null>>;
  /** Whether 200 is an answer of VIVA: a stream of events, or of words. */
  readonly streams?: true;
  /** Whether an `ETag` comes with the answers. */
  readonly tagged?: true;
  /** The codes that this route can answer beside those of its caller, its body and its limit. */
  readonly problems?: readonly ProblemCode[];
}

export type RequestHeader = "if-match" | "idempotency-key" | "last-event-id";

/** While everything of the member is being erased. */
const ERASING = ["conflict"] as const;
/** Awaited reads and writes of Postgres. */
const DATABASE = ["database_unavailable", "forbidden", "conflict"] as const;
/** How a turn can fail before its first word, where it is asked for in words. */
const TURN = [
  "not_acceptable",
  "credits_exhausted",
  "rate_limited",
  "conflict",
  "idempotency_mismatch",
  "provider_refused",
  "provider_unavailable",
  "answer_cut",
  "content_filtered",
  "provider_busy",
  "provider_timeout",
] as const;
const VISION = ["not_found", "precondition_required", "precondition_failed"] as const;

/** What the API's routes take and answer, by method and path as the route table has them. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST /api/viva/chat": {
    summary: "Talk with VIVA",
    description:
      "A turn. Only the newest user message is read: what came before is the member's record. " +
      "Accept decides between the event stream and the bare words; where it leaves it open, a " +
      "body with `trigger` or any `parts` gets events.",
    headers: ["idempotency-key"],
    streams: true,
    problems: [
      ...TURN,
      ...(["unknown_category", "unknown_phase", "message_empty", "message_too_long"] as const),
      "not_found",
    ],
  },
  "GET /api/viva/chat/:id/stream": {
    summary: "Resume an answer",
    description:
      "The whole answer from its start, or what comes after a position: `Last-Event-ID` or " +
      "`?after=`. 204 where none is being written and none ended within two minutes.",
    headers: ["last-event-id"],
    answers: { 204: null },
    streams: true,
    problems: TURN.filter(
      (code) => code !== "credits_exhausted" && code !== "idempotency_mismatch",
    ),
  },
  "POST /api/viva/chat/:id/stop": {
    summary: "Stop an answer",
    description:
      "Idempotent. Without a body, the turn that runs is stopped. `turnId` names a turn, `messageId` the " +
      "message that a turn answers or is about: a stop that comes late stops no other turn.",
    answers: { 200: shapes.TurnShape },
    problems: ["rate_limited", "not_found"],
  },
  "GET /api/viva/live": {
    summary: "Hear what changes",
    description:
      "A WebSocket: `Sec-WebSocket-Protocol: viva, ticket.<ticket>` in place of the header. Tells every " +
      "tab and device of the member what has changed, to read it anew. Closed with 4401 when the token " +
      "ends and was not renewed by a frame.",
    answers: { 101: null },
    problems: ["invalid_request", "rate_limited", ...ERASING],
  },
  "POST /api/viva/live/ticket": {
    summary: "Get a ticket for a live connection",
    description: "Good once, for half a minute. What a socket's opening says is logged by proxies.",
    answers: {
      200: v.object({ ticket: v.string(), expiresInMs: v.pipe(v.number(), v.integer()) }),
    },
    problems: ERASING,
  },
  "GET /api/conversations": {
    summary: "List conversations",
    answers: { 200: shapes.pageOf(shapes.ConversationSummaryShape) },
    problems: ["invalid_request", "database_unavailable"],
  },
  "GET /api/conversations/:id": {
    summary: "Read a conversation: its newest messages, or those before a position",
    answers: { 200: shapes.ConversationShape },
    problems: ["invalid_request", "not_found", "database_unavailable"],
  },
  "GET /api/turns/:id": {
    summary: "Read how a turn stands",
    answers: { 200: shapes.TurnShape },
    problems: ["not_found"],
  },
  ...ACCOUNT_OPERATIONS,
  "GET /api/sync": {
    summary: "What is still on its way to Postgres",
    answers: { 200: shapes.SyncShape },
  },
  "GET /api/profile": {
    summary: "Read the Life Profile",
    answers: { 200: shapes.ProfileShape },
    problems: DATABASE,
  },
  "PATCH /api/profile": {
    summary: "Change the Life Profile",
    answers: { 200: shapes.ProfileShape },
    problems: DATABASE,
  },
  "GET /api/assessment": {
    summary: "Read the Vibrational Assessment",
    answers: { 200: shapes.AssessmentShape },
    problems: ["invalid_request", ...DATABASE],
  },
  "PATCH /api/assessment": {
    summary: "Answer statements",
    answers: { 200: shapes.AssessmentShape },
    problems: [...DATABASE, "not_found"],
  },
  "POST /api/assessment/complete": {
    summary: "Complete the assessment",
    description: "409 with `errors` names the statements that are not answered yet.",
    answers: { 200: shapes.AssessmentShape },
    problems: [...DATABASE, "not_found"],
  },
  "GET /api/visions": {
    summary: "List versions of the Life Vision",
    answers: { 200: shapes.pageOf(shapes.VisionSummaryShape) },
    problems: ["invalid_request", ...DATABASE],
  },
  "POST /api/visions": {
    summary: "Begin a draft",
    description: "201 for a new one, 200 with the draft there is.",
    answers: { 200: shapes.VisionShape, 201: shapes.VisionShape },
    tagged: true,
    problems: [...DATABASE, "not_found", "profile_incomplete"],
  },
  "GET /api/visions/:id": {
    summary: "Read a version",
    answers: { 200: shapes.VisionShape },
    tagged: true,
    problems: [...DATABASE, "not_found"],
  },
  "PATCH /api/visions/:id": {
    summary: "Write to a draft",
    headers: ["if-match"],
    answers: { 200: shapes.VisionShape },
    tagged: true,
    problems: [...DATABASE, ...VISION],
  },
  "DELETE /api/visions/:id": {
    summary: "Delete a version",
    headers: ["if-match"],
    answers: { 204: null },
    problems: [...DATABASE, ...VISION],
  },
  "POST /api/visions/:id/commit": {
    summary: "Make a draft the active version",
    headers: ["if-match"],
    answers: { 200: shapes.VisionShape },
    tagged: true,
    problems: [...DATABASE, ...VISION],
  },
  "POST /api/visions/:id/sections/:key/refine": {
    summary: "Refine a section",
    headers: ["if-match", "idempotency-key"],
    streams: true,
    problems: [...DATABASE, ...TURN, ...VISION, "unknown_category"],
  },
  "POST /api/vision/chat": {
    summary: "Take a step of discovery",
    description: "The last step, `submit_step_3`, streams the text like a turn.",
    headers: ["idempotency-key"],
    answers: { 200: shapes.DiscoveryShape },
    streams: true,
    problems: [
      ...DATABASE,
      ...TURN,
      ...(["not_found", "unknown_category", "profile_incomplete"] as const),
    ],
  },
  "POST /api/conversations/:id/draft": {
    summary: "Turn a talk into vision text",
    headers: ["idempotency-key"],
    streams: true,
    problems: [...DATABASE, ...TURN, "not_found"],
  },
  ...OPERATOR_OPERATIONS,
  "POST /api/csp-report": {
    summary: "Report what the pages' content security policy has stopped",
    description:
      "For browsers. Takes `application/reports+json` and `application/csp-report`. Logged are the " +
      "directive, the origin that was blocked, and which page it was.",
    answers: { 204: null },
  },
  "GET /api/config": {
    summary: "What a client may know of the deployment",
    answers: { 200: shapes.ConfigShape },
  },
  "GET /api/health": {
    summary: "Whether the Worker lives",
    description: "With `?challenge=` also whether the operator allows load tests: an HMAC of it.",
    problems: ["invalid_request"],
    answers: { 200: shapes.HealthShape },
  },
  "GET /api/ready": {
    summary: "Whether the deployment can serve",
    description: "503 names what is missing or down. The answer is kept for ten seconds.",
    answers: { 200: shapes.ReadinessShape, 503: shapes.ReadinessShape },
  },
  "GET /api/openapi.json": {
    summary: "This document",
    answers: { 200: shapes.DocumentShape },
  },
};
