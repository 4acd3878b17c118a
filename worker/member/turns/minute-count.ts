import { ProblemError } from "../../../domain/problems.ts";

const MINUTE_MS = 60_000;

/** Counts what happened in the last minute. In memory: an object that was lost begins anew. */
export class MinuteCount {
  /** Milliseconds since the epoch, oldest first. */
  readonly #times: number[] = [];

  add(now: number): void {
    this.#times.push(now);
  }

  count(now: number): number {
    const times = this.#times;
    while (times[0] !== undefined && now - times[0] >= MINUTE_MS) times.shift();
    return times.length;
  }

  /** @throws ProblemError rate_limited if no more may happen now, with the seconds until it may */
  refuseBeyond(limit: number, now: number): void {
    const [oldest] = this.count(now) >= limit ? this.#times : [];
    if (oldest === undefined) return;
    const retryAfter = Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1000));
    throw new ProblemError("rate_limited", { retryAfter, limit });
  }
}
