import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildClient } from "../../client/build.ts";
import { bundleWorker } from "../../local/workerd.ts";

/** Builds client and Worker once for all browser tests: each file sets its own stage with them. */
export default async function setUp(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "viva-stage-"));
  // Where all tests run at once, others read it already.
  if (process.env.VIVA_CLIENT_BUILT === undefined) await buildClient();
  await bundleWorker(folder);
  process.env.VIVA_STAGE_BUNDLE = folder;
  return () => rm(folder, { recursive: true, force: true });
}
