import { normalised } from "../text.ts";

const MARKS = /\p{M}+/gu;

/** A text with plain letters: no accents, no ligatures, no letters of other widths. */
export function withoutMarks(text: string): string {
  return normalised(text, "NFKD").replace(MARKS, "").replaceAll("ß", "ss").replaceAll("œ", "oe");
}
