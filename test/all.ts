/**
 * All tests: the browser's beside all others, since each mostly waits for processes of its own, and
 * then chaos, whose judge knows how long things may take, alone.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { buildClient } from "../client/build.ts";

const { resolve } = createRequire(import.meta.url);
const vitest = join(dirname(resolve("vitest/package.json")), "vitest.mjs");

/** Runs the projects that these arguments choose. @returns whether everything passed */
async function run(...projects: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [vitest, "run", ...projects], {
    stdio: "inherit",
    env: { ...process.env, VIVA_CLIENT_BUILT: "yes" },
  });
  const [code] = await once(child, "exit");
  return code === 0;
}

await buildClient();
const passed = [
  ...(await Promise.all([run("--project=!browser", "--project=!chaos"), run("--project=browser")])),
  await run("--project=chaos"),
];
process.exitCode = passed.every(Boolean) ? 0 : 1;
