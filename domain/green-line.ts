/** Where a category stands towards the Green Line. Below is contrast that brings clarity, never failure. */
export type GreenLine = "above" | "transition" | "below";

/** Share of the answered questions' maximum from which a category is above the line, in percent. */
export const ABOVE_FROM = 80;
/** Share from which a category is in transition, in percent. */
export const TRANSITION_FROM = 60;

/**
 * The Green Line of one category.
 * @param score sum of the answers, 1 to 5 each
 * @param answered how many of the 7 statements were answered (the rest do not apply)
 * @returns `undefined` where nothing was answered: such a category has no score
 */
export function greenLine(score: number, answered: number): GreenLine | undefined {
  if (answered <= 0) return undefined;
  // Integer arithmetic: 28 of 35 is exactly 80 %, whatever floating point makes of 28 / 35.
  const hundredfold = score * 100;
  const maximum = answered * 5;
  if (hundredfold >= ABOVE_FROM * maximum) return "above";
  if (hundredfold >= TRANSITION_FROM * maximum) return "transition";
  return "below";
}
