import type { CategoryKey } from "./categories.ts";
import type { PhaseKey } from "./phases.ts";

/**
 * The conversation about a section of a draft in a phase. The same on every device, so that the talk
 * goes on wherever the member opens it.
 */
export function talkId(visionId: string, category: CategoryKey, phase: PhaseKey): string {
  return `talk:${visionId}:${category}:${phase}`;
}
