import { isCareTurn } from "../../../domain/care-turn.ts";
import type { CategoryKey } from "../../../domain/categories.ts";
import type { PhaseKey } from "../../../domain/phases.ts";
import { KEPT_UNITS, type KeptConversation, type Newest, newestTexts } from "./newest.ts";
import type { ConversationRow, MessageRow, ReplacedRow } from "./rows.ts";

/** How many conversations are kept in memory, and how many of their newest messages at least. */
const KEPT_CONVERSATIONS = 8;
const KEPT_MESSAGES = 100;

/**
 * The member's conversations and messages in the object's own SQLite. Nobody else writes
 * there, so what a turn needs before its request leaves is kept in memory as well.
 */
export class MemberRecord {
  readonly #sql: SqlStorage;
  /** The conversations used last, in that order. */
  readonly #kept = new Map<string, KeptConversation>();
  /** The conversation that was last looked for in vain: one that begins is looked for several times. */
  #missing: string | null = null;
  /** The newest `touched`, once it has been read. */
  #touched: number | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Drops what is kept in memory: after a transaction that was rolled back it may be wrong. */
  forget(): void {
    this.#kept.clear();
    this.#missing = null;
    this.#touched = undefined;
  }

  conversation(id: string): ConversationRow | undefined {
    return this.#keep(id)?.row;
  }

  #keep(id: string): KeptConversation | undefined {
    const before = this.#kept.get(id);
    if (before || id === this.#missing) return before;
    const row = this.#first<ConversationRow>("SELECT * FROM conversations WHERE id = ?", id);
    if (!row) {
      this.#missing = id;
      return undefined;
    }
    const kept: KeptConversation = { row, messages: null, all: false };
    this.#kept.set(id, kept);
    const oldest = this.#kept.keys().next();
    if (this.#kept.size > KEPT_CONVERSATIONS && !oldest.done) this.#kept.delete(oldest.value);
    return kept;
  }

  /** The newest messages of a conversation, from memory. */
  #newest(conversationId: string): Newest<MessageRow> {
    const kept = this.#keep(conversationId);
    if (!kept) return { messages: [], all: true };
    if (!kept.messages) {
      const { messages, all } = this.#read(conversationId, Number.MAX_SAFE_INTEGER, KEPT_MESSAGES);
      kept.messages = messages;
      kept.all = all;
    }
    return { messages: kept.messages, all: kept.all };
  }

