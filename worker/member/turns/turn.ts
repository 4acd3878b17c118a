import { problem } from "../../../domain/problems.ts";
import { ProviderError, type SecondChance } from "../../model/provider-error.ts";
import { departed, nextTask } from "../../platform/timers.ts";
import { AnswerLog, type Ending, LOG_UNITS } from "../stream/answer-log.ts";
import type { StreamHead } from "../stream/encoders.ts";
import { linked, SentRequest } from "./hedge.ts";
import { RequestRace } from "./request-race.ts";
import { ADMITTED, type Outcome, step, type TurnEvent, type TurnPhase } from "./state-machine.ts";
import { answered, failed } from "./turn-events.ts";
import type {
  AskOnce,
  ModelAccess,
  ModelEvents,
  TurnHedge,
  TurnPorts,
  TurnResult,
} from "./turn-ports.ts";

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
  readonly #race = new RequestRace();
  #dispatchedAt: number | null = null;
  #firstWordAt: number | null = null;
  /** Resolves once what has left is written; never rejects. */
  #writing: Promise<void> = Promise.resolve();
  /** With which piece of the answer's body the newest words came. */
  #saidAtRead = 0;
  #kept = 0;
  #keepTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param from where a turn stands that goes on after its object woke; a new one is just admitted */
  constructor(head: StreamHead, ports: TurnPorts, from: TurnPhase | null = null) {
    // Text that was taken back has offsets of its own, like that of another request.
    const attempt = () => (this.#race.current?.attempt ?? 1) + this.log.restarts;
    this.head = { ...head, attempt };
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
      // The last words leave before the write that would hold them back; most have by now.
      if (this.#race.current?.answer.reads === this.#saidAtRead) await nextTask();
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
        if (!next) throw this.#race.current?.error;
        const { hedge } = this.#ports;
        const failure =
          hedge && this.#phase.requests === 0
            ? await this.#askHedged(next.model, next.ask, hedge, access)
            : await this.#askOnce(next.model, next.ask, this.#controller);
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
  #askOnce(
    model: string,
    ask: AskOnce,
    controller: AbortController,
    onDispatched?: () => void,
  ): Promise<SecondChance | null> {
    const request = new SentRequest(this.#phase.requests + 1, model, controller);
    return this.#hear(request, ask, (bodyLength) => {
      this.#onDispatch(request, bodyLength);
      onDispatched?.();
    });
  }

  /** The first request, and beside it a second one where its first word is late: to the end of the race. */
  async #askHedged(
    model: string,
    ask: AskOnce,
    hedge: TurnHedge,
    access: ModelAccess,
  ): Promise<SecondChance | null> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let second: Promise<unknown> | undefined;
    const late = () => {
      // Where none can be sent, the first one is all there is.
      second = this.#askBeside(hedge, access).catch(() => {});
    };
    const failure = await this.#askOnce(model, ask, linked(this.#controller.signal), () => {
      timer = setTimeout(late, hedge.afterMs);
    });
    clearTimeout(timer);
    // Beaten or failed, the first one leaves the turn to the second.
    if (this.#phase.name !== "ended") await second;
    return failure;
  }

  /** A second request like the first, which is late: whichever gives its first word goes on. */
  async #askBeside(hedge: TurnHedge, access: ModelAccess): Promise<void> {
    const { signal } = this.#controller;
    if (this.#phase.name !== "waiting" || !this.#stored || signal.aborted) return;
    const waitedMs = since(this.#dispatchedAt, this.#ports.now()) ?? 0;
    const next = access.request(null, waitedMs);
    if (!next || !hedge.take()) return;
    const { model, ask } = next;
    const request = new SentRequest(this.#phase.requests + 1, model, linked(signal));
    this.#race.enter(request);
    await this.#hear(request, ask, (bodyLength) => {
      this.#race.rivalLeft(waitedMs);
      // The first word came while this one was about to leave.
      if (this.#step({ name: "hedged" }).name !== "racing") request.beaten();
      this.#writing = departed(bodyLength).then(() => {
        this.#write(() => hedge.write(request.attempt, model));
      });
    });
  }

  /** Hears what becomes of a request, to its end. What a beaten one still says changes nothing. */
  async #hear(
    request: SentRequest,
    ask: AskOnce,
    onDispatch: ModelEvents["onDispatch"],
  ): Promise<SecondChance | null> {
    const events: ModelEvents = {
      onDispatch,
      onText: (text) => this.#onText(request, text),
      onRetract: () => this.#onRetract(request),
    };
    try {
      await ask(events, request.signal, request.answer);
      this.#onEnd(request, answered(request.answer));
      return null;
    } catch (error) {
      request.error = error;
      const chance = error instanceof ProviderError ? error.secondChance : null;
      this.#onEnd(request, failed(error, chance));
      return chance;
    }
  }

  /** A request has ended. Where it was one of two without a word, the other is now the turn's. */
  #onEnd(request: SentRequest, event: TurnEvent): void {
    const beaten = this.#race.isRival(request) && this.#firstWordAt !== null;
    if (beaten || !this.#race.hasLeft(request)) return;
    const racing = this.#phase.name === "racing";
    this.#step(event);
    if (racing && request === this.#race.current) this.#race.swap();
  }

  #onDispatch(request: SentRequest, bodyLength: number): void {
    const earlier = this.#race.current;
    this.#race.current = request;
    this.#dispatchedAt = this.#ports.now();
    this.oursMs ??= this.#dispatchedAt - this.#arrivedAt;
    this.#step({ name: "dispatched" });
    // Written once it has left: before that it would hold the request back.
    this.#writing = departed(bodyLength).then(() => {
      if (!this.#stored) this.#begin(request.model);
      else this.#write(() => this.#ports.retry(earlier, request.attempt, request.model));
    });
  }

  #onText(request: SentRequest, text: string): void {
    if (this.#firstWordAt === null) this.#onFirstWord(request);
    else if (this.#race.isRival(request)) {
      request.unheard += text;
      return;
    }
    this.#step({ name: "text" });
    this.#saidAtRead = request.answer.reads;
    const room = LOG_UNITS - this.log.length;
    this.log.append(text.slice(0, room));
    if (text.length > room) this.#controller.abort(new Error("answer too long"));
    else this.#keepSoon();
  }

  #onRetract(request: SentRequest): void {
    if (this.#race.isRival(request)) {
      request.unheard = "";
      return;
    }
    this.#step({ name: "retracted" });
    this.#firstWordAt = null;
    this.log.restart();
    if (this.#kept > 0) this.#write(() => this.#ports.forget());
    this.#kept = 0;
  }

  #onFirstWord(request: SentRequest): void {
    this.#firstWordAt = this.#ports.now();
    request.firstWordMs = since(this.#dispatchedAt, this.#firstWordAt);
    this.#race.win(request);
  }

  #begin(model: string | null): void {
    if (this.#write(() => this.#ports.begin(model))) this.#begun.resolve();
    this.#stored = true;
  }

  #keepSoon(): void {
    if (!this.#race.current) return;
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
    const { current: request, result: race } = this.#race;
    return { outcome, text: this.log.text, timings, request, race };
  }
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
