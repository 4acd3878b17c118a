import type { TurnState } from "../../domain/messages.ts";
import { PROBLEMS, type ProblemCode } from "../../domain/problems.ts";
import type { Answer } from "../model/chunks.ts";
import { ProviderError } from "../model/provider-error.ts";
import type { FinishReason } from "./log.ts";

/** Why a turn's request was aborted on purpose. */
export type AbortReason = "stopped" | "superseded";

/** What became of a turn, before anything of it is written. */
export interface Outcome {
  readonly state: Exclude<TurnState, "streaming">;
  readonly finishReason: FinishReason | null;
  readonly errorCode: ProblemCode | null;
  /** Seconds until a retry makes sense. */
  readonly retryAfter: number | undefined;
}

const outcome = (state: Outcome["state"], rest: Partial<Outcome> = {}): Outcome => ({
  state,
  finishReason: null,
  errorCode: null,
  retryAfter: undefined,
  ...rest,
});

function finishReasonOf(answer: Answer): FinishReason {
  if (answer.finishReason === "content_filter") return "content-filter";
  if (answer.finishReason === "stop" || answer.finishReason === "length")
    return answer.finishReason;
  return "other";
}

/** What an answer that ended properly comes to. One without a word is a failure, not an answer. */
export function outcomeOfAnswer(answer: Answer, words: boolean): Outcome {
  const finishReason = finishReasonOf(answer);
  if (words) return outcome("complete", { finishReason });
  const filtered = finishReason === "content-filter";
  return outcome("failed", { errorCode: filtered ? "content_filtered" : "provider_unavailable" });
}

/** What a turn comes to whose request was aborted or failed: with words they are kept and it is interrupted. */
export function outcomeOfError(
  error: unknown,
  aborted: AbortReason | null,
  words: boolean,
): Outcome {
  if (aborted) return outcome(aborted);
  if (!(error instanceof ProviderError)) {
    return outcome(words ? "interrupted" : "failed", { errorCode: "internal" });
  }
  const { code, retryAfter } = error;
  // A cut before the first word is, to the member, a coach who could not be reached.
  const errorCode = !words && code === "answer_cut" ? "provider_unavailable" : code;
  const retryable = PROBLEMS[errorCode].retryable;
  return outcome(words ? "interrupted" : "failed", {
    errorCode,
    retryAfter: retryable ? retryAfter : undefined,
  });
}
