import type { SyncState } from "../../../domain/messages.ts";
import { DatabaseError } from "../../db/supabase.ts";
import { log } from "../../platform/log.ts";

/** What a row of the outbox copies. */
export type OutboxKind = "conversation" | "message" | "usage" | "refinement" | "revocation";

/** A row that waits. `payload` is the JSON it was added with. */
export type Pending = { seq: number; kind: OutboxKind; payload: string };

/** Rows of one kind that wait, or (`failed`: the SQLSTATE) that Postgres refused for good. */
export type OutboxGroup = {
  kind: OutboxKind;
  failed: string | null;
  count: number;
  /** When the oldest of them was added, in milliseconds since the epoch. */
  oldest: number;
};

/** What Postgres answers for a row: it stops at the first one it could not apply. */
export interface ApplyResult {
  readonly seq: number;
  readonly ok: boolean;
  readonly sqlstate?: string;
}

/** What the outbox works with. */
export interface OutboxPorts {
  readonly sql: SqlStorage;
  /** A row as Postgres takes it, from what it was added with; null where there is nothing to copy any more. */
  readonly materialise: (row: Pending) => object | null;
  /** What Postgres must have before it takes a row, in order; empty if the object knows of nothing. */
  readonly parents: (row: Pending) => readonly Pending[];
  /** Applies rows of this member in Postgres and gives a result per row, in order. */
  readonly apply: (rows: readonly object[]) => Promise<readonly ApplyResult[]>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** First and longest pause between two attempts, in milliseconds. */
export interface OutboxPauses {
  readonly first: number;
  readonly longest: number;
}

/** How many rows go to Postgres at once, at most. */
const BATCH_ROWS = 50;
/** How many UTF-16 units of so many rows go to Postgres at once, beyond the first row. */
const BATCH_UNITS = 256 * 1024;

/**
 * Whether Postgres will never take a row: its data is invalid (22xxx), or violates a NOT NULL or a
 * CHECK. `SUP` is how Supabase Lite names the latter. All else may pass later.
 */
export function isPermanent(sqlstate: string): boolean {
  return /^(22...|23502|23514|SUP)$/.test(sqlstate);
}

/** A row names another one that Postgres does not have: an account that was deleted, or a restored backup. */
const FOREIGN_KEY = "23503";

/** About how large a row is: what makes one large are its texts. */
function unitsOf(item: object): number {
  const values: unknown[] = Object.values(item);
  return values.reduce((sum: number, it) => sum + (typeof it === "string" ? it.length : 0), 0);
}

/**
 * The copy of the object's record to Postgres: one sequence, in order, each row exactly once. Rows
 * of the record are named, not repeated, so that a long outage costs little space.
 */
export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #pauses: OutboxPauses;
  #flushing: Promise<void> | undefined;
  #failures = 0;
  /**
   * How many rows go at once: half as many after a failure, twice as many after a success. A batch may
   * be too much for a statement's time or for a gateway's limit, and would be so for ever.
   */
  #most = BATCH_ROWS;
  #failure: string | null = null;
  #retryAt: number | null = null;
  /** The row whose parents were sent once more. Only once: nothing else is known to help it. */
  #helped: number | null = null;
  /** Whether nothing is known to wait, so that there is nothing to look for. */
  #drained = false;
  /** Whether rows are in it that were refused for good; null where that is not known. */
  #refused: boolean | null = null;

  constructor(ports: OutboxPorts, pauses: OutboxPauses) {
    this.#ports = ports;
    this.#pauses = pauses;
  }

