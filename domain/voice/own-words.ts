import { foldWord, wordsOf } from "../words.ts";
import { COMMON_WORDS } from "./listed-words.ts";

/** The share of own words that vision text aims at. A hint, no gate. */
export const OWN_WORDS_SHARE = 0.8;

/** The part that the forms of a word have in common: dance, dances, danced and dancing are one. */
function stem(word: string): string {
  let rest = word.replace(/'s?$/, "");
  if (rest.length > 4) {
    rest = rest.replace(/ie[sd]$/, "y").replace(/(?<=[^su])s$/, "");
    const bare = rest.replace(/(?<=..)(?:ing|ed)$/, "");
    // What is left of "string" or "bred" is no word.
    if (/[aeiouy]/.test(bare)) rest = bare;
  }
  return rest.replace(/(?<=...)e$/, "").replace(/([b-df-hj-np-tv-z])\1$/, "$1");
}

/** The words that carry what a text says, folded to their stems. */
function contentWords(text: string): string[] {
  return wordsOf(text)
    .flatMap((word) => foldWord(word.text).split("-"))
    .filter((word) => word !== "" && !COMMON_WORDS.has(word))
    .map(stem);
}

/**
 * How much of a vision text is the member's own: the share of its content words that stand, in some
 * form, in what the member said.
 * @param sources whatever came from the member: picks, free text, messages, stories, earlier sections
 * @returns 0 to 1; 0 for a text without content words
 */
export function ownWords(text: string, sources: readonly string[]): number {
  const said = new Set(sources.flatMap(contentWords));
  const content = contentWords(text);
  if (content.length === 0) return 0;
  return content.filter((word) => said.has(word)).length / content.length;
}
