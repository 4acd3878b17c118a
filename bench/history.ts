import { cpuMs } from "./cpu.ts";
import { measure, type Turn } from "./overhead.ts";
import type { Stage } from "./stage.ts";
import { type Target, talkTarget } from "./targets.ts";

/** Messages that conversations hold when they are measured. */
const LENGTHS = [10, 100, 1_000] as const;
const PACE = { tokens: 16, ttftMs: 20, gapMs: 0 };
/** Conversations are filled with short answers, as fast as they can be given. */
const FILLING = { tokens: 8, ttftMs: 1, gapMs: 0 };
const WARM_UP = 3;

/** What turns cost in a conversation of a length. */
export interface HistoryResult {
  readonly messages: number;
  /** Overheads of first words, in milliseconds. */
  readonly overheads: readonly number[];
  /** Processor time of workerd for a turn, in milliseconds. */
  readonly cpuMs: readonly number[];
  /** Size of the request to the provider, in bytes: the same in all, where history is summarised. */
  readonly requestBytes: number;
}

/** One conversation of each length, each with a member of its own; turns of all of them take turns. */
export async function runHistory(
  stage: Stage,
  turns: number,
  say: (line: string) => void,
): Promise<HistoryResult[]> {
  const { client, product, provider, database } = stage;
  database.setLatency(5);
  await provider.control(FILLING);
  const found: {
    messages: number;
    target: Target;
    measured: Turn[];
    cpu: number[];
    bytes: number;
  }[] = [];
  for (const messages of LENGTHS) {
    say(`filling a conversation with ${messages} messages`);
    const target = talkTarget(client, product, stage.newMember);
    const visitor = await target.visitor(0);
    // A turn is two messages.
    for (let turn = 0; turn < messages / 2; turn += 1) {
      const { status, text } = await visitor.send(provider.nextMark());
      if (status !== 200) throw new Error(`a turn failed: ${status} ${text.slice(0, 300)}`);
    }
    await database.atRest();
    const bytes = (await provider.newestRequest()).length;
    await provider.takeTimes();
    found.push({ messages, target, measured: [], cpu: [], bytes });
  }
  say(`${turns} turns in each`);
  await provider.control(PACE);
  for (let turn = -WARM_UP; turn < turns; turn += 1) {
    for (let i = 0; i < found.length; i += 1) {
      const one = found[(i + turn + WARM_UP) % found.length];
      if (one === undefined) continue;
      const visitor = await one.target.visitor(0);
      const mark = provider.nextMark();
      const before = cpuMs(product.pid);
      const seen = await visitor.send(mark);
      await database.atRest();
      const cpu = cpuMs(product.pid) - before;
      const own = await provider.takeTimes();
      if (turn < 0) continue;
      one.measured.push(measure(one.target, seen, own.get(mark), PACE));
      one.cpu.push(cpu);
    }
  }
  return found.map(({ messages, measured, cpu, bytes }) => ({
    messages,
    overheads: measured.map(({ overheadMs }) => overheadMs),
    cpuMs: cpu,
    requestBytes: bytes,
  }));
}
