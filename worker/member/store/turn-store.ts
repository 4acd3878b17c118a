import type { TurnRow } from "./rows.ts";

/** The member's turns in the object's own SQLite. */
export class TurnRecord {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  get(id: string): TurnRow | undefined {
    return this.#first<TurnRow>("SELECT * FROM turns WHERE id = ?", id);
  }

  put(row: TurnRow): void {
    this.#sql.exec(
      `INSERT INTO turns (id, conversation_id, kind, asked_position, message_id, answer_position,
         base, state, part, error_code, finish_reason, origin, timings, usage, task, notes, ended_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      row.task,
      row.notes,
      row.ended_at,
    );
  }

  /** Writes how a turn ended; what was kept of its running answer is a message now. */
  end(
    id: string,
    end: Pick<
      TurnRow,
      "state" | "error_code" | "finish_reason" | "timings" | "usage" | "task" | "notes" | "ended_at"
    >,
  ): void {
    this.#sql.exec(
      `UPDATE turns SET state = ?, part = '', error_code = ?, finish_reason = ?, timings = ?,
         usage = ?, task = ?, notes = ?, ended_at = ? WHERE id = ?`,
      end.state,
      end.error_code,
      end.finish_reason,
      end.timings,
      end.usage,
      end.task,
      end.notes,
      end.ended_at,
      id,
    );
  }

  /** Adds to what has been shown of a running answer: one row written, however long the text. */
  addPart(turnId: string, text: string): void {
    this.#sql.exec("UPDATE turns SET part = part || ? WHERE id = ?", text, turnId);
  }

  /** Drops what has been shown of a running answer: it was no part of it. */
  dropPart(turnId: string): void {
    this.#sql.exec("UPDATE turns SET part = '' WHERE id = ?", turnId);
  }

  /** The turn that an Idempotency-Key stands for, with the hash of the body it came with. */
  idempotent(key: string): { body: string; turn_id: string } | undefined {
    return this.#first("SELECT body, turn_id FROM idempotency WHERE key = ?", key);
  }

  putIdempotent(key: string, body: string, turnId: string): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO idempotency (key, body, turn_id) VALUES (?, ?, ?)",
      key,
      body,
      turnId,
    );
  }

  /** Removes turns, with the keys that stand for them. */
  remove(ids: readonly string[]): void {
    const list = JSON.stringify(ids);
    const listed = "(SELECT value FROM json_each(?))";
    this.#sql.exec(`DELETE FROM idempotency WHERE turn_id IN ${listed}`, list);
    this.#sql.exec(`DELETE FROM turns WHERE id IN ${listed}`, list);
  }

  /** The turns of a conversation. */
  of(conversationId: string): TurnRow[] {
    return this.#sql
      .exec<TurnRow>("SELECT * FROM turns WHERE conversation_id = ?", conversationId)
      .toArray();
  }

  /** Turns that were running when the object was last in memory. */
  unfinished(): TurnRow[] {
    return this.#sql.exec<TurnRow>("SELECT * FROM turns WHERE state = 'streaming'").toArray();
  }

  #first<Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).toArray()[0];
  }
}
