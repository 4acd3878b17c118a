import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { LocalError } from "./local-error.ts";
import { dataRoot } from "./supabase/folder.ts";
import { folderHolder } from "./supabase/lock.ts";

// What the local world makes in its data folder; anything else there is somebody else's.
const ours = ["supabase", "worker", "workerd"];

/**
 * Removes the local data: database, keys, the Worker's state.
 *
 * @returns the folders that were removed.
 * @throws LocalError while a process uses one of them; nothing is removed then.
 */
export function resetLocalData(root: string): string[] {
  const folders = ours.map((name) => join(root, name)).filter((folder) => existsSync(folder));
  for (const folder of folders) {
    const holder = folderHolder(folder);
    if (!holder) continue;
    const who = holder.pid > 0 ? `process ${holder.pid}` : "another process";
    throw new LocalError(`The data in ${root} is in use by ${who}: stop \`npm start\` first.`);
  }
  for (const folder of folders) rmSync(folder, { recursive: true });
  if (existsSync(root) && readdirSync(root).length === 0) rmSync(root, { recursive: true });
  return folders;
}

if (import.meta.main) {
  try {
    const removed = resetLocalData(dataRoot());
    const where = resolve(dataRoot());
    console.log(removed.length > 0 ? `Removed the local data in ${where}.` : "Nothing to remove.");
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
