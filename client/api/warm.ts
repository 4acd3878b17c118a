import type { Api } from "./http.ts";

/** How long what was warmed counts as warm, in milliseconds. */
const WARM_MS = 60_000;

/**
 * Tells the server that a turn may come, so that everything is ready before it does: at most once a
 * minute, out of everyone's way, and without a word if it fails, for nothing depends on it.
 * @param now milliseconds on any clock that does not go back
 */
export function createWarmer(api: Api, now: () => number): () => void {
  let warmUntil = Number.NEGATIVE_INFINITY;
  return () => {
    if (now() < warmUntil) return;
    warmUntil = now() + WARM_MS;
    api.open("/api/viva/warm", { method: "POST", body: {} }).then(
      (response) => response.body?.cancel(),
      () => {
        warmUntil = Number.NEGATIVE_INFINITY;
      },
    );
  };
}
