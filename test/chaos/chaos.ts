/**
 * Members in chaos: clients that leave and come back, duplicates, stops, edits, a provider and a
 * database that fail, a process that is killed. Then the provider's record, the objects' storage,
 * Postgres and what every reader saw must agree. Ends with 1 when they do not.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { table } from "../../bench/statistics.ts";
import makeReadySupabase from "../support/ready-supabase.ts";
import makeReadyWorker from "../support/ready-worker.ts";
import { runChaos } from "./run.ts";

const { values } = parseArgs({
  options: {
    /** Default: a new one each time. */
    seed: { type: "string", default: String(Math.floor(Math.random() * 1e9)) },
    turns: { type: "string", default: "1000" },
    members: { type: "string", default: "50" },
    /** How often the Worker's process is killed; default once in 120 turns. */
    kills: { type: "string" },
    minutes: { type: "string", default: "15" },
    /** Keeps everything in this folder, to look into. */
    keep: { type: "string" },
  },
});

const turns = Number(values.turns);
const folder = values.keep ?? mkdtempSync(join(tmpdir(), "viva-chaos-"));
const undo = [await makeReadySupabase(), await makeReadyWorker()];
// Interrupted or not, no process and no folder stays behind.
process.on("exit", () => {
  for (const step of undo) step();
  if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

const { violations, figures } = await runChaos({
  seed: values.seed,
  turns,
  members: Number(values.members),
  kills: values.kills === undefined ? Math.ceil(turns / 120) : Number(values.kills),
  minutes: Number(values.minutes),
  unattended: true,
  idleMs: 12_000,
  folder,
  say: (line) => void process.stderr.write(`${line}\n`),
});
const rows = figures.map(([name, value]) => [name, String(value)]);
process.stdout.write(`seed ${values.seed}\n\n${table(["", "figure"], rows)}\n\n`);
process.stdout.write(`violations: ${violations.length}\n`);
for (const violation of violations.slice(0, 100)) process.stdout.write(`- ${violation}\n`);
if (violations.length > 0) {
  process.stdout.write(`again: npm run chaos -- --seed ${values.seed} --turns ${values.turns}\n`);
  process.exitCode = 1;
}
