import { normalised } from "./text.ts";

/** A word: letters and digits, joined by apostrophes or hyphens. Scripts without blanks: a sign each. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])+(?:['\u2019\u2010\u2011-](?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])[\p{L}\p{M}\p{N}])+)*/gu;

/** A word and where it stands. */
export interface Word {
  readonly text: string;
  /** UTF-16 units from the start of the text. */
  readonly at: number;
}

/** The words of a text, in order. Curly and straight apostrophes keep a word together. */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(WORD), (match) => ({ text: match[0], at: match.index }));
}

/** A word in the form that lists hold: small letters, straight apostrophes, plain hyphens. */
export function foldWord(word: string): string {
  return normalised(word, "NFC")
    .toLowerCase()
    .replaceAll("’", "'")
    .replace(/[\u2010\u2011]/g, "-");
}
