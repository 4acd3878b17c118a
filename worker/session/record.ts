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

/** A turn as stored. `timings` and `usage` are JSON. */
export type TurnRow = {
  id: string;
  conversation_id: string;
  message_id: string;
  answer_position: number;
  state: TurnState;
  error_code: ProblemCode | null;
  finish_reason: FinishReason | null;
  timings: string | null;
  usage: string | null;
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

/** How many of the newest messages are looked at when history is put together. */
const HISTORY_ROWS = 60;

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
      `INSERT INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET title = excluded.title,
         next_position = excluded.next_position, touched = excluded.touched,
         updated_at = excluded.updated_at, deleted_at = excluded.deleted_at`,
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

  /** The first message of a conversation. */
  firstMessage(conversationId: string): MessageRow | undefined {
    return this.#first<MessageRow>(
      `SELECT * FROM messages WHERE conversation_id = ? AND status <> 'replaced'
       ORDER BY position LIMIT 1`,
      conversationId,
    );
  }

  /** The newest messages before a position that were not replaced, oldest first. */
  newestMessages(conversationId: string, before: number): MessageRow[] {
    return this.#sql
      .exec<MessageRow>(
        `SELECT * FROM messages
         WHERE conversation_id = ? AND position < ? AND status <> 'replaced'
         ORDER BY position DESC LIMIT ?`,
        conversationId,
        before,
        HISTORY_ROWS,
      )
      .toArray()
      .reverse();
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
      `INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, error_code = excluded.error_code,
         finish_reason = excluded.finish_reason, timings = excluded.timings, usage = excluded.usage`,
      row.id,
      row.conversation_id,
      row.message_id,
      row.answer_position,
      row.state,
      row.error_code,
      row.finish_reason,
      row.timings,
      row.usage,
    );
  }

  /** Turns that were running when the object was last in memory. */
  unfinishedTurns(): TurnRow[] {
    return this.#sql.exec<TurnRow>("SELECT * FROM turns WHERE state = 'streaming'").toArray();
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
