import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A file system in memory, as Linux has it. */
const MEMORY = "/dev/shm";
/** What must be free there: some databases, and a small file for each member. */
const ENOUGH_BYTES = 1024 ** 3;

/** A folder of a run's own. */
export interface RunFolder {
  readonly path: string;
  /** Whether it lies in memory. */
  readonly inMemory: boolean;
}

function memoryHasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}

/**
 * Makes a folder that goes with this process. In memory where there is room: workerd waits for the disk
 * on the one thread that serves everybody, which no object on Cloudflare does.
 *
 * @param disk true leaves it on the disk all the same
 */
export function runFolder(disk: boolean): RunFolder {
  const inMemory = !disk && memoryHasRoom();
  const path = mkdtempSync(join(inMemory ? MEMORY : tmpdir(), "viva-bench-"));
  // Interrupted or not, no folder stays behind.
  process.on("exit", () => rmSync(path, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
  return { path, inMemory };
}
