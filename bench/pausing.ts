import type { Seen } from "./client.ts";
import { measure, type Turn } from "./overhead.ts";
import { pick, type Stage } from "./stage.ts";
import type { Target, TargetKey, Visitor } from "./targets.ts";

/** The scenario that the bounds are of. */
export const PAUSING = {
  members: 24,
  pauseMs: 1_500,
  ttftMs: 200,
  gapMs: 10,
  tokens: 16,
} as const;

const TARGETS: readonly TargetKey[] = ["bare", "warm", "warmed", "cold", "agent", "hono"];
/** Everybody at once, so many times before anything counts: code is compiled by use. */
const WARM_UP_WAVES = 3;

/** What came of one target with the database at one distance. */
export interface PausingResult {
  readonly key: TargetKey;
  readonly name: string;
  readonly databaseMs: number;
  /** Overheads of first words, in milliseconds, by round. */
  readonly rounds: readonly (readonly number[])[];
}

export interface PausingOptions {
  /** How often each target has its turn at each distance. */
  readonly rounds: number;
  /** Measured turns of each of the members in a round. */
  readonly turns: number;
  /** How far away the database is, in milliseconds, one after the other. */
  readonly databases: readonly number[];
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Members who read and think before they write again: the way in has gone cold a little each time, and
 * no queue hides it. Targets take turns, another one first in each round.
 */
export async function runPausing(
  stage: Stage,
  { rounds, turns, databases }: PausingOptions,
  say: (line: string) => void,
): Promise<PausingResult[]> {
  const { tokens, ttftMs, gapMs } = PAUSING;
  await stage.provider.control({ tokens, ttftMs, gapMs });
  const targets = pick(stage, TARGETS);
  const results: PausingResult[] = [];
  say("everybody at once, until code is warm");
  for (let wave = 0; wave < WARM_UP_WAVES; wave += 1) {
    for (const target of targets) await warmUp(stage, target);
  }
  for (const databaseMs of databases) {
    stage.database.setLatency(databaseMs);
    const found = new Map(targets.map(({ key }) => [key, [] as number[][]]));
    for (let round = 0; round < rounds; round += 1) {
      say(`${PAUSING.members} members pause, database ${databaseMs} ms: ${round + 1} of ${rounds}`);
      for (let i = 0; i < targets.length; i += 1) {
        const target = targets[(i + round) % targets.length];
        if (target === undefined) continue;
        const measured = await oneRound(stage, target, turns);
        found.get(target.key)?.push(measured.map(({ overheadMs }) => overheadMs));
      }
    }
    for (const { key, name } of targets) {
      results.push({ key, name, databaseMs, rounds: found.get(key) ?? [] });
    }
  }
  return results;
}

async function warmUp(stage: Stage, target: Target): Promise<void> {
  await stage.stockMembers(PAUSING.members);
  const visitors = await everybody(target);
  await Promise.all(visitors.map((visitor) => visitor.send(stage.provider.nextMark())));
  await stage.database.atRest();
  await stage.provider.takeTimes();
}

function everybody(target: Target): Promise<Visitor[]> {
  const { members } = PAUSING;
  return Promise.all(Array.from({ length: members }, (_, index) => target.visitor(index)));
}

/** All members at one target. */
async function oneRound(stage: Stage, target: Target, turns: number): Promise<Turn[]> {
  const { members, pauseMs } = PAUSING;
  const { provider, database } = stage;
  const seen = new Map<string, Seen>();
  if (target.fresh) await stage.stockMembers(members * turns);
  else await everybody(target);
  await database.atRest();
  const act = async (index: number): Promise<void> => {
    // Evenly over a pause, so that turns do not come in waves.
    await pause((pauseMs * index) / members);
    // Objects were put to sleep while others were measured: an unmeasured turn wakes them.
    if (!target.fresh) await (await target.visitor(index)).send(provider.nextMark());
    for (let turn = 0; turn < turns; turn += 1) {
      // Somebody new opens the page, and only then thinks.
      const visitor = await target.visitor(index);
      await pause(pauseMs);
      const mark = provider.nextMark();
      seen.set(mark, await visitor.send(mark));
    }
  };
  await Promise.all(Array.from({ length: members }, (_, index) => act(index)));
  await database.atRest();
  const own = await provider.takeTimes();
  return [...seen].map(([mark, one]) => measure(target, one, own.get(mark), PAUSING));
}
