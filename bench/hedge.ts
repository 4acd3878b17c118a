/**
 * What the hedge does to the slowest first words: members in closed loop against providers whose times
 * to the first token have a heavy tail, without a hedge and with several values of HEDGE_AFTER_MS. On
 * bare workerd, all of them at the same time, each with a Worker and a provider of its own that takes
 * the same times in the same order. Ends with 1 where no value halves p99 with at most 5 % more requests.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startModelThread } from "../local/model/thread.ts";
import type { LogEntry } from "../local/model/types.ts";
import { bundleWorker, startWorkerd } from "../local/workerd.ts";
import { startBlankDatabase } from "./blank-database.ts";
import { type HedgeRun, hedgeReport } from "./hedge-report.ts";
import { mintToken } from "./members.ts";

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "60" },
    /** Turns of each member, for each value that is tried. */
    turns: { type: "string", default: "66" },
    /** How long a member waits between an answer and the next turn. */
    "pause-ms": { type: "string", default: "4500" },
    /** The provider's least time to the first token … */
    "ttft-ms": { type: "string", default: "40" },
    /** … and its tail: the chance to take x times as long is x^-alpha. */
    alpha: { type: "string", default: "0.9" },
    seed: { type: "string", default: "1" },
    /** The values that are tried: the provider's time for so many of its first tokens. */
    quantiles: { type: "string", default: "0.90,0.95,0.97,0.98" },
  },
});
const MEMBERS = Number(values.members);
const TURNS = Number(values.turns);
const PAUSE_MS = Number(values["pause-ms"]);
const TTFT_MS = Number(values["ttft-ms"]);
const ALPHA = Number(values.alpha);
const SEED = Number(values.seed);
const QUANTILES = values.quantiles.split(",").map(Number);
const TOKENS = 4;
/** So many requests the rehearsal model remembers. */
const REMEMBERED = 5_000;
const WARMING_AT_ONCE = 8;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** A connection for each turn: workerd closes those that are idle for as long as a member's pause. */
const agent = new Agent({ keepAlive: false });

/** One turn, to its end. @returns milliseconds to its first word. @throws when it fails */
function turn(origin: string, token: string, text: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "text/event-stream",
    };
    const outgoing = request(`${origin}/api/viva/chat`, { method: "POST", agent, headers });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      let said = "";
      let firstWordMs = Number.NaN;
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => {
        said += chunk;
        if (Number.isNaN(firstWordMs) && said.includes('"type":"text-delta"')) {
          firstWordMs = performance.now() - begun;
        }
      });
      incoming.on("error", reject);
      incoming.on("end", () => {
        if (said.includes('"type":"finish"')) resolve(firstWordMs);
        else reject(new Error(`a turn failed: ${said.slice(0, 500)}`));
      });
    });
    outgoing.end(JSON.stringify({ id: "talk", messages: [{ role: "user", content: text }] }));
  });
}

/** A value of HEDGE_AFTER_MS with the Worker and the provider it is tried with. */
interface Trial extends Pick<HedgeRun, "afterMs" | "inTime"> {
  readonly product: string;
  /** Origin of the rehearsal model. */
  readonly model: string;
  readonly tokens: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), "viva-bench-"));
const undo: (() => unknown)[] = [() => agent.destroy()];
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
try {
  say("starting");
  const database = await startBlankDatabase();
  undo.push(() => database.close());
  const bundleDir = join(folder, "bundle");
  await bundleWorker(bundleDir);

  const start = async (inTime: number | null): Promise<Trial> => {
    // What a share of 1 - x^-alpha of the provider's first tokens comes within.
    const afterMs = inTime === null ? null : Math.round(TTFT_MS * (1 - inTime) ** (-1 / ALPHA));
    const model = await startModelThread({ port: 0, ttftMs: TTFT_MS, gapMs: 1 });
    undo.push(() => model.close());
    const product = await startWorkerd({
      port: 0,
      bundleDir,
      dataDir: join(folder, `product-${afterMs}`),
      env: {
        SUPABASE_URL: database.url,
        SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
        SUPABASE_SECRET_KEY: database.secretKey,
        SUPABASE_JWT_SECRET: database.jwtSecret,
        OPENAI_API_KEY: "rehearsal",
        OPENAI_BASE_URL: model.url,
        MONTHLY_CREDITS: "1000000000",
        TURNS_PER_MINUTE: "100000",
        HEDGE_AFTER_MS: afterMs === null ? "" : String(afterMs),
      },
    });
    undo.push(() => product.close());
    const ids = Array.from({ length: MEMBERS }, () => randomUUID());
    const tokens = await Promise.all(ids.map((id) => mintToken(id, database.jwtSecret)));
    return { afterMs, inTime, product: product.url, model: new URL(model.url).origin, tokens };
  };
  const control = ({ model }: Trial, change: object) =>
    fetch(`${model}/control`, { method: "POST", body: JSON.stringify(change) });

  /** A first turn of each member at a steady provider, which nobody measures. */
  const warm = async (trial: Trial): Promise<void> => {
    await control(trial, { tokens: TOKENS });
    for (let from = 0; from < MEMBERS; from += WARMING_AT_ONCE) {
      const some = trial.tokens.slice(from, from + WARMING_AT_ONCE);
      await Promise.all(some.map((token) => turn(trial.product, token, "Good morning.")));
    }
    await fetch(`${trial.model}/log`, { method: "DELETE" });
    await control(trial, { ttft: { kind: "pareto", alpha: ALPHA, seed: SEED } });
  };

  const measure = async (trial: Trial): Promise<HedgeRun> => {
    const { afterMs, inTime, product, model, tokens } = trial;
    const seen = await Promise.all(
      tokens.map(async (token, index) => {
        // Not all in the same moment.
        await pause((PAUSE_MS * index) / MEMBERS);
        const own: number[] = [];
        for (let n = 0; n < TURNS; n += 1) {
          own.push(await turn(product, token, `On day ${n} I walk by the sea.`));
          await pause(PAUSE_MS);
        }
        return own;
      }),
    );
    const log: LogEntry[] = await (await fetch(`${model}/log?brief`)).json();
    if (log.length >= REMEMBERED) throw new RangeError("too many turns to count their requests");
    const firstWords = seen.flat().sort((a, b) => a - b);
    return { afterMs, inTime, firstWords, more: log.length / firstWords.length - 1 };
  };

  const trials: Trial[] = [];
  for (const inTime of [null, ...QUANTILES]) trials.push(await start(inTime));
  say("warming up");
  for (const trial of trials) await warm(trial);
  say(`${MEMBERS} members, ${TURNS} turns each, ${trials.length} times at once`);
  const [off, ...hedged] = await Promise.all(trials.map(measure));
  if (!off) throw new RangeError("nothing was measured");
  const { text, holds } = hedgeReport(off, hedged);
  const provider = `The provider takes ${TTFT_MS} ms at least, x times that with a chance of x^-${ALPHA}.`;
  process.stdout.write(`${text}\nFirst words in ms at the member. ${provider}\n`);
  process.exitCode = holds ? 0 : 1;
} finally {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}
