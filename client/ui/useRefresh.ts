import { useEffect } from "preact/hooks";

/**
 * Reads what a page shows when it opens, and again whenever the member or the connection comes back:
 * it may have changed on another device.
 * @param refresh the same function at every render
 */
export function useRefresh(refresh: () => unknown): void {
  useEffect(() => {
    void refresh();
    const back = () => {
      if (document.visibilityState === "visible") void refresh();
    };
    document.addEventListener("visibilitychange", back);
    addEventListener("online", back);
    return () => {
      document.removeEventListener("visibilitychange", back);
      removeEventListener("online", back);
    };
  }, [refresh]);
}
