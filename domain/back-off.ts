/** First and longest pause before another attempt, in milliseconds. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;

/**
 * How long to wait before another attempt, in milliseconds: up to twice as long after every failure,
 * and never the same for two tabs.
 * @param failures how many went before the one that has just failed
 * @param random at least 0, less than 1
 */
export function backOffMs(failures: number, random: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** failures) * (0.5 + random / 2);
}
