const LF = 10;
const CR = 13;
const NOTHING = new Uint8Array();
/** Longest event that is waited for, in bytes. What is longer is no chunk of an answer. */
export const EVENT_BYTES = 4 * 1024 * 1024;

const utf8 = new TextDecoder();

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** The lines of a body that comes in pieces, each with `\n` at its end, whatever ended it. */
export interface Lines {
  /** The lines that are complete with these bytes. */
  take(bytes: Uint8Array): string;
  /** What came after the last line end. */
  rest(): string;
  /** Whether a line has not ended for longer than any event is. */
  readonly endless: boolean;
}

/** Reads lines as server-sent events have them: ended by LF, CR or CRLF. A line cut by a piece's end waits for the next. */
export function eventLines(): Lines {
  /** A line whose end has not come, as a copy: the bytes of a read are not ours to keep. */
  let rest = NOTHING;
  /** Whether the last piece ended in CR: a LF that follows belongs to it. */
  let afterCr = false;

  function decoded(bytes: Uint8Array): string {
    const lines = utf8.decode(bytes);
    return lines.includes("\r") ? lines.replace(/\r\n?/g, "\n") : lines;
  }

  return {
    take(bytes) {
      const fresh = afterCr && bytes[0] === LF ? bytes.subarray(1) : bytes;
      if (bytes.length > 0) afterCr = false;
      if (fresh.length === 0) return "";
      const received = joined(rest, fresh);
      const last = received[received.length - 1];
      const end =
        last === LF
          ? received.length
          : Math.max(received.lastIndexOf(LF), received.lastIndexOf(CR)) + 1;
      afterCr = last === CR;
      if (end === received.length) {
        rest = NOTHING;
        return decoded(received);
      }
      rest = received.slice(end);
      return end === 0 ? "" : decoded(received.subarray(0, end));
    },
    rest: () => utf8.decode(rest),
    get endless() {
      return rest.length > EVENT_BYTES;
    },
  };
}
