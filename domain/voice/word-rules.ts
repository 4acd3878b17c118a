import { foldWord, type Word, wordsOf } from "../words.ts";
import { LISTED, NAMES_AMONG_THEM, type WordRule } from "./listed-words.ts";

/** A listed word as it stands in a text. */
export interface WordHit {
  readonly rule: WordRule;
  readonly words: string;
}

/** By first word: the phrases it may begin, longest first. */
const byFirstWord = new Map<string, { readonly rule: WordRule; readonly phrase: string[] }[]>();
for (const rule of Object.keys(LISTED) as WordRule[]) {
  for (const listed of LISTED[rule]) {
    const phrase = listed.split(" ");
    const first = phrase[0] ?? "";
    byFirstWord.set(
      first,
      [...(byFirstWord.get(first) ?? []), { rule, phrase }].sort(
        (a, b) => b.phrase.length - a.phrase.length,
      ),
    );
  }
}

const PRONOUNS = new Set(["i", "we", "you", "he", "she", "it", "they"]);
/** After these, "used to" is about habit, not about how things were. */
const ACCUSTOMED = new Set(["am", "i'm", "is", "are", "we're", "get", "getting", "grow"]);

/** Whether a word stands at the start of a sentence, where a capital says nothing. */
function beginsSentence(text: string, word: Word): boolean {
  const ahead = text.slice(Math.max(0, word.at - 8), word.at);
  if (/\b(?:Dr|Mr|Mrs|Ms|St)\.\s$/.test(ahead)) return false;
  return /(?:^|[.!?\u2026\n])(?:(?!\n)["'\u201c\u2018\u201d\u2019(\s])*$|["\u201c\u2018(]$/u.test(
    ahead,
  );
}

/** The listed words of a text, whole words only, in the order they stand. */
export function listedWords(text: string, knownNames: readonly string[]): WordHit[] {
  const words = wordsOf(text);
  const folded = words.map((word) => foldWord(word.text));
  const onlyBlank = (index: number) => {
    const [word, next] = [words[index], words[index + 1]];
    return word && next ? /^\s+$/.test(text.slice(word.at + word.text.length, next.at)) : false;
  };
  const bare = (index: number) => folded[index]?.replace(/'s?$/, "") ?? "";
  const known = new Set(
    knownNames.flatMap((name) => wordsOf(name).map((word) => foldWord(word.text))),
  );
  const capital = (word: Word) => /^\p{Lu}\p{Ll}/u.test(word.text);
  const namedInside = (word: Word, index: number) =>
    NAMES_AMONG_THEM.has(bare(index)) &&
    capital(word) &&
    !beginsSentence(text, word) &&
    !(onlyBlank(index - 1) && PRONOUNS.has(folded[index - 1] ?? ""));
  // Who is named once inside a sentence may begin another.
  const named = new Set(words.flatMap((word, at) => (namedInside(word, at) ? [bare(at)] : [])));
  const isName = (word: Word, index: number) =>
    capital(word) && (known.has(bare(index)) || named.has(bare(index)));

  const hits: WordHit[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    const form = folded[index] ?? "";
    if (!word || isName(word, index)) continue;
    if (/n't(?:'ve)?$/.test(form)) hits.push({ rule: "negation", words: word.text });
    else if (/'ll(?:'ve)?$/.test(form)) hits.push({ rule: "wishing", words: word.text });
    const found = byFirstWord
      .get(form)
      ?.find(({ phrase }) =>
        phrase.every(
          (part, offset) =>
            folded[index + offset] === part && (offset === 0 || onlyBlank(index + offset - 1)),
        ),
      );
    if (!found) continue;
    if (form === "used" && onlyBlank(index - 1) && ACCUSTOMED.has(folded[index - 1] ?? ""))
      continue;
    const last = words[index + found.phrase.length - 1] ?? word;
    hits.push({
      rule: found.rule,
      words: text.slice(word.at, last.at + last.text.length).replace(/\s+/g, " "),
    });
    index += found.phrase.length - 1;
  }
  return hits;
}
