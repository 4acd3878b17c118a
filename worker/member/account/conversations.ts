import type { ConversationSummary } from "../../../domain/messages.ts";
import { ProblemError } from "../../../domain/problems.ts";
import { isWriting } from "../../../domain/writing-conversation.ts";
import type { SessionParts } from "../services.ts";
import { type ConversationRow, summaryOf } from "../store/rows.ts";
import { copyConversation } from "../sync/outbox-rows.ts";
import { HEARTBEAT_MS } from "../turns/begin.ts";
import type { Runner } from "../turns/runner.ts";
import { endTurns, forgetTextsFrom, removeConversation } from "./forget.ts";

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

/**
 * Deletes a conversation, its running turn first: its words are gone from here at once, from Postgres
 * by the outbox. So are the texts that VIVA wrote from it and that stand in no version. What it cost
 * stays in the books.
 * @returns the conversations that have changed
 * @throws ProblemError not_found
 */
export async function deleteConversation(
  parts: SessionParts,
  runner: Runner,
  id: string,
): Promise<string[]> {
  existing(parts, id);
  await endTurns(runner, ({ place, task }) => place.id === id || task?.talks?.includes(id));
  // Another request may have been faster.
  const talk = existing(parts, id);
  return parts.transaction(() => {
    removeConversation(parts, id);
    return [id, ...forgetTextsFrom(parts, talk)];
  });
}
