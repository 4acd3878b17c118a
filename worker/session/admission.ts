import type { ChatRequest } from "../../domain/chat-request.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import { DEFAULT_PHASE } from "../../domain/phases.ts";
import { ProblemError } from "../../domain/problems.ts";
import type { ConversationRow, MemberRecord, MessageRow } from "./record.ts";

/** The conversation of a turn: a stored one, or one that begins with it. */
export interface Place {
  readonly id: string;
  /** Undefined for a conversation that begins with this turn. */
  readonly stored: ConversationRow | undefined;
  readonly category: ConversationRow["category"];
  readonly phase: PhaseKey;
}

/** What a message means to its conversation. */
export type Admission =
  /** It is known, and a turn has answered it, or does so now: the same answer is read. */
  | { readonly kind: "same"; readonly message: MessageRow }
  /** It is known, and its turn failed before the first word: a new turn for the same message. */
  | { readonly kind: "again"; readonly message: MessageRow }
  /** It is new. */
  | { readonly kind: "new" };

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
  if (contradicts) {
    throw new ProblemError("conflict", {
      detail: "This conversation belongs to another category or phase.",
    });
  }
  return { id: stored.id, stored, category: stored.category, phase: stored.phase };
}

/**
 * What a member's message means: the same message (id and text) is one turn, however often it is sent.
 * @throws ProblemError conflict where its id is known with another text
 */
export function admit(
  message: NonNullable<ChatRequest["message"]>,
  place: Place,
  record: MemberRecord,
): Admission {
  if (message.id === null || !place.stored) return { kind: "new" };
  const known = record.message(place.id, message.id);
  if (!known) return { kind: "new" };
  if (known.role !== "user" || known.text !== message.text) {
    throw new ProblemError("conflict", {
      detail: "A message with this id is stored with another text.",
    });
  }
  return { kind: known.status === "failed" ? "again" : "same", message: known };
}
