import * as v from "valibot";
import type { Operation } from "./operations.ts";
import * as shapes from "./shapes.ts";

/** While everything of the member is being erased. */
const ERASING = ["conflict"] as const;

const stateOf = <State extends string>(...states: State[]) =>
  v.object({ state: v.picklist(states) });

const UsageAnswer = v.object({
  credits: shapes.CreditsShape,
  days: v.array(
    v.object({
      day: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
      action: v.picklist([
        "chat_conversation",
        "vision_generation",
        "vision_refinement",
        "vision_discovery",
      ]),
      turns: v.pipe(v.number(), v.integer(), v.minValue(0)),
      credits: v.pipe(v.number(), v.integer(), v.minValue(0)),
    }),
  ),
});

const SignInShape = v.object({
  id: v.pipe(v.string(), v.uuid()),
  current: v.boolean(),
  createdAt: v.pipe(v.string(), v.isoTimestamp()),
  usedAt: v.pipe(v.string(), v.isoTimestamp()),
  userAgent: v.nullable(v.string()),
});

const rows = v.array(v.record(v.string(), v.unknown()));
const ExportAnswer = v.object({
  exportedAt: v.string(),
  account: v.nullable(v.record(v.string(), v.unknown())),
  summaries: rows,
  places: rows,
  profile: v.nullable(v.record(v.string(), v.unknown())),
  assessments: rows,
  visions: rows,
  refinements: rows,
  discovery: rows,
  conversations: rows,
  usage: rows,
});

/** What the routes of a member's session, conversations and data take and answer. */
export const ACCOUNT_OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST /api/viva/warm": {
    summary: "Get ready for a turn",
    description: "Brings into memory what the next turn needs. Calls no model.",
    answers: { 202: stateOf("warming") },
    problems: [...ERASING, "unknown_category", "unknown_phase"],
  },
  "GET /api/usage": {
    summary: "Credits, and what was used this month",
    description: "By UTC day and action, newest day first. Turns that asked the model.",
    answers: { 200: UsageAnswer },
    problems: ERASING,
  },
  "POST /api/conversations/search": {
    summary: "Search conversations",
    description:
      "Those that hold all words of `q`, in one message or the title. A page of what is found may be " +
      "shorter than asked for though there are more.",
    answers: { 200: shapes.pageOf(shapes.ConversationFoundShape) },
    problems: [...ERASING, "database_unavailable"],
  },
  "PATCH /api/conversations/:id": {
    summary: "Rename a conversation",
    answers: { 200: shapes.ConversationSummaryShape },
    problems: [...ERASING, "not_found"],
  },
  "DELETE /api/conversations/:id": {
    summary: "Delete a conversation",
    description: "An answer that is being written is ended first. What it cost stays in the books.",
    answers: { 204: null },
    problems: [...ERASING, "not_found"],
  },
  "GET /api/sessions": {
    summary: "Where the member is signed in",
    description: "What was used last comes first. `items` is null if this Supabase does not tell.",
    answers: { 200: v.object({ items: v.nullable(v.array(SignInShape)) }) },
    problems: ERASING,
  },
  "DELETE /api/sessions/:id": {
    summary: "End one session",
    description: "It cannot be renewed any more. Its access token stays good until its own end.",
    answers: { 204: null },
    problems: [...ERASING, "not_found"],
  },
  "POST /api/sessions/revoke": {
    summary: "Sign out everywhere",
    description: "Every token issued so far is refused from now on, this one too.",
    answers: { 200: v.object({ revokedBefore: v.string() }) },
    problems: ERASING,
  },
  "GET /api/export": {
    summary: "Everything of the member",
    description:
      "As JSON, or with `?format=html` as one page to read. It is read page by page; if it cannot be " +
      "finished the body breaks off.",
    answers: { 200: ExportAnswer },
    problems: [...ERASING, "invalid_request"],
  },
  "DELETE /api/account-data": {
    summary: "Erase everything of the member",
    description:
      "202 while it is going on, whatever fails meanwhile; asked again with the same token it says " +
      "when it is done. The account itself stays. Its token must come from a sign-in of the last five " +
      "minutes (`amr`).",
    answers: { 200: stateOf("done"), 202: stateOf("erasing") },
    problems: ["reauthentication_needed"],
  },
  "POST /api/hooks/supabase": {
    summary: "Something of a member has changed in the database",
    description:
      "For Supabase's database webhooks, with the header X-Webhook-Secret. If a row of `auth.users` was " +
      "deleted everything of that member is erased.",
    answers: { 202: stateOf("accepted", "ignored", "erasing") },
    problems: ["unauthorized", "forbidden", "misconfigured", "rate_limited"],
  },
};
