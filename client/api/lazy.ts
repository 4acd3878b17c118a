import { signal } from "@preact/signals";
import { ApiError, localProblem } from "./problem.ts";

/**
 * Whether a part of this page that was needed could not be loaded: most often because a new release has
 * renamed it. The page then offers to load again.
 */
export const outdated = signal(false);

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
    try {
      return await load();
    } catch {
      if (!navigator.onLine) throw new ApiError(localProblem("offline"));
      if (!ahead) outdated.value = true;
      throw new ApiError(localProblem("outdated"));
    }
  };
}
