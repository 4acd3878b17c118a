import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type BodyPieces, bodyPieces } from "../../worker/model/body-reader.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Chunks of a body that are given singly to begin with. */
const FIRST = 24;

/** A body of endless chunks that are there at once, and how it has been read ahead. */
function open(): { pieces: BodyPieces; ahead: () => boolean; gathered: () => number } {
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array([1])),
  });
  let ahead = false;
  let gathered = 0;
  const pieces = bodyPieces(body, {
    now: () => Date.now(),
    readAhead: (rest) => {
      ahead = true;
      const reader = rest.getReader();
      return {
        read: () => reader.read(),
        gather: () => {
          gathered += 1;
          return reader.read();
        },
        cancel: () => reader.cancel(),
      };
    },
  });
  return { pieces, ahead: () => ahead, gathered: () => gathered };
}

/** Whether the next piece comes without a wait; it is taken in any case. */
async function comesAtOnce(pieces: BodyPieces, hurry = false): Promise<boolean> {
  let there = false;
  const next = pieces.next(hurry).then(() => {
    there = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  const atOnce = there;
  await vi.advanceTimersByTimeAsync(1_000);
  await next;
  return atOnce;
}

async function takeFirst(pieces: BodyPieces): Promise<void> {
  for (let chunk = 0; chunk < FIRST; chunk += 1) expect(await comesAtOnce(pieces)).toBe(true);
}

describe("the pieces of a body", () => {
  it("are its chunks, each at once, for as long as a short answer is", async () => {
    const { pieces, ahead } = open();
    for (let chunk = 0; chunk < FIRST; chunk += 1) await pieces.next(false);
    expect(ahead()).toBe(false);
    pieces.end();
  });

  it("are read ahead from then on, and still given at once where they come alone", async () => {
    const { pieces, ahead, gathered } = open();
    await takeFirst(pieces);
    for (let piece = 0; piece < 10; piece += 1) {
      vi.advanceTimersByTime(2);
      expect(await comesAtOnce(pieces)).toBe(true);
    }
    expect(ahead()).toBe(true);
    expect(gathered()).toBe(0);
    pieces.end();
  });

  it("are waited for in a burst, for two milliseconds, and gathered then", async () => {
    const { pieces, gathered } = open();
    await takeFirst(pieces);
    await pieces.next(false);
    const taken = vi.fn();
    pieces.next(false).then(taken);
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).not.toHaveBeenCalled();
    expect(gathered()).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(taken).toHaveBeenCalled();
    expect(gathered()).toBe(1);
    pieces.end();
  });

  it("are not waited for in a hurry", async () => {
    const { pieces } = open();
    await takeFirst(pieces);
    await pieces.next(false);
    expect(await comesAtOnce(pieces, true)).toBe(true);
    pieces.end();
  });

  it("are larger the more answers are read at the same time, until those have ended", async () => {
    const { pieces } = open();
    // However many there are, words are seen to come.
    const others = Array.from({ length: 1_000 }, () => open().pieces);
    await takeFirst(pieces);
    await pieces.next(false);
    vi.advanceTimersByTime(31);
    expect(await comesAtOnce(pieces)).toBe(false);
    vi.advanceTimersByTime(32);
    expect(await comesAtOnce(pieces)).toBe(true);
    for (const other of others) other.end();
    vi.advanceTimersByTime(2);
    expect(await comesAtOnce(pieces)).toBe(true);
    pieces.end();
  });
});
