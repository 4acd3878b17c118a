import { RHYTHMS, type RhythmId } from "../../domain/discovery.ts";
import { checkVoice } from "../../domain/voice.ts";
import { wordsOf } from "../../domain/words.ts";
import { pick } from "./choice.ts";

const LEAST_WORDS = 2;
const MOST_WORDS = 28;

/** How a member talks of a wish or of yesterday, and how vision text says the same. */
const INTO_THE_PRESENT: readonly [from: RegExp, to: string][] = [
  [/\bI(?:'d| would)(?: really)? (?:love|like) to\b/gi, "I love to"],
  [/\bI(?: really| just)? (?:want|wanted|wish|hope|plan|need) to\b/gi, "I choose to"],
  [/\bI(?: really| just)? (?:want|wanted)\b/gi, "I choose"],
  [/\bI(?:'ll| will| shall) be\b/gi, "I am"],
  [/\bI(?:'ll| will| shall| would|'d)\b/gi, "I"],
  [/\bI (?:try|tried|am trying|used) to\b/gi, "I"],
  [/\b(I) was\b/gi, "$1 am"],
  [/\b(we) were\b/gi, "$1 are"],
  [/\b(it|life|there) was\b/gi, "$1 is"],
  [/\b(I|we) had\b/gi, "$1 have"],
];

/** How a rhythm is said in the text. */
const RHYTHM_SENTENCES: Readonly<Record<RhythmId, string>> = {
  daily: "I meet it in small moments, day by day.",
  weekly: "I give it a fixed, treasured time in my week.",
  spontaneous: "I follow it whenever it calls me.",
  weekends: "I open my weekends wide for it.",
  all: "It runs through my whole week.",
};

const SECOND_PERSON = /\b(?:you|your|yours|yourself)\b/i;
const MARKS = /[*_#>|=`<[\](){}~"“”„«»]|\p{Extended_Pictographic}|\uFE0F|\u200D/gu;
const LIST_MARK = /^\s*(?:[-•+–—]|\d{1,3}[.)])\s+/;

/** How many words a text has, as the rules of voice count them. */
export const countWords = (text: string): number => wordsOf(text).length;

/** Whether a sentence can stand in vision text. */
export function inVoice(sentence: string): boolean {
  if (SECOND_PERSON.test(sentence) || /[?？]/.test(sentence)) return false;
  const count = countWords(sentence);
  if (count < LEAST_WORDS || count > MOST_WORDS) return false;
  return checkVoice(sentence).every(({ rule }) => rule === "length" || rule === "person");
}

/** The sentences of a text as they stand, with their marks of punctuation. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\b(Dr|Mr|Mrs|Ms|St)\.\s/g, "$1\u0000 ")
    .split(/(?<=[.!?…。！？])\s*(?=\s|$|\p{Script=Han})|[\n;]+/u)
    .map((sentence) => sentence.replaceAll("\u0000", ".").trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

const capital = (text: string): string =>
  text.replace(/^\P{L}*\p{L}/u, (first) => first.toUpperCase());

/** With a small first letter, where it is no name. */
export function small(text: string): string {
  const [first = "", second = ""] = text.split(/\s+/);
  const name = /^I(?:$|['’])|['’]s$|^\p{Lu}\p{Lu}/u.test(first) || /^\p{Lu}/u.test(second);
  return name ? text : text.charAt(0).toLowerCase() + text.slice(1);
}

/** Whether words say something by themselves, and need no "I enjoy" before them. */
function isWhole(words: string): boolean {
  if (/^(?:I|we)\b|\b(?:I|we)\s+\p{Ll}/iu.test(words)) return true;
  const opens = /^(?:it|it's|there|there's|this|that|he|she|they|the|my|our|every|everyone)\b/i;
  return opens.test(words) && countWords(words) > 4;
}

/** Words as a sentence of vision text. @param verb how a fragment begins: "I enjoy" */
function sentenceOf(words: string, verb = "I enjoy"): string {
  const bare = words.replace(/[\s.,:!…。！-]+$/u, "");
  return `${isWhole(bare) ? capital(bare) : `${verb} ${small(bare)}`}.`;
}

function presented(words: string): string {
  const plain = words.replaceAll("’", "'").replace(LIST_MARK, "").replace(MARKS, "");
  return INTO_THE_PRESENT.reduce((text, [from, to]) => text.replace(from, to), plain)
    .replace(/\s+/g, " ")
    .replace(/ ([,.])/g, "$1")
    .trim();
}

const VERBS = ["I enjoy", "I love", "I choose"] as const;

/** The parts of a sentence that can be kept: all of it, else those of its clauses that are in the voice. */
function kept(sentence: string): string[] {
  const short = countWords(sentence) <= MOST_WORDS - 2;
  if (short && inVoice(sentence)) return [sentence];
  const clauses = sentence.split(/,\s*|\s+(?:but|however|even though|because|so that)\s+/i);
  if (clauses.length > 1) {
    return clauses.filter(
      (clause) => countWords(clause) > 2 && countWords(clause) < 25 && inVoice(clause),
    );
  }
  if (short) return [];
  const end = wordsOf(sentence)[MOST_WORDS - 6]?.at ?? 0;
  return [sentence.slice(0, end).trim()].filter(inVoice);
}

/**
 * What a member said as sentences of vision text: first person, present tense, in their own words.
 * What cannot be said that way is left out.
 */
export function ownSentences(said: readonly string[]): string[] {
  const found = said.flatMap((words) => {
    const rhythm = RHYTHMS.find(({ label }) => label === words.trim());
    if (rhythm) return [RHYTHM_SENTENCES[rhythm.id]];
    const verb = (spoken: string, index: number) => pick(VERBS, spoken.length + index);
    // A tile: its label, and what stands below it.
    if (/^[^:.\n]{2,60}: \S/.test(words) && !/^I\b/.test(words)) {
      const place = /^(?:in|on|at|out|with|by|under|over|around)\b/i.test(words);
      return [`${place ? "I enjoy life" : verb(words, 0)} ${small(presented(words))}.`];
    }
    return sentencesOf(words)
      .map(presented)
      .flatMap(kept)
      .map((spoken, index) => sentenceOf(spoken, verb(spoken, index)));
  });
  return [...new Set(found)].filter(inVoice);
}
