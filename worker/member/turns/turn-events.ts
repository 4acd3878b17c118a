import type { Answer } from "../../model/answer.ts";
import { ProviderError, type SecondChance } from "../../model/provider-error.ts";
import type { TurnEvent } from "./state-machine.ts";

/** What it means to a turn that the provider ended an answer properly. */
export function answered({ finishReason }: Answer): TurnEvent {
  const known = finishReason !== null && finishReason !== "declined";
  return { name: "answered", finishReason: known ? finishReason : "other" };
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
