import { bundleBytes } from "./bundle.ts";
import { cpuMs } from "./cpu.ts";
import { memoryMib } from "./memory.ts";
import { measure } from "./overhead.ts";
import { type Section, told, two } from "./section.ts";
import type { Stage } from "./stage.ts";
import { summarise } from "./statistics.ts";
import { firstTurnTarget } from "./targets.ts";

const PACE = { tokens: 16, ttftMs: 40, gapMs: 3 };

/** What the first turn of fresh processes of the product took. */
export interface StartsResult {
  /** Overheads of first words, in milliseconds: fresh process, fresh isolate, fresh member. */
  readonly overheads: readonly number[];
  /** Processor time of workerd until it listens, and of the first turn on top, in milliseconds. */
  readonly startCpuMs: readonly number[];
  readonly turnCpuMs: readonly number[];
  /** Memory of workerd before and after that turn, in MiB. */
  readonly idleMib: readonly number[];
  readonly usedMib: readonly number[];
  readonly bundleBytes: number;
}

/** Starts the product anew and gives it one turn, so many times. */
export async function runStarts(
  stage: Stage,
  starts: number,
  say: (line: string) => void,
): Promise<StartsResult> {
  const { provider, database, client } = stage;
  say(`${starts} fresh processes`);
  database.setLatency(40);
  await provider.control(PACE);
  await stage.stockMembers(starts);
  const overheads: number[] = [];
  const startCpuMs: number[] = [];
  const turnCpuMs: number[] = [];
  const idleMib: number[] = [];
  const usedMib: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    const running = await stage.serve(`fresh-${start}`);
    const target = firstTurnTarget(client, running, stage.newMember, false);
    const visitor = await target.visitor(0);
    startCpuMs.push(cpuMs(running.pid));
    idleMib.push(memoryMib(running.pid));
    const mark = provider.nextMark();
    const seen = await visitor.send(mark);
    await database.atRest();
    turnCpuMs.push(cpuMs(running.pid) - (startCpuMs.at(-1) ?? 0));
    usedMib.push(memoryMib(running.pid));
    overheads.push(measure(target, seen, (await provider.takeTimes()).get(mark), PACE).overheadMs);
    await running.close();
  }
  const bytes = bundleBytes(`${stage.folder}/bundle`);
  return { overheads, startCpuMs, turnCpuMs, idleMib, usedMib, bundleBytes: bytes };
}

/** What fresh processes found. */
export function startsSection(result: StartsResult): Section {
  const row = (name: string, values: readonly number[]): string[] => {
    const { count, p50, low, high } = summarise(values);
    return [name, String(count), two(p50), `${two(low)}–${two(high)}`, two(Math.max(...values))];
  };
  return {
    title: "Fresh processes",
    text: told(
      ["", "starts", "p50", "half within", "most"],
      [
        row("first word, ms beyond the provider's own", result.overheads),
        row("CPU until workerd listens, ms", result.startCpuMs),
        row("CPU of the first turn, ms", result.turnCpuMs),
        row("memory before it, MiB", result.idleMib),
        row("memory after it, MiB", result.usedMib),
      ],
      [
        `A fresh process, isolate, object and member, database 40 ms away: the worst that a member can meet. The Worker ` +
          `is ${result.bundleBytes.toLocaleString("en")} bytes of script.`,
      ],
    ),
    verdicts: [],
    ratios: {},
  };
}
