import { cpuMs } from "./cpu.ts";
import { memoryMib } from "./memory.ts";
import { pick, type Stage } from "./stage.ts";
import type { Target, TargetKey } from "./targets.ts";
import { wordTimes } from "./words.ts";

const TARGETS: readonly TargetKey[] = ["straight", "bare", "warm", "agent", "hono"];
/** These take so long for a token that they get shorter answers, once. */
const SLOW: readonly TargetKey[] = ["agent", "hono"];
const TOKENS = 400;
const SLOW_TOKENS = 50;

/** What came of one target. */
export interface ThroughputResult {
  readonly key: TargetKey;
  readonly name: string;
  readonly clients: number;
  /** Of an answer. */
  readonly tokens: number;
  /** Words a second that arrived at all clients together, by round. */
  readonly perSecond: readonly number[];
  /** Processor time of workerd for each word, in microseconds, the whole turn's included; by round. */
  readonly cpuUs: readonly number[];
  /** Memory of workerd with all clients' objects awake, in MiB; NaN for straight. */
  readonly memoryMib: number;
}

/** Many clients at once, each reading a long answer as fast as it comes. */
export async function runThroughput(
  stage: Stage,
  { clients, rounds }: { readonly clients: number; readonly rounds: number },
  say: (line: string) => void,
): Promise<ThroughputResult[]> {
  stage.database.setLatency(5);
  const targets = pick(stage, TARGETS);
  const found = targets.map((target) => ({
    target,
    perSecond: [] as number[],
    cpu: [] as number[],
  }));
  const memory = new Map<TargetKey, number>();
  // The first round only opens connections and wakes objects.
  for (let round = -1; round < rounds; round += 1) {
    say(`${clients} clients, as fast as they can: ${round + 2} of ${rounds + 1}`);
    for (let i = 0; i < found.length; i += 1) {
      const one = found[(i + round + 1) % found.length];
      if (one === undefined || (round > 0 && SLOW.includes(one.target.key))) continue;
      const { perSecond, cpuUs } = await oneRound(stage, one.target, clients);
      memory.set(one.target.key, one.target.pid === null ? Number.NaN : memoryMib(one.target.pid));
      if (round < 0) continue;
      one.perSecond.push(perSecond);
      one.cpu.push(cpuUs);
    }
  }
  return found.map(({ target: { key, name }, perSecond, cpu }) => ({
    key,
    name,
    clients,
    tokens: tokensOf(key),
    perSecond,
    cpuUs: cpu,
    memoryMib: memory.get(key) ?? Number.NaN,
  }));
}

const tokensOf = (key: TargetKey): number => (SLOW.includes(key) ? SLOW_TOKENS : TOKENS);

async function oneRound(
  { provider, database }: Stage,
  target: Target,
  clients: number,
): Promise<{ perSecond: number; cpuUs: number }> {
  const tokens = tokensOf(target.key);
  // The provider sends as fast as it is read.
  await provider.control({ tokens, ttftMs: 40, gapMs: 0 });
  const visitors = await Promise.all(
    Array.from({ length: clients }, (_, index) => target.visitor(index)),
  );
  await database.atRest();
  const cpuBefore = target.pid === null ? 0 : cpuMs(target.pid);
  const begun = performance.now();
  const seen = await Promise.all(visitors.map((visitor) => visitor.send(provider.nextMark())));
  const seconds = (performance.now() - begun) / 1_000;
  await database.atRest();
  const cpu = target.pid === null ? Number.NaN : cpuMs(target.pid) - cpuBefore;
  const words = seen.reduce((sum, one) => sum + wordTimes(one).length, 0);
  if (words !== clients * tokens) {
    throw new Error(`${target.name}: ${words} words of ${clients * tokens} arrived`);
  }
  await provider.takeTimes();
  return { perSecond: words / seconds, cpuUs: (cpu * 1_000) / words };
}
