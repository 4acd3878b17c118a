import { measure } from "./overhead.ts";
import { pick, type Stage } from "./stage.ts";
import type { Target, TargetKey } from "./targets.ts";

const TARGETS: readonly TargetKey[] = [
  "straight",
  "proxy",
  "bare",
  "warm",
  "warmed",
  "cold",
  "agent",
  "hono",
];
const PACE = { tokens: 16, ttftMs: 40, gapMs: 3 };

/** What came of one target at one concurrency. */
export interface WaveResult {
  readonly key: TargetKey;
  readonly name: string;
  readonly atOnce: number;
  /** Overheads of first words, in milliseconds, by wave. */
  readonly waves: readonly (readonly number[])[];
  /** Turns before whose first word the database was read. */
  readonly reads: number;
}

/**
 * Turns in waves: all of a wave at once, the next when everything has come to rest. Targets take turns,
 * another one first each time.
 *
 * @param plan how many waves of each target, by how many turns there are at once
 */
export async function runWaves(
  stage: Stage,
  plan: readonly (readonly [atOnce: number, waves: number])[],
  say: (line: string) => void,
): Promise<WaveResult[]> {
  stage.database.setLatency(40);
  await stage.provider.control(PACE);
  const targets = pick(stage, TARGETS);
  const results: WaveResult[] = [];
  for (const [atOnce, count] of plan) {
    say(`${count} waves of ${atOnce} at once`);
    const found = targets.map((target) => ({ target, waves: [] as number[][], reads: 0 }));
    // Visitors who stay have their first turn before it counts.
    for (const { target } of found) if (!target.fresh) await oneWave(stage, target, atOnce);
    for (let wave = 0; wave < count; wave += 1) {
      for (let i = 0; i < found.length; i += 1) {
        const one = found[(i + wave) % found.length];
        if (one === undefined) continue;
        const { overheads, reads } = await oneWave(stage, one.target, atOnce);
        one.waves.push(overheads);
        one.reads += reads;
      }
    }
    for (const { target, waves, reads } of found) {
      results.push({ key: target.key, name: target.name, atOnce, waves, reads });
    }
  }
  return results;
}

async function oneWave(
  { provider, database }: Stage,
  target: Target,
  atOnce: number,
): Promise<{ overheads: number[]; reads: number }> {
  const visitors = await Promise.all(
    Array.from({ length: atOnce }, (_, index) => target.visitor(index)),
  );
  await database.atRest();
  const marks = visitors.map(() => provider.nextMark());
  const seen = await Promise.all(
    visitors.map((visitor, index) => visitor.send(marks[index] ?? "")),
  );
  await database.atRest();
  const own = await provider.takeTimes();
  let reads = 0;
  const overheads = seen.map((one, index) => {
    const turn = measure(target, one, own.get(marks[index] ?? ""), PACE);
    const authorization = visitors[index]?.authorization ?? "";
    if (database.readBetween(authorization, one.sentAt, one.sentAt + turn.firstWordMs)) reads += 1;
    return turn.overheadMs;
  });
  return { overheads, reads };
}
