import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { BASELINE, baselineState } from "./baseline.ts";

/** What a migration needs of a database: one session, on PGlite and on PostgreSQL alike. */
export interface SqlRunner {
  /** Runs several statements, without parameters and without an answer. */
  exec(sql: string): Promise<void>;
  /** Runs one statement with `$1`… and returns its rows. */
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
}

/** One file of this folder: `20261127120000_foundation.sql` has version `20261120090000`. */
export interface Migration {
  version: string;
  name: string;
  sql: string;
}

/** A migration that failed, or that was changed after it had run. `message` is for the terminal. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * The migrations of this folder, oldest first.
 * @throws MigrationError for a file that is named otherwise, and for two of one version
 */
export function readMigrations(folder: URL = new URL(".", import.meta.url)): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  const migrations = files.sort().map((file) => {
    const [, version, name] = /^(\d{14})_(\w+)\.sql$/.exec(basename(file)) ?? [];
    if (!version || !name) throw new MigrationError(`${file} is not named <14 digits>_name.sql`);
    return { version, name, sql: readFileSync(new URL(file, folder), "utf8") };
  });
  for (const [index, { version, name }] of migrations.entries()) {
    const next = migrations[index + 1];
    if (next?.version === version) {
      throw new MigrationError(
        `${version}_${name}.sql and ${version}_${next.name}.sql have the same version: give the newer one a later one.`,
      );
    }
  }
  return migrations;
}

// The table the Supabase CLI keeps too, so that `supabase db push` and this command agree.
const history = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key, statements text[], name text);`;

/** `20261127120000_foundation`, as it is shown. */
export function migrationName({ version, name }: Migration): string {
  return `${version}_${name}`;
}

/** What is to be applied to a database. */
export interface Pending {
  /** Ours that its history does not have, oldest first. */
  readonly pending: Migration[];
  /** Versions in its history that are later than all of ours. */
  readonly unknownLater: string[];
  /** Versions in its history that the baseline replaces: applying writes the baseline's names in their place. */
  readonly replaced: readonly string[];
}

/**
 * What a database has not seen yet. Reads only.
 * @throws MigrationError for a file that was changed after it had been applied, if something would have to be
 *   applied beneath later migrations that are not known here, and if the database lacks files that the baseline
 *   replaces
 */
export async function pendingMigrations(
  database: SqlRunner,
  migrations: Migration[],
): Promise<Pending> {
  const seen = new Map<string, Seen>();
  if (await hasHistory(database)) {
    for (const row of await explained(database.query<Seen>(SEEN))) seen.set(row.version, row);
  }
  for (const migration of migrations) refuseChanged(migration, seen.get(migration.version));
  const replaced = replacedIn(seen.keys(), migrations);
  const pending = migrations.filter(
    ({ version }) => !seen.has(version) && !(replaced.length > 0 && version <= BASELINE.last),
  );
  const newest = migrations.at(-1)?.version ?? "";
  const unknownLater = [...seen.keys()].filter((version) => version > newest).sort();
  if (pending.length > 0 && unknownLater.length > 0) {
    throw new MigrationError(
      `The database has later migrations that are not known here (${unknownLater.join(", ")}), and ${pending.length} of those here are missing in it: bring this copy of the code up to date first (a local database can be made anew with \`npm run db:reset\`). Nothing was applied.`,
    );
  }
  return { pending, unknownLater, replaced };
}

/** The versions that the baseline replaces in a history; none if the migrations here have no baseline. */
function replacedIn(versions: Iterable<string>, migrations: Migration[]): readonly string[] {
  if (!migrations.some(({ version }) => version === BASELINE.last)) return [];
  const { replaced, stoppedAt } = baselineState(versions);
  if (stoppedAt !== null) {
    throw new MigrationError(
      `The database has the migrations up to ${stoppedAt}, and lacks later ones up to ${BASELINE.replaces.last}. First migrate with the commit before migrations/${BASELINE.first}_foundation.sql was added, then with this one. A local database can be emptied with \`npm run db:reset\`. Nothing was applied.`,
    );
  }
  return replaced;
}

