/** How arrivals are spread: at random and independent of each other, as people come, or evenly. */
export type Spread = "poisson" | "constant";

export const SPREADS: readonly Spread[] = ["poisson", "constant"];

/**
 * When each turn is meant to begin, in milliseconds since the run's start. The plan is made ahead and
 * never waits for an answer: a slow target meets the same load as a fast one.
 *
 * @param rate turns a second
 * @param random gives numbers from 0 to below 1
 */
export function* arrivals(
  spread: Spread,
  rate: number,
  turns: number,
  random: () => number,
): Generator<number> {
  const gap = 1_000 / rate;
  let at = 0;
  for (let turn = 0; turn < turns; turn += 1) {
    yield at;
    at += spread === "constant" ? gap : -Math.log(1 - random()) * gap;
  }
}
