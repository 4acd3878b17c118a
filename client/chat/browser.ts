import type { Network } from "./turn.ts";

/** Resolves with the window's next event of this name, or when the signal fires. */
function next(name: "online" | "offline", signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const over = new AbortController();
    const done = () => {
      over.abort();
      resolve();
    };
    addEventListener(name, done, { signal: over.signal });
    signal.addEventListener("abort", done, { signal: over.signal });
  });
}

/** The browser's own word on its connection. */
export const browserNetwork: Network = {
  isOnline: () => navigator.onLine,
  online: (signal) => (navigator.onLine ? Promise.resolve() : next("online", signal)),
  back: (signal) => next("online", signal),
  lost: (signal) => next("offline", signal),
};
