import type { Conversation, Message, Turn } from "../../../domain/messages.ts";
import { ProblemError } from "../../../domain/problems.ts";
import type { SessionParts } from "../services.ts";
import { messageOf, summaryOf, turnOf } from "../store/rows.ts";
import type { TurnRecord } from "../store/turn-store.ts";
import type { Runner } from "../turns/runner.ts";

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
