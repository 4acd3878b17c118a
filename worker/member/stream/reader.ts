import { silenceTimer } from "../../platform/idle-timer.ts";
import { pause } from "../../platform/timers.ts";
import type { AnswerLog } from "./answer-log.ts";
import type { StreamEncoder } from "./encoders.ts";

/** How a reader reads. */
export interface ReaderOptions {
  /** Offset to begin at in UTF-16 units; 0 tells the start too. Beyond the end counts as 0. */
  readonly from: number;
  /** Silence in milliseconds after which a ping is sent. */
  readonly pingMs: number;
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
  /** Makes a stream whose `write` resolves once its other end has taken the bytes. */
  readonly pipe: () => TransformStream<Uint8Array, Uint8Array>;
}

/**
 * Words that follow within this many milliseconds, on a clock of whole ones, come in a burst: they are
 * written together, a millisecond later at most. A piece costs as much to write as all its words.
 */
const BURST_MS = 2;

const encoder = new TextEncoder();

/**
 * Opens a reader of an answer: a stream that gives everything from an offset on and then follows
 * the log to its end. It waits until its client has taken what it wrote, and a client that fell
 * behind gets what it missed as one piece, so that a slow one costs neither the answer nor memory. A
 * client that leaves ends its reader and nothing else.
 */
export function openReader(
  log: AnswerLog,
  encode: StreamEncoder,
  options: ReaderOptions,
): ReadableStream<Uint8Array> {
  const { readable, writable } = options.pipe();
  const writer = writable.getWriter();
  // The client leaving shows here too; the loop below notices by itself.
  writer.closed.catch(() => {});
  follow(log, encode, writer, options).catch(() => {});
  return readable;
}

async function follow(
  log: AnswerLog,
  encode: StreamEncoder,
  writer: WritableStreamDefaultWriter<Uint8Array>,
  { from, pingMs, now }: ReaderOptions,
): Promise<void> {
  /** How much of what was written has not been taken yet. */
  let waiting = 0;
  /** Rejects once the client has left. */
  const write = async (text: string) => {
    quiet.heard(pingMs);
    waiting += 1;
    await writer.write(encoder.encode(text));
    waiting -= 1;
  };
  const quiet = silenceTimer(now, pingMs, () => {
    // Where the client does not read, there is no silence to break.
    if (encode.ping !== null && waiting === 0) write(encode.ping).catch(() => {});
    else quiet.heard(pingMs);
  });

  try {
    let offset = from > log.length ? 0 : from;
    let head = offset === 0 ? encode.start : "";
    let { restarts } = log;
    let saidAt = Number.NEGATIVE_INFINITY;
    for (;;) {
      if (log.restarts > restarts) {
        restarts = log.restarts;
        // Bare words cannot be taken back: whoever reads them must not take them for the answer.
        if (offset > 0 && !encode.replaces) return await finish(writer, null);
        offset = 0;
      } else if (log.length > offset) {
        if (now() - saidAt < BURST_MS) await pause(1);
        saidAt = now();
        const delta = log.since(offset);
        offset += delta.length;
        const said = head + encode.text(delta, offset);
        head = "";
        await write(said);
      } else if (head !== "") {
        const said = head;
        head = "";
        await write(said);
      } else if (log.ending) {
        await finish(writer, encode.end(log.ending, offset));
        return;
      } else {
        await log.changed();
      }
    }
  } finally {
    quiet.end();
  }
}

async function finish(writer: WritableStreamDefaultWriter<Uint8Array>, end: string | null) {
  if (end === null) {
    await writer.abort(new Error("the answer broke off"));
    return;
  }
  if (end !== "") writer.write(encoder.encode(end)).catch(() => {});
  await writer.close();
}
