const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Changes the page, from the old picture to the new one where the browser can do that and the person
 * likes motion; else at once.
 * @param change changes what is shown; resolves when it stands in the document
 */
export function transition(change: () => Promise<void>): void {
  if (!document.startViewTransition || still.matches || document.visibilityState === "hidden") {
    void change();
    return;
  }
  const running = document.startViewTransition(change);
  // Skipped ones reject; the change itself has happened all the same.
  running.ready.catch(() => {});
  running.finished.catch(() => {});
}
