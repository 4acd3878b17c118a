import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildClient } from "../../client/build.ts";
import { bundleWorker } from "../../local/workerd.ts";

/** Names the folder with the bundled Worker, for this process and those that it starts. */
const READY = "VIVA_READY_WORKER";

/** Global setup: builds the client and bundles the Worker, once per run. */
export default async function makeReadyWorker(): Promise<() => void> {
  if (process.env[READY] !== undefined) return () => {};
  const folder = mkdtempSync(join(tmpdir(), "viva-ready-worker-"));
  await buildClient();
  await bundleWorker(folder);
  process.env[READY] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** The folder with the bundled Worker, for `startWorkerd`. @throws if the run has not made it */
export function readyWorker(): string {
  const folder = process.env[READY];
  if (folder === undefined) throw new Error("The project needs test/support/ready-worker.ts.");
  return folder;
}
