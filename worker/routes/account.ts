import * as v from "valibot";
import { normaliseCategory } from "../../domain/categories.ts";
import { Id } from "../../domain/chat-request.ts";
import { isPhase } from "../../domain/phases.ts";
import { ProblemError } from "../../domain/problems.ts";
import { line, parseRequest, strictly, wholeNumber } from "../../domain/requests.ts";
import type { MemberCommand } from "../commands.ts";
import { PAGE, PAGE_MAX } from "./chat.ts";
import type { Asked, MemberRoute } from "./route.ts";
import { rowId } from "./vision-data.ts";

/** The most characters (UTF-16 units) of a conversation's title. */
const CONVERSATION_TITLE_CHARACTERS = 200;

/** The body of `POST /api/viva/warm`. */
const WarmBody = v.nullish(
  v.strictObject({ category: v.nullish(v.string()), phase: v.nullish(v.string()) }, strictly),
);

function warm({ body }: Asked): MemberCommand {
  const asked = parseRequest(WarmBody, body);
  const phase = asked?.phase ?? null;
  if (phase !== null && !isPhase(phase)) throw new ProblemError("unknown_phase");
  const name = asked?.category ?? null;
  const category = name === null ? null : normaliseCategory(name);
  if (category === undefined) throw new ProblemError("unknown_category");
  return { kind: "warm", category, phase };
}

/** The body of `PATCH /api/conversations/:id`. */
const TitleBody = v.strictObject(
  {
    title: v.pipe(
      line(CONVERSATION_TITLE_CHARACTERS),
      v.string("a title has at least one character"),
    ),
  },
  strictly,
);

/** The body of `POST /api/conversations/search`: words do not belong in an address, which is logged. */
const SearchBody = v.strictObject(
  {
    /** What is looked for; blank for the whole list. */
    q: v.pipe(v.string(), v.maxLength(200, "at most 200 characters")),
    limit: v.optional(
      v.pipe(v.number(), v.integer("a whole number"), v.minValue(1), v.maxValue(PAGE_MAX)),
      PAGE,
    ),
    cursor: v.nullish(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
  },
  strictly,
);

/** The query of `GET /api/export`. */
const ExportQuery = v.object({
  format: v.optional(v.picklist(["json", "html"], "json or html"), "json"),
});

/** The conversation in the path. What cannot be the id of one is none of the member's. */
function conversationId({ params: { id } }: Asked): string {
  if (!v.is(Id, id)) throw new ProblemError("not_found");
  return id;
}

const common = { caller: "member", limit: "RATE_LIMIT" } as const;

/** The member's sessions, and their data as a whole. */
export const ACCOUNT_ROUTES: readonly MemberRoute[] = [
  { ...common, method: "POST", path: "/api/viva/warm", body: WarmBody, command: warm },
  { ...common, method: "GET", path: "/api/usage", command: () => ({ kind: "read-usage" }) },
  {
    ...common,
    method: "POST",
    path: "/api/conversations/search",
    body: SearchBody,
    command: ({ body }) => {
      const { cursor, ...asked } = parseRequest(SearchBody, body);
      return { kind: "search-conversations", ...asked, cursor: cursor ?? null };
    },
  },
  {
    ...common,
    method: "PATCH",
    path: "/api/conversations/:id",
    body: TitleBody,
    command: (asked) => ({
      kind: "rename-conversation",
      id: conversationId(asked),
      ...parseRequest(TitleBody, asked.body),
    }),
  },
  {
    ...common,
    method: "DELETE",
    path: "/api/conversations/:id",
    command: (asked) => ({ kind: "delete-conversation", id: conversationId(asked) }),
  },
  {
    ...common,
    method: "POST",
    path: "/api/sessions/revoke",
    command: () => ({ kind: "revoke-tokens" }),
  },
  { ...common, method: "GET", path: "/api/sessions", command: () => ({ kind: "list-sessions" }) },
  {
    ...common,
    method: "DELETE",
    path: "/api/sessions/:id",
    command: (asked) => ({ kind: "end-session", id: rowId(asked) }),
  },
  {
    ...common,
    method: "GET",
    path: "/api/export",
    query: ExportQuery,
    command: ({ query }) => ({ kind: "export", ...parseRequest(ExportQuery, query) }),
  },
  { ...common, method: "DELETE", path: "/api/account-data", command: () => ({ kind: "erase" }) },
];
