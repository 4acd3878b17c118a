import { PROBLEMS, type ProblemCode } from "../../../domain/problems.ts";
import type { FinishReason } from "../stream/answer-log.ts";

/** The most requests that leave for a turn, whatever the reason: a member's patience and money are finite. */
export const REQUESTS_MAX = 2;

/** How a turn ended. */
export type Outcome =
  | { readonly state: "complete"; readonly finishReason: FinishReason }
  | { readonly state: "stopped" | "superseded" }
  | {
      /** With words they are kept (`interrupted`); without, nothing was said (`failed`). */
      readonly state: "interrupted" | "failed";
      readonly errorCode: ProblemCode;
      /** Seconds until a retry makes sense. */
      readonly retryAfter?: number;
    };

/** Where a turn stands. `requests` counts those that have left for the provider. */
export type TurnPhase =
  /** A request is about to leave: the first, or the one retry before the first word. */
  | { readonly name: "asking"; readonly requests: number }
  /** A request has left, and no word has come back. */
  | { readonly name: "waiting"; readonly requests: number }
  /** Two requests are under way, the second because the first one's word was late; no word has come back. */
  | { readonly name: "racing"; readonly requests: number }
  /** Words were shown: from here nothing is asked again. */
  | { readonly name: "speaking"; readonly requests: number }
  | { readonly name: "ended"; readonly requests: number; readonly outcome: Outcome };

/** What can happen to a turn. */
export type TurnEvent =
  | { readonly name: "dispatched" }
  /** A second request has left, to race the first. */
  | { readonly name: "hedged" }
  /** Of the request that gives the words; the one it has beaten is nobody's any more. */
  | { readonly name: "text" }
  /** All text so far was the model's thoughts: no word has come. */
  | { readonly name: "retracted" }
  /** The provider ended its answer properly. */
  | { readonly name: "answered"; readonly finishReason: FinishReason }
  /** The request failed; `retry` says whether asking again could help. */
  | {
      readonly name: "failed";
      readonly code: ProblemCode;
      readonly retry: boolean;
      readonly retryAfter?: number;
    }
  /** The member said stop, or something newer in the same conversation. */
  | { readonly name: "stopped" }
  | { readonly name: "superseded" }
  /** The object was gone and is back: whatever it had asked is lost. */
  | { readonly name: "woken" };

/** A turn that has just been admitted. */
export const ADMITTED: TurnPhase = { name: "asking", requests: 0 };

function failure(words: boolean, code: ProblemCode, retryAfter: number | undefined): Outcome {
  // A cut before the first word is, to the member, a coach who could not be reached.
  const errorCode = !words && code === "answer_cut" ? "provider_unavailable" : code;
  const wait = PROBLEMS[errorCode].retryable && retryAfter !== undefined ? { retryAfter } : {};
  return { state: words ? "interrupted" : "failed", errorCode, ...wait };
}

function answered(words: boolean, finishReason: FinishReason): Outcome {
  if (words) return { state: "complete", finishReason };
  // An answer without a word is a failure, not an answer.
  const filtered = finishReason === "content-filter";
  return { state: "failed", errorCode: filtered ? "content_filtered" : "provider_unavailable" };
}

/**
 * The turn as a state machine: what an event makes of a phase. An ended turn stays as it ended, and
 * an event that cannot be in a phase leaves it.
 */
export function step(phase: TurnPhase, event: TurnEvent): TurnPhase {
  if (phase.name === "ended") return phase;
  const { requests } = phase;
  const words = phase.name === "speaking";
  const end = (outcome: Outcome): TurnPhase => ({ name: "ended", requests, outcome });
  const again = !words && requests < REQUESTS_MAX;
  // Of two requests one may end without a word: the other goes on.
  const other: TurnPhase | null = phase.name === "racing" ? { name: "waiting", requests } : null;

  switch (event.name) {
    case "dispatched":
      return phase.name === "asking" ? { name: "waiting", requests: requests + 1 } : phase;
    case "hedged":
      if (phase.name !== "waiting" || !again) return phase;
      return { name: "racing", requests: requests + 1 };
    case "text":
      return phase.name === "asking" && requests > 0 ? phase : { name: "speaking", requests };
    case "retracted":
      return words ? { name: "waiting", requests } : phase;
    case "answered":
      return other ?? end(answered(words, event.finishReason));
    case "failed":
      if (event.retry && again && requests > 0) return { name: "asking", requests };
      return other ?? end(failure(words, event.code, event.retryAfter));
    case "stopped":
    case "superseded":
      return end({ state: event.name });
    case "woken":
      return again
        ? { name: "asking", requests }
        : end(failure(words, words ? "answer_cut" : "internal", undefined));
  }
}
