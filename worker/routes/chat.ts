import * as v from "valibot";
import { ChatBody, Id, parseChatRequest } from "../../domain/chat-request.ts";
import { ProblemError } from "../../domain/problems.ts";
import { parseRequest, wholeNumber } from "../../domain/requests.ts";
import type { MemberCommand } from "../commands.ts";
import { streamForm } from "../http/accept.ts";
import { CHAT_BODY_BYTES } from "../http/body.ts";
import { idempotencyOf } from "./idempotency.ts";
import type { Asked, MemberRoute } from "./route.ts";

/** The body of `POST /api/viva/chat/:id/stop`. */
const StopBody = v.nullish(v.looseObject({ turnId: v.nullish(Id), messageId: v.nullish(Id) }));

/** The longest page of a list, and the usual one. */
export const PAGE_MAX = 100;
export const PAGE = 30;

const Cursor = v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER));

/** The query of `GET /api/conversations`. */
const ListQuery = v.object({
  limit: v.optional(wholeNumber(1, PAGE_MAX), String(PAGE)),
  cursor: Cursor,
});

/** The query of `GET /api/conversations/:id`: the position of a message, for those before it. */
const PageQuery = v.object({ before: Cursor });

/** `<log>:<offset>` as our events are numbered, or the offset alone. */
const POSITION = /^(?:([\w-]{1,128}(?:\.\d)?):)?(\d{1,9})$/;

/**
 * Where a reader goes on: `Last-Event-ID`, or `?after=`. What names no position means the whole answer.
 * @throws ProblemError not_acceptable
 */
function resume({ request, params, query }: Asked): MemberCommand {
  const named = request.headers.get("last-event-id") ?? query.after;
  const [, log = null, offset] = POSITION.exec(named ?? "") ?? [];
  return {
    kind: "resume",
    conversationId: params.id,
    form: streamForm(request.headers.get("accept"), true),
    after: offset === undefined ? null : { log, offset: Number(offset) },
    headOnly: request.method === "HEAD",
  };
}

/** Conversations, their turns, and what is on its way to Postgres. */
export const CHAT_ROUTES: readonly MemberRoute[] = [
  {
    method: "POST",
    path: "/api/viva/chat",
    caller: "member",
    limit: null,
    body: ChatBody,
    bodyBytes: CHAT_BODY_BYTES,
    command: async ({ request, body }) => {
      const asked = parseChatRequest(body);
      return {
        kind: "chat",
        request: asked,
        form: streamForm(request.headers.get("accept"), asked.uiMessages),
        idempotency: await idempotencyOf(request, asked),
      };
    },
  },
  {
    method: "GET",
    path: "/api/viva/chat/:id/stream",
    caller: "member",
    limit: "RATE_LIMIT",
    query: v.object({ after: v.optional(v.string()) }),
    command: resume,
  },
  {
    method: "POST",
    path: "/api/viva/chat/:id/stop",
    caller: "member",
    limit: null,
    body: StopBody,
    command: ({ params, body }) => {
      const { turnId, messageId } = parseRequest(StopBody, body) ?? {};
      return {
        kind: "stop",
        conversationId: params.id,
        turnId: turnId ?? null,
        messageId: messageId ?? null,
      };
    },
  },
  {
    method: "GET",
    path: "/api/conversations",
    caller: "member",
    limit: "RATE_LIMIT",
    query: ListQuery,
    command: ({ query }) => {
      // An address is logged, and words that are looked for are the member's own.
      if ("q" in query) {
        throw new ProblemError("invalid_request", {
          detail: "To search conversations, send a POST to /api/conversations/search.",
        });
      }
      const { limit, cursor } = parseRequest(ListQuery, query);
      return { kind: "list-conversations", limit, cursor: cursor ?? null };
    },
  },
  {
    method: "GET",
    path: "/api/conversations/:id",
    caller: "member",
    limit: "RATE_LIMIT",
    query: PageQuery,
    command: ({ params, query }) => ({
      kind: "read-conversation",
      id: params.id,
      before: parseRequest(PageQuery, query).before ?? null,
    }),
  },
  {
    method: "GET",
    path: "/api/turns/:id",
    caller: "member",
    limit: "RATE_LIMIT",
    command: ({ params }) => ({ kind: "read-turn", id: params.id }),
  },
  {
    method: "GET",
    path: "/api/sync",
    caller: "member",
    limit: "RATE_LIMIT",
    command: () => ({ kind: "read-sync" }),
  },
];
