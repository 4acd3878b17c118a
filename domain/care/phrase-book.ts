import { CARE_LANGUAGES, type CareLanguage, CRISIS_KINDS, type CrisisKind } from "./kinds.ts";
import { ENGLISH } from "./patterns/english.ts";
import { FRENCH } from "./patterns/french.ts";
import { GERMAN } from "./patterns/german.ts";
import { PORTUGUESE } from "./patterns/portuguese.ts";
import { SPANISH } from "./patterns/spanish.ts";
import { type Need, phrasePattern, phraseReader } from "./phrase.ts";
import type { CarePatterns } from "./rules.ts";

/** The phrases as they are written. */
export const PATTERNS: Readonly<Record<CareLanguage, CarePatterns>> = {
  en: ENGLISH,
  es: SPANISH,
  fr: FRENCH,
  de: GERMAN,
  pt: PORTUGUESE,
};

/** What a phrase says once it is found. */
export interface Rule {
  readonly kind: CrisisKind | "aside";
  readonly language: CareLanguage;
  /** Taken out of the sentence, so that what follows in the order does not see it. */
  readonly takenOut: boolean;
  /** Its expression, made when it is first needed: most are not for a long time. */
  pattern(): RegExp;
}

/** All phrases, ready to be looked up by the words of a sentence. */
export interface PhraseBook {
  /** Whether a word occurs in some phrase. */
  known(word: string): boolean;
  /** The rules that a sentence of these words may match, in the order in which to try them. */
  candidates(words: readonly string[]): Rule[];
}

/** The order in which a sentence is read: what is taken out, then from the most urgent on. */
const TAKEN_OUT = ["aside", "past", "worry"] as const;
const ORDER = [...TAKEN_OUT, ...CRISIS_KINDS.filter((kind) => kind !== "past" && kind !== "worry")];

/** The list a map holds for a word, begun if there is none. */
function entry(lists: Map<string, number[]>, word: string): number[] {
  const known = lists.get(word);
  if (known) return known;
  const fresh: number[] = [];
  lists.set(word, fresh);
  return fresh;
}

/** A rule as it is looked up. */
class PhraseRule implements Rule {
  readonly kind: Rule["kind"];
  readonly language: CareLanguage;
  /** What a sentence must meet, by the places of the needs. */
  readonly needs: readonly number[];
  readonly #source: string;
  #pattern: RegExp | null = null;

  constructor(
    kind: Rule["kind"],
    language: CareLanguage,
    source: string,
    needs: readonly number[],
  ) {
    this.kind = kind;
    this.language = language;
    this.needs = needs;
    this.#source = source;
  }

  get takenOut(): boolean {
    return TAKEN_OUT.some((each) => each === this.kind);
  }

  pattern(): RegExp {
    this.#pattern ??= phrasePattern(this.#source, this.kind === "worry", this.takenOut ? "g" : "");
    return this.#pattern;
  }
}

/** What phrases are looked up by. */
interface PhraseIndex {
  readonly rules: readonly PhraseRule[];
  /** All words that occur in them. */
  readonly words: ReadonlySet<string>;
  /** By word: the rules whose rarest part has it. */
  readonly begunBy: ReadonlyMap<string, readonly number[]>;
  /** By word: the needs it meets. */
  readonly metBy: ReadonlyMap<string, readonly number[]>;
  /** How many needs there are. */
  readonly needs: number;
}

/**
 * Reads every phrase of every language. What that takes on the way, several times as much as what is
 * kept, is gone with it: every collection of garbage would go through it, between members' words.
 */
function readPhrases(): PhraseIndex {
  const readPhrase = phraseReader();
  const rules: PhraseRule[] = [];
  const words = new Set<string>();
  const read = new Set<readonly string[]>();
  const begunBy = new Map<string, number[]>();
  const metBy = new Map<string, number[]>();
  const places = new Map<Need, number>();

  function placeOf(need: Need): number {
    const known = places.get(need);
    if (known !== undefined) return known;
    const place = places.size;
    places.set(need, place);
    for (const word of need) entry(metBy, word).push(place);
    return place;
  }

  for (const kind of ORDER) {
    for (const language of CARE_LANGUAGES) {
      for (const source of PATTERNS[language][kind]) {
        const phrase = readPhrase(source);
        const rule = new PhraseRule(kind, language, source, phrase.needs.map(placeOf));
        const at = rules.push(rule) - 1;
        for (const word of phrase.needs[0] ?? []) entry(begunBy, word).push(at);
        for (const spelt of phrase.words) {
          if (read.has(spelt)) continue;
          read.add(spelt);
          for (const word of spelt) words.add(word);
        }
      }
    }
  }
  return { rules, words, begunBy, metBy, needs: places.size };
}

function bookOf({ rules, words, begunBy, metBy, needs }: PhraseIndex): PhraseBook {
  /** By need: the number of the sentence that last met it. */
  const met = new Uint32Array(needs);
  let sentence = 0;

  return {
    known: (word) => words.has(word),
    candidates(given) {
      const begun = new Set<number>();
      for (const word of given) {
        const rulesBegun = begunBy.get(word);
        if (rulesBegun) for (const at of rulesBegun) begun.add(at);
      }
      if (begun.size === 0) return [];
      sentence = (sentence % 0xffff_ffff) + 1;
      for (const word of given) {
        const needsMet = metBy.get(word);
        if (needsMet) for (const need of needsMet) met[need] = sentence;
      }
      const found: number[] = [];
      for (const at of begun) {
        if (rules[at]?.needs.every((need) => met[need] === sentence)) found.push(at);
      }
      return found.sort((a, b) => a - b).flatMap((at) => rules[at] ?? []);
    },
  };
}

let book: PhraseBook | null = null;

/** The phrases of all languages. The first call reads them, which takes some ms. */
export function phraseBook(): PhraseBook {
  book ??= bookOf(readPhrases());
  return book;
}
