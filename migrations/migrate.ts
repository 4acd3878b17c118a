import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { LocalError } from "../local/local-error.ts";
import { openDatabase } from "../local/supabase/database.ts";
import { supabaseFolder } from "../local/supabase/folder.ts";
import { loadKeys } from "../local/supabase/keys.ts";
import { lockFolder } from "../local/supabase/lock.ts";
import { applyMigrations, MigrationError, readMigrations } from "./apply.ts";
import { connectPostgres } from "./connect.ts";
import { type DryRun, dryRun } from "./dry-run.ts";
import { openPgliteFolder } from "./local.ts";

/**
 * Brings the database at a connection string up to date.
 *
 * @returns the names of the migrations applied now.
 * @throws MigrationError when a migration fails; LocalError when the database cannot be reached.
 */
export async function migratePostgres(url: string): Promise<string[]> {
  const database = await connectPostgres(url);
  try {
    return await applyMigrations(database, readMigrations());
  } finally {
    await database.close();
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

/**
 * What bringing the database at a connection string up to date would do. Changes nothing.
 * @throws MigrationError, LocalError as `migratePostgres` does
 */
export async function tryPostgres(url: string): Promise<DryRun> {
  const database = await connectPostgres(url);
  try {
    return await dryRun(database, readMigrations());
  } finally {
    await database.close();
  }
}

/** As `tryPostgres`, for the local database; null where there is none yet. */
export async function tryLocal(folder: string): Promise<DryRun | null> {
  if (!existsSync(join(folder, "postgres"))) return null;
  const lock = lockFolder(folder);
  try {
    const database = await openPgliteFolder(folder);
    try {
      return await dryRun(database, readMigrations());
    } finally {
      await database.close();
    }
  } finally {
    lock.release();
  }
}

/** The lines that a dry run says, and whether all of it can go well. */
export function describeDryRun({ trials, unknownLater }: DryRun): { lines: string[]; ok: boolean } {
  const lines: string[] = trials.map(({ name, outcome, reason }) => {
    if (outcome === "runs") return `would apply ${name}`;
    if (outcome === "fails") return `would fail  ${name}: ${reason}`;
    return `not tried   ${name}: ${reason}`;
  });
  lines.push(...unknownLater.map(unknownLine));
  if (trials.length === 0) return { lines: [...lines, "Nothing to apply."], ok: true };
  const tried = trials.some(({ outcome }) => outcome !== "untried");
  lines.push(
    tried
      ? "Nothing was changed: what could be tried ran in one transaction, which was rolled back."
      : "Nothing was changed, and nothing could be tried.",
  );
  return { lines, ok: trials.every(({ outcome }) => outcome !== "fails") };
}

function unknownLine(version: string): string {
  return `note: the database has ${version}, which is later than all that is known here`;
}

const USAGE = "Usage: npm run db:migrate [-- --dry-run]";

async function main(): Promise<void> {
  const url = process.env.DATABASE_URL;
  if (dryRunAsked()) {
    const run = url ? await tryPostgres(url) : await tryLocal(supabaseFolder());
    if (!run)
      return console.log("There is no local database yet: `npm start` makes it, up to date.");
    const { lines, ok } = describeDryRun(run);
    for (const line of lines) console.log(line);
    if (!ok) process.exitCode = 1;
    return;
  }
  const applied = url ? await migratePostgres(url) : await migrateLocal(supabaseFolder());
  for (const name of applied) console.log(`applied ${name}`);
  console.log(applied.length > 0 ? "The database is up to date." : "Nothing to apply.");
}

/** @throws LocalError for anything else: a misspelt --dry-run must not migrate. */
function dryRunAsked(): boolean {
  try {
    return parseArgs({ options: { "dry-run": { type: "boolean" } } }).values["dry-run"] === true;
  } catch (error) {
    throw new LocalError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof LocalError || error instanceof MigrationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
