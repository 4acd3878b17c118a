/** The open tabs of this browser, as far as they matter here. */
export interface Tabs {
  /** This tab, unlike any other. */
  readonly id: string;
  /** Calls back once the tab of this id is gone: closed, reloaded, or long since over. */
  gone(id: string, then: () => void): void;
}

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
