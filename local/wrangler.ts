import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { startGuarded } from "./child.ts";
import { LocalError } from "./local-error.ts";
import { portInUse } from "./ports.ts";
import { envFile, type Variables } from "./settings.ts";

/** Quiet, offline and quick. */
const WRANGLER_ENV = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_WRITE_LOGS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  FORCE_COLOR: "0",
};

export interface WranglerOptions {
  /** The project's folder, where wrangler.toml is. */
  root: string;
  /** Holds the objects' storage, the variables and wrangler's log. */
  folder: string;
  /** 0 takes any free one. */
  port: number;
  /** Where a debugger attaches to the Worker; 0, the default, takes any free one. */
  inspectorPort?: number | undefined;
  variables: Variables;
  /** Ends it while it is starting. */
  signal?: AbortSignal | undefined;
  /** What went wrong in the Worker, a line at a time. */
  log(line: string): void;
}

/** A running `wrangler dev`. */
export interface RunningWrangler {
  url: string;
  port: number;
  /** Resolves when it has ended, asked to or not. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts `wrangler dev` and waits until it serves.
 * @throws LocalError when the port is in use or the Worker cannot be built.
 */
export async function startWrangler(options: WranglerOptions): Promise<RunningWrangler> {
  const { folder, port, log } = options;
  mkdirSync(folder, { recursive: true });
  const variables = join(folder, "variables.env");
  // A file and not arguments, which every process of this machine can read.
  writeFileSync(variables, envFile(options.variables), { mode: 0o600 });
  const logFile = join(folder, "wrangler.log");
  const output = createWriteStream(logFile);
  const serving = Promise.withResolvers<string>();
  let troubles: string[] = [];
  let up = false;
  const child = startGuarded(
    [
      createRequire(import.meta.url).resolve("wrangler"),
      "dev",
      ...["--ip", "127.0.0.1", "--port", String(port)],
      ...["--inspector-port", String(options.inspectorPort ?? 0)],
      ...["--env-file", variables, "--persist-to", join(folder, "state")],
      "--show-interactive-dev-session=false",
    ],
    {
      cwd: options.root,
      env: WRANGLER_ENV,
      onLine: (coloured) => {
        const line = stripVTControlCharacters(coloured).trimEnd();
        output.write(`${line}\n`);
        const address = /Ready on (http:\S+)/.exec(line)?.[1];
        if (address) serving.resolve(address);
        const trouble = /\[(?:ERROR|wrangler:error)\]/.test(line);
        if (trouble && up) log(line);
        else if (trouble) troubles.push(line.replace(/^.*\[(?:ERROR|wrangler:error)\]\s*/, ""));
      },
    },
  );
  const failed = child.ended.then(() => {
    if (troubles.some((line) => /Address already in use/i.test(line))) {
      throw portInUse(port, "PORT");
    }
    const why = troubles.length > 0 ? troubles.join(" ") : "it ended without a word";
    throw new LocalError(`wrangler dev could not start (${why}): see ${logFile}.`);
  });
  const giveUp = (): void => void child.close();
  options.signal?.addEventListener("abort", giveUp, { once: true });
  const address = await Promise.race([serving.promise, failed]);
  failed.catch(() => {}); // from here on its end is told by `ended`
  options.signal?.removeEventListener("abort", giveUp);
  up = true;
  troubles = [];
  const ended = child.ended.finally(() => output.end());
  return { url: address, port: Number(new URL(address).port), ended, close: child.close };
}
