import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "@supabase/lite";
import { createPgliteConnection, type PgliteConnection } from "@supabase/lite/pglite";
import { applyMigrations, readMigrations, type SqlRunner } from "../../migrations/apply.ts";
import { LocalError } from "../local-error.ts";
import { keepExitCode, keepExitCodeOfStatements } from "./exit-code.ts";
import { FACTOR_TABLES } from "./factors.ts";
import type { SupabaseKeys } from "./keys.ts";

/** The local Postgres (PGlite) with Supabase's auth schema and the migrations in place. */
export interface LocalDatabase extends SqlRunner {
  app: App;
  /** Names of the migrations that opening it has applied. */
  applied: string[];
  close(): Promise<void>;
}

/**
 * Opens the database in a locked folder, making it first where there is none, and brings it up to
 * date. Nothing may be served before: Supabase Lite looks at the tables' row level security once.
 *
 * @throws LocalError when the folder holds something that is no working database.
 * @throws MigrationError when a migration fails or was changed after it ran.
 */
export async function openDatabase(
  folder: string,
  keys: SupabaseKeys,
  log: (line: string) => void,
): Promise<LocalDatabase> {
  const path = join(folder, "postgres");
  if (!existsSync(path)) {
    log("making the local database (once, some seconds)");
    await createDatabase(folder, path);
  }
  const connection = await connect(path);
  const { driver } = connection;
  const database: SqlRunner = {
    exec: async (sql) => void (await driver.exec(sql)),
    query: async <Row>(sql: string, params: unknown[] = []) =>
      (await driver.query<Row>(sql, params)).rows,
  };
  try {
    const app = new App({
      connection,
      auth: {
        enabled: true,
        jwt_secret: keys.jwtSecret,
        publishable_key: keys.publishableKey,
        secret_key: keys.secretKey,
      },
      // biome-ignore lint/suspicious/noExplicitAny: Lite's config type asks for every default spelled out
    } as any) as App;
    await app.ensureSystemSchema();
    await database.exec(FACTOR_TABLES);
    const applied = await applyMigrations(database, readMigrations());
    return { ...database, app, applied, close: () => keepExitCode(() => connection.close()) };
  } catch (error) {
    await keepExitCode(() => connection.close());
    throw error;
  }
}

/** In a folder of its own until it is whole: a first start that is interrupted leaves no half database. */
async function createDatabase(folder: string, path: string): Promise<void> {
  const unfinished = join(folder, "postgres.new");
  rmSync(unfinished, { recursive: true, force: true });
  const connection = await connect(unfinished);
  await keepExitCode(() => connection.close());
  renameSync(unfinished, path);
}

async function connect(path: string): Promise<PgliteConnection> {
  try {
    return await keepExitCode(async () => {
      const connection = await createPgliteConnection({ url: path });
      await connection.driver.waitReady;
      keepExitCodeOfStatements(connection.driver);
      return connection;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalError(
      `The local database in ${path} cannot be opened (${reason.split("\n")[0]}): run \`npm run db:reset\` to begin anew, or set VIVA_DATA to another folder.`,
    );
  }
}
