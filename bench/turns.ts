import type { Seen } from "./client.ts";
import { cpuMs } from "./cpu.ts";
import { measure, type Turn } from "./overhead.ts";
import { pick, type Stage } from "./stage.ts";
import type { Target, TargetKey } from "./targets.ts";

const TARGETS: readonly TargetKey[] = ["straight", "bare", "warm", "agent", "hono"];

/**
 * Answers that are measured one after the other: short and long ones in a closed loop, whose first token
 * comes at once and the others as fast as they can, so that nothing but the turn itself is between two
 * turns; short ones by themselves, when the processor has waited for the first token; and two whose tokens come
 * alone. `loop` is how many turns follow each other, each when the answer before it has ended, before
 * the next target has its turn.
 */
export const SERIES = {
  rested: { tokens: 16, ttftMs: 40, gapMs: 0, loop: 1 },
  short: { tokens: 16, ttftMs: 0, gapMs: 0, loop: 32 },
  long: { tokens: 400, ttftMs: 0, gapMs: 0, loop: 16 },
  paced: { tokens: 16, ttftMs: 40, gapMs: 10, loop: 1 },
  pacedLong: { tokens: 150, ttftMs: 40, gapMs: 3, loop: 1 },
} as const;
export type SeriesKey = keyof typeof SERIES;

/** What came of one target in one series. */
export interface SeriesResult {
  readonly key: TargetKey;
  readonly name: string;
  readonly series: SeriesKey;
  readonly turns: readonly Turn[];
  /** Processor time of workerd for a turn of each loop, in milliseconds: what follows a turn is its own. */
  readonly cpuMs: readonly number[];
}

/** Unmeasured turns of each target before anything is measured: code is compiled by use, and a Worker is in use for days. */
const WARM_UP = 400;
/** Unmeasured turns of each target before a series, at least. */
const RUN_UP = 8;

/**
 * One turn after the other, targets taking turns. Each has the machine to itself until all that
 * follows its turns is done.
 *
 * @param counts how many loops of each series; those it does not name are left out
 */
export async function runTurns(
  stage: Stage,
  counts: Readonly<Partial<Record<SeriesKey, number>>>,
  say: (line: string) => void,
): Promise<SeriesResult[]> {
  stage.database.setLatency(5);
  const targets = pick(stage, TARGETS);
  const results: SeriesResult[] = [];
  say(`warming up: ${WARM_UP} turns of each`);
  await setPace(stage, "short");
  for (const target of targets) {
    for (let turn = 0; turn < WARM_UP; turn += SERIES.short.loop) {
      await oneLoop(stage, target, "short");
    }
  }
  for (const series of Object.keys(counts) as SeriesKey[]) {
    const count = counts[series] ?? 0;
    const { tokens, gapMs, loop } = SERIES[series];
    say(`one at a time: ${count} times ${loop} turns of ${tokens} tokens, ${gapMs} ms apart`);
    await setPace(stage, series);
    const found = targets.map((target) => ({ target, turns: [] as Turn[], marks: [] as number[] }));
    const unmeasured = Math.ceil(RUN_UP / loop);
    for (let round = -unmeasured; round < count; round += 1) {
      for (let i = 0; i < found.length; i += 1) {
        const one = found[(i + round + unmeasured) % found.length];
        if (one === undefined) continue;
        if (round >= 0) one.marks.push(spentMs(one.target));
        const measured = await oneLoop(stage, one.target, series);
        if (round >= 0) one.turns.push(...measured);
      }
    }
    for (const { target, turns, marks } of found) {
      const after = [...marks.slice(1), spentMs(target)];
      const cpu = marks.map((mark, index) => ((after[index] ?? mark) - mark) / loop);
      results.push({ key: target.key, name: target.name, series, turns, cpuMs: cpu });
    }
  }
  return results;
}

/** Tells the provider how to answer in a series. */
function setPace({ provider }: Stage, series: SeriesKey): Promise<void> {
  const { tokens, ttftMs, gapMs } = SERIES[series];
  return provider.control({ tokens, ttftMs, gapMs });
}

const spentMs = ({ pid }: Target): number => (pid === null ? 0 : cpuMs(pid));

async function oneLoop(
  { provider, database }: Stage,
  target: Target,
  series: SeriesKey,
): Promise<Turn[]> {
  const visitor = await target.visitor(0);
  const seen = new Map<string, Seen>();
  for (let turn = 0; turn < SERIES[series].loop; turn += 1) {
    const mark = provider.nextMark();
    seen.set(mark, await visitor.send(mark));
  }
  await database.atRest();
  const own = await provider.takeTimes();
  return [...seen].map(([mark, one]) => measure(target, one, own.get(mark), SERIES[series]));
}
