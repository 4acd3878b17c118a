/**
 * The bench: how much later than the provider's own time the first word reaches a client, and what a
 * turn costs, through this product, the least that a Worker can be, and the same chat made with what
 * others would take. All on bare workerd, interleaved in one run. See bench/README.md.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { holds } from "./bounds.ts";
import { runCompression } from "./compression.ts";
import { compressionSection } from "./compression-section.ts";
import { runFolder } from "./folder.ts";
import { runHistory } from "./history.ts";
import { historySection } from "./history-section.ts";
import { type BenchOptions, type Part, readOptions } from "./options.ts";
import { comparedText, outcomeChart, outcomeText } from "./outcome.ts";
import { runPausing } from "./pausing.ts";
import { pausingSection } from "./pausing-section.ts";
import { compare, parseRecorded, type Recorded, record } from "./recorded.ts";
import type { Section } from "./section.ts";
import { type Stage, setStage } from "./stage.ts";
import { runStarts, startsSection } from "./starts.ts";
import { runThroughput } from "./throughput.ts";
import { throughputSection } from "./throughput-section.ts";
import { runTurns } from "./turns.ts";
import { cpuSection, wordsSection } from "./turns-section.ts";
import { runWaves } from "./waves.ts";
import { wavesSection } from "./waves-section.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const RECORD = join(HERE, "recorded.json");

/** What the command line asks for and, for a check, the record; or says what is wrong and ends. */
function asked(): { options: BenchOptions; before: Recorded | null } {
  try {
    const options = readOptions(process.argv.slice(2));
    if (!options.check) return { options, before: null };
    if (!existsSync(RECORD)) throw new RangeError("--check: nothing was recorded yet.");
    return { options, before: parseRecorded(readFileSync(RECORD, "utf8")) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const { options, before } = asked();
const { turns } = options;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Measured turns of each of the members who pause, in a round. */
const TURNS_OF_A_ROUND = 4;
const CLIENTS = 128;
const THROUGHPUT_ROUNDS = 5;
const STARTS = 5;
/** Of the turns that are asked for, at least one. */
const part = (share: number): number => Math.max(1, Math.ceil(turns * share));

/** How each part is run and told. */
const RUN: Readonly<Record<Part, (stage: Stage) => Promise<Section>>> = {
  pausing: async (stage) =>
    pausingSection(await runPausing(stage, { ...options, turns: TURNS_OF_A_ROUND }, say)),
  waves: async (stage) => {
    const plan: [number, number][] = [
      [1, turns],
      [8, part(0.2)],
      [32, part(0.08)],
    ];
    if (options.crowd) plan.push([128, part(0.05)]);
    return wavesSection(await runWaves(stage, plan, say));
  },
  cpu: async (stage) =>
    cpuSection(
      await runTurns(stage, { short: part(0.25), long: part(0.1), rested: part(0.5) }, say),
    ),
  words: async (stage) =>
    wordsSection(await runTurns(stage, { paced: turns, pacedLong: part(0.2) }, say)),
  throughput: async (stage) =>
    throughputSection(
      await runThroughput(stage, { clients: CLIENTS, rounds: THROUGHPUT_ROUNDS }, say),
    ),
  history: async (stage) => historySection(await runHistory(stage, turns, say)),
  starts: async (stage) => startsSection(await runStarts(stage, STARTS, say)),
  compression: async (stage) => compressionSection(await runCompression(stage, say)),
};

/** Writes what was found beside the bench. */
function keep(text: string, sections: readonly Section[], ratios: Recorded): void {
  const chart = outcomeChart(sections);
  writeFileSync(join(HERE, "result.md"), `# The bench\n\n![First word](result.svg)\n\n${text}\n`);
  if (chart !== null) writeFileSync(join(HERE, "result.svg"), `${chart}\n`);
  writeFileSync(RECORD, `${JSON.stringify(ratios, null, 2)}\n`);
  say("written: result.md, result.svg, recorded.json");
}

const [load = Number.NaN] = loadavg();
const folder = runFolder(options.disk);
const stage = await setStage(folder.path, options.peers, say);
try {
  const sections: Section[] = [];
  for (const one of options.parts) sections.push(await RUN[one](stage));
  const { promptBytes, peersMissing } = stage;
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"})`;
  const text = outcomeText(sections, {
    promptBytes,
    machine,
    load,
    inMemory: folder.inMemory,
    peersMissing,
  });
  process.stdout.write(`${text}\n`);
  const ratios = Object.assign({}, ...sections.map((section) => section.ratios));
  if (options.record) keep(text, sections, record(ratios));
  if (before === null) {
    process.exitCode = sections.every(({ verdicts }) => verdicts.every(holds)) ? 0 : 1;
  } else {
    const compared = compare(before, ratios);
    process.stdout.write(`\n${comparedText(compared)}\n`);
    process.exitCode = compared.some(({ worse }) => worse) ? 1 : 0;
  }
} finally {
  await stage.close();
}
