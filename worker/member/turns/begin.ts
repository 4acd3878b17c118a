import type { ProblemCode } from "../../../domain/problems.ts";
import { oneLine, truncate } from "../../../domain/text.ts";
import type { SessionParts } from "../services.ts";
import type { MessageRow, TurnRow } from "../store/rows.ts";
import { copyConversation, copyMessage } from "../sync/outbox-rows.ts";
import type { TurnPlan } from "./plan.ts";

/** While a turn runs the object wakes this often, so that one that was lost goes on. */
export const HEARTBEAT_MS = 30_000;
/** How many characters of the first message make a conversation's title. */
const TITLE_UNITS = 60;
/** What a conversation is called that begins with a crisis: its words are in no list. */
const CARE_TITLE = "VIVA is here for you";

/**
 * Writes the member's message of a plan, new or with the turn that answers it now.
 * @param failure why that turn failed without a word; null while it runs
 */
export function putQuestion(
  { record, outbox }: SessionParts,
  plan: TurnPlan,
  now: number,
  failure: ProblemCode | null = null,
): void {
  const { message, place, turnId } = plan;
  if (!message) return;
  // The place is as it was when the turn was admitted: behind it nothing is stored but the turn's own.
  const isNew = failure === null && message.position >= (place.stored?.next_position ?? 0);
  const stored = isNew ? undefined : record.messageAt(place.id, message.position);
  const row: MessageRow = {
    conversation_id: place.id,
    position: message.position,
    id: message.id,
    role: "user",
    text: message.text,
    status: failure === null ? "complete" : "failed",
    turn_id: turnId,
    created_at: stored?.created_at ?? now,
    error_code: failure,
  };
  record.putMessage(row);
  copyMessage(outbox, row);
}

/** Writes the greeting that was shown under the id of a conversation that begins now. */
function putOpening({ record, outbox, newId }: SessionParts, { place }: TurnPlan): void {
  const { id, opening } = place;
  if (!opening || record.messageAt(id, 0)) return;
  // The turn that wrote it belongs to the conversation that it was shown from.
  const row = { ...opening, turn_id: newId() };
  record.putMessage(row);
  copyMessage(outbox, row);
}

/** Writes the conversation as the turn leaves it, and copies it where something a list shows has changed. */
function putConversation(parts: SessionParts, plan: TurnPlan, now: number): void {
  const { record, outbox, context } = parts;
  const { place, message, answerPosition } = plan;
  const stored = record.conversation(place.id);
  // Texts are read where they are written for; a conversation without a title is in no list.
  const talks = message !== null && plan.task === null;
  const opening = plan.kind === "care" ? CARE_TITLE : oneLine(message?.text ?? "");
  const title = stored?.title || (talks ? truncate(opening, TITLE_UNITS) : "");
  // What is cut away may have been summed up: the summary then begins anew.
  const summaryHolds = stored && (plan.cutFrom === null || plan.cutFrom >= stored.summary_until);
  record.putConversation({
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
    unread: stored?.unread ?? 0,
    summary: summaryHolds ? stored.summary : "",
    summary_until: summaryHolds ? stored.summary_until : 0,
  });
  if (stored?.title !== title) copyConversation(outbox, place.id);
}

/** The row of a turn that begins to run. */
export function newTurn(plan: TurnPlan): TurnRow {
  return {
    id: plan.turnId,
    conversation_id: plan.place.id,
    kind: plan.kind,
    asked_position: plan.message?.position ?? null,
    message_id: plan.answerId,
    answer_position: plan.answerPosition,
    base: plan.continues?.text.length ?? 0,
    state: "streaming",
    part: "",
    error_code: null,
    finish_reason: null,
    origin: JSON.stringify(plan.origin.place),
    timings: null,
    usage: null,
    task: plan.task && JSON.stringify(plan.task),
    notes: null,
    ended_at: null,
  };
}

/**
 * Makes a turn durable, in one transaction: what an edit or regenerate cuts away, the member's
 * message, the turn, the reservation of the request that has left, and the alarm that wakes the
 * object should it die.
 * @param model the model that was asked; null where no request left
 * @param inputTokens what the prompt is estimated at
 */
export function beginTurn(
  parts: SessionParts,
  plan: TurnPlan,
  model: string | null,
  inputTokens: number,
): void {
  const { record, turns, ledger, outbox, transaction, wakeBy } = parts;
  const { turnId, place, cutFrom, origin } = plan;
  const now = parts.now();
  transaction(() => {
    putConversation(parts, plan, now);
    putOpening(parts, plan);
    const cutAway = cutFrom === null ? [] : record.replaceFrom(place.id, cutFrom);
    for (const row of cutAway) copyMessage(outbox, row);
    // A continued answer stays that of the turn that began it.
    if (!plan.continues) putQuestion(parts, plan, now);
    turns.put(newTurn(plan));
    if (origin.idempotency) {
      turns.putIdempotent(origin.idempotency.key, origin.idempotency.body, turnId);
    }
    if (model !== null) ledger.reserve(turnId, 1, model, inputTokens);
    wakeBy(now + HEARTBEAT_MS);
  });
}
