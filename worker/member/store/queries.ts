import type { CategoryKey } from "../../../domain/categories.ts";
import type { Conversation, ConversationSummary, Page } from "../../../domain/messages.ts";
import type { PhaseKey } from "../../../domain/phases.ts";
import { utf8Length } from "../../../domain/text.ts";
import { newestOf } from "./newest.ts";
import {
  type AnsweredRow,
  type ConversationRow,
  type MessageRow,
  messageOf,
  summaryOf,
} from "./rows.ts";

/** The most that is read of a conversation at once. */
const PAGE_MESSAGES = 200;
const PAGE_BYTES = 1024 * 1024;

/**
 * What the member reads of their conversations: the list, a page of one, its texts. Straight from the
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

  /** What VIVA has summed up of long conversations: only the object has it. */
  summaries(): { conversationId: string; text: string }[] {
    return this.#sql
      .exec<{ conversationId: string; text: string }>(
        `SELECT id AS conversationId, summary AS text FROM conversations
         WHERE deleted_at IS NULL AND summary <> '' ORDER BY touched`,
      )
      .toArray();
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

  /**
   * A page of a conversation: the newest messages before a position, oldest first, without what was
   * replaced. At most 200 of them and, beyond one, 1 MB.
   * @param before null for the newest of all
   */
  page(row: ConversationRow, before: number | null): Omit<Conversation, "runningTurn"> {
    const newest = this.#sql.exec<AnsweredRow>(
      `SELECT messages.*, turns.finish_reason FROM messages LEFT JOIN turns ON turns.id = turn_id
       WHERE messages.conversation_id = ? AND position < ? AND status <> 'replaced'
       ORDER BY position DESC`,
      row.id,
      before ?? Number.MAX_SAFE_INTEGER,
    );
    const sizeOf = ({ text }: AnsweredRow) => utf8Length(text);
    const { messages, all } = newestOf(newest, PAGE_MESSAGES, sizeOf, PAGE_BYTES);
    const olderBefore = all ? null : (messages[0]?.position ?? null);
    return { ...summaryOf(row), messages: messages.map(messageOf), olderBefore };
  }

  /** Ids of the conversations, not deleted, in which texts of a version, or of a section of any, are written. */
  writing(of: { readonly visionId: string } | { readonly category: CategoryKey }) {
    const [from, to] =
      "visionId" in of ? [`vision:${of.visionId}:`, ""] : ["vision:", `:${of.category}`];
    return this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM conversations WHERE deleted_at IS NULL
           AND substr(id, 1, length(?1)) = ?1 AND (?2 = '' OR substr(id, -length(?2)) = ?2)`,
        from,
        to,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** Positions and turns of all messages of a conversation, also of replaced ones. */
  positions(conversationId: string): Pick<MessageRow, "position" | "turn_id">[] {
    return this.#sql
      .exec<Pick<MessageRow, "position" | "turn_id">>(
        "SELECT position, turn_id FROM messages WHERE conversation_id = ?",
        conversationId,
      )
      .toArray();
  }

  /** The newest conversation of a place that holds only a whole greeting. */
  emptyOf(
    category: CategoryKey | null,
    phase: PhaseKey,
    visionId: string | null,
  ): ConversationRow | undefined {
    const [row] = this.#sql
      .exec<ConversationRow>(
        `SELECT * FROM conversations
       WHERE category IS ? AND phase = ? AND vision_id IS ? AND deleted_at IS NULL
         AND id NOT LIKE 'vision:%' AND title = '' AND unread = 0
         AND (SELECT group_concat(DISTINCT role || ' ' || status) FROM messages
           WHERE conversation_id = conversations.id) = 'assistant complete'
       ORDER BY touched DESC LIMIT 1`,
        category,
        phase,
        visionId,
      )
      .toArray();
    return row;
  }
}
