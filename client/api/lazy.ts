import { computed, signal } from "@preact/signals";
import { ApiError, localProblem } from "./problem.ts";

/** How long a part of the page may be on its way before the page offers to load again, in milliseconds. */
const PATIENCE_MS = 8_000;

/** How many parts of this page are needed and are not there: they failed, or are long on their way. */
const missing = signal(0);

/**
 * Whether a part of this page that was needed could not be loaded: most often because a new release has
 * renamed it. The page then offers to load again.
 */
export const outdated = computed(() => missing.value > 0);

/** Loads a part of the page. @throws ApiError `outdated`, or `offline`; the next call tries again */
export type Lazy<Module> = (options?: {
  /** The part is only loaded ahead of its use: a failure is not shown. */
  readonly ahead?: boolean;
}) => Promise<Module>;

/**
 * A part of the page whose code is loaded when it is needed. The one way to use `import()` in this
 * client, so that no failure goes unnoticed.
 * @param load calls `import()` with a literal path
 */
export function lazy<Module>(load: () => Promise<Module>): Lazy<Module> {
  return async ({ ahead = false } = {}) => {
    let counted = false;
    const count = () => {
      counted = true;
      missing.value += 1;
    };
    // What hangs is waited for all the same: it may still come.
    const timer = ahead ? undefined : setTimeout(count, PATIENCE_MS);
    try {
      const module = await load();
      if (counted) missing.value -= 1;
      return module;
    } catch {
      if (!navigator.onLine) throw new ApiError(localProblem("offline"));
      if (!ahead && !counted) count();
      throw new ApiError(localProblem("outdated"));
    } finally {
      clearTimeout(timer);
    }
  };
}
