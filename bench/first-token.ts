/**
 * The bench: how much later than the provider's own time the first word reaches a client, and what a
 * turn costs, through this product, the least that a Worker can be, and the same chat made with what
 * others would take. All on bare workerd, interleaved in one run. See bench/README.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holds, type Verdict, verdictRow } from "./bounds.ts";
import { type BenchOptions, type Part, readOptions } from "./options.ts";
import { runPausing } from "./pausing.ts";
import { pausingSection } from "./pausing-section.ts";
import { type Section, sectionText } from "./section.ts";
import { type Stage, setStage } from "./stage.ts";
import { table } from "./statistics.ts";
import { runTurns } from "./turns.ts";
import { cpuSection, wordsSection } from "./turns-section.ts";

/** Reads the command line, or says what is wrong with it and ends. */
function asked(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

const options = asked();
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Answers as fast as they come need few turns, paced ones take long. */
const LONG_SHARE = 0.5;
const PACED_LONG_SHARE = 0.2;
const share = (part: number): number => Math.max(1, Math.ceil(options.turns * part));

/** Each of the members who pause. */
const TURNS_OF_A_ROUND = 4;

/** How each part is run and told. */
const RUN: Readonly<Record<Part, (stage: Stage) => Promise<Section>>> = {
  pausing: async (stage) =>
    pausingSection(await runPausing(stage, { ...options, turns: TURNS_OF_A_ROUND }, say)),
  cpu: async (stage) =>
    cpuSection(await runTurns(stage, { short: options.turns, long: share(LONG_SHARE) }, say)),
  words: async (stage) =>
    wordsSection(
      await runTurns(stage, { paced: options.turns, pacedLong: share(PACED_LONG_SHARE) }, say),
    ),
};

const folder = mkdtempSync(join(tmpdir(), "viva-bench-"));
// Interrupted or not, no process and no folder stays behind.
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(130));

const stage = await setStage(folder, options.peers, say);
try {
  const sections: Section[] = [];
  for (const part of options.parts) sections.push(await RUN[part](stage));
  const verdicts: Verdict[] = sections.flatMap((section) => section.verdicts);
  const text = [
    ...sections.map(sectionText),
    "## Bounds\n",
    table(["", "measured", "bound", ""], verdicts.map(verdictRow)),
  ].join("\n\n");
  process.stdout.write(`${text}\n`);
  process.exitCode = verdicts.every(holds) ? 0 : 1;
} finally {
  await stage.close();
}
