import { pause } from "../platform/timers.ts";

/** What a read gives: a piece, valid until the next read, or that there is nothing more. */
export type Piece = ReadableStreamReadResult<Uint8Array>;

/** Reads a body piece by piece. */
export interface PieceReader {
  /** Everything that has been read of it so far, or what comes next. */
  read(): Promise<Piece>;
  /** Everything that has come in, read or not, a millisecond later at most; or what comes next. */
  gather(): Promise<Piece>;
  /** Nobody wants what is left. */
  cancel(): Promise<void>;
}

/** What a body is read with. */
export interface PiecesPorts {
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
  /** Reads what is left of a body so that a piece is everything that has come in. */
  readonly readAhead: (body: ReadableStream<Uint8Array>) => PieceReader;
}

/** A body as it comes in. */
export interface BodyPieces {
  /**
   * Reads the next piece; to be called when the one before has been dealt with.
   * @param hurry true waits for nothing
   */
  next(hurry: boolean): Promise<Piece>;
  /** Nothing more is wanted. What is left flows away, and gives the connection back for the next request. */
  end(): void;
}

/** After so many chunks the rest of a body is read ahead: to begin with it costs as much as reading some fifteen. */
const CHUNKS_FIRST = 24;
/** Where so many answers are read at the same time, after the first chunk: the thread has no time to spare. */
const MANY_ANSWERS = 64;
/** A piece that comes within this many milliseconds after it was asked for, on a clock of whole ones, came in a burst. */
const BURST_MS = 2;
/**
 * For how many milliseconds each answer that this isolate reads at the same time makes that longer:
 * 128 of them get a piece every 32 ms. Together they came to 38,000 tokens a second so, and to 13,500
 * with a piece for each token (`npm run bench -- --only=throughput --no-peers`).
 */
const BURST_MS_AN_ANSWER = 0.25;
/** Words are seen to come for as long as there are 30 pieces a second. */
const MOST_BURST_MS = 32;

/** How many answers this isolate is reading. One whose object was lost in the middle of it stays counted. */
let answers = 0;

/**
 * Reads a body. What comes alone is given as it comes; of a long answer, everything that has come in
 * is given together, and what comes in a burst is waited for: each piece costs a turn in JavaScript.
 * The more answers are read at the same time, the longer what follows counts as a burst.
 */
export function bodyPieces(
  body: ReadableStream<Uint8Array>,
  { now, readAhead }: PiecesPorts,
): BodyPieces {
  const reader = body.getReader();
  let ahead: PieceReader | undefined;
  let chunks = 0;
  let askedAt = 0;
  answers += 1;

  const readChunk = () => reader.read();
  const ask = (read: () => Promise<Piece>): Promise<Piece> => {
    askedAt = now();
    return read();
  };

  return {
    next: (hurry) => {
      if (!ahead && chunks < (answers < MANY_ANSWERS ? CHUNKS_FIRST : 1)) {
        chunks += 1;
        return ask(readChunk);
      }
      if (!ahead) {
        reader.releaseLock();
        ahead = readAhead(body);
      }
      const { read, gather } = ahead;
      const burstMs = Math.min(MOST_BURST_MS, Math.max(BURST_MS, answers * BURST_MS_AN_ANSWER));
      const alone = now() - askedAt >= burstMs;
      return alone || hurry ? ask(read) : pause(burstMs).then(() => ask(gather));
    },
    end: () => {
      answers -= 1;
      const flown = ahead ? ahead.cancel() : reader.read();
      flown.catch(() => {});
    },
  };
}
