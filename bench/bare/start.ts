import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";

/** Builds the bare Worker and serves it on workerd as the product is served; `provider` ends in /v1. */
export async function startBare(dataDir: string, provider: string): Promise<RunningWorkerd> {
  const bundleDir = join(dataDir, "bundle");
  mkdirSync(bundleDir, { recursive: true });
  await build({
    entryPoints: [fileURLToPath(new URL("worker.ts", import.meta.url))],
    outfile: join(bundleDir, "index.js"),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2024",
  });
  return startWorkerd({
    port: 0,
    dataDir,
    bundleDir,
    objects: [{ className: "Pipe", binding: "PIPES" }],
    env: { PROVIDER: `${provider}/chat/completions` },
  });
}
