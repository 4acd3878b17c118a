/** The three phases of building a vision (`visionBuildPhase`), in their order. */
export const PHASE_KEYS = ["contrast", "peak", "specific"] as const;

export type PhaseKey = (typeof PHASE_KEYS)[number];

/** A phase as a member sees it. What VIVA does in it stands in the prompt. */
export interface Phase {
  readonly key: PhaseKey;
  readonly label: string;
  readonly tagline: string;
}

export const PHASES: readonly Phase[] = [
  { key: "contrast", label: "Contrast Clarity", tagline: "what you're moving beyond" },
  { key: "peak", label: "Peak Experience", tagline: "who you are at your best" },
  { key: "specific", label: "Specific Desires", tagline: "what you choose" },
];

/** The phase of a turn that names none. */
export const DEFAULT_PHASE: PhaseKey = "contrast";

/** Whether a text from outside names a phase. */
export function isPhase(name: string): name is PhaseKey {
  return (PHASE_KEYS as readonly string[]).includes(name);
}