/** Writes the baseline's names into a history in place of those that it replaces. */
async function recordBaseline(database: SqlRunner, migrations: Migration[]): Promise<void> {
  await database.query(
    "delete from supabase_migrations.schema_migrations where version between $1 and $2",
    [BASELINE.replaces.first, BASELINE.replaces.last],
  );
  const seen = await database.query<Seen>(SEEN);
  for (const migration of migrations.filter(({ version }) => version <= BASELINE.last)) {
    if (!seen.some(({ version }) => version === migration.version))
      await record(database, migration);
  }
}

/**
 * Applies what the database has not seen yet: in order, each in a transaction of its own together
 * with its line in the history, two runs at once one after the other.
 *
 * @returns the names of those applied now.
 * @throws MigrationError naming the file, with the database left as it was before that file; before
 *   anything is applied as `pendingMigrations` does.
 */
export async function applyMigrations(
  database: SqlRunner,
  migrations: Migration[],
): Promise<string[]> {
  const { pending, replaced } = await pendingMigrations(database, migrations);
  if (replaced.length > 0)
    await inTransaction(database, () => recordBaseline(database, migrations));
  if (pending.length > 0) await inTransaction(database, () => ensureHistory(database));
  const applied: string[] = [];
  for (const migration of pending) {
    const name = migrationName(migration);
    try {
      const ran = await inTransaction(database, () => applyOne(database, migration));
      if (ran) applied.push(name);
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      throw new MigrationError(`${name}.sql failed: ${reasonOf(error)}`, { cause: error });
    }
  }
  return applied;
}

/** What is known of a migration that was applied. */
interface Seen {
  version: string;
  /** How many statements the history keeps, and the first of them. */
  count: number;
  statement: string | null;
}

const SEEN = `select version, cardinality(statements) as count, statements[1] as statement
  from supabase_migrations.schema_migrations`;

async function hasHistory(database: SqlRunner): Promise<boolean> {
  const look = database.query<{ found: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as found",
  );
  const [existing] = await explained(look);
  return existing?.found === true;
}

/** Makes the table of what was applied where there is none. */
export async function ensureHistory(database: SqlRunner): Promise<void> {
  if (!(await hasHistory(database))) await explained(database.exec(history));
}

/** A database that refuses us before any file of ours is a matter of who we are to it. */
async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new MigrationError(`The migrations' history cannot be used: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

/** Why a statement failed, and what to do where that is known. */
export function reasonOf(error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code === "42501") {
    return `${reason}: migrate as the role that owns the database (on Supabase: postgres)`;
  }
  if (code === "55P03") return `${reason}: somebody is using that table: try again later`;
  return reason;
}

function refuseChanged({ version, name, sql }: Migration, seen: Seen | undefined): void {
  // The Supabase CLI stores a file statement by statement; only our own form can be compared.
  if (seen?.count === 1 && seen.statement !== sql) {
    throw new MigrationError(
      `${version}_${name}.sql was changed after it had been applied: put the change into a new file (a local database can be made anew with \`npm run db:reset\`).`,
    );
  }
}

async function applyOne(database: SqlRunner, migration: Migration): Promise<boolean> {
  // Asked again under the lock: another run may have come first.
  const [seen] = await database.query<Seen>(`${SEEN} where version = $1`, [migration.version]);
  if (seen) {
    refuseChanged(migration, seen);
    return false;
  }
  await database.exec(migration.sql);
  await record(database, migration);
  return true;
}

/** Writes a migration's line in the history. */
export async function record(
  database: SqlRunner,
  { version, name, sql }: Migration,
): Promise<void> {
  await database.query(
    "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, array[$3])",
    [version, name, sql],
  );
}

/** Runs work in a transaction, while no other run of ours is in one. */
export async function inTransaction<T>(database: SqlRunner, work: () => Promise<T>): Promise<T> {
  await database.exec("begin");
  try {
    await database.query("select pg_advisory_xact_lock(7021987)");
    const result = await work();
    await database.exec("commit");
    return result;
  } catch (error) {
    await database.exec("rollback");
    throw error;
  }
}
