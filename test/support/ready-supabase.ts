import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type LocalSupabase,
  type SupabaseOptions,
  startSupabase,
} from "../../local/supabase/server.ts";

/** Names the folder with a migrated database, for this process and those that it starts. */
const READY = "VIVA_READY_SUPABASE";

/**
 * Global setup: makes a Supabase folder once per run, migrated and with the demo members. A copy of it starts in a
 * tenth of the time that a new one takes.
 */
export default async function makeReadySupabase(): Promise<() => void> {
  if (process.env[READY] !== undefined) return () => {};
  const dataDir = mkdtempSync(join(tmpdir(), "viva-ready-supabase-"));
  const supabase = await startSupabase({ dataDir, port: 0 });
  await supabase.close();
  process.env[READY] = dataDir;
  return () => rmSync(dataDir, { recursive: true, force: true });
}

/** Fills a folder with a copy of the ready one, keys included. @throws if the run has not made one */
export function copyReadySupabase(dataDir: string): void {
  const ready = process.env[READY];
  if (ready === undefined) throw new Error("The project needs test/support/ready-supabase.ts.");
  mkdirSync(dataDir, { recursive: true });
  cpSync(ready, dataDir, { recursive: true });
}

/** Starts Supabase on a copy of the ready folder, or on what the folder holds already. It has the demo members. */
export async function startReadySupabase(options: SupabaseOptions): Promise<LocalSupabase> {
  if (!existsSync(options.dataDir) || readdirSync(options.dataDir).length === 0)
    copyReadySupabase(options.dataDir);
  return startSupabase(options);
}
