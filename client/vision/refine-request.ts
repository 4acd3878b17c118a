import type { RefineRequest } from "../../domain/writing.ts";

export type { RefineRequest };

// By value these stand beside the server's schemas, which have no place in a page.
export const TONES: readonly RefineRequest["tone"][] = [
  "encouraging",
  "challenging",
  "balanced",
  "celebratory",
];
export const INTENSITIES: readonly RefineRequest["intensity"][] = ["gentle", "moderate", "intense"];

/** Where the panel begins. */
export const FIRST_REQUEST: RefineRequest = {
  instructions: "",
  amount: 40,
  tone: "balanced",
  intensity: "moderate",
};

/** The most characters (UTF-16 units) of the instructions. */
export const INSTRUCTIONS_CHARACTERS = 2_000;

const AMOUNTS: readonly { readonly from: number; readonly words: string }[] = [
  { from: 90, words: "Written anew" },
  { from: 65, words: "A new shape" },
  { from: 35, words: "A clear change" },
  { from: 10, words: "A light touch" },
  { from: 0, words: "Hardly a word" },
];

/** An amount of change in words. */
export function amountLabel(amount: number): string {
  return AMOUNTS.find(({ from }) => amount >= from)?.words ?? "";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Reads a request that was kept in this browser; what is missing or odd begins anew. */
export function toRefineRequest(value: unknown): RefineRequest {
  if (!isRecord(value)) return FIRST_REQUEST;
  const { instructions, amount, tone, intensity } = value;
  return {
    instructions: typeof instructions === "string" ? instructions : FIRST_REQUEST.instructions,
    amount:
      typeof amount === "number" && amount >= 0 && amount <= 100 ? amount : FIRST_REQUEST.amount,
    tone: TONES.find((known) => known === tone) ?? FIRST_REQUEST.tone,
    intensity: INTENSITIES.find((known) => known === intensity) ?? FIRST_REQUEST.intensity,
  };
}

/** A rule of the voice that a proposal does not keep. */
export interface Finding {
  readonly rule: string;
  /** A sentence a member may read. */
  readonly message: string;
}

/** A text that VIVA proposes for a section. */
export interface Proposal {
  readonly text: string;
  /** Names the record of it; null where the server did not say. */
  readonly refinementId: string | null;
  /** Why VIVA changed what it changed. */
  readonly notes: string | null;
  readonly findings: readonly Finding[];
  /** Share of the member's own words, 0-1; null where it is not known. */
  readonly ownWords: number | null;
}

/** A whole text with what `finish` says of it in its metadata, under `vision`. */
export function toProposal(text: string, metadata: Readonly<Record<string, unknown>>): Proposal {
  const about = isRecord(metadata.vision) ? metadata.vision : {};
  const { refinementId, notes, findings, ownWords } = about;
  return {
    text: text.trim(),
    refinementId: typeof refinementId === "string" ? refinementId : null,
    notes: typeof notes === "string" && notes.trim() !== "" ? notes : null,
    findings: (Array.isArray(findings) ? findings : []).filter(
      (finding): finding is Finding => isRecord(finding) && typeof finding.message === "string",
    ),
    ownWords: typeof ownWords === "number" ? ownWords : null,
  };
}
