import type { Answer } from "../model/chunks.ts";
import { ProviderError, type SecondChance } from "../model/provider-error.ts";
import type { FinishReason } from "./log.ts";
import type { TurnEvent } from "./turn-machine.ts";

function finishReasonOf({ finishReason }: Answer): FinishReason {
  if (finishReason === "content_filter") return "content-filter";
  return finishReason === "stop" || finishReason === "length" ? finishReason : "other";
}

/** What it means to a turn that the provider ended an answer properly. */
export function answered(answer: Answer): TurnEvent {
  return { name: "answered", finishReason: finishReasonOf(answer) };
}

/**
 * What it means to a turn that a request failed.
 * @param chance how a second one could help; null where none could
 */
export function failed(error: unknown, chance: SecondChance | null): TurnEvent {
  if (!(error instanceof ProviderError)) return { name: "failed", code: "internal", retry: false };
  const { code, retryAfter } = error;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { name: "failed", code, retry: chance !== null, ...wait };
}
