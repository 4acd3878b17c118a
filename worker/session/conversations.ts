import type { Conversation, ConversationSummary, Page } from "../../domain/messages.ts";
import {
  type AnsweredRow,
  type ConversationRow,
  type MessageRow,
  messageOf,
  summaryOf,
} from "./rows.ts";

/**
 * What the member reads of their conversations: the list, a whole one, its texts. Straight from the
 * object's SQLite, since nobody's first word waits for it.
 */
export class Conversations {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Conversations, newest first. One in which the member has not written yet (an empty greeting)
   * is not listed.
   * @param before the cursor of the page before: `touched` of its last row
   */
  list(limit: number, before: number | null): Page<ConversationSummary> {
    const rows = this.listed(limit + 1, before);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last;
    return { items: page.map(summaryOf), nextCursor: more ? String(last.touched) : null };
  }

  /** The rows of the list, newest first. */
  listed(limit: number, before: number | null): ConversationRow[] {
    return this.#sql
      .exec<ConversationRow>(
        `SELECT * FROM conversations
         WHERE deleted_at IS NULL AND title <> '' AND touched < ?
         ORDER BY touched DESC LIMIT ?`,
        before ?? Number.MAX_SAFE_INTEGER,
        limit,
      )
      .toArray();
  }

  /** The texts of a conversation, newest first, without what was replaced: read one by one. */
  texts(conversationId: string): Iterable<Pick<MessageRow, "id" | "role" | "text">> {
    return this.#sql.exec<Pick<MessageRow, "id" | "role" | "text">>(
      `SELECT id, role, text FROM messages
       WHERE conversation_id = ? AND status <> 'replaced' ORDER BY position DESC`,
      conversationId,
    );
  }

  /** A conversation with its messages, oldest first, without what was replaced. */
  read(row: ConversationRow): Omit<Conversation, "runningTurn"> {
    const messages = this.#sql
      .exec<AnsweredRow>(
        `SELECT messages.*, turns.finish_reason FROM messages LEFT JOIN turns ON turns.id = turn_id
         WHERE messages.conversation_id = ? AND status <> 'replaced' ORDER BY position`,
        row.id,
      )
      .toArray();
    return { ...summaryOf(row), messages: messages.map(messageOf) };
  }
}
