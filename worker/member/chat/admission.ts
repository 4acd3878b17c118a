import { isCareTurn } from "../../../domain/care-turn.ts";
import type { ChatRequest } from "../../../domain/chat-request.ts";
import { DEFAULT_PHASE, type PhaseKey } from "../../../domain/phases.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { cleanText } from "../../../domain/text.ts";
import type { SessionParts } from "../services.ts";
import type { MemberRecord } from "../store/message-store.ts";
import type { ConversationRow, MessageRow } from "../store/rows.ts";
import { type Ask, newAsk, type TurnPlan } from "../turns/plan.ts";

/** The conversation of a turn: a stored one, or one that begins with it. */
export interface Place {
  readonly id: string;
  /** Undefined for a conversation that begins with this turn. */
  readonly stored: ConversationRow | undefined;
  readonly category: ConversationRow["category"];
  readonly phase: PhaseKey;
  /** The greeting that was shown under the id of a conversation that begins: its first message. */
  readonly opening?: MessageRow;
}

/** Where turns and messages are found. */
export type Stores = Pick<SessionParts, "record" | "turns">;

/** What a request comes to. */
export type Admission =
  /** The turn that runs now answers it. */
  | { readonly is: "running" }
  /** A stored turn has answered it: the turn of this message. */
  | { readonly is: "answered"; readonly message: MessageRow }
  /** It asks for a new turn. */
  | { readonly is: "new"; readonly ask: Ask };

/**
 * The conversation that a request is about. With an id: that one, whose category and phase a
 * request may omit but not contradict. Without: the newest of its place in the journey.
 * @param draftId the member's current draft, as far as it is known
 * @throws ProblemError not_found for a deleted one, conflict for another category or phase
 */
export function placeOf(
  request: ChatRequest,
  record: MemberRecord,
  draftId: string | null,
  newId: () => string,
): Place {
  const { conversationId, category } = request;
  if (conversationId === null) {
    const phase = request.phase ?? DEFAULT_PHASE;
    const stored = record.newestConversation(category, phase, draftId);
    return { id: stored?.id ?? newId(), stored, category, phase };
  }
  const stored = record.conversation(conversationId);
  if (!stored) {
    return { id: conversationId, stored, category, phase: request.phase ?? DEFAULT_PHASE };
  }
  if (stored.deleted_at !== null) throw new ProblemError("not_found");
  const contradicts =
    (category !== null && category !== stored.category) ||
    (request.phase !== null && request.phase !== stored.phase);
  if (contradicts) throw conflict("This conversation belongs to another category or phase.");
  return { id: stored.id, stored, category: stored.category, phase: stored.phase };
}

function conflict(detail: string): ProblemError {
  return new ProblemError("conflict", { detail });
}

/** Whether two texts are one message. A message stored before texts were cleaned is cleaned here. */
const sameText = (stored: string, asked: string) => cleanText(stored) === cleanText(asked);

/** Whether a request sends the message again that a turn answers, also one that is being superseded. */
export function repeats(
  { trigger, message }: ChatRequest,
  { kind, message: answered }: TurnPlan,
): boolean {
  // Who sends the message again wants its whole answer, not the rest that a continue is writing.
  if (trigger === "regenerate-message" || kind === "regenerate" || kind === "continue")
    return false;
  if (!message || message.id === null) return false;
  return answered?.id === message.id && sameText(answered.text, message.text);
}

/** The first position that neither the record nor the running turn has taken. */
export function nextPosition(place: Place, running: TurnPlan | undefined): number {
  const free = place.stored?.next_position ?? (place.opening ? 1 : 0);
  return Math.max(free, running ? running.answerPosition + 1 : 0);
}

/**
 * What a request for a reply means: the same message (id and text) is one turn, however often it is
 * sent; an edit and a regenerate replace what came after; a continue goes on with the last answer
 * where that was interrupted.
 * @param running the plan of the turn that runs in this conversation
 * @throws ProblemError conflict, not_found, message_empty
 */
