import { type CategoryKey, category as categoryOf } from "../../domain/categories.ts";
import type { PhaseKey } from "../../domain/phases.ts";

/** What VIVA does in a phase, and when it is done. One of them is in a prompt, never all three. */
const GUIDANCE: Readonly<Record<PhaseKey, string>> = {
  contrast: `Phase: Contrast Clarity, what the member is moving beyond.
Help them name what they do not want here, freely and without judgement: what feels misaligned, what they would stop doing if they could. Stay with one contrast until it is clear. Then flip it: ask what they would choose instead, and say the preference back in their words.
Ready to move on when at least one contrast is named and flipped into a preference. Then say so warmly, and suggest Peak Experience as the next step, without pressing.`,
  peak: `Phase: Peak Experience, who the member is at their best.
Help them recall one moment when they felt fully alive here. Ask for one moment, then where it was, who was there, what they felt in their body. Stay with that one moment and draw out its essence: the two or three qualities that made it shine.
Ready to move on when one vivid moment and its essence are named. Then name the essence, celebrate it, and suggest Specific Desires as the next step, without pressing.`,
  specific: `Phase: Specific Desires, what the member chooses.
Help them build a picture concrete enough to sense: names, numbers, places, what they see, hear, smell and touch, one ideal day from morning to night. Now and then ask how believable it feels from 1 to 10; below 7, find a version that feels true today and still bright, and build a believable bridge to the rest.
Ready to move on when there are several concrete sensory details and a believability of 7 or more. Then say that this is ready to become vision text.`,
};

/** The note on phase and category that stands right before the member's message. */
export function phaseNote(phase: PhaseKey, categoryKey: CategoryKey | null): string {
  if (categoryKey === null) {
    return `${GUIDANCE[phase]}\nThe conversation stands alone: no area of life is chosen. Follow where the member leads.`;
  }
  const { label, about, kind } = categoryOf(categoryKey);
  const what = kind === "life" ? "area of life" : "section";
  return `${GUIDANCE[phase]}\nThe ${what} of this conversation: ${label} (${about}). Keep to it.`;
}

/** The instruction of an initial greeting, in place of a member's message. */
export const GREETING_NOTE = `The member has just opened this conversation and has not said anything yet. Greet them: introduce yourself as VIVA and call them by their name (without one, call them "friend"). In 2-3 warm sentences show that you noticed something particular in their profile or assessment; where there is none, say only that you are glad they are here. Then ask one strong opening question for this phase and area of life.`;

/** The instruction that follows a part of an answer which was cut off. */
export const CONTINUE_NOTE =
  "Your reply above was cut off. Go on exactly where it stops, in the middle of a sentence or word if need be: only the rest, nothing of it again, no remark about the cut. Begin with a space where one belongs.";
