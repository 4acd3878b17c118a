import type { GreenLine } from "./green-line.ts";

/** How VIVA speaks of a place towards the Green Line. */
export interface GreenLineWords {
  /** The name of the place, for a legend or a badge. */
  readonly label: string;
  /** What it means to live an area of life here. */
  readonly meaning: string;
  /** Where it leads: the next kind step. */
  readonly invitation: string;
}

/** The words of the result page. Below the line is contrast that brings clarity, never failure. */
export const GREEN_LINE_WORDS: Readonly<Record<GreenLine, GreenLineWords>> = {
  above: {
    label: "Above the Green Line",
    meaning: "You live this area in alignment. It carries you and lights up the others.",
    invitation: "Celebrate it, and let your vision say what makes it shine.",
  },
  transition: {
    label: "In transition",
    meaning: "You are on your way. Alignment and contrast take turns here, and things are moving.",
    invitation: "Notice what already feels right, and give it more room.",
  },
  below: {
    label: "Below the Green Line",
    meaning:
      "Contrast speaks clearly here, and it brings clarity: you know what you would rather choose.",
    invitation: "Let the contrast show you what you prefer. That is where a strong vision begins.",
  },
};

/** For a category whose statements are all marked not applicable. */
export const NOT_APPLICABLE_WORDS: GreenLineWords = {
  label: "Left open",
  meaning: "None of these statements belong to your life right now.",
  invitation: "Your vision can still hold whatever you choose here.",
};