export function admit(
  request: ChatRequest,
  place: Place,
  stores: Stores,
  running: TurnPlan | undefined,
  newId: () => string,
): Admission {
  const { record } = stores;
  if (request.trigger === "regenerate-message") {
    return admitRegenerate(request.targetId, place, record, running);
  }
  const { message, targetId } = request;
  const target = targetId === null ? undefined : record.message(place.id, targetId);
  if (running?.continues && running.continues.id === targetId) return { is: "running" };
  if (target?.role === "assistant") return admitContinue(target, place, record, running);
  if (!message) throw new ProblemError("message_empty");

  if (running && repeats(request, running)) return { is: "running" };
  const answeredNow = running?.message?.id === message.id;
  const known = message.id === null ? undefined : record.message(place.id, message.id);
  if (known?.role === "assistant") throw conflict("A message with this id is stored already.");
  const edits = targetId !== null && targetId === message.id;
  if ((known && !sameText(known.text, message.text)) || (answeredNow && !known)) {
    if (!edits) throw conflict("A message with this id is stored with another text.");
    return edit(message.text, message.id ?? newId(), known, place, running);
  }
  if (known && known.status !== "failed") return { is: "answered", message: known };
  const position = known ? known.position : nextPosition(place, running);
  return {
    is: "new",
    ask: newAsk("message", place, {
      message: { id: message.id ?? newId(), text: message.text, position },
      answerPosition: known ? answerPositionOf(known, place, stores, running) : position + 1,
    }),
  };
}

/**
 * Where the answer of a message stands whose turn failed: where that turn would have put it. The
 * place behind the message may hold an answer that a regenerate has replaced.
 */
function answerPositionOf(
  failed: MessageRow,
  place: Place,
  { record, turns }: Stores,
  running: TurnPlan | undefined,
): number {
  const turn = turns.get(failed.turn_id);
  if (turn) return turn.answer_position;
  const behind = failed.position + 1;
  return record.messageAt(place.id, behind) ? nextPosition(place, running) : behind;
}

function edit(
  text: string,
  id: string,
  known: MessageRow | undefined,
  place: Place,
  running: TurnPlan | undefined,
): Admission {
  const position = nextPosition(place, running);
  const cutFrom = known?.position ?? running?.message?.position ?? null;
  return {
    is: "new",
    ask: newAsk("message", place, {
      message: { id, text, position },
      answerPosition: position + 1,
      cutFrom,
      targetId: id,
    }),
  };
}

function admitContinue(
  target: MessageRow,
  place: Place,
  record: MemberRecord,
  running: TurnPlan | undefined,
): Admission {
  const last = record.lastMessage(place.id);
  if (running || last?.position !== target.position) {
    throw conflict("Only the last answer can be continued.");
  }
  if (target.status !== "interrupted") return { is: "answered", message: target };
  const asked = record.questionOf(target) ?? null;
  return {
    is: "new",
    ask: newAsk("continue", place, {
      message: asked && { id: asked.id, text: asked.text, position: asked.position },
      answerPosition: target.position,
      continues: { id: target.id, text: target.text },
      targetId: target.id,
    }),
  };
}

/** The answer that a regenerate names: by its own id, by its question's, or the last one. */
function answerToReplace(
  targetId: string | null,
  place: Place,
  record: MemberRecord,
  running: TurnPlan | undefined,
): MessageRow | undefined {
  // The answer that is being written now has no row yet: its question is the last message.
  if (targetId === null || targetId === running?.answerId) return record.lastMessage(place.id);
  const named = record.message(place.id, targetId);
  if (named?.role !== "user") return named;
  return record.messageAfter(named) ?? named;
}

function admitRegenerate(
  targetId: string | null,
  place: Place,
  record: MemberRecord,
  running: TurnPlan | undefined,
): Admission {
  const sameAgain =
    running?.kind === "regenerate" && (targetId === null || running.targetId === targetId);
  if (sameAgain) return { is: "running" };
  const { opening } = place;
  const isOpening = targetId === null || targetId === opening?.id;
  const named =
    answerToReplace(targetId, place, record, running) ?? (isOpening ? opening : undefined);
  if (!named) throw new ProblemError("not_found");
  // What a member in crisis was met with is said once more: nothing replaces it.
  if (named.role === "assistant" && isCareTurn(named.turn_id))
    return { is: "answered", message: named };
  const asked = named.role === "user" ? named : (record.questionOf(named) ?? null);
  const position = nextPosition(place, running);
  return {
    is: "new",
    ask: newAsk("regenerate", place, {
      message: asked && { id: asked.id, text: asked.text, position: asked.position },
      answerPosition: position,
      cutFrom: asked ? asked.position + 1 : named.position,
      targetId: targetId ?? named.id,
    }),
  };
}
