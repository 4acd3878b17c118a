/** The connection to the network, as far as a browser knows it. */
export interface Network {
  isOnline(): boolean;
  /** Resolves once there is a connection (at once when there is one), or when the signal fires. */
  online(signal: AbortSignal): Promise<void>;
  /** Resolves when the connection comes back the next time, or when the signal fires. */
  back(signal: AbortSignal): Promise<void>;
  /** Resolves when the connection is lost the next time, or when the signal fires. */
  lost(signal: AbortSignal): Promise<void>;
}

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

/** Resolves after the time, or sooner when the connection is back or the member returns to the page. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const done = () => {
      clearTimeout(timer);
      over.abort();
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done, { signal: over.signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible") done();
      },
      { signal: over.signal },
    );
  });
}
