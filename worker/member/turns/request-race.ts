import type { SentRequest } from "./hedge.ts";
import type { Race } from "./turn-ports.ts";

/**
 * The requests of a turn: one, or two if a second one races a first one that is late. The turn asks here
 * which of them its words come from.
 */
export class RequestRace {
  /** The request that gives the words, or the last one that may; null until one has left. */
  current: SentRequest | null = null;
  /** The other one of a race: once words are shown, or one of the two has failed, the one that gives none. */
  #rival: SentRequest | null = null;
  #afterMs: number | null = null;

  /** A second request is about to race the current one. */
  enter(rival: SentRequest): void {
    this.#rival = rival;
  }

  /** @param afterMs milliseconds from the first dispatch to that of the second request */
  rivalLeft(afterMs: number): void {
    this.#afterMs = afterMs;
  }

  /** Whether a request gives no words because the other one does, or may. */
  isRival(request: SentRequest): boolean {
    return request === this.#rival;
  }

  /** Whether a request has been sent: the second one may fail before. */
  hasLeft(request: SentRequest): boolean {
    return !this.isRival(request) || this.#afterMs !== null;
  }

  /** The first word came from this request: the other one ends. */
  win(request: SentRequest): void {
    if (this.isRival(request)) this.swap();
    this.#rival?.beaten();
  }

  /** The other one of the two requests becomes the turn's. */
  swap(): void {
    [this.current, this.#rival] = [this.#rival, this.current];
  }

  /** How the race went; null if no second request has left. */
  get result(): Race | null {
    const [loser, afterMs] = [this.#rival, this.#afterMs];
    return loser && afterMs !== null ? { loser, unheard: loser.unheard, afterMs } : null;
  }
}
