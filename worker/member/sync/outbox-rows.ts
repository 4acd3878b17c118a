import type { MemberRecord } from "../store/message-store.ts";
import type { MessageRow } from "../store/rows.ts";
import type { Outbox, Pending } from "./outbox.ts";

/** Names a conversation in the outbox: its row goes to Postgres as it then is. */
export function copyConversation(outbox: Outbox, id: string): void {
  outbox.add("conversation", [id]);
}

/** Names a message in the outbox. */
export function copyMessage(outbox: Outbox, row: Pick<MessageRow, "conversation_id" | "position">) {
  outbox.add("message", [row.conversation_id, row.position]);
}

/** Has Postgres forget a suggestion that nobody accepted. @param id of the turn that wrote it */
export function copyForgottenRefinement(outbox: Outbox, id: string) {
  outbox.add("refinement", { id, forgotten: true });
}

/**
 * Has Postgres refuse tokens that were issued before a second. A version that does not know the kind
 * takes the row for a message that is gone, and drops it.
 */
export function copyRevocation(outbox: Outbox, before: number) {
  outbox.add("revocation", ["", before]);
}

const iso = (time: number) => new Date(time).toISOString();

/**
 * A row of the outbox as Postgres takes it, read from the record at the time of sending: where
 * it changed in the meantime the newest state goes, which is what the later row would say.
 */
export function materialise(record: MemberRecord, row: Pending): object | null {
  const key = JSON.parse(row.payload);
  if (row.kind === "refinement" && key.forgotten) return { kind: "forget", refinements: [key.id] };
  if (row.kind === "usage" || row.kind === "refinement") return key;
  if (row.kind === "revocation") return { before: key[1] };
  if (row.kind === "conversation") return conversationCopy(record, key[0]);
  return messageCopy(record, key[0], key[1]);
}

/** What Postgres must have before it takes a row: a message's conversation, and what was said in it before. */
export function parentsOf(record: MemberRecord, { kind, payload }: Pending): Pending[] {
  if (kind !== "message") return [];
  const [id, position]: [string, number] = JSON.parse(payload);
  const before = record.positionsBefore(id, position);
  return [
    { seq: 0, kind: "conversation", payload: JSON.stringify([id]) },
    ...before.map((at, index): Pending => {
      return { seq: index + 1, kind: "message", payload: JSON.stringify([id, at]) };
    }),
  ];
}

function conversationCopy(record: MemberRecord, id: string): object | null {
  const row = record.conversation(id);
  if (!row) return null;
  return {
    id,
    category: row.category,
    phase: row.phase,
    visionId: row.vision_id,
    title: row.title,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    deletedAt: row.deleted_at === null ? null : iso(row.deleted_at),
  };
}

function messageCopy(
  record: MemberRecord,
  conversationId: string,
  position: number,
): object | null {
  const row = record.messageAt(conversationId, position);
  const conversation = record.conversation(conversationId);
  if (!conversation) return null;
  if (!row) {
    // With its conversation it is gone there too; else this message alone was removed.
    const removed = { kind: "forget", conversationId, positions: [position] };
    return conversation.deleted_at === null ? removed : null;
  }
  return {
    conversationId,
    id: row.id,
    role: row.role,
    text: row.text,
    status: row.status,
    position,
    context: {
      turnId: row.turn_id,
      category: conversation.category,
      phase: conversation.phase,
      ...(row.error_code !== null && { errorCode: row.error_code }),
    },
    createdAt: iso(row.created_at),
  };
}
