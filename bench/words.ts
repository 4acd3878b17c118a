import type { Seen } from "./client.ts";

/** A piece of text in a provider's stream, in an AI SDK stream, or in either inside a JSON string. */
const DELTA = /\\?"(?:delta|content)\\?":\\?"((?:[^"\\]|\\[^"])*)\\?"/g;
/** The rehearsal's words are w1, w2 … */
const WORD = /w\d+/g;

/**
 * When each of the rehearsal's words had arrived, in milliseconds since the turn was sent. Works on the
 * streams of all targets: what is read is the `delta` or `content` of their events.
 */
export function wordTimes({ text, arrivals }: Pick<Seen, "text" | "arrivals">): number[] {
  const times: number[] = [];
  let arrival = 0;
  for (const found of text.matchAll(DELTA)) {
    const words = found[1]?.match(WORD)?.length ?? 0;
    if (words === 0) continue;
    const end = found.index + found[0].length;
    while ((arrivals[arrival]?.[0] ?? Number.POSITIVE_INFINITY) < end) arrival += 1;
    const ms = arrivals[arrival]?.[1] ?? Number.NaN;
    for (let word = 0; word < words; word += 1) times.push(ms);
  }
  return times;
}
