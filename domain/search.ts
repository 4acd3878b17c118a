import { cleanText, isBlank, normalised } from "./text.ts";

/** How many words of a question count. */
const SEARCH_WORDS = 10;

/** A text as the search compares it: without accents, case and compatibility forms. */
export function searchable(text: string): string {
  return normalised(text, "NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a question, as they are looked for, the first ten; none for a blank one. */
export function searchWords(question: string): string[] {
  const words = searchable(cleanText(question)).split(/\s+/);
  return [...new Set(words)].filter((word) => !isBlank(word)).slice(0, SEARCH_WORDS);
}
