import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

/** What a migration needs of a database: one session, on PGlite and on PostgreSQL alike. */
export interface SqlRunner {
  /** Runs several statements, without parameters and without an answer. */
  exec(sql: string): Promise<void>;
  /** Runs one statement with `$1`… and returns its rows. */
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
}

/** One file of this folder: `20261120090000_foundation.sql` has version `20261120090000`. */
export interface Migration {
  version: string;
  name: string;
  sql: string;
}

/** A migration that failed, or that was changed after it had run. `message` is for the terminal. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/** The migrations of this folder, oldest first. */
export function readMigrations(folder: URL = new URL(".", import.meta.url)): Migration[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
  return files.sort().map((file) => {
    const [, version, name] = /^(\d{14})_(\w+)\.sql$/.exec(basename(file)) ?? [];
    if (!version || !name) throw new MigrationError(`${file} is not named <14 digits>_name.sql`);
    return { version, name, sql: readFileSync(new URL(file, folder), "utf8") };
  });
}

// The table the Supabase CLI keeps too, so that `supabase db push` and this command agree.
const history = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (
    version text not null primary key, statements text[], name text);`;

/**
 * Applies what the database has not seen yet: in order, each in a transaction of its own together
 * with its line in the history, two runs at once one after the other.
 *
 * @returns the names of those applied now.
 * @throws MigrationError naming the file, with the database left as it was before that file.
 */
export async function applyMigrations(
  database: SqlRunner,
  migrations: Migration[],
): Promise<string[]> {
  const [existing] = await database.query<{ found: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is not null as found",
  );
  if (!existing?.found) await inTransaction(database, () => database.exec(history));
  const applied: string[] = [];
  for (const migration of migrations) {
    try {
      const ran = await inTransaction(database, () => applyOne(database, migration));
      if (ran) applied.push(`${migration.version}_${migration.name}`);
    } catch (error) {
      if (error instanceof MigrationError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new MigrationError(`${migration.version}_${migration.name}.sql failed: ${reason}`, {
        cause: error,
      });
    }
  }
  return applied;
}

async function applyOne(database: SqlRunner, { version, name, sql }: Migration): Promise<boolean> {
  const [seen] = await database.query<{ count: number; statement: string | null }>(
    `select cardinality(statements) as count, statements[1] as statement
       from supabase_migrations.schema_migrations where version = $1`,
    [version],
  );
  if (seen) {
    // The Supabase CLI stores a file statement by statement; only our own form can be compared.
    if (seen.count === 1 && seen.statement !== sql) {
      throw new MigrationError(
        `${version}_${name}.sql was changed after it had been applied: put the change into a new file (a local database can be made anew with \`npm run db:reset\`).`,
      );
    }
    return false;
  }
  await database.exec(sql);
  await database.query(
    "insert into supabase_migrations.schema_migrations (version, name, statements) values ($1, $2, array[$3])",
    [version, name, sql],
  );
  return true;
}

async function inTransaction<T>(database: SqlRunner, work: () => Promise<T>): Promise<T> {
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
