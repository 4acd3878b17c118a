/** What a read gives: a piece, valid until the next read, or that there is nothing more. */
export type Piece = ReadableStreamReadResult<Uint8Array>;

/** What a body is read with. */
export interface PiecesPorts {
  /** Milliseconds on any clock that does not go back. */
  readonly now: () => number;
  /** Reads what is left of a body so that a piece is everything that has come in. */
  readonly readAhead: (body: ReadableStream<Uint8Array>) => () => Promise<Piece>;
}

/** A body as it comes in. */
export interface BodyPieces {
  /**
   * Reads the next piece; to be called when the one before has been dealt with.
   * @param hurry true waits for nothing
   */
  next(hurry: boolean): Promise<Piece>;
  /** Nothing more is read. */
  end(): void;
}

/** After so many chunks the rest of a body is read ahead: to begin with it costs as much as reading some twenty. */
const CHUNKS_FIRST = 24;
/** Pieces that follow each other within this many milliseconds, on a clock of whole ones, come in a burst. */
const BURST_MS = 2;
/**
 * For how many milliseconds each answer that this isolate reads at the same time makes that longer:
 * 128 of them get 31 pieces a second each, which leaves two thirds of its thread to all else, where a
 * piece for each token would take more than there is.
 */
const BURST_MS_AN_ANSWER = 0.25;

/** How many answers this isolate is reading. */
let answers = 0;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Reads a body. What comes alone is given as it comes; of a long answer, everything that has come in
 * is given together, and what comes in a burst is waited for: each piece costs a turn in JavaScript.
 */
export function bodyPieces(
  body: ReadableStream<Uint8Array>,
  { now, readAhead }: PiecesPorts,
): BodyPieces {
  const reader = body.getReader();
  let readAll: (() => Promise<Piece>) | undefined;
  let chunks = 0;
  let cameAt = Number.NEGATIVE_INFINITY;
  answers += 1;

  return {
    next: (hurry) => {
      if (chunks < CHUNKS_FIRST) {
        chunks += 1;
        return reader.read();
      }
      if (!readAll) {
        reader.releaseLock();
        readAll = readAhead(body);
      }
      const before = cameAt;
      cameAt = now();
      const burstMs = Math.max(BURST_MS, answers * BURST_MS_AN_ANSWER);
      const alone = cameAt - before >= burstMs;
      return alone || hurry ? readAll() : pause(burstMs).then(readAll);
    },
    end: () => {
      answers -= 1;
    },
  };
}
