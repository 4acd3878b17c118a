import type { WordRule } from "./voice/listed-words.ts";
import { listedWords } from "./voice/word-rules.ts";
import { foldWord, wordsOf } from "./words.ts";

export { OWN_WORDS_SHARE, ownWords } from "./voice/own-words.ts";

/** The fewest and most words of a section. */
export const SECTION_WORDS = { min: 80, max: 160 } as const;

/** The rules of vision text that can be checked. */
export type VoiceRule = WordRule | "person" | "markdown" | "length";

/** What a text does that vision text does not. */
export interface VoiceFinding {
  readonly rule: VoiceRule;
  /** The words it is about, as they stand in the text, each once; none where it is about the whole. */
  readonly words: readonly string[];
  /** A sentence for the member, and for the model that writes a second version. */
  readonly message: string;
}

/** What a check may know besides the text. */
export interface VoiceOptions {
  /** Names from profile and conversation: people called Will or Hope are no wishes. */
  readonly names?: readonly string[];
}

const quoted = (words: readonly string[]) => words.map((word) => `“${word}”`).join(", ");

const MESSAGES: Readonly<Record<WordRule, (words: readonly string[]) => string>> = {
  negation: (words) => `Say what is there, in place of ${quoted(words)}.`,
  lack: (words) => `Say what you have plenty of, in place of ${quoted(words)}.`,
  wishing: (words) =>
    `Say it as already true (“I choose”, “I enjoy”), in place of ${quoted(words)}.`,
  turning: (words) => `Let one thought follow the other, without ${quoted(words)}.`,
  comparison: (words) => `Describe it for itself, without the look back in ${quoted(words)}.`,
  tense: (words) => `Keep to the present tense, in place of ${quoted(words)}.`,
  coaching: (words) => `Keep to your own everyday words, in place of ${quoted(words)}.`,
};

const FIRST_PERSON = /^(?:i|me|my|mine|myself|we|us|our|ours|ourselves)(?:'|$)/;
const SECOND_PERSON = /^(?:you|your|yours|yourself|yourselves)(?:'|$)/;

function person(text: string): VoiceFinding[] {
  const words = wordsOf(text).map((word) => word.text);
  if (words.length === 0) return [];
  const first = words.filter((word) => FIRST_PERSON.test(foldWord(word)));
  const second = words.filter((word) => SECOND_PERSON.test(foldWord(word)));
  if (first.length > second.length) return [];
  const message =
    second.length > 0
      ? "It is your own voice: say “I” and “my” in place of “you” and “your”."
      : "It is your own voice: say “I” and “my”.";
  return [{ rule: "person", words: [...new Set(second)], message }];
}

/** Marks that plain text does not carry. */
const MARKS = new RegExp(
  [
    "^ {0,3}#{1,6} .*$",
    "^[\\t\\p{Zs}]*(?:[-*+•]|\\d{1,2}[.)]) .*$",
    "^ {0,3}>.*$",
    "^ {0,3}(?:-{3,}|\\*{3,}|_{3,}|={3,})[\\t\\p{Zs}]*$",
    "^[\\t\\p{Zs}]*\\|.*\\|[\\t\\p{Zs}]*$",
    "\\*\\*?[^\\s*][^*\\n]*\\*\\*?",
    "(?<![\\p{L}\\p{N}])_{1,2}[^\\s_][^_\\n]*_{1,2}(?![\\p{L}\\p{N}])",
    "`[^`\\n]*`",
    "\\[[^[\\]\\n]+\\]\\((?:[^()\\n]|\\([^()\\n]*\\))*\\)",
    "</?[a-z][^<>\\n]*>",
  ].join("|"),
  "gimu",
);

function markdown(text: string): VoiceFinding[] {
  const marks = Array.from(text.matchAll(MARKS), ([mark]) => mark.trim().slice(0, 40));
  if (marks.length === 0) return [];
  const message = "Write plain paragraphs, without headings, lists or other marks.";
  return [{ rule: "markdown", words: [...new Set(marks)], message }];
}

function length(text: string): VoiceFinding[] {
  const { min, max } = SECTION_WORDS;
  const count = wordsOf(text).length;
  if (count >= min && count <= max) return [];
  const message = `It has ${count} words; ${min} to ${max} are a good length.`;
  return [{ rule: "length", words: [], message }];
}

/** "One day" as a far-off time, not as a day of the week. */
const ONE_DAY = /\bone day(?=,|\s+(?:i|we|my|our)\b)/gi;

/**
 * Checks a vision text against the rules of its voice that words can break. It finds and never
 * edits: a text with findings is shown all the same.
 * @returns one finding per broken rule; none for a text in the voice
 */
export function checkVoice(text: string, { names = [] }: VoiceOptions = {}): VoiceFinding[] {
  const byRule = new Map<WordRule, Map<string, string>>();
  const note = (rule: WordRule, words: string) => {
    const found = byRule.get(rule) ?? new Map<string, string>();
    if (!found.has(foldWord(words))) found.set(foldWord(words), words);
    byRule.set(rule, found);
  };
  for (const hit of listedWords(text, names)) note(hit.rule, hit.words);
  for (const [oneDay] of text.matchAll(ONE_DAY)) note("tense", oneDay);
  const listed = Array.from(byRule, ([rule, found]): VoiceFinding => {
    const words = [...found.values()];
    return { rule, words, message: MESSAGES[rule](words) };
  });
  return [...listed, ...person(text), ...markdown(text), ...length(text)];
}
