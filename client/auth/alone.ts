const LOCK = "viva.session";
/** How long a tab waits for another one, in milliseconds: longer than a live tab takes. */
const PATIENCE_MS = 15_000;

/**
 * Does something while no other tab of this browser does the same. If a tab that the browser has put to
 * sleep holds the lock, or there are no locks (a page without HTTPS), it is done without one.
 */
export async function alone<T>(run: () => Promise<T>): Promise<T> {
  const locks = navigator.locks as LockManager | undefined;
  let begun: Promise<T> | null = null;
  const begin = () => {
    begun ??= run();
    return begun;
  };
  try {
    await locks?.request(LOCK, { signal: AbortSignal.timeout(PATIENCE_MS) }, begin);
  } catch {
    // No lock, or what is done has failed: the caller is told by `begun`.
  }
  return await begin();
}
