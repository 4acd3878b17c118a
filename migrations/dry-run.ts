import {
  ensureHistory,
  inTransaction,
  type Migration,
  migrationName,
  pendingMigrations,
  reasonOf,
  record,
  type SqlRunner,
} from "./apply.ts";
import { ownTransactionIn } from "./statements.ts";

/** What became of one migration that would be applied. */
export interface Trial {
  /** `20261127120000_foundation` */
  readonly name: string;
  /**
   * `runs`: it ran, and was rolled back. `fails`: it would fail; nothing after it was tried.
   * `untried`: it cannot be tried this way, or comes after one that was not.
   */
  readonly outcome: "runs" | "fails" | "untried";
  /** Why it fails or was not tried; empty where it runs. */
  readonly reason: string;
}

/** What an update of a database would be. */
export interface DryRun {
  /** Those that would be applied, in order. */
  readonly trials: readonly Trial[];
  /** Later ones in the database's history that are not among ours. */
  readonly unknownLater: readonly string[];
}

/** How long a table that somebody else uses is waited for, so that nobody waits for a rehearsal. */
const LOCK_TIMEOUT = "5s";

/** Thrown to leave the transaction of a rehearsal the only way there is: back. */
class Enough extends Error {}

/**
 * What `applyMigrations` would do, run in one transaction that is rolled back: afterwards the
 * database is as it was.
 * @throws MigrationError as `applyMigrations` does before it applies anything
 */
export async function dryRun(database: SqlRunner, migrations: Migration[]): Promise<DryRun> {
  const { pending, unknownLater } = await pendingMigrations(database, migrations);
  const trials: Trial[] = [];
  if (pending.length === 0) return { trials, unknownLater };
  try {
    await inTransaction(database, async () => {
      await database.exec(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
      await ensureHistory(database);
      await tryAll(database, pending, trials);
      throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return { trials, unknownLater };
}

async function tryAll(database: SqlRunner, pending: Migration[], trials: Trial[]): Promise<void> {
  let stopped: string | null = null;
  for (const migration of pending) {
    const name = migrationName(migration);
    if (stopped !== null) {
      trials.push({ name, outcome: "untried", reason: `comes after ${stopped}` });
      continue;
    }
    const trial = await tryOne(database, migration);
    trials.push({ name, ...trial });
    if (trial.outcome !== "runs") stopped = name;
  }
}

async function tryOne(
  database: SqlRunner,
  migration: Migration,
): Promise<Pick<Trial, "outcome" | "reason">> {
  const own = ownTransactionIn(migration.sql);
  if (own !== null) {
    const statement = own.replace(/\s+/g, " ").slice(0, 60);
    return { outcome: "untried", reason: `"${statement}" cannot be rolled back` };
  }
  try {
    await database.exec(migration.sql);
    await record(database, migration);
    return { outcome: "runs", reason: "" };
  } catch (error) {
    const reason = reasonOf(error);
    // What only a commit in between makes possible: a new value of an enum, a table whose
    // constraints are still to be checked.
    return togetherOnly(error)
      ? { outcome: "untried", reason: `needs those before it to be committed: ${reason}` }
      : { outcome: "fails", reason };
  }
}

function togetherOnly(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "55P04" || code === "55006";
}
