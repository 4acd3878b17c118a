import type { SilenceTimer } from "../platform/idle-timer.ts";
import type { Answer } from "./answer.ts";
import type { BodyPieces } from "./body-reader.ts";
import { answerReader } from "./chunks.ts";

/** Why a request is aborted whose answer has ended although its connection has not. */
export const ENDED = new Error("the answer has ended, its connection has not");

/** What an answer is read with. */
export interface AnswerReading {
  readonly pieces: BodyPieces;
  /** Aborts the request once there was silence. */
  readonly silence: SilenceTimer;
  /** Longest silence between two words, in milliseconds. */
  readonly gapTimeoutMs: number;
  /** How long the rest of an answer (its usage, `[DONE]`) is waited for once it has ended, in milliseconds. */
  readonly finishWaitMs: number;
  /** Whether the model is known to think without an opening tag. */
  readonly thinksAloud: boolean;
  /** Text that came together, never empty. */
  readonly onText: (text: string) => void;
  /** All text so far was a thought. */
  readonly onRetract: () => void;
}

/**
 * Reads a body into `answer` until that has ended or broken off. Only words count as a sign of life:
 * heartbeats and thoughts do not put off a time-out.
 * @throws what the body throws, and the reason of `signal` unless it is {@link ENDED}
 */
export async function readAnswer(
  reading: AnswerReading,
  answer: Answer,
  signal: AbortSignal,
): Promise<void> {
  const { pieces, silence, gapTimeoutMs, finishWaitMs, thinksAloud } = reading;
  let said = false;
  let ended = false;
  const reader = answerReader(answer, {
    thinksAloud,
    onRetract() {
      said = false;
      reading.onRetract();
    },
  });
  const say = (text: string) => {
    if (text === "") return;
    said = true;
    silence.heard(gapTimeoutMs);
    reading.onText(text);
  };
  try {
    while (!answer.done && !answer.failure) {
      // Nothing is waited for before the first word, nor behind the last one.
      const { done, value } = await pieces.next(!said || answer.finishReason !== null);
      // What was read ahead would be given also where the request has been aborted.
      signal.throwIfAborted();
      answer.reads += 1;
      if (done) break;
      say(reader.read(value));
      const before = ended;
      // An empty answer may have its end named before its words.
      const { finishReason } = answer;
      const withheld = finishReason === "declined" || finishReason === "content-filter";
      ended = withheld || (said && finishReason !== null);
      if (ended && !before) silence.heard(finishWaitMs);
    }
  } catch (error) {
    if (signal.aborted && signal.reason !== ENDED) throw error;
    say(reader.end());
    if (!signal.aborted) throw error;
    return;
  }
  say(reader.end());
}
