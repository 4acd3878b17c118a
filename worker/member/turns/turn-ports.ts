import type { TurnTimings } from "../../../domain/messages.ts";
import type { Answer } from "../../model/answer.ts";
import type { SecondChance } from "../../model/provider-error.ts";
import type { Ending } from "../stream/answer-log.ts";
import type { Outcome } from "./state-machine.ts";

/** Called while the model answers. */
export interface ModelEvents {
  /** The request, with a body of this length, has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: (bodyLength: number) => void;
  readonly onText: (text: string) => void;
  /** All text so far was the model's thoughts: the answer begins anew. */
  readonly onRetract: () => void;
}

/** Asks a model once. Fills `answer` as it goes and resolves when it has ended properly. */
export type AskOnce = (events: ModelEvents, signal: AbortSignal, answer: Answer) => Promise<void>;

/** A turn's way to the model. */
export interface ModelAccess {
  /**
   * The next request.
   * @param after what the request before it met; null for the first, and for one like it that races it
   * @param waitedMs how long the first word has been waited for already
   * @returns null where no further request may help
   */
  request(
    after: SecondChance | null,
    waitedMs?: number,
  ): { readonly model: string; readonly ask: AskOnce } | null;
}

/** A request that left, as far as it has come. */
export interface RequestResult {
  /** Counted from 1. */
  readonly attempt: number;
  readonly model: string;
  readonly answer: Answer;
  /** Why it failed; null where it did not. */
  readonly error: unknown;
  /** Milliseconds to its first word from its dispatch; a hedge's from that of the request it raced. */
  readonly firstWordMs: number | null;
}

/** How the hedge of a turn went. */
export interface Race {
  /** The one of the two requests that gave no words: beaten, failed before, or ended with the turn. */
  readonly loser: RequestResult;
  /** What the loser said all the same; nobody was shown it. */
  readonly unheard: string;
  /** Milliseconds from the first dispatch to the second; null where that is not known any more. */
  readonly afterMs: number | null;
}

/** How a turn's late first word is hedged. */
export interface TurnHedge {
  /** From so many milliseconds after its dispatch on a first word is late. */
  readonly afterMs: number;
  /** Whether a second request may leave; the budget is spent with that. */
  readonly take: () => boolean;
  /** Writes that it has left, in one transaction. */
  readonly write: (attempt: number, model: string) => void;
}

/** What a turn needs of the world around it. */
export interface TurnPorts {
  /** Everything between admission and dispatch: waits for the context where it must, builds the prompt. */
  readonly prepare: () => Promise<ModelAccess>;
  /** Writes the member's message, the reservation and the alarm, in one transaction. */
  readonly begin: (model: string | null) => void;
  /** Writes that a request failed and the next has left, in one transaction. */
  readonly retry: (failed: RequestResult | null, attempt: number, model: string) => void;
  /** Null where no second request may race a late first one. */
  readonly hedge: TurnHedge | null;
  /** Keeps text that has been shown, so that a waking object knows of it. */
  readonly keep: (text: string) => void;
  /** Drops the text that was kept: it was no part of the answer. */
  readonly forget: () => void;
  /** Writes the answer, the turn and its usage, in one transaction, and tells the ending. */
  readonly settle: (result: TurnResult) => Ending;
  /** Milliseconds on a clock that does not go back. */
  readonly now: () => number;
  /** When the request came in, on that clock. */
  readonly arrivedAt: number;
}

/** What there is to settle. */
export interface TurnResult {
  readonly outcome: Outcome;
  readonly text: string;
  readonly timings: TurnTimings;
  /** The request that gave the words, else the last one that left; null where none did. */
  readonly request: RequestResult | null;
  /** Null where the turn was not hedged. */
  readonly race: Race | null;
}
