import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { now } from "../../local/model/pace.ts";
import { startModelThread } from "../../local/model/thread.ts";
import type { Control, LogEntry } from "../../local/model/types.ts";
import type { OutageControl } from "../../local/supabase/outage.ts";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";
import { readyWorker } from "../support/ready-worker.ts";

/** Short time-outs and pauses, so that a run meets each of them often. */
const SETTINGS = {
  OPENAI_API_KEY: "rehearsal",
  OPENAI_FALLBACK_MODEL: "gpt-5.6-luna",
  MONTHLY_CREDITS: "1000000000",
  TURNS_PER_MINUTE: "100000",
  FIRST_TOKEN_TIMEOUT_MS: "900",
  TOKEN_GAP_TIMEOUT_MS: "700",
  CONTEXT_COLD_WAIT_MS: "300",
  RESUME_WINDOW_MS: "20000",
  HISTORY_TOKENS: "500",
  PING_MS: "200",
  OUTBOX_RETRY_MS: "100",
  OUTBOX_RETRY_MAX_MS: "1000",
  OUTBOX_TIMEOUT_MS: "3000",
};

/** As much memory as Cloudflare grants an isolate. */
const HEAP_MIB = 128;

/** No two answers are alike, so that each can be told from every other. */
const STAMPED = JSON.stringify({ stamp: true });

interface Keys {
  readonly url: string;
  readonly jwtSecret: string;
  readonly publishableKey: string;
  readonly secretKey: string;
}

/** When a process was killed and when the next one listened, in milliseconds of the Unix epoch. */
export interface Kill {
  readonly at: number;
  readonly backAt: number;
}

/** The product on bare workerd, with a provider and a database that can be told to fail. */
export interface ChaosWorld {
  /** Signs the members' tokens. */
  readonly jwtSecret: string;
  readonly kills: readonly Kill[];
  /** Events that the Worker wrote to its console, by name, with how often. */
  readonly events: ReadonlyMap<string, number>;
  /** Folder with one SQLite file for each object. */
  readonly objects: string;
  /** The Worker's address, once it listens. */
  up(): Promise<string>;
  /** Kills the Worker's process without a warning, and starts it again on the same storage. */
  kill(downMs: number): Promise<void>;
  /** How often the process has ended by itself; it is started again then. */
  readonly deaths: number;
  /** Kills it for good; what it has stored can be read then. */
  end(): Promise<void>;
  /** Resident memory of the Worker's process in MiB. */
  memory(): number;
  setModel(change: Partial<Control>): Promise<void>;
  resetModel(): Promise<void>;
  modelLog(): Promise<LogEntry[]>;
  setDatabase(change: OutageControl): Promise<void>;
  query<Row>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

async function send(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response.json();
}

/**
 * Starts the world in a folder.
 * @param pace of the provider until it is told otherwise
 */
export async function startChaosWorld(
  folder: string,
  pace: { readonly ttftMs: number; readonly gapMs: number },
): Promise<ChaosWorld> {
  const undo: (() => unknown)[] = [];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const model = await startModelThread({ port: 0, ...pace });
    undo.push(() => model.close());
    const thread = new Worker(new URL("database-thread.ts", import.meta.url), {
      workerData: { dataDir: join(folder, "supabase") },
    });
    undo.push(() => thread.terminate());
    const [database] = (await once(thread, "message")) as [Keys];

    const dataDir = join(folder, "workerd");
    mkdirSync(dataDir, { recursive: true });
    const kills: Kill[] = [];
    const events = new Map<string, number>();
    const options = {
      bundleDir: readyWorker(),
      dataDir,
      assetsDir: join(folder, "none"),
      v8Flags: [`--max-heap-size=${HEAP_MIB}`],
      env: {
        ...SETTINGS,
        OPENAI_BASE_URL: model.url,
        SUPABASE_URL: database.url,
        SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
        SUPABASE_SECRET_KEY: database.secretKey,
        SUPABASE_JWT_SECRET: database.jwtSecret,
      },
      log: (text: string) => {
        for (const [, name = ""] of text.matchAll(/"event":"(\w+)"/g)) {
          events.set(name, (events.get(name) ?? 0) + 1);
        }
      },
    };
    let workerd: RunningWorkerd = await startWorkerd({ ...options, port: 0 });
    const { port } = workerd;
    let up = Promise.resolve(workerd.url);
    let deaths = 0;
    let ending = false;
    undo.push(() => end());

    /** Kills the process, unless it is dead already, and starts the next one. */
    async function restart(downMs: number): Promise<void> {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      promise.catch(() => {});
      up = promise;
      const at = now();
      try {
        const old = workerd;
        await old.close();
        await new Promise((done) => setTimeout(done, downMs));
        workerd = await startWorkerd({ ...options, port });
        watch(workerd);
        kills.push({ at, backAt: now() });
        resolve(workerd.url);
      } catch (error) {
        reject(error);
        throw error;
      }
    }
    async function end(): Promise<void> {
      ending = true;
      await workerd.close();
    }
    /** A process that ends without being told to is counted, and another one takes its place. */
    function watch(process: RunningWorkerd): void {
      const started = up;
      void process.ended.then(() => {
        if (ending || started !== up) return;
        deaths += 1;
        return restart(0);
      });
    }
    watch(workerd);

    const modelOrigin = new URL(model.url).origin;
    const control = (init: RequestInit) => send(`${modelOrigin}/control`, init);
    await control({ method: "POST", body: STAMPED });
    return {
      jwtSecret: database.jwtSecret,
      kills,
      events,
      objects: join(dataDir, "objects", "MemberSession"),
      up: () => up,
      kill: restart,
      end,
      get deaths() {
        return deaths;
      },
      memory: () => {
        const status = readFileSync(`/proc/${workerd.pid}/status`, "utf8");
        return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
      },
      setModel: async (change) => {
        await control({ method: "POST", body: JSON.stringify(change) });
      },
      resetModel: async () => {
        await control({ method: "DELETE" });
        await control({ method: "POST", body: STAMPED });
      },
      modelLog: async () => (await send(`${modelOrigin}/log`, {})) as LogEntry[],
      setDatabase: async (change) => {
        await send(`${database.url}/control`, { method: "POST", body: JSON.stringify(change) });
      },
      query: async <Row>(sql: string, params: readonly unknown[] = []) =>
        (await send(`${database.url}/query`, {
          method: "POST",
          headers: { apikey: database.secretKey },
          body: JSON.stringify({ sql, params }),
        })) as Row[],
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
