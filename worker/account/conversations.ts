import type { ConversationSummary } from "../../domain/messages.ts";
import { ProblemError } from "../../domain/problems.ts";
import { isWriting } from "../../domain/writing.ts";
import { nextTask } from "../next-task.ts";
import { HEARTBEAT_MS } from "../session/begin.ts";
import { copyConversation } from "../session/copies.ts";
import type { SessionParts } from "../session/parts.ts";
import { type ConversationRow, summaryOf } from "../session/rows.ts";
import type { Runner } from "../session/runner.ts";

/** A conversation that the member has. What VIVA wrote for a vision is none. @throws ProblemError not_found */
function existing({ record }: SessionParts, id: string): ConversationRow {
  const row = isWriting(id) ? undefined : record.conversation(id);
  if (!row || row.deleted_at !== null) throw new ProblemError("not_found");
  return row;
}

/** Gives a conversation a title. Its place in the list stays. @throws ProblemError not_found */
export function renameConversation(
  parts: SessionParts,
  id: string,
  title: string,
): ConversationSummary {
  const { record, outbox, transaction, wakeBy, now } = parts;
  const renamed = { ...existing(parts, id), title };
  transaction(() => {
    record.putConversation(renamed);
    copyConversation(outbox, id);
    wakeBy(now() + HEARTBEAT_MS);
  });
  return summaryOf(renamed);
}

/** Ends the turns of which something holds, as if something newer had come; resolves once they are written. */
export async function endTurns(
  runner: Runner,
  holds: (conversationId: string) => boolean,
): Promise<void> {
  for (;;) {
    const running = runner.find(({ place }) => holds(place.id));
    if (!running) return;
    running.turn.abort("superseded");
    await running.turn.ended.catch(() => {});
    // The runner lets go of it in the ticks after its end.
    await nextTask();
  }
}

/**
 * Deletes a conversation, its running turn first: its words are gone from here at once, from Postgres
 * by the outbox. What it cost stays in the books.
 * @throws ProblemError not_found
 */
export async function deleteConversation(
  parts: SessionParts,
  runner: Runner,
  id: string,
): Promise<void> {
  const { record, ledger, outbox, transaction, wakeBy, now } = parts;
  existing(parts, id);
  await endTurns(runner, (conversationId) => conversationId === id);
  // Another request may have been faster.
  existing(parts, id);
  transaction(() => {
    ledger.forgetTurns(id, now());
    record.remove(id, now());
    copyConversation(outbox, id);
    wakeBy(now() + HEARTBEAT_MS);
  });
}
