import { cpuMs } from "./cpu.ts";
import { measure, type Turn } from "./overhead.ts";
import { pick, type Stage } from "./stage.ts";
import type { Target, TargetKey } from "./targets.ts";

const TARGETS: readonly TargetKey[] = ["straight", "bare", "warm", "agent", "hono"];

/**
 * Answers that are measured one after the other: short and long ones whose tokens come as fast as they
 * can, and two whose tokens come alone.
 */
export const SERIES = {
  short: { tokens: 16, ttftMs: 40, gapMs: 0 },
  long: { tokens: 400, ttftMs: 40, gapMs: 0 },
  paced: { tokens: 16, ttftMs: 40, gapMs: 10 },
  pacedLong: { tokens: 150, ttftMs: 40, gapMs: 3 },
} as const;
export type SeriesKey = keyof typeof SERIES;

/** What came of one target in one series. */
export interface SeriesResult {
  readonly key: TargetKey;
  readonly name: string;
  readonly series: SeriesKey;
  readonly turns: readonly Turn[];
  /** Processor time of workerd from each turn to the next, in milliseconds: what follows a turn is its own. */
  readonly cpuMs: readonly number[];
}

/** Unmeasured turns of each target before a series, so that its code has been compiled. */
const WARM_UP = 12;

/**
 * One turn after the other, targets taking turns. Each has the machine to itself until all that
 * follows its turn is done.
 *
 * @param counts how many turns of each series; those it does not name are left out
 */
export async function runTurns(
  stage: Stage,
  counts: Readonly<Partial<Record<SeriesKey, number>>>,
  say: (line: string) => void,
): Promise<SeriesResult[]> {
  stage.database.setLatency(5);
  const targets = pick(stage, TARGETS);
  const results: SeriesResult[] = [];
  for (const series of Object.keys(counts) as SeriesKey[]) {
    const count = counts[series] ?? 0;
    say(
      `one at a time: ${count} turns of ${SERIES[series].tokens} tokens, ${SERIES[series].gapMs} ms apart`,
    );
    await stage.provider.control(SERIES[series]);
    const found = targets.map((target) => ({ target, turns: [] as Turn[], marks: [] as number[] }));
    for (let turn = -WARM_UP; turn < count; turn += 1) {
      for (let i = 0; i < found.length; i += 1) {
        const one = found[(i + turn + WARM_UP) % found.length];
        if (one === undefined) continue;
        if (turn >= 0) one.marks.push(spentMs(one.target));
        const measured = await oneTurn(stage, one.target, series);
        if (turn >= 0) one.turns.push(measured);
      }
    }
    for (const { target, turns, marks } of found) {
      const after = [...marks.slice(1), spentMs(target)];
      const cpu = marks.map((mark, index) => (after[index] ?? mark) - mark);
      results.push({ key: target.key, name: target.name, series, turns, cpuMs: cpu });
    }
  }
  return results;
}

const spentMs = ({ pid }: Target): number => (pid === null ? 0 : cpuMs(pid));

async function oneTurn(
  { provider, database }: Stage,
  target: Target,
  series: SeriesKey,
): Promise<Turn> {
  const visitor = await target.visitor(0);
  const mark = provider.nextMark();
  const seen = await visitor.send(mark);
  await database.atRest();
  const own = await provider.takeTimes();
  return measure(target, seen, own.get(mark), SERIES[series]);
}
