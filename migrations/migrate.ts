import postgres from "postgres";
import { LocalError } from "../local/local-error.ts";
import { openDatabase } from "../local/supabase/database.ts";
import { supabaseFolder } from "../local/supabase/folder.ts";
import { loadKeys } from "../local/supabase/keys.ts";
import { lockFolder } from "../local/supabase/lock.ts";
import { applyMigrations, MigrationError, readMigrations } from "./apply.ts";

/**
 * Brings the database at a connection string up to date.
 *
 * @returns the names of the migrations applied now.
 * @throws MigrationError when a migration fails; LocalError when the database cannot be reached.
 */
export async function migratePostgres(url: string): Promise<string[]> {
  // One connection: transactions are opened by hand, as the local database needs it too.
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {} });
  try {
    await sql`select 1`.catch((error: Error) => {
      throw new LocalError(
        `The database of DATABASE_URL cannot be reached (${error.message}): check the address, the password and the network.`,
      );
    });
    const runner = {
      exec: async (text: string) => void (await sql.unsafe(text)),
      query: async <Row>(text: string, params: unknown[] = []) =>
        (await sql.unsafe(text, params as never[])) as unknown as Row[],
    };
    return await applyMigrations(runner, readMigrations());
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** As `migratePostgres`, for the database in the local data folder (made when there is none). */
export async function migrateLocal(folder: string): Promise<string[]> {
  const lock = lockFolder(folder);
  try {
    const database = await openDatabase(folder, loadKeys(folder), console.log);
    await database.close();
    return database.applied;
  } finally {
    lock.release();
  }
}

if (import.meta.main) {
  const url = process.env.DATABASE_URL;
  try {
    const applied = url ? await migratePostgres(url) : await migrateLocal(supabaseFolder());
    for (const name of applied) console.log(`applied ${name}`);
    console.log(applied.length > 0 ? "The database is up to date." : "Nothing to apply.");
  } catch (error) {
    if (!(error instanceof LocalError || error instanceof MigrationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
