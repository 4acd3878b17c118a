import type { TurnTimings } from "../../domain/messages.ts";
import { problem } from "../../domain/problems.ts";
import { type Answer, emptyAnswer } from "../model/chunks.ts";
import { ProviderError, type SecondChance } from "../model/provider-error.ts";
import { departed, nextTask } from "../next-task.ts";
import type { StreamHead } from "./encode.ts";
import { AnswerLog, type Ending, type FinishReason, LOG_UNITS } from "./log.ts";
import { ADMITTED, type Outcome, step, type TurnEvent, type TurnPhase } from "./turn-machine.ts";

/** Called while the model answers. */
export interface ModelEvents {
  /** The request, with a body of this length, has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: (bodyLength: number) => void;
  readonly onText: (text: string) => void;
}

/** Asks a model once. Fills `answer` as it goes and resolves when it has ended properly. */
export type AskOnce = (events: ModelEvents, signal: AbortSignal, answer: Answer) => Promise<void>;

/** A turn's way to the model. */
export interface ModelAccess {
  /**
   * The next request.
   * @param after what the request before it met; null for the first
   * @returns null where no further request may help
   */
  request(after: SecondChance | null): { readonly model: string; readonly ask: AskOnce } | null;
}

/** A request that left, as far as it has come. */
export interface RequestResult {
  /** Counted from 1. */
  readonly attempt: number;
  readonly model: string;
  readonly answer: Answer;
  /** Why it failed; null where it did not. */
  readonly error: unknown;
  /** Milliseconds from its dispatch to its first word. */
  readonly firstWordMs: number | null;
}

/** What a turn needs of the world around it. */
export interface TurnPorts {
  /** Everything between admission and dispatch: waits for the context where it must, builds the prompt. */
  readonly prepare: () => Promise<ModelAccess>;
  /** Writes the member's message, the reservation and the alarm, in one transaction. */
  readonly begin: (model: string | null) => void;
  /** Writes that a request failed and the next has left, in one transaction. */
  readonly retry: (failed: RequestResult | null, attempt: number, model: string) => void;
  /** Keeps text that has been shown, so that a waking object knows of it. */
  readonly keep: (text: string) => void;
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
  /** The last request that left; null where none did. */
  readonly request: RequestResult | null;
}

/** Shown text is kept at the latest after so many UTF-16 units … */
const KEEP_UNITS = 4096;
/** … or after so many milliseconds. */
const KEEP_MS = 500;
/**
 * The first piece is kept sooner, so that a waking object knows words were shown; but not in the
 * moment in which other members' first words arrive: with 8 turns at once on one thread, writing at
 * once made the median first word 1.5 ms later.
 */
const FIRST_KEEP_MS = 15;

/**
 * One turn while it runs. It owns the model call; whoever wants the answer reads its log.
 * The order is the design's: dispatch, then write, then acknowledge; and text is handed to the
 * readers before the write it belongs to. What an event means is the machine's to say.
 */
export class RunningTurn {
  readonly head: StreamHead;
  readonly log = new AnswerLog();
  /** Resolves once the turn is durable: before that nothing of it is acknowledged. */
  readonly begun: Promise<void>;
  /** Resolves once it has ended and everything of it is written. */
  readonly ended: Promise<void>;
  /** Milliseconds from the request to the first dispatch; null until then. */
  oursMs: number | null = null;

