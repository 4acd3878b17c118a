import type { CategoryKey } from "../../domain/categories.ts";
import type {
  Conversation,
  ConversationSummary,
  Message,
  MessageStatus,
  Page,
  Turn,
  TurnState,
  TurnTimings,
  TurnUsage,
} from "../../domain/messages.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import type { ProblemCode } from "../../domain/problems.ts";
import type { FinishReason } from "./log.ts";
import type { TurnKind } from "./plan.ts";

/** A conversation as stored. Times in milliseconds since the epoch. */
export type ConversationRow = {
  id: string;
  category: CategoryKey | null;
  phase: PhaseKey;
  vision_id: string | null;
  title: string;
  next_position: number;
  touched: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  /** 1 while its messages are still to be read from Postgres. */
  unread: number;
  /** Sums up the messages before `summary_until`; empty where nothing is summed up. */
  summary: string;
  summary_until: number;
};

/** A message as stored. */
export type MessageRow = {
  conversation_id: string;
  position: number;
  id: string;
  role: "user" | "assistant";
  text: string;
  status: MessageStatus;
  turn_id: string;
  created_at: number;
};

/** A turn as stored. */
export type TurnRow = {
  id: string;
  conversation_id: string;
  kind: TurnKind;
  asked_position: number | null;
  message_id: string;
  answer_position: number;
  /** Units of the answer that were there before this turn. */
  base: number;
  state: TurnState;
  /** What has been shown of a running answer, as far as it was flushed. */
  part: string;
  error_code: ProblemCode | null;
  finish_reason: FinishReason | null;
  /** JSON: RequestPlace. */
  origin: string;
  /** JSON: TurnTimings. */
  timings: string | null;
  /** JSON: TurnUsage. */
  usage: string | null;
  ended_at: number | null;
};

const NO_TIMINGS: TurnTimings = { firstWordMs: null, oursMs: null, upstreamMs: null };

/** How an old turn went. */
export function timingsOf(row: TurnRow): TurnTimings {
  return row.timings === null ? NO_TIMINGS : (JSON.parse(row.timings) as TurnTimings);
}

/** What an old turn used, null while it runs or where no request left. */
export function usageOf(row: TurnRow): TurnUsage | null {
  return row.usage === null ? null : (JSON.parse(row.usage) as TurnUsage);
}

/** A stored turn as the API shows it. */
export function turnOf(row: TurnRow): Turn {
  return {
    id: row.id,
    conversationId: row.conversation_id,
    messageId: row.message_id,
    state: row.state,
    errorCode: row.error_code,
    timings: timingsOf(row),
    usage: usageOf(row),
  };
}

/** The turn of an answer of which only the message is known. */
export function turnOfMessage(row: MessageRow): TurnRow {
  return {
    id: row.turn_id,
    conversation_id: row.conversation_id,
    kind: "message",
    asked_position: null,
    message_id: row.id,
    answer_position: row.position,
    base: 0,
    state: row.status === "replaced" ? "complete" : row.status,
    part: "",
    error_code: null,
    finish_reason: null,
    origin: "{}",
    timings: null,
    usage: null,
    ended_at: row.created_at,
  };
}

/** A stored message as the API shows it. */
export function messageOf(row: MessageRow): Message {
  const { id, role, text, status, position } = row;
  return {
    id,
    role,
    parts: [{ type: "text", text }],
    metadata: {
      turnId: row.turn_id,
      status,
      position,
      createdAt: new Date(row.created_at).toISOString(),
    },
  };
}

