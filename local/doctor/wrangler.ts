import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import { ROOT } from "../world.ts";
import type { CommandResult } from "./subject.ts";

/** Quiet, and asking nothing. */
const ENV = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  FORCE_COLOR: "0",
};

/**
 * Runs wrangler in the project's folder.
 * @param env added to this process's environment
 * @param onText hears what it writes as it comes; by default nobody does
 */
export function runWrangler(
  args: readonly string[],
  {
    env = {},
    onText = () => {},
  }: { env?: Record<string, string>; onText?: (text: string) => void } = {},
): Promise<CommandResult> {
  const wrangler = createRequire(import.meta.url).resolve("wrangler");
  const child = spawn(process.execPath, ["--no-warnings", wrangler, ...args], {
    cwd: ROOT,
    env: { ...process.env, ...ENV, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const text = stripVTControlCharacters(chunk);
      output += text;
      onText(text);
    });
  }
  return new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (code) => done({ code: code ?? 1, output }));
  });
}
