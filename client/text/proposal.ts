import { isRecord } from "../api/problem.ts";

/** A rule of the voice that a text does not keep. */
export interface Finding {
  readonly rule: string;
  /** A sentence a member may read. */
  readonly message: string;
}

/** A text that VIVA proposes for a section. */
export interface Proposal {
  readonly text: string;
  /** The id of the server's record of it. Null if the server did not name one. */
  readonly refinementId: string | null;
  /** Why VIVA changed what it changed. */
  readonly notes: string | null;
  readonly findings: readonly Finding[];
  /** Share of the member's own words, 0-1. Null if it is not known. */
  readonly ownWords: number | null;
}

/** Reads a whole text and what the server says about it. What is missing or odd in `about` is left out. */
export function toProposal(text: string, about: unknown = {}): Proposal {
  const { refinementId, notes, findings, ownWords } = isRecord(about) ? about : {};
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