function summaryOf(row: ConversationRow): ConversationSummary {
  return {
    id: row.id,
    title: row.title,
    category: row.category,
    phase: row.phase,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}

/** The member's conversations, messages and turns in the object's own SQLite. */
export class MemberRecord {
  readonly #sql: SqlStorage;
  /** The newest `touched`, once it has been read. */
  #touched: number | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  conversation(id: string): ConversationRow | undefined {
    return this.#first<ConversationRow>("SELECT * FROM conversations WHERE id = ?", id);
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
       ORDER BY touched DESC LIMIT 1`,
      category,
      phase,
      visionId,
    );
  }

  /** Whether a conversation's messages are still to be read from Postgres. */
  isUnread(id: string): boolean {
    return this.conversation(id)?.unread === 1;
  }

  /** A conversation's messages have been read from Postgres. */
  markRead(id: string): void {
    this.#sql.exec("UPDATE conversations SET unread = 0 WHERE id = ?", id);
  }

  /** The number that the next change in any conversation gets. */
  nextTouch(): number {
    this.#touched ??=
      this.#first<{ touched: number | null }>("SELECT MAX(touched) AS touched FROM conversations")
        ?.touched ?? 0;
    this.#touched += 1;
    return this.#touched;
  }

  /** Writes a conversation, new or changed. */
  putConversation(row: ConversationRow): void {
    this.#sql.exec(
      `INSERT INTO conversations (id, category, phase, vision_id, title, next_position, touched,
         created_at, updated_at, deleted_at, unread, summary, summary_until)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title,
         next_position = excluded.next_position, touched = excluded.touched,
         updated_at = excluded.updated_at, deleted_at = excluded.deleted_at,
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
  }

  /**
   * Conversations, newest first. One in which the member has not written yet (an empty greeting)
   * is not listed.
   * @param before the cursor of the page before: `touched` of its last row
   */
  list(limit: number, before: number | null): Page<ConversationSummary> {
    const rows = this.#sql
      .exec<ConversationRow>(
        `SELECT * FROM conversations
         WHERE deleted_at IS NULL AND title <> '' AND touched < ?
         ORDER BY touched DESC LIMIT ?`,
        before ?? Number.MAX_SAFE_INTEGER,
        limit + 1,
      )
      .toArray();
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const more = rows.length > limit && last;
    return { items: page.map(summaryOf), nextCursor: more ? String(last.touched) : null };
  }

  /** A conversation with its messages, oldest first, without what was replaced. */
  read(row: ConversationRow): Omit<Conversation, "runningTurn"> {
    const messages = this.#sql
      .exec<MessageRow>(
        `SELECT * FROM messages WHERE conversation_id = ? AND status <> 'replaced'
         ORDER BY position`,
        row.id,
      )
      .toArray();
    return { ...summaryOf(row), messages: messages.map(messageOf) };
  }

  message(conversationId: string, id: string): MessageRow | undefined {
    return this.#first<MessageRow>(
      "SELECT * FROM messages WHERE conversation_id = ? AND id = ? AND status <> 'replaced'",
      conversationId,
      id,
    );
  }

  /** The message at a position, also a replaced one. */
  messageAt(conversationId: string, position: number): MessageRow | undefined {
    return this.#first<MessageRow>(
      "SELECT * FROM messages WHERE conversation_id = ? AND position = ?",
      conversationId,
      position,
    );
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
    return this.newestMessages(conversationId, Number.MAX_SAFE_INTEGER, 1)[0];
  }

  /** The member's message that an answer belongs to; undefined for a greeting. */
  questionOf(answer: MessageRow): MessageRow | undefined {
    const [before] = this.newestMessages(answer.conversation_id, answer.position, 1);
    return before?.role === "user" ? before : undefined;
  }

  /** The newest messages before a position that were not replaced, oldest first. */
  newestMessages(conversationId: string, before: number, limit: number): MessageRow[] {
    return this.#sql
      .exec<MessageRow>(
        `SELECT * FROM messages
         WHERE conversation_id = ? AND position < ? AND status <> 'replaced'
         ORDER BY position DESC LIMIT ?`,
        conversationId,
        before,
        limit,
      )
      .toArray()
      .reverse();
  }

  /** Marks everything from a position on as replaced and tells what that was. */
  replaceFrom(conversationId: string, position: number): MessageRow[] {
    const rows = this.#sql
      .exec<MessageRow>(
        `SELECT * FROM messages
         WHERE conversation_id = ? AND position >= ? AND status <> 'replaced' ORDER BY position`,
        conversationId,
        position,
      )
      .toArray();
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
    this.#sql.exec(
      `INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (conversation_id, position) DO UPDATE SET
         text = excluded.text, status = excluded.status, turn_id = excluded.turn_id`,
      row.conversation_id,
      row.position,
      row.id,
      row.role,
      row.text,
      row.status,
      row.turn_id,
      row.created_at,
    );
  }

  turn(id: string): TurnRow | undefined {
    return this.#first<TurnRow>("SELECT * FROM turns WHERE id = ?", id);
  }

  putTurn(row: TurnRow): void {
    this.#sql.exec(
      `INSERT INTO turns (id, conversation_id, kind, asked_position, message_id, answer_position,
         base, state, part, error_code, finish_reason, origin, timings, usage, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      row.id,
      row.conversation_id,
      row.kind,
      row.asked_position,
      row.message_id,
      row.answer_position,
      row.base,
      row.state,
      row.part,
      row.error_code,
      row.finish_reason,
      row.origin,
      row.timings,
      row.usage,
      row.ended_at,
    );
  }

  /** Writes how a turn ended; what was kept of its running answer is a message now. */
  endTurn(
    id: string,
    end: Pick<TurnRow, "state" | "error_code" | "finish_reason" | "timings" | "usage" | "ended_at">,
  ): void {
    this.#sql.exec(
      `UPDATE turns SET state = ?, part = '', error_code = ?, finish_reason = ?, timings = ?,
         usage = ?, ended_at = ? WHERE id = ?`,
      end.state,
      end.error_code,
      end.finish_reason,
      end.timings,
      end.usage,
      end.ended_at,
      id,
    );
  }

  /** Adds to what has been shown of a running answer: one row written, however long the text. */
  addPart(turnId: string, text: string): void {
    this.#sql.exec("UPDATE turns SET part = part || ? WHERE id = ?", text, turnId);
  }

  /** The turn that an Idempotency-Key stands for, with the hash of the body it came with. */
  idempotent(key: string): { body: string; turn_id: string } | undefined {
    return this.#first("SELECT body, turn_id FROM idempotency WHERE key = ?", key);
  }

  putIdempotent(key: string, body: string, turnId: string): void {
    this.#sql.exec("INSERT OR REPLACE INTO idempotency VALUES (?, ?, ?)", key, body, turnId);
  }

  /** Turns that were running when the object was last in memory. */
  unfinishedTurns(): TurnRow[] {
    return this.#sql.exec<TurnRow>("SELECT * FROM turns WHERE state = 'streaming'").toArray();
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
