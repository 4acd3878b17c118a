import { emptyAnswer } from "../../model/answer.ts";
import type { RequestResult } from "./turn-ports.ts";

/** Of so many turns of a member, one after the other, at most one is hedged. */
export const TURNS_PER_HEDGE = 20;

/** What the budget is kept with. Times in milliseconds since the epoch. */
export interface HedgeBudgetPorts {
  /** When it was last spent; undefined for never. */
  readonly load: () => number | undefined;
  readonly save: (at: number) => void;
  /** How many turns that asked the model have ended after a time. */
  readonly turnsSince: (at: number) => number;
  readonly now: () => number;
}

/**
 * How often a member's late first word may be raced by a second request: once in 20 turns, however
 * often their object is lost in between. Turns are counted only when a word is late, so that the
 * others pay nothing for it.
 */
export class HedgeBudget {
  readonly #ports: HedgeBudgetPorts;
  /** Null where it was never spent; undefined until that is read. */
  #spentAt: number | null | undefined;

  constructor(ports: HedgeBudgetPorts) {
    this.#ports = ports;
  }

  /** Spends it where there is any; in memory, so that of two turns at once only one can. */
  take(): boolean {
    const { load, turnsSince, now } = this.#ports;
    this.#spentAt ??= load() ?? null;
    if (this.#spentAt !== null && turnsSince(this.#spentAt) < TURNS_PER_HEDGE) return false;
    this.#spentAt = now();
    return true;
  }

  /** Writes what was taken. Part of the transaction that reserves the request. */
  save(): void {
    if (typeof this.#spentAt === "number") this.#ports.save(this.#spentAt);
  }

  /** Counts as spent from now on: a provider that has too much to do is not asked for more. */
  close(): void {
    this.#spentAt = this.#ports.now();
    this.save();
  }
}

/** Why the slower one of two requests is aborted. */
const BEATEN = new Error("the other request gave the first word");

/** A request from the moment it is asked, while it is under way and after. */
export class SentRequest implements RequestResult {
  readonly attempt: number;
  readonly model: string;
  readonly answer = emptyAnswer();
  error: unknown = null;
  firstWordMs: number | null = null;
  /** What it said when the other one's words were shown already. */
  unheard = "";
  readonly #controller: AbortController;

  /** @param controller aborts this request */
  constructor(attempt: number, model: string, controller: AbortController) {
    this.attempt = attempt;
    this.model = model;
    this.#controller = controller;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends it, because the other one was faster. */
  beaten(): void {
    this.#controller.abort(BEATEN);
  }
}

/** Aborts one request alone, and with all of its turn. */
export function linked(signal: AbortSignal): AbortController {
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  else signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller;
}
