import type { ProviderError } from "./provider-error.ts";

/** Tokens as the provider reported them: whole numbers above zero. Null is what it did not say. */
export interface ReportedUsage {
  readonly inputTokens: number | null;
  /** The part of `inputTokens` that came from the provider's cache; 0 if it did not say. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number | null;
}

/** Why a provider ended an answer. */
export type EndReason =
  /** The model had said all it wanted to say. */
  | "stop"
  /** The answer reached its limit. */
  | "length"
  /** The provider's filter ended it, in the protocol's own word: what came before stands. */
  | "content-filter"
  /** The model declined, or the provider withholds the answer, whatever came before. */
  | "declined"
  /** Whole in a way that is none of these. */
  | "other";

/** What is known of an answer while it comes in. */
export interface Answer {
  /** Whether the provider took the request on: it may then bill it, whatever becomes of the answer. */
  accepted: boolean;
  /** Whether it said no: then nothing is billed, whatever else happens to the turn. */
  refused: boolean;
  /** The model as the provider names it. */
  model: string | null;
  /** Null while the provider has not said that the answer ended. */
  finishReason: EndReason | null;
  usage: ReportedUsage | null;
  /** UTF-16 units of everything the model wrote, its thoughts included: what an estimate counts. */
  writtenUnits: number;
  /** Whether the model thinks without an opening tag: all before its closing one was no answer. */
  thinksAloud: boolean;
  /** Whether the closing `[DONE]` has been read. */
  done: boolean;
  /** Why the answer broke off. The text before that has been given. Null while it has not. */
  failure: ProviderError | null;
  /** How many pieces of its body have come in, each in a task of its own. */
  reads: number;
}

/** An answer of which nothing has come in. */
export function emptyAnswer(): Answer {
  return {
    accepted: false,
    refused: false,
    model: null,
    finishReason: null,
    usage: null,
    writtenUnits: 0,
    thinksAloud: false,
    done: false,
    failure: null,
    reads: 0,
  };
}
