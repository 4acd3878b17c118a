import { isRefused, pauseMs } from "../../domain/retry.ts";
import type { ClientProblem } from "../api/problem.ts";
import type { Network } from "../platform/network.ts";

/** Milliseconds of rest after which what was typed is sent. */
const REST_MS = 700;
/** The longest time that someone who types without rest waits for a save. */
const LONGEST_MS = 5_000;

/** When the unsaved text of a vision is sent: after a rest from typing, and again after a failure. */
export interface SaveTimer {
  /** The member typed. `first` says that nothing was waiting before. */
  typed(first: boolean): void;
  /** A save failed: it is tried again, unless the server refused it. */
  failed(problem: ClientProblem): void;
  succeeded(): void;
  /** Nothing is to be sent at present. */
  cancel(): void;
}

/** @param closed fires when the vision is left */
export function createSaveTimer(
  save: () => void,
  network: Network,
  closed: AbortSignal,
): SaveTimer {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let waitingSince = 0;
  let failures = 0;
  /** Ends waiting for the connection to come back. */
  let waiting = new AbortController();

  function cancel(): void {
    clearTimeout(timer);
    waiting.abort();
  }

  return {
    cancel,
    typed(first) {
      cancel();
      if (first) waitingSince = Date.now();
      const rest = Math.min(REST_MS, Math.max(0, waitingSince + LONGEST_MS - Date.now()));
      timer = setTimeout(save, rest);
    },
    failed(problem) {
      cancel();
      // Whoever is signed out may sign in again in another tab.
      const isFinal = isRefused(problem) && problem.status !== 401;
      if (isFinal || closed.aborted) return;
      timer = setTimeout(save, pauseMs("section", failures, problem));
      failures += 1;
      // Once the connection is back there is nothing to wait for.
      waiting = new AbortController();
      const { signal } = waiting;
      void network.back(AbortSignal.any([closed, signal])).then(() => {
        if (!signal.aborted && !closed.aborted) save();
      });
    },
    succeeded() {
      failures = 0;
    },
  };
}