  /** The newest conversation of a place in the journey that has not been deleted. */
  newestConversation(
    category: CategoryKey | null,
    phase: PhaseKey,
    visionId: string | null,
  ): ConversationRow | undefined {
    return this.#first<ConversationRow>(
      `SELECT * FROM conversations
       WHERE category IS ? AND phase = ? AND vision_id IS ? AND deleted_at IS NULL
         AND id NOT LIKE 'vision:%'
       ORDER BY touched DESC LIMIT 1`,
      category,
      phase,
      visionId,
    );
  }

  /**
   * Ids of the talks about a section: those that began with this draft, and those of `ids` that there
   * are. A talk that began while the draft was not known yet is found by its id only.
   */
  talksAbout(category: CategoryKey, visionId: string, ids: readonly string[]): string[] {
    return this.#sql
      .exec<{ id: string }>(
        `SELECT id FROM conversations
         WHERE (category = ? AND vision_id = ? OR id IN (${ids.map(() => "?").join(", ")}))
           AND deleted_at IS NULL AND id NOT LIKE 'vision:%' ORDER BY touched`,
        category,
        visionId,
        ...ids,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** Whether a conversation's messages are still to be read from Postgres. */
  isUnread(id: string): boolean {
    return this.conversation(id)?.unread === 1;
  }

  /** The position of the oldest message that is here; null for none. */
  lowestPosition(id: string): number | null {
    const query = "SELECT MIN(position) AS at FROM messages WHERE conversation_id = ?";
    return this.#first<{ at: number | null }>(query, id)?.at ?? null;
  }

  /** A conversation's messages have been read from Postgres. */
  markRead(id: string): void {
    this.#sql.exec("UPDATE conversations SET unread = 0 WHERE id = ?", id);
    this.#kept.delete(id);
  }

  /** The number that the next change in any conversation gets. */
  nextTouch(): number {
    this.#touched ??=
      this.#first<{ touched: number | null }>("SELECT MAX(touched) AS touched FROM conversations")
        ?.touched ?? 0;
    this.#touched += 1;
    return this.#touched;
  }

  /** Writes a conversation, new or changed. One that was deleted stays deleted. */
  putConversation(row: ConversationRow): void {
    this.#missing = null;
    const kept = this.#kept.get(row.id);
    if (kept) kept.row = { ...row, deleted_at: kept.row.deleted_at ?? row.deleted_at };
    this.#sql.exec(
      `INSERT INTO conversations (id, category, phase, vision_id, title, next_position, touched,
         created_at, updated_at, deleted_at, unread, summary, summary_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title,
         next_position = excluded.next_position, touched = excluded.touched,
         updated_at = excluded.updated_at,
         deleted_at = COALESCE(conversations.deleted_at, excluded.deleted_at),
         summary = excluded.summary, summary_until = excluded.summary_until`,
      row.id,
      row.category,
      row.phase,
      row.vision_id,
      row.title,
      row.next_position,
      row.touched,
      row.created_at,
      row.updated_at,
      row.deleted_at,
      row.unread,
      row.summary,
      row.summary_until,
    );
  }

  /**
   * Writes a conversation's summary.
   * @param until the position after the last message it sums up
   * @param from the position of the first one: where that was cut away in the meantime, nothing is written
   */
  putSummary(id: string, summary: string, until: number, from: number): void {
    this.#sql.exec(
      `UPDATE conversations SET summary = ?, summary_until = ?
       WHERE id = ? AND summary_until <= ? AND EXISTS (SELECT 1 FROM messages
         WHERE conversation_id = ? AND position = ? AND status <> 'replaced')`,
      summary,
      until,
      id,
      from,
      id,
      until - 1,
    );
    this.#kept.delete(id);
  }

  /** Removes messages of a conversation that stays. */
  removeMessages(conversationId: string, positions: readonly number[]): void {
    this.#kept.delete(conversationId);
    this.#sql.exec(
      `DELETE FROM messages WHERE conversation_id = ?
         AND position IN (SELECT value FROM json_each(?))`,
      conversationId,
      JSON.stringify(positions),
    );
  }

  /** Marks a conversation as deleted; its words go at once. */
  remove(id: string, now: number): void {
    this.#kept.delete(id);
    this.#sql.exec("DELETE FROM messages WHERE conversation_id = ?", id);
    this.#sql.exec(
      `UPDATE conversations SET title = '', summary = '', summary_until = 0, unread = 0,
         deleted_at = ? WHERE id = ?`,
      now,
      id,
    );
  }

  /** A message by its id, where it has not been replaced. */
  message(conversationId: string, id: string): MessageRow | undefined {
    const { messages, all } = this.#newest(conversationId);
    const found = messages.findLast((row) => row.id === id);
    if (found || all) return found;
    return this.#first<MessageRow>(
      "SELECT * FROM messages WHERE conversation_id = ? AND id = ? AND status <> 'replaced'",
      conversationId,
      id,
    );
  }

  /** The message at a position, also a replaced one. */
  messageAt(conversationId: string, position: number): MessageRow | undefined {
    const messages = this.#kept.get(conversationId)?.messages;
    const known = messages?.findLast((row) => row.position === position);
    if (known) return known;
    return this.#first<MessageRow>(
      "SELECT * FROM messages WHERE conversation_id = ? AND position = ?",
      conversationId,
      position,
    );
  }

  /** Where messages of a conversation stand before a position, also replaced ones, in order. */
  positionsBefore(conversationId: string, position: number): number[] {
    return this.#sql
      .exec<{ position: number }>(
        "SELECT position FROM messages WHERE conversation_id = ? AND position < ? ORDER BY position",
        conversationId,
        position,
      )
      .toArray()
      .map((row) => row.position);
  }

  /** The first message of a conversation. */
  firstMessage(conversationId: string): MessageRow | undefined {
    return this.#nextMessage(conversationId, -1);
  }

  /** The message that follows another. */
  messageAfter(row: MessageRow): MessageRow | undefined {
    return this.#nextMessage(row.conversation_id, row.position);
  }

  /** The newest message of a conversation. */
  lastMessage(conversationId: string): MessageRow | undefined {
    return this.#newest(conversationId).messages.at(-1);
  }

  /** The member's message that an answer belongs to; undefined for a greeting. */
  questionOf(answer: MessageRow): MessageRow | undefined {
    const [before] = this.newestMessages(answer.conversation_id, answer.position, 1);
    return before?.role === "user" ? before : undefined;
  }

  /**
   * The newest messages before a position that were not replaced, oldest first: fewer than `limit` if
   * they are long, at least one if there is one.
   */
  newestMessages(conversationId: string, before: number, limit: number): MessageRow[] {
    const { messages, all } = this.#newest(conversationId);
    const earlier = messages.filter((row) => row.position < before);
    if (all || earlier.length >= limit) return earlier.slice(-limit);
    return this.#read(conversationId, before, limit).messages;
  }

  #read(conversationId: string, before: number, limit: number) {
    const newest = this.#sql.exec<MessageRow>(
      `SELECT * FROM messages
       WHERE conversation_id = ? AND position < ? AND status <> 'replaced'
       ORDER BY position DESC`,
      conversationId,
      before,
    );
    return newestTexts(newest, limit);
  }

  /**
   * Marks everything from a position on as replaced and tells which messages those were. What a member in
   * crisis was met with stays: they may take back their words, and need the help lines all the same.
   */
  replaceFrom(conversationId: string, position: number): ReplacedRow[] {
    const rows = this.#sql
      .exec<ReplacedRow>(
        `SELECT conversation_id, position, role, turn_id FROM messages
         WHERE conversation_id = ? AND position >= ? AND status <> 'replaced' ORDER BY position`,
        conversationId,
        position,
      )
      .toArray()
      .filter(({ role, turn_id }) => role === "user" || !isCareTurn(turn_id));
    const kept = this.#kept.get(conversationId);
    if (kept) kept.messages = null;
    for (const row of rows) {
      this.#sql.exec(
        "UPDATE messages SET status = 'replaced' WHERE conversation_id = ? AND position = ?",
        row.conversation_id,
        row.position,
      );
    }
    return rows;
  }

  putMessage(row: MessageRow): void {
    this.#remember(row);
    this.#sql.exec(
      `INSERT INTO messages
         (conversation_id, position, id, role, text, status, turn_id, created_at, error_code)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (conversation_id, position) DO UPDATE SET
         text = excluded.text, status = excluded.status, turn_id = excluded.turn_id,
         error_code = excluded.error_code`,
      row.conversation_id,
      row.position,
      row.id,
      row.role,
      row.text,
      row.status,
      row.turn_id,
      row.created_at,
      row.error_code,
    );
  }

  /** Puts a message in its place in memory, where its conversation is kept. */
  #remember(row: MessageRow): void {
    const kept = this.#kept.get(row.conversation_id);
    if (!kept?.messages) return;
    const { messages } = kept;
    const after = messages.findIndex(({ position }) => position >= row.position);
    const same = messages[after]?.position === row.position;
    if (row.status === "replaced") kept.messages = null;
    else if (after === -1) messages.push(row);
    // In front of the oldest one that is kept there may be others that are not.
    else if (after === 0 && !same && !kept.all) return;
    else messages.splice(after, same ? 1 : 0, row);
    const units = messages.reduce((sum, { text }) => sum + text.length, 0);
    if (messages.length <= 2 * KEPT_MESSAGES && units <= 2 * KEPT_UNITS) return;
    const newest = newestTexts(messages.toReversed(), KEPT_MESSAGES);
    kept.messages = newest.messages;
    kept.all &&= newest.all;
  }

  #nextMessage(conversationId: string, after: number): MessageRow | undefined {
    return this.#first<MessageRow>(
      `SELECT * FROM messages WHERE conversation_id = ? AND position > ? AND status <> 'replaced'
       ORDER BY position LIMIT 1`,
      conversationId,
      after,
    );
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
