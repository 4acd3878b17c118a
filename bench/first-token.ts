/**
 * How much later than the provider's own time the first word reaches a client, and how much
 * processor time a whole turn takes: straight to the provider, through a bare Worker with an object
 * that only pipes, and through this product. All on bare workerd, interleaved in one run, with the
 * database 40 ms away. Ends with 1 when a bound is broken.
 */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startModelThread } from "../local/model/thread.ts";
import { bundleWorker, startWorkerd } from "../local/workerd.ts";
import { startBare } from "./bare/start.ts";
import { LoadClient } from "./client.ts";
import { cpuMs } from "./cpu.ts";
import { startFarDatabase } from "./database.ts";
import { mintToken } from "./members.ts";
import { type Result, report } from "./report.ts";
import { bareTarget, directTarget, productTarget, type Target } from "./targets.ts";
import { Waves } from "./waves.ts";

const { values } = parseArgs({
  options: {
    /** Turns of each target one after the other; those at 8 and at 32 at once follow from it. */
    turns: { type: "string", default: "80" },
    "database-ms": { type: "string", default: "40" },
    /** Starts of a fresh process, whose first turn is told apart. */
    starts: { type: "string", default: "5" },
  },
});
const turns = Number(values.turns);
const rounds = { 1: turns, 8: Math.ceil(turns / 5), 32: Math.ceil(turns / 13) };
const MODEL_PACE = { ttftMs: 40, gapMs: 3 };
const TOKENS = 40;
const MOST_AT_ONCE = 32;

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const folder = mkdtempSync(join(tmpdir(), "viva-bench-"));
const undo: (() => unknown)[] = [];
// Interrupted or not, no process and no folder stays behind.
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));
try {
  say("starting provider, database and workerd");
  const model = await startModelThread({ port: 0, ...MODEL_PACE });
  undo.push(() => model.close());
  const modelOrigin = new URL(model.url).origin;
  await fetch(`${modelOrigin}/control`, {
    method: "POST",
    body: JSON.stringify({ tokens: TOKENS }),
  });
  const database = await startFarDatabase(join(folder, "supabase"), Number(values["database-ms"]));
  undo.push(() => database.close());
  const env = {
    SUPABASE_URL: database.url,
    SUPABASE_PUBLISHABLE_KEY: database.publishableKey,
    SUPABASE_SECRET_KEY: database.secretKey,
    SUPABASE_JWT_SECRET: database.jwtSecret,
    OPENAI_API_KEY: "rehearsal",
    OPENAI_BASE_URL: model.url,
    MONTHLY_CREDITS: "1000000000",
    TURNS_PER_MINUTE: "100000",
    TURNS_AT_ONCE: "100",
  };
  const bundleDir = join(folder, "bundle");
  await bundleWorker(bundleDir);
  const startProduct = (name: string) =>
    startWorkerd({ port: 0, env, bundleDir, dataDir: join(folder, name) });
  const product = await startProduct("product");
  undo.push(() => product.close());
  const bare = await startBare(join(folder, "bare"), model.url);
  undo.push(() => bare.close());

  const freshCount = Object.entries(rounds).reduce((sum, [at, n]) => sum + Number(at) * n, 0);
  const ids = Array.from({ length: MOST_AT_ONCE + freshCount + Number(values.starts) }, () =>
    randomUUID(),
  );
  await database.addMembers(ids);
  const members = await Promise.all(
    [database.demoId, ...ids].map((id) => mintToken(id, database.jwtSecret)),
  );
  const warmMembers = members.splice(0, MOST_AT_ONCE);
  const fresh = (): string => {
    const token = members.pop();
    if (token === undefined) throw new RangeError("no fresh member is left");
    return token;
  };

  const client = new LoadClient();
  undo.push(() => client.close());
  const waves = new Waves(client, modelOrigin, database);
  const warm = productTarget("this product, warm", product.url, (index) => {
    const token = warmMembers[index % MOST_AT_ONCE];
    if (token === undefined) throw new RangeError("no warm member");
    return token;
  });
  const cold = productTarget("this product, cold (fresh member)", product.url, fresh);

  say("warming up");
  for (const atOnce of [1, ...Array<number>(5).fill(MOST_AT_ONCE)]) await waves.run(warm, atOnce);
  // The other two send the provider just what the product sends it.
  const payload = waves.newestRequest();
  const targets: readonly { target: Target; pid: number | null }[] = [
    { target: directTarget(model.url, payload), pid: null },
    { target: bareTarget(bare.url, payload), pid: bare.pid },
    { target: warm, pid: product.pid },
    { target: cold, pid: product.pid },
  ];
  for (const { target } of targets.slice(0, 2)) await waves.run(target, MOST_AT_ONCE);

  const results: Result[] = [];
  for (const [at, count] of Object.entries(rounds)) {
    const atOnce = Number(at);
    say(`${count} × ${atOnce} at once`);
    const byTarget = targets.map(({ target, pid }) => ({
      target,
      pid,
      result: { name: target.name, atOnce, overheads: [] as number[], reads: 0, cpu: 0, turns: 0 },
    }));
    for (let round = 0; round < count; round += 1) {
      // Another one first each time, so that none always follows the same.
      for (let i = 0; i < byTarget.length; i += 1) {
        const one = byTarget[(i + round) % byTarget.length];
        if (one === undefined) continue;
        const before = one.pid === null ? 0 : cpuMs(one.pid);
        const measured = await waves.run(one.target, atOnce);
        one.result.overheads.push(...measured.map(({ overheadMs }) => overheadMs));
        one.result.reads += measured.filter(({ readBefore }) => readBefore).length;
        one.result.cpu += one.pid === null ? 0 : cpuMs(one.pid) - before;
        one.result.turns += atOnce;
      }
    }
    results.push(...byTarget.map(({ result }) => result));
  }

  say(`${values.starts} fresh processes`);
  const firstTurns: number[] = [];
  for (let i = 0; i < Number(values.starts); i += 1) {
    const started = await startProduct(`fresh-${i}`);
    const target = productTarget("fresh isolate", started.url, fresh);
    const [turn] = await waves.run(target, 1);
    if (turn) firstTurns.push(turn.overheadMs);
    await started.close();
  }

  const { text, broken } = report(results, firstTurns, {
    databaseMs: Number(values["database-ms"]),
    promptBytes: payload.length,
    tokens: TOKENS,
    pace: MODEL_PACE,
  });
  process.stdout.write(`${text}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
} finally {
  for (let step = undo.pop(); step; step = undo.pop()) await step();
}
