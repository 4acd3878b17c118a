import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** `npm start` as a process of its own, with any free ports. */
export class StartProcess {
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  output = "";
  errors = "";

  constructor(dataDir: string, env: Record<string, string> = {}) {
    const ports = { PORT: "0", SUPABASE_PORT: "0", MODEL_PORT: "0" };
    this.#child = spawn(process.execPath, ["local/start.ts"], {
      cwd: ROOT,
      // The settings of the machine that runs the tests must not replace a part.
      env: { PATH: process.env.PATH, ...ports, VIVA_DATA: dataDir, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.on("data", (chunk) => {
      this.output += chunk;
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.errors += chunk;
    });
    this.#closed = once(this.#child, "close");
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves with the address of the ready line; rejects when the process ends before it. */
  async ready(): Promise<string> {
    for (;;) {
      const address = /^ready (http:\S+)$/m.exec(this.output)?.[1];
      if (address) return address;
      const more = await Promise.race([
        once(this.#child.stdout ?? this.#child, "data"),
        this.#closed.then(() => null),
      ]);
      if (more === null) {
        const { exitCode, signalCode } = this.#child;
        const how = `${exitCode ?? signalCode}`;
        throw new Error(`ended (${how}) before it was ready: ${this.output}${this.errors}`);
      }
    }
  }

  /** Resolves with the exit code when all of its output has come. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }
}

/** The ids of all processes that a process has started, and of those that they have. */
export function descendants(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  for (let parents = [pid]; parents.length > 0; ) {
    parents = pairs
      .filter(([, parent]) => parent !== undefined && parents.includes(parent))
      .map(([child]) => child ?? 0);
    found.push(...parents);
  }
  return found;
}

/** Whether a process is there (one that has ended but was not yet collected is not). */
export function isAlive(pid: number): boolean {
  try {
    const state = execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
    return !state.trim().startsWith("Z");
  } catch {
    return false;
  }
}
