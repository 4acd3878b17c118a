import type { Api, Tokens } from "../api/http.ts";
import { accessToken } from "../auth/session.ts";
import { pause } from "../platform/network.ts";
import { createHearing, type Shown } from "./apply-changes.ts";
import { openLine } from "./socket.ts";

/** What the live line of a tab needs of it. */
export interface LiveHost {
  readonly shown: Shown;
  readonly api: Api;
  readonly tokens: Tokens;
  /** The name of this tab. */
  readonly tab: string;
  /** When the first of what is shown may have been asked for, on the page's clock. */
  readonly since: number;
}

const isAwake = () => navigator.onLine && document.visibilityState === "visible";

/** Resolves with the next event after which something holds, or with the signal. */
function next(holds: () => boolean, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const look = () => {
      if (!signal.aborted && !holds()) return;
      over.abort();
      resolve();
    };
    addEventListener("online", look, { signal: over.signal });
    document.addEventListener("visibilitychange", look, { signal: over.signal });
    signal.addEventListener("abort", look, { signal: over.signal });
    if (signal.aborted) look();
  });
}

/** Opens the live line of this tab. The returned function hangs up. */
export function startLive({ shown, api, tokens, tab, since }: LiveHost): () => void {
  const address = new URL("/api/viva/live", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const over = new AbortController();
  const hearing = createHearing(shown, { pause, random: Math.random, over: over.signal });
  const line = openLine({
    ...{ ...hearing, tokens, tab, pause },
    connect: (protocols) => new WebSocket(address, protocols),
    async ticket() {
      const given = await api.json<{ ticket: string }>("/api/viva/live/ticket", { method: "POST" });
      return given.ticket;
    },
    probe: () => api.json("/api/sync"),
    awake: (signal) => (isAwake() ? Promise.resolve() : next(isAwake, signal)),
    returned: (signal) => next(() => document.visibilityState === "visible", signal),
    isVisible: () => document.visibilityState === "visible",
    later(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    age: () => performance.now() - since,
    random: Math.random,
  });
  const stop = accessToken.subscribe((token) => {
    if (token !== null) line.renew(token);
  });
  return () => {
    stop();
    over.abort();
    line.close();
  };
}
