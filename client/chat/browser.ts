import type { Network } from "./turn.ts";

/** The browser's own word on its connection. */
export const browserNetwork: Network = {
  isOnline: () => navigator.onLine,
  online: () =>
    navigator.onLine
      ? Promise.resolve()
      : new Promise((resolve) => addEventListener("online", () => resolve(), { once: true })),
};
