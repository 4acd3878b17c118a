import type { Tabs } from "./kept.ts";

const PREFIX = "viva.tab.";

/** The tabs of this browser: each holds a lock for as long as it lives. */
function watchTabs(): Tabs {
  const id = crypto.randomUUID();
  // Only where the page came by HTTPS, or from this machine.
  const locks = navigator.locks as LockManager | undefined;
  void locks?.request(PREFIX + id, () => new Promise(() => {})).catch(() => {});
  return {
    id,
    gone(tab, then) {
      if (!locks) return then();
      // A page that is going away is not granted anything any more.
      locks.request(PREFIX + tab, then).catch(() => {});
    },
  };
}

export const browserTabs: Tabs = watchTabs();

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
