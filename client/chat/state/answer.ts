import type { TurnStart } from "../../api/stream.ts";
import type { Frames } from "../../platform/frames.ts";
import { createGrowingText, type GrowingText } from "../../text/growing-text.ts";

/** An answer on the screen while its turn writes it. */
export interface WrittenAnswer {
  readonly growth: GrowingText;
  /** The turn that writes it, once it has begun; null where it ended before that. */
  readonly turn: Promise<string | null>;
  /** The id of that turn, as far as it is known now. */
  readonly turnId: string | null;
  /** Whether where the turn begins in the answer is only inferred: then the record has the last word. */
  readonly inferred: boolean;
  /** Whether there was something before this turn, and the turn has added nothing. */
  readonly standsAsBefore: boolean;
  start(info: TurnStart): void;
  /** A piece of the turn's text, `at` its place there in UTF-16 units. */
  delta(text: string, at: number): void;
  /** No turn writes it any more. */
  end(): void;
}

/** How many units the end of one text and the beginning of another have in common. */
function overlap(text: string, next: string): number {
  for (let length = Math.min(text.length, next.length); length > 0; length -= 1) {
    if (text.endsWith(next.slice(0, length))) return length;
  }
  return 0;
}

/**
 * Where a turn's text begins in an answer of which `known` is there, where nobody has said so. A turn
 * usually writes the whole answer; one that goes on with an interrupted answer brings only what is
 * new. `text` is what the turn has written so far, at least as much as is in `known`.
 */
function baseOf(known: string, text: string): number {
  if (text.startsWith(known)) return 0;
  const common = overlap(known, text);
  if (common === 0 && known.startsWith(text)) return 0;
  return known.length - common;
}

/** Where an answer stands that a turn is to write. */
export interface AnswerBegin {
  /** What is there of it already. */
  readonly known: string;
  /** Where the turn's text begins in it, in UTF-16 units. */
  readonly base: number;
  /** The turn of which that is known; null for the next one to begin. */
  readonly turnId: string | null;
}

const NEW: AnswerBegin = { known: "", base: 0, turnId: null };

/**
 * Places what a turn writes where it belongs, so that nothing stands twice however often its stream
 * is taken up.
 */
export function createAnswer(frames: Frames, begin: AnswerBegin = NEW): WrittenAnswer {
  const { known } = begin;
  const growth = createGrowingText(frames, known);
  const turn = Promise.withResolvers<string | null>();
  let base: number | null = begin.base;
  let inferred = false;
  let { turnId } = begin;

  return {
    growth,
    turn: turn.promise,
    get turnId() {
      return turnId;
    },
    get inferred() {
      return inferred;
    },
    get standsAsBefore() {
      return known !== "" && growth.text() === known;
    },
    start(info) {
      // Another turn has gone on with the same answer meanwhile: where it began is not known here.
      if (turnId !== null && info.turnId !== turnId) base = null;
      turnId = info.turnId;
      turn.resolve(info.turnId);
    },
    delta(text, at) {
      if (base === null) {
        base = baseOf(growth.text(), text);
        inferred = base > 0;
      }
      growth.put(base + at, text);
    },
    end() {
      growth.settle();
      turn.resolve(null);
    },
  };
}
