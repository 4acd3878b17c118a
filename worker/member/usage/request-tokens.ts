import type { TokenCount } from "../../../domain/models.ts";
import type { Answer } from "../../model/answer.ts";
import { estimateTokens, UNITS_PER_TOKEN } from "../../prompt/estimate.ts";

/** Whether the provider has said all that a request used: it has, if it said it of an answer that ended. */
export function reportedInFull({ usage, finishReason }: Answer, text: string): boolean {
  const output = usage?.outputTokens !== null || text === "";
  return usage !== null && finishReason !== null && usage.inputTokens !== null && output;
}

/**
 * The tokens of a request: those that the provider reported, and an estimate of what it left open. What
 * it reported before an answer broke off may be less than what it wrote in the end.
 */
export function tokensOf(answer: Answer, inputTokens: number, text: string): TokenCount {
  const { usage, writtenUnits } = answer;
  const input = usage?.inputTokens ?? inputTokens;
  const cached = Math.min(usage?.cachedInputTokens ?? 0, input);
  const written = Math.max(estimateTokens(text), Math.ceil(writtenUnits / UNITS_PER_TOKEN));
  const reported = usage?.outputTokens ?? 0;
  const output = reportedInFull(answer, text) ? reported : Math.max(reported, written);
  return { inputTokens: input, cachedInputTokens: cached, outputTokens: output };
}
