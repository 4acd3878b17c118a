import { existsSync } from "node:fs";
import { LocalError } from "../local-error.ts";
import { openDatabase } from "./database.ts";
import { supabaseFolder } from "./folder.ts";
import { loadKeys, readKeys } from "./keys.ts";
import { folderHolder, lockFolder } from "./lock.ts";

/**
 * Runs one statement in the local database as its owner: through the running local Supabase, which
 * alone may have the folder open, or in the folder itself while nothing runs.
 *
 * @throws LocalError when there is no local database, or the statement fails.
 */
export async function queryLocal(folder: string, sql: string): Promise<unknown[]> {
  if (!existsSync(folder)) {
    throw new LocalError(`There is no local database in ${folder}: run \`npm start\` once.`);
  }
  const holder = folderHolder(folder);
  return holder ? askServer(folder, holder.url, sql) : askFolder(folder, sql);
}

async function askServer(folder: string, url: string | undefined, sql: string): Promise<unknown[]> {
  const keys = readKeys(folder);
  if (!url || !keys) {
    throw new LocalError(`The local database in ${folder} is just being opened: ask again.`);
  }
  const response = await fetch(`${url}/query`, {
    method: "POST",
    headers: { apikey: process.env.SUPABASE_SECRET_KEY || keys.secretKey },
    body: JSON.stringify({ sql }),
  });
  const answer = (await response.json()) as unknown[] & { message?: string };
  if (!response.ok) throw new LocalError(answer.message ?? `HTTP ${response.status}`);
  return answer;
}

async function askFolder(folder: string, sql: string): Promise<unknown[]> {
  const lock = lockFolder(folder);
  try {
    const database = await openDatabase(folder, loadKeys(folder), console.error);
    try {
      return await database.query(sql);
    } catch (error) {
      throw new LocalError(error instanceof Error ? error.message : String(error));
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
}

if (import.meta.main) {
  const sql = process.argv.slice(2).join(" ");
  try {
    if (!sql)
      throw new LocalError('Say what to ask: npm run db:query -- "select * from user_profiles"');
    const rows = await queryLocal(supabaseFolder(), sql);
    if (process.stdout.isTTY) console.table(rows);
    else console.log(JSON.stringify(rows, null, 2));
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
