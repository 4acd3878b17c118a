import * as v from "valibot";
import { fieldErrors } from "../../domain/chat-request.ts";
import type { Conversation, Message, Turn } from "../../domain/messages.ts";
import { ProblemError } from "../../domain/problems.ts";
import { wholeNumber } from "../../domain/requests.ts";
import type { SessionParts } from "./parts.ts";
import { messageOf, summaryOf, turnOf } from "./rows.ts";
import type { Runner } from "./runner.ts";
import type { TurnRecord } from "./turn-record.ts";

/** The longest page of a list, and the usual one. */
const PAGE_MAX = 100;
const PAGE = 30;

/** The query of `GET /api/conversations`. */
export const ListQuery = v.object({
  limit: v.optional(wholeNumber(1, PAGE_MAX), String(PAGE)),
  cursor: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
});

/** What of the member's conversations is asked for. */
export interface ListAsked {
  readonly limit: number;
  /** Null for the first page. */
  readonly cursor: number | null;
}

/**
 * Reads the query of the list.
 * @throws ProblemError invalid_request for a limit or cursor that is none
 */
export function listQuery(query: URLSearchParams): ListAsked {
  const parsed = v.safeParse(ListQuery, Object.fromEntries(query));
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  return { ...parsed.output, cursor: parsed.output.cursor ?? null };
}

/** The query of `GET /api/conversations/:id`. */
export const PageQuery = v.object({
  /** A message's position: the messages before it. */
  before: v.optional(wholeNumber(0, Number.MAX_SAFE_INTEGER)),
});

/**
 * Reads the query of a conversation.
 * @throws ProblemError invalid_request for a position that is none
 */
export function pageQuery(query: URLSearchParams): number | null {
  const parsed = v.safeParse(PageQuery, Object.fromEntries(query));
  if (!parsed.success) {
    throw new ProblemError("invalid_request", { errors: fieldErrors(parsed.issues) });
  }
  return parsed.output.before ?? null;
}

/**
 * A page of a conversation and the turn that runs in it, read together: the answer that is being
 * written is among the newest messages, as far as it has come.
 * @param before the messages before this position; null for the newest ones
 * @throws ProblemError not_found
 */
export function readConversation(
  { record, conversations, shown }: Pick<SessionParts, "record" | "conversations" | "shown">,
  runner: Runner,
  id: string,
  before: number | null,
): Conversation {
  const row = record.conversation(id);
  const greeted = row ? null : shown.of(id);
  if (greeted) {
    const { from, opening } = greeted;
    return {
      ...summaryOf({ ...from, id }),
      messages: [messageOf(opening)],
      olderBefore: null,
      runningTurn: null,
    };
  }
  if (!row || row.deleted_at !== null) throw new ProblemError("not_found");
  const conversation = conversations.page(row, before);
  // What is being written is newer than any position.
  const running = before === null ? runner.in(id) : undefined;
  if (!running) return { ...conversation, runningTurn: null };
  const { plan, turn } = running;
  const continued = plan.continues?.text ?? "";
  const answer: Message = messageOf({
    conversation_id: id,
    position: plan.answerPosition,
    id: plan.answerId,
    role: "assistant",
    text: continued + turn.log.text,
    status: "streaming",
    turn_id: plan.turnId,
    created_at: row.updated_at,
    error_code: null,
  });
  return {
    ...conversation,
    messages: [...conversation.messages.filter(({ id: other }) => other !== answer.id), answer],
    runningTurn: { id: plan.turnId, messageId: plan.answerId, base: continued.length },
  };
}

/**
 * How a turn stands.
 * @throws ProblemError not_found
 */
export function readTurn(turns: TurnRecord, id: string): Turn {
  const row = turns.get(id);
  if (!row) throw new ProblemError("not_found");
  return turnOf(row);
}
