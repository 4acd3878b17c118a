import { pause } from "../platform/timers.ts";
import type { PieceReader } from "./body-reader.ts";

/** How far the platform reads ahead of what has been taken, in bytes: some two hundred tokens. */
const AHEAD_BYTES = 64 * 1024;

/**
 * Reads a body ahead, by the platform's own means: one read then gives everything that has come in,
 * where a read of the body itself gives a single chunk, however many have come, and each costs a
 * turn in JavaScript. A second branch of the body is what reads on; nobody wants its bytes.
 *
 * That branch reads on by itself where words come alone. In a burst it does so when they are gathered:
 * a chunk that is read as it comes wakes the process for itself, those that wait in the socket are
 * read by the way.
 */
export function readAhead(body: ReadableStream<Uint8Array>): PieceReader {
  const [read, ahead] = body.tee();
  const { readable, writable } = new IdentityTransformStream();
  // Through a pipe of its own, as a branch that asks for much at once would hold back the other one.
  ahead.pipeTo(writable).catch(() => {});
  const drain = readable.getReader({ mode: "byob" });
  const reader = read.getReader({ mode: "byob" });
  let unwanted = new ArrayBuffer(AHEAD_BYTES);
  let buffer = new ArrayBuffer(AHEAD_BYTES);
  let taken = 0;
  let drained = 0;
  let draining: Promise<void> | null = null;

  /** Resolves once the branch is as far ahead as it may be; never rejects. */
  const readOn = (): Promise<void> => {
    draining ??= toLimit()
      .catch(() => {})
      .finally(() => {
        draining = null;
      });
    return draining;
  };

  async function toLimit(): Promise<void> {
    for (let more = AHEAD_BYTES; more > 0; more = taken + AHEAD_BYTES - drained) {
      const view = new Uint8Array(unwanted);
      const { done, value } = await drain.readAtLeast(Math.min(more, AHEAD_BYTES), view);
      if (done) return;
      unwanted = value.buffer;
      drained += value.length;
    }
  }

  async function take() {
    const piece = await reader.read(new Uint8Array(buffer));
    if (!piece.done) {
      buffer = piece.value.buffer;
      taken += piece.value.length;
    }
    return piece;
  }

  return {
    read: () => {
      void readOn();
      return take();
    },
    gather: async () => {
      // A branch that is not at its limit has read all there is.
      if (draining === null) await Promise.race([readOn(), pause(1)]);
      return take();
    },
    cancel: () => {
      taken = Number.POSITIVE_INFINITY;
      void readOn();
      return reader.cancel();
    },
  };
}
