import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const GUARD = fileURLToPath(new URL("guard.ts", import.meta.url));
/** How long a child may take to end by itself before its group is killed. */
const PATIENCE_MS = 5_000;

/** A Node program in a process group of its own, which ends with this process or before it. */
export interface GuardedChild {
  pid: number;
  /** Resolves when the program has ended, whatever ended it. */
  ended: Promise<void>;
  /** Asks it to end, insists after five seconds; resolves when it and all it started are gone. */
  close(): Promise<void>;
}

export interface GuardedOptions {
  cwd: string;
  /** Added to this process's environment. */
  env: Record<string, string>;
  /** Called with each line it writes, to either stream. */
  onLine(line: string): void;
}

/** Runs a Node script with the guard preloaded. */
export function startGuarded(args: readonly string[], options: GuardedOptions): GuardedChild {
  const child = spawn(process.execPath, ["--no-warnings", "--import", GUARD, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    // Its own group: Ctrl-C at the terminal reaches this process alone, which then ends the child.
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${process.execPath} could not be started`);
  forwardLines(child, options.onLine);
  // The guard does this too, unless it was killed itself.
  child.once("exit", () => killGroup(pid));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  return {
    pid,
    ended,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return ended;
      child.kill("SIGTERM");
      const insist = setTimeout(() => killGroup(pid), PATIENCE_MS);
      await ended;
      clearTimeout(insist);
    },
  };
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // gone already
  }
}

function forwardLines(child: ChildProcess, onLine: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
  }
}
