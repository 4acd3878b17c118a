import type { Seen } from "./client.ts";
import type { OwnTimes } from "./provider.ts";
import type { Target } from "./targets.ts";
import { wordTimes } from "./words.ts";

/** A turn as it was measured. */
export interface Turn {
  /** From the request to the first word, in milliseconds. */
  readonly firstWordMs: number;
  /** How much later than the provider's own time the first word reached the client, in milliseconds. */
  readonly overheadMs: number;
  /** From the last word to the end of the answer, in milliseconds. */
  readonly closeMs: number;
  /** In how many pieces the answer arrived: fewer than words where some came together. */
  readonly pieces: number;
  /** For each word how much later than it was due at the provider it arrived, in milliseconds. */
  readonly delaysMs: readonly number[];
}

/**
 * What is to be told of a turn.
 *
 * @param own the provider's own times of it
 * @param gapMs how far apart the provider's tokens are
 * @throws when the turn failed or its answer lacks words
 */
export function measure(
  target: Pick<Target, "name">,
  seen: Seen,
  own: OwnTimes | undefined,
  expected: { readonly tokens: number; readonly ttftMs: number; readonly gapMs: number },
): Turn {
  const words = wordTimes(seen);
  const [first = Number.NaN] = words;
  const last = words.at(-1) ?? Number.NaN;
  if (seen.status !== 200 || own === undefined || words.length !== expected.tokens) {
    const what = own === undefined ? "the provider never saw it" : `${words.length} words`;
    throw new Error(
      `${target.name}: a turn failed: ${seen.status}, ${what}: ${seen.text.slice(0, 300)}`,
    );
  }
  // Points in time of the provider's clock, which began with another thread.
  const sentAt = performance.timeOrigin + seen.sentAt;
  const due = own.receivedAt + expected.ttftMs - sentAt;
  return {
    firstWordMs: first,
    overheadMs: first - (own.firstTokenSentAt - own.receivedAt),
    closeMs: seen.endMs - last,
    pieces: seen.arrivals.length,
    delaysMs: words.map((ms, index) => ms - (due + index * expected.gapMs)),
  };
}
