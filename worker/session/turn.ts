import type { TurnTimings } from "../../domain/messages.ts";
import { type Answer, emptyAnswer } from "../model/chunks.ts";
import { nextTask } from "../next-task.ts";
import type { StreamHead } from "./encode.ts";
import { AnswerLog, type Ending, LOG_UNITS } from "./log.ts";
import { type AbortReason, type Outcome, outcomeOfAnswer, outcomeOfError } from "./outcome.ts";

/** Called while the model answers. */
export interface ModelEvents {
  /** The request has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: () => void;
  readonly onText: (text: string) => void;
}

/** Asks the model. Fills `answer` as it goes and resolves when it has ended properly. */
export type AskModel = (
  events: ModelEvents,
  signal: AbortSignal,
  answer: Answer,
) => Promise<unknown>;

/** What a turn needs of the world around it. */
export interface TurnPorts {
  /** Everything between admission and dispatch: waits for the context where it must, builds the prompt. */
  readonly prepare: () => Promise<AskModel>;
  /** Writes the member's message, the reservation and the alarm, in one transaction. */
  readonly begin: (dispatched: boolean) => void;
  /** Writes the answer, the turn and its usage, in one transaction, and tells the ending. */
  readonly settle: (result: TurnResult) => Ending;
  /** Milliseconds on a clock that does not go back. */
  readonly now: () => number;
}

/** What there is to settle. */
export interface TurnResult {
  readonly outcome: Outcome;
  readonly answer: Answer;
  readonly text: string;
  readonly timings: TurnTimings;
  /** Whether a request left for the provider. */
  readonly dispatched: boolean;
}

/**
 * One turn while it runs. It owns the model call; whoever wants the answer reads its log.
 * The order is the design's: dispatch, then write, then acknowledge.
 */
export class RunningTurn {
  readonly head: StreamHead;
  readonly log = new AnswerLog();
  /** Resolves once the turn is durable: before that nothing of it is acknowledged. */
  readonly begun: Promise<void>;
  /** Resolves once it has ended and everything of it is written. */
  readonly ended: Promise<void>;
  /** Milliseconds from admission to dispatch; null until then. */
  oursMs: number | null = null;

  readonly #ports: TurnPorts;
  readonly #controller = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  readonly #answer = emptyAnswer();
  #aborted: AbortReason | null = null;
  #admittedAt = 0;
  #dispatchedAt: number | null = null;
  #firstWordAt: number | null = null;

  constructor(head: StreamHead, ports: TurnPorts) {
    this.head = head;
    this.#ports = ports;
    this.begun = this.#begun.promise;
    this.begun.catch(() => {});
    this.#admittedAt = ports.now();
    this.ended = this.#run();
  }

  /** Aborts the request, keeps what has arrived, and ends the turn in this state. */
  abort(reason: AbortReason): void {
    if (this.#aborted || this.log.ending) return;
    this.#aborted = reason;
    this.#controller.abort(reason);
  }

  async #run(): Promise<void> {
    try {
      const outcome = await this.#ask();
      await this.begun;
      // The last words leave before the write that would hold them back.
      await nextTask();
      this.log.end(this.#ports.settle(this.#result(outcome)));
    } catch (error) {
      // Storage refused: nothing of this turn was acknowledged, or nothing more of it can be.
      this.#controller.abort(error);
      this.#begun.reject(error);
      throw error;
    }
  }

  async #ask(): Promise<Outcome> {
    try {
      const ask = await this.#ports.prepare();
      this.#controller.signal.throwIfAborted();
      const events = { onDispatch: this.#onDispatch, onText: this.#onText };
      await ask(events, this.#controller.signal, this.#answer);
      return outcomeOfAnswer(this.#answer, this.log.length > 0);
    } catch (error) {
      return outcomeOfError(error, this.#aborted, this.log.length > 0);
    } finally {
      if (this.#dispatchedAt === null) this.#begin(false);
    }
  }

  readonly #onDispatch = (): void => {
    this.#dispatchedAt = this.#ports.now();
    this.oursMs = this.#dispatchedAt - this.#admittedAt;
    nextTask().then(() => this.#begin(true));
  };

  readonly #onText = (text: string): void => {
    this.#firstWordAt ??= this.#ports.now();
    this.log.append(text);
    if (this.log.length > LOG_UNITS) this.#controller.abort(new Error("answer too long"));
  };

  #begin(dispatched: boolean): void {
    try {
      this.#ports.begin(dispatched);
      this.#begun.resolve();
    } catch (error) {
      this.#controller.abort(error);
      this.#begun.reject(error);
    }
  }

  #result(outcome: Outcome): TurnResult {
    const upstreamMs = since(this.#dispatchedAt, this.#firstWordAt);
    const firstWordMs = since(this.#admittedAt, this.#firstWordAt);
    return {
      outcome,
      answer: this.#answer,
      text: this.log.text,
      timings: { firstWordMs, oursMs: this.oursMs, upstreamMs },
      dispatched: this.#dispatchedAt !== null,
    };
  }
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from);
}
