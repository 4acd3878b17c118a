import { withoutMarks } from "./letters.ts";
import { TYPOS } from "./typos.ts";

/** Whether a word occurs in some phrase. */
type Known = (word: string) => boolean;

/** Letters of other alphabets that pass for Latin ones, and characters that nobody sees. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ а: "a", е: "e", о: "o", р: "p", с: "c", у: "y", х: "x", і: "i", ѕ: "s", ԁ: "d", к: "k" },
  ...{ ο: "o", α: "a", ι: "i", ε: "e", κ: "k", ı: "i", ł: "l" },
};
const NON_ASCII = /[^\0-\x7f]/;
const UNSEEN = /[\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufeff]|\ufe0f/g;
const APOSTROPHES = /[\u2019\u2018\u02bc`\u00b4\u2032\uff07]/g;
const FOREIGN = new RegExp(`[${Object.keys(LOOK_ALIKES).join("")}]`, "g");

/** Small letters without accents and disguise by alphabet, straight apostrophes. */
function plain(text: string): string {
  if (!NON_ASCII.test(text)) return text.toLowerCase();
  const seen = text.replace(UNSEEN, "").replace(APOSTROPHES, "'");
  // Small only now: letters from the far ends of Unicode have no small form of their own.
  const small = withoutMarks(seen).toLowerCase();
  return small.replace(FOREIGN, (letter) => LOOK_ALIKES[letter] ?? letter);
}

/** Signs that stand for letters: "k1ll", "$uicide". */
const SIGNS: Readonly<Record<string, string>> = {
  ...{ "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t" },
  ...{ "@": "a", $: "s", "!": "i", "|": "i" },
};
/** A word with a sign or a digit in it. Where none is found, the steps below are left out. */
const DISGUISED = /[a-z][0-9@$!|*]+[a-z]|[0-9$@][a-z]{2}/;
const SIGN_WORD = /[a-z0-9@$!|*]+/g;

/** Words people write with a star in them. */
const STARRED =
  "suicide suicidal kill killing killed die dying dead death myself rape raped murder cut cutting".split(
    " ",
  );

function undisguise(word: string, known: Known): string {
  if (word.length > 24 || !/[a-z]/.test(word) || !/[0-9@$!|*]/.test(word)) return word;
  const bare = word.replace(/(?<![!|])[!|]+$/, "");
  if (bare.includes("*")) {
    const open = new RegExp(`^${bare.replace(/[^a-z*]/g, "").replaceAll("*", "[a-z]")}$`);
    return /[a-z]/.test(bare) ? (STARRED.find((starred) => open.test(starred)) ?? word) : word;
  }
  for (const one of ["i", "l"]) {
    const read = bare.replace(/[0-9@$!|]/g, (sign) => (sign === "1" ? one : (SIGNS[sign] ?? sign)));
    if (known(read)) return read + word.slice(bare.length);
  }
  return word;
}

/** Single letters in a row: "d i e", "k.i.l.l". */
const SPACED = /(?<![a-z0-9'])[a-z](?:[ ._*-]{1,3}[a-z]){2,40}(?![a-z0-9'])/g;

/** Letters without gaps as the fewest known words that fill them, or as they are. */
function split(letters: string, known: Known): string {
  const best: (string[] | undefined)[] = [[]];
  for (let end = 1; end <= letters.length; end += 1) {
    for (let start = Math.max(0, end - 12); start < end; start += 1) {
      const before = best[start];
      const word = letters.slice(start, end);
      if (!before || !known(word) || (word.length === 1 && !/[aioye]/.test(word))) continue;
      const row = [...before, word];
      if (row.length < (best[end]?.length ?? Number.POSITIVE_INFINITY)) best[end] = row;
    }
  }
  return best[letters.length]?.join(" ") ?? letters;
}

function joinLetters(run: string, known: Known): string {
  const gaps = run.match(/[^a-z]+/g) ?? [];
  const widest = Math.max(...gaps.map((gap) => gap.length));
  const narrow = gaps.some((gap) => gap.length < widest);
  const words = narrow ? run.split(new RegExp(`[^a-z]{${widest}}`)) : [run];
  return words.map((word) => split(word.replace(/[^a-z]/g, ""), known)).join(" ");
}

const DRAWN_OUT = /([a-z])\1\1/;

/** A word drawn out ("dieeee"), as it is usually spelt. */
function shorten(word: string, known: Known): string {
  if (!DRAWN_OUT.test(word)) return word;
  const twice = word.replace(/(.)\1{2,}/g, "$1$1");
  return known(twice) ? twice : word.replace(/(.)\1{2,}/g, "$1");
}

/** English short forms are one word ("dont"); elsewhere an apostrophe is a gap ("j ai"). */
const SHORT_FORM = /'(?=(?:m|s|t|re|ve|ll|d)\b)/g;
const WORD_OR_END = /[a-z0-9]+|\.{2,}|[.!?;]|\n\s*\n/g;
const HASHTAG = /#([a-z]{6,40})\b/g;

const isLetter = (code: number) => code >= 97 && code <= 122;
const isWord = (code: number) => isLetter(code) || (code >= 48 && code <= 57);

/** Whether three words in a row are single letters: the sign of words taken apart. */
function takenApart(words: readonly string[]): boolean {
  let row = 0;
  for (const word of words) {
    const first = word.charCodeAt(0);
    if (word.length === 1 && isLetter(first)) row += 1;
    else if (isWord(first)) row = 0;
    if (row === 3) return true;
  }
  return false;
}

function sentencesOf(words: readonly string[], drawnOut: boolean, known: Known): string[][] {
  const sentences: string[][] = [];
  let sentence: string[] = [];
  for (const word of words) {
    if (isWord(word.charCodeAt(0))) {
      const meant = TYPOS.get(word) ?? word;
      sentence.push(drawnOut ? shorten(meant, known) : meant);
    } else if (!word.startsWith("..") && sentence.length > 0) {
      sentences.push(sentence);
      sentence = [];
    }
  }
  if (sentence.length > 0) sentences.push(sentence);
  return sentences;
}

/**
 * The sentences of a message, each a row of plain words: small letters, no accents, disguises
 * ("su1c1de", "k i l l", "dieeee") taken off where a known word comes out. What ordinary messages
 * have nothing of costs them one look each.
 * @param known whether a word occurs in some phrase
 */
export function plainSentences(text: string, known: Known): string[][] {
  let read = plain(text);
  if (DISGUISED.test(read)) read = read.replace(SIGN_WORD, (word) => undisguise(word, known));
  if (read.includes("#")) read = read.replace(HASHTAG, (_, tag: string) => split(tag, known));
  const short = (given: string) => (given.includes("'") ? given.replace(SHORT_FORM, "") : given);
  let words = short(read).match(WORD_OR_END) ?? [];
  if (takenApart(words)) {
    words = short(read.replace(SPACED, (run) => joinLetters(run, known))).match(WORD_OR_END) ?? [];
  }
  return sentencesOf(words, DRAWN_OUT.test(read), known);
}
