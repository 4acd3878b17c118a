/**
 * The files from `…120000_foundation` to `…121100_access` are a baseline: each topic in its last form. They replace
 * the files that grew up to then, which are kept in test/db/before-baseline/ for the test that both end at one schema.
 */
export const BASELINE = {
  first: "20261127120000",
  last: "20261127121100",
  /** What the baseline replaces, from one version to the other. */
  replaces: { first: "20261120090000", last: "20261127096200" },
} as const;

/** What a database's history says of the baseline. */
export interface BaselineState {
  /** The database has all that the baseline replaces: the baseline is in it under other names. */
  readonly replaced: readonly string[];
  /** The last of the replaced files that it has, if some are missing: it must be brought up to date first. */
  readonly stoppedAt: string | null;
}

/** Whether a history holds the files that the baseline replaces. `versions`: all versions in the history. */
export function baselineState(versions: Iterable<string>): BaselineState {
  const { first, last } = BASELINE.replaces;
  const found = [...versions].filter((version) => version >= first && version <= last).sort();
  const newest = found.at(-1);
  if (newest === undefined) return { replaced: [], stoppedAt: null };
  return newest === last
    ? { replaced: found, stoppedAt: null }
    : { replaced: [], stoppedAt: newest };
}
