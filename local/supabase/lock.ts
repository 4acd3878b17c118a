import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LocalError } from "../local-error.ts";

/** Who holds a folder, as far as the folder tells. */
export interface LockOwner {
  pid: number;
  /** Where the holder can be reached over HTTP, once it listens. */
  url?: string;
}

/** A held lock. `describe` adds to what others can read about the holder. */
export interface FolderLock {
  describe(owner: Omit<LockOwner, "pid">): void;
  release(): void;
}

/**
 * Takes the folder for this process, so that no second one opens what lies in it (two PGlites on
 * one folder destroy it). The lock is the operating system's own, held through an SQLite file: it
 * goes with the process, however that ends, so a stale one cannot exist.
 *
 * @throws LocalError naming the process that holds the folder, or saying why it cannot be used.
 */
export function lockFolder(folder: string): FolderLock {
  let held: DatabaseSync | null;
  try {
    mkdirSync(folder, { recursive: true });
    held = tryLock(folder);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LocalError(
      `The data folder ${folder} cannot be used (${reason}): check its permissions, run \`npm run db:reset\` to begin anew, or set VIVA_DATA to another folder.`,
    );
  }
  if (!held) {
    const owner = lockOwner(folder);
    const who = owner ? `process ${owner.pid}` : "another process";
    throw new LocalError(
      `The data folder ${folder} is in use by ${who}: stop that one first, or set VIVA_DATA to another folder.`,
    );
  }
  const ownerFile = join(folder, "owner.json");
  const write = (owner: LockOwner) => writeFileSync(ownerFile, JSON.stringify(owner));
  write({ pid: process.pid });
  return {
    describe: (owner) => write({ pid: process.pid, ...owner }),
    release: () => {
      rmSync(ownerFile, { force: true });
      held.close();
    },
  };
}

/** The process that holds the folder now, or null when it is free. */
export function folderHolder(folder: string): LockOwner | null {
  let held: DatabaseSync | null;
  try {
    held = tryLock(folder);
  } catch {
    return null; // no such folder, or no lock file of ours: nobody can be holding it
  }
  if (held) {
    held.close();
    return null;
  }
  return lockOwner(folder) ?? { pid: 0 };
}

function tryLock(folder: string): DatabaseSync | null {
  const database = new DatabaseSync(join(folder, "lock.db"), { timeout: 0 });
  try {
    database.exec("begin exclusive");
    return database;
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === 5) return null;
    throw error;
  }
}

function lockOwner(folder: string): LockOwner | null {
  try {
    return JSON.parse(readFileSync(join(folder, "owner.json"), "utf8")) as LockOwner;
  } catch {
    return null; // the holder is just starting or ending
  }
}
