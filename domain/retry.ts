import type { Problem } from "./problems.ts";

/**
 * Pauses before another attempt, in milliseconds, by what is tried again. The first is the one after the
 * first failure; the last one repeats.
 */
const PAUSES_MS = {
  /** A turn whose request or stream was lost: a member waits for it. */
  turn: [250, 1_000, 2_500, 5_000, 10_000, 15_000],
  /** A change that could not be saved. */
  save: [1_000, 2_000, 4_000, 8_000, 16_000, 30_000],
  /** The text of a section that could not be saved: every attempt carries all of it. */
  section: [2_000, 5_000, 15_000, 30_000],
  /** The live line, and what is read because of it. */
  live: [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000],
} as const;

/** How a request failed. `status` is 0 if nothing answered; `retryAfter` is in seconds. */
type Failure = Pick<Problem, "status" | "retryable"> & { readonly retryAfter?: number };

/**
 * How long to wait before another attempt, in milliseconds: at least as long as the server asks for.
 * @param failures how many attempts failed before the one that has just failed
 * @param random 0-1: takes up to half of the pause away, so that clients do not come back all at once
 */
export function pauseMs(
  what: keyof typeof PAUSES_MS,
  failures: number,
  { retryAfter = 0, random = 1 }: { readonly retryAfter?: number; readonly random?: number } = {},
): number {
  const pauses = PAUSES_MS[what];
  const pause = pauses[Math.min(failures, pauses.length - 1)] ?? 0;
  return Math.max(pause * (0.5 + random / 2), retryAfter * 1_000);
}

/** Whether a request may be sent again without asking the member: nothing answered, or a server that cannot just now. */
export function mayPass({ status, retryable }: Failure): boolean {
  return status === 0 || (retryable && (status === 429 || status >= 500));
}

/**
 * Whether the server has refused a change for good. Any other failed change is sent again for as long as it
 * takes: what a member typed is not given up because a proxy or a wrong setting is in the way.
 */
export function isRefused({ status, retryable }: Failure): boolean {
  return !retryable && status >= 400 && status < 500;
}