  /** Adds a row. Part of the transaction that writes what it copies. */
  add(kind: OutboxKind, payload: unknown): void {
    this.#drained = false;
    this.#ports.sql.exec(
      "INSERT INTO outbox (kind, payload, created_at) VALUES (?, ?, ?)",
      kind,
      JSON.stringify(payload),
      this.#ports.now(),
    );
  }

  /** When the next attempt is due, or null while nothing waits for one. */
  get retryAt(): number | null {
    return this.#retryAt;
  }

  /** Whether rows wait to be copied. */
  get pending(): boolean {
    return !this.#drained && this.#next(1).length > 0;
  }

  /** The backlog, for `GET /api/sync`. */
  state(): SyncState {
    const row = this.#ports.sql
      .exec<{ pending: number; oldest: number | null; failed: number }>(
        `SELECT COUNT(*) FILTER (WHERE failed IS NULL) AS pending,
           MIN(created_at) FILTER (WHERE failed IS NULL) AS oldest,
           COUNT(*) FILTER (WHERE failed IS NOT NULL) AS failed FROM outbox`,
      )
      .one();
    const oldestAgeMs = row.oldest === null ? 0 : Math.max(0, this.#ports.now() - row.oldest);
    return { pending: row.pending, oldestAgeMs, failed: row.failed };
  }

  /** What the last attempt failed with, while no later one has succeeded: SQLSTATE, or a name. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Everything that is in it, by kind and by what was refused. */
  groups(): OutboxGroup[] {
    if (this.#drained && this.#refused === false) return [];
    const groups = this.#ports.sql
      .exec<OutboxGroup>(
        `SELECT kind, failed, COUNT(*) AS count, MIN(created_at) AS oldest FROM outbox
         GROUP BY kind, failed ORDER BY kind, failed`,
      )
      .toArray();
    this.#refused = groups.some(({ failed }) => failed !== null);
    return groups;
  }

  /** Puts the rows that were refused for good back in line, for an operator who has mended the cause. */
  retryFailed(): number {
    this.#drained = false;
    return this.#ports.sql.exec("UPDATE outbox SET failed = NULL WHERE failed IS NOT NULL")
      .rowsWritten;
  }

  /** Drops suggestions that wait, or were refused, for which a condition on their payload holds. */
  dropRefinements(condition: (refinement: { id: string; visionId: string }) => boolean): void {
    const rows = this.#ports.sql
      .exec<Pending>("SELECT seq, kind, payload FROM outbox WHERE kind = 'refinement'")
      .toArray();
    const dropped = rows.filter(({ payload }) => condition(JSON.parse(payload)));
    if (dropped.length > 0) this.#remove(dropped.map(({ seq }) => seq));
  }

  /** Drops everything but the books and revoked tokens: what else was to be copied is about to be erased. */
  keepBooksOnly(): void {
    this.#ports.sql.exec("DELETE FROM outbox WHERE kind NOT IN ('usage', 'revocation')");
  }

  /**
   * Sends what is pending until nothing is left, or until an attempt fails: `retryAt` then says when
   * to try again. One at a time; a call while it runs joins it. Never rejects.
   */
  flush(): Promise<void> {
    this.#flushing ??= this.#flush();
    return this.#flushing;
  }

  async #flush(): Promise<void> {
    // Not before the promise of this run is stored, which the end of the run takes away.
    await Promise.resolve();
    try {
      while (!this.#drained) {
        const rows = this.#batch();
        // Where all that was read no longer exists, more may stand behind it.
        if (rows.length === 0) continue;
        const orphan = this.#take(await this.#ports.apply(rows), rows.length);
        if (orphan !== null) await this.#sendParents(orphan);
        this.#failures = 0;
        this.#most = Math.min(BATCH_ROWS, this.#most * 2);
        this.#failure = null;
        this.#retryAt = null;
      }
    } catch (error) {
      this.#drained = false;
      this.#most = Math.max(1, Math.floor(this.#most / 2));
      this.#pause(error as Error);
    } finally {
      // In the same tick as the look that found nothing: a row added later starts a run of its own.
      this.#flushing = undefined;
    }
  }

  #next(limit: number): Pending[] {
    return this.#ports.sql
      .exec<Pending>(
        // The number is part of the text: SQLite prepares a statement anew for a limit that is bound.
        `SELECT seq, kind, payload FROM outbox WHERE failed IS NULL ORDER BY seq LIMIT ${limit}`,
      )
      .toArray();
  }

  /** The next rows in order, bounded in number and size, at least one. Drops what no longer exists. */
  #batch(): object[] {
    const next = this.#next(this.#most);
    const { batch, gone, taken } = this.#fit(next);
    if (gone.length > 0) this.#remove(gone);
    // Unless one is added while they are on their way, or does not arrive.
    this.#drained = next.length < this.#most && taken === next.length;
    return batch;
  }

  /** As many of the rows as go at once, as Postgres takes them; the numbers of those that no longer exist. */
  #fit(rows: readonly Pending[]) {
    const batch: object[] = [];
    const gone: number[] = [];
    let units = 0;
    let taken = 0;
    for (const row of rows.slice(0, this.#most)) {
      const item = this.#ports.materialise(row);
      units += item === null ? 0 : unitsOf(item);
      if (units > (BATCH_UNITS * this.#most) / BATCH_ROWS && batch.length > 0) break;
      taken += 1;
      if (item === null) gone.push(row.seq);
      else batch.push({ seq: row.seq, kind: row.kind, ...item });
    }
    return { batch, gone, taken };
  }

  /**
   * Sends what Postgres must have before a row that it refuses: a backup that was restored has lost it.
   * @throws DatabaseError if that does not help, as when the account itself is gone
   */
  async #sendParents(seq: number): Promise<void> {
    const [row] = this.#ports.sql
      .exec<Pending>("SELECT seq, kind, payload FROM outbox WHERE seq = ?", seq)
      .toArray();
    let left = row ? this.#ports.parents(row) : [];
    if (left.length === 0) throw new DatabaseError(FOREIGN_KEY, 200, "row not applied");
    const rows = left.length;
    while (left.length > 0) {
      const { batch, taken } = this.#fit(left);
      const results = batch.length > 0 ? await this.#ports.apply(batch) : [];
      const refused = results.find(({ ok }) => !ok);
      if (refused && !isPermanent(refused.sqlstate ?? ""))
        throw new DatabaseError(refused.sqlstate ?? "", 200, "row not applied");
      if (batch.length > 0 && results.length === 0)
        throw new DatabaseError("", 200, "no result for any row");
      // What is refused for good was refused before: it is passed.
      const passed = refused ? left.findIndex((parent) => parent.seq === refused.seq) + 1 : taken;
      if (passed === 0) throw new DatabaseError("", 200, "a result for a row that was not sent");
      left = left.slice(passed);
    }
    this.#helped = seq;
    log("outbox_parents_sent_again", { seq, rows });
  }

  #remove(seqs: readonly number[]): void {
    const marks = seqs.map(() => "?").join(",");
    this.#ports.sql.exec(`DELETE FROM outbox WHERE seq IN (${marks})`, ...seqs);
  }

  /**
   * Removes what was applied; marks what was refused for good; stops at anything else.
   * @returns the row that names another one which Postgres does not have, if its parents may help
   */
  #take(results: readonly ApplyResult[], sent: number): number | null {
    const applied = results.filter((result) => result.ok).map((result) => result.seq);
    if (applied.length > 0) this.#remove(applied);
    const refused = results.find((result) => !result.ok);
    if (!refused) {
      if (applied.length === 0) throw new DatabaseError("", 200, "no result for any row");
      // What nothing was said of is still there.
      if (applied.length < sent) this.#drained = false;
      return null;
    }
    const sqlstate = refused.sqlstate ?? "";
    if (sqlstate === FOREIGN_KEY && refused.seq !== this.#helped) {
      this.#drained = false;
      return refused.seq;
    }
    if (!isPermanent(sqlstate)) throw new DatabaseError(sqlstate, 200, "row not applied");
    this.#drained = false;
    this.#refused = true;
    this.#ports.sql.exec("UPDATE outbox SET failed = ? WHERE seq = ?", sqlstate, refused.seq);
    log("outbox_row_refused", { seq: refused.seq, sqlstate }, "error");
    return null;
  }

  #pause(error: Error): void {
    const { first, longest } = this.#pauses;
    const pause = Math.min(longest, first * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    // Half of it is chance, so that the objects of a region do not all come back at once.
    const jittered = pause / 2 + (pause / 2) * this.#ports.random();
    this.#retryAt = this.#ports.now() + Math.round(jittered);
    const code = error instanceof DatabaseError ? error.code : error.name;
    this.#failure = code;
    const { pending, oldestAgeMs } = this.state();
    log("outbox_paused", { code, failures: this.#failures, pending, oldestAgeMs });
  }
}
