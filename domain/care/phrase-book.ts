import { CARE_LANGUAGES, type CareLanguage, CRISIS_KINDS, type CrisisKind } from "./kinds.ts";
import { ENGLISH } from "./patterns/english.ts";
import { FRENCH } from "./patterns/french.ts";
import { GERMAN } from "./patterns/german.ts";
import { PORTUGUESE } from "./patterns/portuguese.ts";
import { SPANISH } from "./patterns/spanish.ts";
import { type Need, phrase } from "./phrase.ts";
import type { CarePatterns } from "./rules.ts";

const PATTERNS: Readonly<Record<CareLanguage, CarePatterns>> = {
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

/** Compiles every phrase of every language. Takes some ms, so it is done once, when first asked. */
function compile(): PhraseBook {
  const rules: (Rule & { readonly needs: readonly number[] })[] = [];
  const words = new Set<string>();
  /** Places of needs by word, and of the rules that are tried once their first need is met. */
  const needsOf = new Map<string, number[]>();
  const rulesOf: number[][] = [];
  const places = new Map<Need, number>();

  function placeOf(need: Need): number {
    const known = places.get(need);
    if (known !== undefined) return known;
    const place = rulesOf.push([]) - 1;
    places.set(need, place);
    for (const word of need) {
      const others = needsOf.get(word);
      if (others) others.push(place);
      else needsOf.set(word, [place]);
    }
    return place;
  }

  for (const kind of ORDER) {
    const takenOut = TAKEN_OUT.some((each) => each === kind);
    for (const language of CARE_LANGUAGES) {
      for (const source of PATTERNS[language][kind]) {
        const compiled = phrase(source, kind === "worry");
        const needs = compiled.needs.map(placeOf);
        let pattern: RegExp | null = null;
        const at = rules.push({
          kind,
          language,
          takenOut,
          needs,
          pattern() {
            pattern ??= new RegExp(compiled.pattern, takenOut ? "g" : "");
            return pattern;
          },
        });
        for (const word of compiled.words) words.add(word);
        rulesOf[needs[0] ?? 0]?.push(at - 1);
      }
    }
  }

  /** By need: the number of the sentence that last met it. */
  const met = new Float64Array(rulesOf.length);
  let sentence = 0;

  return {
    known: (word) => words.has(word),
    candidates(given) {
      sentence += 1;
      const begun: number[] = [];
      for (const word of given) {
        for (const need of needsOf.get(word) ?? []) {
          if (met[need] === sentence) continue;
          met[need] = sentence;
          const begins = rulesOf[need];
          if (begins) begun.push(...begins);
        }
      }
      return begun
        .sort((a, b) => a - b)
        .flatMap((at) => {
          const rule = rules[at];
          return rule?.needs.every((need) => met[need] === sentence) ? [rule] : [];
        });
    },
  };
}

let book: PhraseBook | null = null;

/** The phrases of all languages. The first call compiles them. */
export function phraseBook(): PhraseBook {
  book ??= compile();
  return book;
}
