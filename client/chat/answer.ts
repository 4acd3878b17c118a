import type { TurnStart } from "../api/stream.ts";
import { createGrowth, type Frames, type Growth } from "./growth.ts";

/** An answer on the screen while its turn writes it. */
export interface WrittenAnswer {
  readonly growth: Growth;
  /** The turn that writes it, once it has begun; null where it ended before that. */
  readonly turn: Promise<string | null>;
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
 * Where a turn's text begins in an answer of which `known` is there. A turn usually writes the whole
 * answer; one that goes on with an interrupted answer brings only what is new, and the record does
 * not say which it is. `text` is what the turn has written so far, at least as much as is in `known`.
 */
export function baseOf(known: string, text: string): number {
  if (text.startsWith(known)) return 0;
  const common = overlap(known, text);
  if (common === 0 && known.startsWith(text)) return 0;
  return known.length - common;
}

/**
 * Places what a turn writes where it belongs, so that nothing stands twice however often its stream
 * is taken up.
 * @param known what is there of the answer already
 * @param continues whether the turn goes on behind `known`; null where that is to be found out
 */
export function createAnswer(
  frames: Frames,
  known = "",
  continues: boolean | null = false,
): WrittenAnswer {
  const growth = createGrowth(frames, known);
  const turn = Promise.withResolvers<string | null>();
  let base = continues === null ? null : continues ? known.length : 0;
  let inferred = false;
  let turnId: string | null = null;

  return {
    growth,
    turn: turn.promise,
    get inferred() {
      return inferred;
    },
    get standsAsBefore() {
      return known !== "" && growth.text() === known;
    },
    start(info) {
      // Another turn has gone on with the same answer: where it began is not known here.
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