  readonly #ports: TurnPorts;
  readonly #controller = new AbortController();
  readonly #begun = Promise.withResolvers<void>();
  readonly #arrivedAt: number;
  #phase: TurnPhase;
  /** Whether the turn is in the record already, from before the object last woke. */
  #stored: boolean;
  #request: RequestResult | null = null;
  #dispatchedAt: number | null = null;
  #firstWordAt: number | null = null;
  /** Resolves once what has left is written; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  #kept = 0;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param from where a turn stands that goes on after its object woke; a new one is just admitted */
  constructor(head: StreamHead, ports: TurnPorts, from: TurnPhase | null = null) {
    this.head = { ...head, attempt: () => this.#request?.attempt ?? 1 };
    this.#ports = ports;
    this.#phase = from ?? ADMITTED;
    this.#stored = from !== null;
    this.#arrivedAt = ports.arrivedAt;
    this.begun = this.#begun.promise;
    this.begun.catch(() => {});
    if (this.#stored) this.#begun.resolve();
    this.ended = this.#run();
  }

  /** Aborts the request, keeps what has arrived, and ends the turn in this state. */
  abort(reason: "stopped" | "superseded"): void {
    if (this.#phase.name === "ended") return;
    this.#step({ name: reason });
    this.#controller.abort(reason);
  }

  #step(event: TurnEvent): TurnPhase {
    this.#phase = step(this.#phase, event);
    return this.#phase;
  }

  async #run(): Promise<void> {
    try {
      const outcome = await this.#ask();
      // A request may fail before it is written that it left.
      await this.#writing;
      if (!this.#stored) this.#begin(null);
      await this.begun;
      // The last words leave before the write that would hold them back.
      await nextTask();
      clearTimeout(this.#keepTimer);
      this.log.end(this.#ports.settle(this.#result(outcome)));
    } catch (error) {
      // Storage refused: nothing of this turn was acknowledged, or nothing more of it can be.
      this.#controller.abort(error);
      this.#begun.reject(error);
      this.log.end(this.#unwritten());
      throw error;
    }
  }

  /** The ending that readers are told when storage refuses to write the real one. */
  #unwritten(): Ending {
    const { timings } = this.#result({ state: "failed", errorCode: "internal" });
    const state = this.log.length > 0 ? "interrupted" : "failed";
    return { state, problem: problem("internal"), usage: null, timings, credits: null };
  }

  async #ask(): Promise<Outcome> {
    const { signal } = this.#controller;
    let after: SecondChance | null = null;
    try {
      const access = await this.#ports.prepare();
      for (;;) {
        signal.throwIfAborted();
        const next = access.request(after);
        if (!next) throw this.#request?.error;
        const failure = await this.#askOnce(next.model, next.ask);
        if (this.#phase.name !== "asking") break;
        after = failure;
        await pause(failure?.afterMs ?? 0, signal);
      }
    } catch (error) {
      this.#step(failed(error, null));
    }
    if (this.#phase.name === "ended") return this.#phase.outcome;
    throw new Error(`a turn stopped while ${this.#phase.name}`);
  }

  /** One request, to its end. Gives what a second one would need to know, where there may be one. */
  async #askOnce(model: string, ask: AskOnce): Promise<SecondChance | null> {
    const answer = emptyAnswer();
    const request = {
      attempt: this.#phase.requests + 1,
      model,
      answer,
      error: null,
      firstWordMs: null,
    };
    const events: ModelEvents = {
      onDispatch: (bodyLength) => this.#onDispatch(request, bodyLength),
      onText: (text) => this.#onText(text),
    };
    try {
      await ask(events, this.#controller.signal, answer);
      this.#step({ name: "answered", finishReason: finishReasonOf(answer) });
      return null;
    } catch (error) {
      if (this.#request?.attempt === request.attempt) this.#request = { ...this.#request, error };
      const chance = error instanceof ProviderError ? error.secondChance : null;
      this.#step(failed(error, chance));
      return chance;
    }
  }

  #onDispatch(request: RequestResult, bodyLength: number): void {
    const earlier = this.#request;
    this.#request = request;
    this.#dispatchedAt = this.#ports.now();
    this.oursMs ??= this.#dispatchedAt - this.#arrivedAt;
    this.#step({ name: "dispatched" });
    // Written once it has left: before that it would hold the request back.
    this.#writing = departed(bodyLength).then(() => {
      if (!this.#stored) this.#begin(request.model);
      else this.#write(() => this.#ports.retry(earlier, request.attempt, request.model));
    });
  }

  #onText(text: string): void {
    this.#step({ name: "text" });
    if (this.#firstWordAt === null) {
      this.#firstWordAt = this.#ports.now();
      const firstWordMs = since(this.#dispatchedAt, this.#firstWordAt);
      if (this.#request) this.#request = { ...this.#request, firstWordMs };
    }
    const room = LOG_UNITS - this.log.length;
    this.log.append(text.slice(0, room));
    if (text.length > room) this.#controller.abort(new Error("answer too long"));
    else this.#keepSoon();
  }

  #begin(model: string | null): void {
    if (this.#write(() => this.#ports.begin(model))) this.#begun.resolve();
    this.#stored = true;
  }

  #keepSoon(): void {
    if (!this.#request) return;
    if (this.log.length - this.#kept >= KEEP_UNITS) {
      nextTask().then(() => this.#keep());
    } else {
      const ms = this.#kept === 0 ? FIRST_KEEP_MS : KEEP_MS;
      this.#keepTimer ??= setTimeout(() => this.#keep(), ms);
    }
  }

  #keep(): void {
    clearTimeout(this.#keepTimer);
    this.#keepTimer = undefined;
    if (!this.#stored || this.log.ending || this.log.length === this.#kept) return;
    const text = this.log.since(this.#kept);
    this.#kept += text.length;
    this.#write(() => this.#ports.keep(text));
  }

  /** Writes; where storage refuses, the turn cannot go on. */
  #write(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#controller.abort(error);
      this.#begun.reject(error);
      return false;
    }
  }

  #result(outcome: Outcome): TurnResult {
    const upstreamMs = since(this.#dispatchedAt, this.#firstWordAt);
    const firstWordMs = since(this.#arrivedAt, this.#firstWordAt);
    const timings = { firstWordMs, oursMs: this.oursMs, upstreamMs };
    return { outcome, text: this.log.text, timings, request: this.#request };
  }
}

function finishReasonOf(answer: Answer): FinishReason {
  if (answer.finishReason === "content_filter") return "content-filter";
  if (answer.finishReason === "stop" || answer.finishReason === "length")
    return answer.finishReason;
  return "other";
}

function failed(error: unknown, chance: SecondChance | null): TurnEvent {
  if (!(error instanceof ProviderError)) return { name: "failed", code: "internal", retry: false };
  const { code, retryAfter } = error;
  const wait = retryAfter === undefined ? {} : { retryAfter };
  return { name: "failed", code, retry: chance !== null, ...wait };
}

function since(from: number | null, to: number | null): number | null {
  return from === null || to === null ? null : Math.max(0, to - from);
}

/** Waits, or throws at once when aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
