/**
 * What the hedge does to the slowest first words: members in closed loop against a provider whose
 * times to the first token have a heavy tail, without a hedge and with several values of
 * HEDGE_AFTER_MS, which are taken from what was measured without. On bare workerd. Ends with 1 where
 * none of them halves p99 with at most 5 % more requests.
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
import { quantile } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "60" },
    /** Turns of each member, for each value that is tried. */
    turns: { type: "string", default: "60" },
    /** How long a member waits between an answer and the next turn. */
    "pause-ms": { type: "string", default: "1500" },
    /** The provider's least time to the first token … */
    "ttft-ms": { type: "string", default: "60" },
    /** … and its tail: the chance to take x times as long is x^-alpha. */
    alpha: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    /** The shares of first words that are in time, for the values that are tried. */
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
const WARMING_AT_ONCE = 8;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** A run, with what an operator sees of it. */
interface Run extends HedgeRun {
  /** The provider's part of the first words as `token_usage.first_token_ms` has it, sorted. */
  readonly upstream: readonly number[];
}

const agent = new Agent({ keepAlive: true });

/** One turn, to its end. @throws when it fails */
function turn(origin: string, token: string, text: string): Promise<readonly [number, number]> {
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
        const upstreamMs = /"type":"finish".*"upstreamMs":(\d+)/.exec(said)?.[1];
        if (upstreamMs === undefined) reject(new Error(`a turn failed: ${said.slice(0, 500)}`));
        else resolve([firstWordMs, Number(upstreamMs)]);
      });
    });
    outgoing.end(JSON.stringify({ id: "talk", messages: [{ role: "user", content: text }] }));
  });
}

const folder = mkdtempSync(join(tmpdir(), "viva-bench-"));
const undo: (() => unknown)[] = [() => agent.destroy()];
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
try {
  say("starting provider, database and workerd");
  const model = await startModelThread({ port: 0, ttftMs: TTFT_MS, gapMs: 1 });
  undo.push(() => model.close());
  const modelOrigin = new URL(model.url).origin;
  const control = (change: object) =>
    fetch(`${modelOrigin}/control`, { method: "POST", body: JSON.stringify(change) });
  const database = await startBlankDatabase();
  undo.push(() => database.close());
  const bundleDir = join(folder, "bundle");
  await bundleWorker(bundleDir);

  /** All members' turns with one value, each time with the same times of the provider in the same order. */
  const measure = async (afterMs: number | null, inTime: number | null): Promise<Run> => {
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
    try {
      const ids = Array.from({ length: MEMBERS }, () => randomUUID());
      const tokens = await Promise.all(ids.map((id) => mintToken(id, database.jwtSecret)));
      await control({ ttft: null, tokens: TOKENS });
      for (let from = 0; from < MEMBERS; from += WARMING_AT_ONCE) {
        const some = tokens.slice(from, from + WARMING_AT_ONCE);
        await Promise.all(some.map((token) => turn(product.url, token, "Good morning.")));
      }
      await fetch(`${modelOrigin}/log`, { method: "DELETE" });
      await control({ ttft: { kind: "pareto", alpha: ALPHA, seed: SEED } });
      const seen = await Promise.all(
        tokens.map(async (token, index) => {
          // Not all in the same moment.
          await pause((PAUSE_MS * index) / MEMBERS);
          const own: (readonly [number, number])[] = [];
          for (let n = 0; n < TURNS; n += 1) {
            own.push(await turn(product.url, token, `On day ${n} I walk by the sea.`));
            await pause(PAUSE_MS);
          }
          return own;
        }),
      );
      const log: LogEntry[] = await (await fetch(`${modelOrigin}/log?brief`)).json();
      const sorted = (of: 0 | 1) =>
        seen
          .flat()
          .map((pair) => pair[of])
          .sort((a, b) => a - b);
      const more = log.length / (MEMBERS * TURNS) - 1;
      return { afterMs, inTime, firstWords: sorted(0), upstream: sorted(1), more };
    } finally {
      await product.close();
    }
  };

  say(`${MEMBERS} members, ${TURNS} turns each, without a hedge`);
  const off = await measure(null, null);
  const hedged: Run[] = [];
  for (const inTime of QUANTILES) {
    const afterMs = Math.max(1, Math.round(quantile(off.upstream, inTime)));
    say(`the same, hedged after ${afterMs} ms`);
    hedged.push(await measure(afterMs, inTime));
  }
  const { text, holds } = hedgeReport(off, hedged);
  const provider = `The provider takes ${TTFT_MS} ms at least, x times that with a chance of x^-${ALPHA}.`;
  process.stdout.write(`${text}\nFirst words in ms at the member. ${provider}\n`);
  process.exitCode = holds ? 0 : 1;
} finally {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}
