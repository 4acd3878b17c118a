import type { PieceReader } from "./pieces.ts";

/** How much is taken over at once, in bytes: some fifty tokens. */
const AT_ONCE_BYTES = 16 * 1024;

/**
 * Reads a body ahead, by the platform's own means: one read then gives everything that has come in,
 * where a read of the body itself gives a single chunk, however many have come, and each costs a
 * turn in JavaScript. A second branch of the body is what reads on; nobody wants its bytes.
 */
export function readAhead(body: ReadableStream<Uint8Array>): PieceReader {
  const [read, ahead] = body.tee();
  const { readable, writable } = new IdentityTransformStream();
  // Through a pipe of its own, as a branch that asks for much at once would hold back the other one.
  ahead.pipeTo(writable).catch(() => {});
  drain(readable).catch(() => {});
  const reader = read.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(AT_ONCE_BYTES);
  return {
    read: async () => {
      const piece = await reader.read(new Uint8Array(buffer));
      if (!piece.done) buffer = piece.value.buffer;
      return piece;
    },
    cancel: () => reader.cancel(),
  };
}

async function drain(stream: ReadableStream<Uint8Array>): Promise<void> {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(AT_ONCE_BYTES);
  for (;;) {
    const { done, value } = await reader.readAtLeast(AT_ONCE_BYTES, new Uint8Array(buffer));
    if (done) return;
    buffer = value.buffer;
  }
}
