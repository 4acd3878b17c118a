import { join } from "node:path";

/** Where everything local is kept: `VIVA_DATA`, else `.local` in the working directory. */
export function dataRoot(env: NodeJS.ProcessEnv = process.env): string {
  return env.VIVA_DATA || ".local";
}

/** The local Supabase's own folder inside `dataRoot()`: database, keys and lock. */
export function supabaseFolder(root: string = dataRoot()): string {
  return join(root, "supabase");
}
