import { truncate } from "../../domain/text.ts";
import type { SessionParts } from "./parts.ts";
import type { TurnPlan } from "./plan.ts";
import type { ConversationRow, MessageRow } from "./record.ts";

/** An object that dies in a turn wakes after this long, so that what it has written reaches Postgres. */
const HEARTBEAT_MS = 30_000;
/** How many characters of the first message make a conversation's title. */
const TITLE_UNITS = 60;

/** The member's message of a plan as it is stored. */
export function memberMessage(plan: TurnPlan, status: MessageRow["status"], now: number) {
  const { message, place, turnId } = plan;
  return (
    message && {
      conversation_id: place.id,
      position: message.position,
      id: message.id,
      role: "user" as const,
      text: message.text,
      status,
      turn_id: turnId,
      created_at: now,
    }
  );
}

/** Adds the copy of a message to the outbox. */
export function copyMessage({ outbox }: SessionParts, plan: TurnPlan, row: MessageRow): void {
  outbox.add({
    kind: "message",
    conversationId: row.conversation_id,
    id: row.id,
    role: row.role,
    text: row.text,
    status: row.status,
    position: row.position,
    context: { turnId: row.turn_id, category: plan.place.category, phase: plan.place.phase },
    createdAt: new Date(row.created_at).toISOString(),
  });
}

/** Writes the conversation as the turn leaves it, and copies it where something a list shows has changed. */
function putConversation(parts: SessionParts, plan: TurnPlan, now: number): void {
  const { record, outbox, context } = parts;
  const { place, message, answerPosition } = plan;
  const stored = record.conversation(place.id);
  const title = stored?.title || (message ? truncate(message.text.trim(), TITLE_UNITS) : "");
  const row: ConversationRow = {
    id: place.id,
    category: place.category,
    phase: place.phase,
    vision_id: stored ? stored.vision_id : (context.known?.draft?.id ?? null),
    title,
    next_position: Math.max(stored?.next_position ?? 0, answerPosition + 1),
    touched: record.nextTouch(),
    created_at: stored?.created_at ?? now,
    updated_at: now,
    deleted_at: null,
  };
  record.putConversation(row);
  if (stored?.title === title) return;
  outbox.add({
    kind: "conversation",
    id: row.id,
    category: row.category,
    phase: row.phase,
    visionId: row.vision_id,
    title,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(now).toISOString(),
    deletedAt: null,
  });
}

/**
 * Makes a turn durable, in one transaction: the member's message, the turn, the reservation of the
 * request that has left, and the alarm that wakes the object should it die.
 */
export function beginTurn(parts: SessionParts, plan: TurnPlan, dispatched: boolean): void {
  const { record, ledger, transaction, wakeBy } = parts;
  const now = parts.now();
  transaction(() => {
    putConversation(parts, plan, now);
    const message = memberMessage(plan, "complete", now);
    if (message) {
      record.putMessage(message);
      copyMessage(parts, plan, message);
    }
    record.putTurn({
      id: plan.turnId,
      conversation_id: plan.place.id,
      message_id: plan.answerId,
      answer_position: plan.answerPosition,
      state: "streaming",
      error_code: null,
      finish_reason: null,
      timings: null,
      usage: null,
    });
    if (dispatched) ledger.reserve(plan.turnId, FIRST_ATTEMPT, plan.model);
    wakeBy(now + HEARTBEAT_MS);
  });
}

/** The number of a turn's first request. */
export const FIRST_ATTEMPT = 1;
