import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { Tally } from "./tally.ts";
import type { TurnClient } from "./turn-client.ts";

/** What a run needs. */
export interface RunOptions {
  readonly client: Pick<TurnClient, "send">;
  /** The members' access tokens; turns go round. */
  readonly tokens: readonly string[];
  /** When each turn is meant to begin, in milliseconds since the start, in order. */
  readonly plan: Iterable<number>;
  /** No more turns than these are under way at once: one due beyond them fails as `not_sent`. */
  readonly mostAtOnce: number;
  /** Called after each turn that ended. */
  onProgress?(state: Progress): void;
}

/** Where a run stands. */
export interface Progress {
  readonly tally: Tally;
  readonly underWay: number;
}

const TEXTS = [
  "My weeks are full and my evenings are empty.",
  "I would love to dance again, the way I did at twenty.",
  "Mostly I notice how tired I am on Sundays.",
  "What lights me up is being outside with my children.",
];

/** A member's conversations: one that no turn runs in, so that no turn supersedes another. */
class Conversations {
  readonly #run = randomUUID().slice(0, 8);
  readonly #free: string[] = [];
  #made = 0;

  take(): string {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    this.#made += 1;
    return `load-${this.#run}-${this.#made}`;
  }

  giveBack(id: string): void {
    this.#free.push(id);
  }
}

/**
 * An open loop: turns begin when the plan says, whatever becomes of those before, and their time is
 * counted from that moment, so that waiting behind a slow answer cannot hide (no coordinated omission).
 */
export async function runLoad(options: RunOptions): Promise<Tally> {
  const { client, tokens, plan, mostAtOnce, onProgress = () => {} } = options;
  const members = tokens.map((token) => ({ token, conversations: new Conversations() }));
  const tally = new Tally();
  const underWay = new Set<Promise<void>>();
  const begun = performance.now();
  let index = 0;

  const turn = async (intended: number, number: number): Promise<void> => {
    const member = members[number % members.length];
    if (member === undefined) throw new RangeError("a run needs at least one member");
    const id = member.conversations.take();
    const seen = await client.send(member.token, {
      id,
      messages: [{ role: "user", content: TEXTS[number % TEXTS.length] }],
    });
    member.conversations.giveBack(id);
    tally.add(intended, seen);
  };

  for (const at of plan) {
    const intended = begun + at;
    const wait = intended - performance.now();
    if (wait > 0) await pause(wait);
    if (underWay.size >= mostAtOnce) {
      tally.addUnsent("not_sent");
      continue;
    }
    const running = turn(intended, index).finally(() => {
      underWay.delete(running);
      onProgress({ tally, underWay: underWay.size });
    });
    underWay.add(running);
    index += 1;
  }
  await Promise.all(underWay);
  return tally;
}
