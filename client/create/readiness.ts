import type { PhaseKey } from "../../domain/phases.ts";

/** What of a talk speaks for moving on, beside how much was said. */
const SIGNS: Readonly<Record<PhaseKey, RegExp>> = {
  contrast:
    /\b(?:i(?:'d| would)? (?:choose|rather|love|prefer|enjoy|like)|instead|what i (?:want|choose))\b/i,
  peak: /\b(?:felt|feel|feeling|alive|free|joy|proud|connected|peace|calm|warm)/i,
  specific: /\b(?:[7-9]|10|seven|eight|nine|ten)\b/i,
};

/** Messages after which moving on is offered even without a sign. */
const LONG = 5;
/** The fewest messages. */
const SHORT = 2;

/**
 * Whether a phase may have done its work, by what the member said in it: the contrast is flipped to a
 * preference, the moment has a feeling, the picture a believability of 7 or more. A hint for a gentle
 * suggestion, never a gate.
 * @param said the member's messages, oldest first
 */
export function mayMoveOn(phase: PhaseKey, said: readonly string[]): boolean {
  if (said.length >= LONG) return true;
  const words = said.join(" ").replaceAll("’", "'");
  return said.length >= SHORT && SIGNS[phase].test(words);
}
