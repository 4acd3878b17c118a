import { withoutMarks } from "./letters.ts";

/**
 * The small language that the patterns of care are written in. A phrase is a row of parts between
 * blanks, matched against the words of one sentence as `plainSentences` gives them:
 *
 * - `die|be_dead` one of these; `_` stands between the words of one alternative
 * - `really?` may be left out
 * - `suicid*` a word that begins so; `#` any number; `j'ai` with or without a gap
 * - `..3` up to three words of any kind
 * - `^` and `$` where the sentence begins and ends; `again|$` also "again, or the end"
 * - `!for|hard` not followed by one of these; `!..4:again` not by one of these within four words
 * - `!<my|the` as the first part: not after one of these
 *
 * Letters may carry their accents; ä, ö, ü also match as ae, oe, ue. Every gap is bounded and every
 * repetition is of whole words, so a phrase takes time linear in the sentence.
 */
export interface Phrase {
  /** One part after the other, words of which a sentence must have one. The rarest part is first. */
  readonly needs: readonly Need[];
  /** The words that its parts spell out. */
  readonly words: readonly (readonly string[])[];
}

/** Words of which a sentence must have one. Phrases with the same part share the object. */
export type Need = readonly string[];

/** Words too frequent to look a phrase up by, in the five languages. */
const FREQUENT: ReadonlySet<string> = new Set(
  (
    "a an the and or i im ive ill id me my to of in on at it is am are was were be been do not no " +
    "for with he she they you we this that his her so just want wanna going go have had has will " +
    "would could can up all if as from by about what whats who how when they them dont cant life " +
    "time day one more feel like think home get make take " +
    "de la el los las un una y o en que se me mi tu su es no lo le con por para al del como mas ya " +
    "yo muy si nos ha he sin todo quiero vida voy " +
    "le les des du et ou je j ne n pas plus ce ca c qu que qui est ai a au aux en un une ma mon mes " +
    "sa son se s il elle on nous vous pour sur dans avec moi tout veux vie d l t m " +
    "ich du er sie es wir der die das den dem ein eine einen mich mir mein meine nicht kein und oder " +
    "zu zum mit von vor auf im ist bin war will habe hat so da wie leben mehr nur auch " +
    "o os as um uma e do da dos das no na nos nas em eu ele ela nao com meu minha seu sua quero mais " +
    "ser ter foi esta estou vou pra mim isso"
  ).split(" "),
);

/** How an alternative may be spelt: as it is, and with ae, oe, ue for the umlauts. */
function spellings(choice: string): string[] {
  const plain = withoutMarks(choice);
  const spelt = withoutMarks(
    choice.replace(/[\u00e4\u00f6\u00fc]/g, (letter) => `${withoutMarks(letter)}e`),
  );
  return spelt === plain ? [plain] : [plain, spelt];
}

/** The same long parts stand in many phrases: each is read once. */
function once<T>(make: (part: string) => T): (part: string) => T {
  const made = new Map<string, T>();
  return (part) => {
    const known = made.get(part);
    if (known !== undefined) return known;
    const fresh = make(part);
    made.set(part, fresh);
    return fresh;
  };
}

const wordPattern = (word: string) =>
  word.replaceAll("'", " ?").replaceAll("*", "[a-z]*").replace("#", "\\d+");

/** The alternatives of a part, as rows of words. */
function alternatives(part: string): readonly (readonly string[])[] {
  const written = part.split("|");
  const spelt = /^[\0-\x7f]*$/.test(part) ? written : written.flatMap(spellings);
  return spelt.map((choice) => (choice.includes("_") ? choice.split("_") : [choice]));
}

const choices = (part: string) =>
  alternatives(part.replace(/\|\$$/, ""))
    .map((words) => words.map(wordPattern).join(" "))
    .join("|");

/** Whether a word of a phrase stands for many. */
const isOpen = (word: string) => word.endsWith("*") || word === "#" || word === "$";

interface LookUp {
  readonly words: readonly string[];
  readonly rare: boolean;
}

function lookUpOne(word: string): LookUp {
  if (!word.includes("'")) return { words: [word], rare: !FREQUENT.has(word) };
  const tail = word.slice(word.indexOf("'") + 1);
  return { words: [word.replace("'", ""), tail], rare: !FREQUENT.has(tail) };
}

/** The words to look an alternative up by: of its longest, and of a frequent one only if need be. */
function lookUp(words: readonly string[]): LookUp {
  const [only] = words;
  if (only !== undefined && words.length === 1 && !isOpen(only)) return lookUpOne(only);
  let best: LookUp = { words: [], rare: false };
  let longest = 0;
  for (const word of words) {
    if (isOpen(word)) continue;
    const found = lookUpOne(word);
    if (found.rare < best.rare || (found.rare === best.rare && word.length <= longest)) continue;
    best = found;
    longest = word.length;
  }
  return best;
}

/** What a sentence needs for a part; null for a part that may be any word. */
function needOf(part: string): { readonly need: Need; readonly rare: boolean } | null {
  const need = new Set<string>();
  let rare = true;
  for (const row of alternatives(part)) {
    const found = lookUp(row);
    if (found.words.length === 0) return null;
    for (const word of found.words) need.add(word);
    rare &&= found.rare;
  }
  return { need: [...need], rare };
}

/** The words of a part that are written in full. */
function spelledOut(part: string): readonly string[] {
  const words: string[] = [];
  for (const row of alternatives(part)) {
    for (const word of row) if (!isOpen(word)) words.push(word.replace("'", ""));
  }
  return words;
}

function partPattern(part: string, word: string): string {
  if (part === "^") return "^";
  if (part === "$") return "(?= $)";
  if (part.startsWith("!<")) return `(?<! (?:${choices(part.slice(2))}))`;
  const refused = /^!(?:\.\.(\d+):)?(.+)$/.exec(part);
  if (refused) {
    const [, within = "0", words = ""] = refused;
    return `(?!(?: [^ ]+){0,${within}} (?:${choices(words)}) )`;
  }
  if (part.startsWith("..")) return `(?: ${word}){0,${part.slice(2)}}`;
  if (part.endsWith("|$")) return `(?: (?:${choices(part)})|(?= $))`;
  return part.endsWith("?") ? `(?: (?:${choices(part.slice(0, -1))}))?` : ` (?:${choices(part)})`;
}

/** A word of a gap. */
const ANY = "[^ ]+";
/** A word of a gap that may not turn to the speaker. */
const NOT_I = "(?!(?:i|im|ive|id|ill|ich|je|j|jai|yo|eu) )[^ ]+";

/**
 * Makes what reads phrases. What they have in common is read once, and kept for as long as the reader is.
 * It throws TypeError for a phrase of which no part can serve to look it up.
 */
export function phraseReader(): (source: string) => Phrase {
  const need = once(needOf);
  const spelt = once(spelledOut);
  return (source) => {
    const parts = source.split(" ").filter((part) => !"^$!.".includes(part.charAt(0)));
    const needs = parts
      .filter((part) => !part.endsWith("?"))
      .map(need)
      .filter((found) => found !== null)
      .sort((a, b) => Number(b.rare) - Number(a.rare));
    if (needs.length === 0) throw new TypeError(`nothing to look a phrase up by: ${source}`);
    return {
      needs: needs.map((found) => found.need),
      words: parts.map((part) => spelt(part.replace(/\?$/, ""))),
    };
  };
}

/**
 * What finds a phrase anywhere in " one sentence ", a blank on each side of every word.
 * @param ofOthers the phrase is about someone else: none of its gaps reaches over an "I"
 */
export function phrasePattern(source: string, ofOthers: boolean, flags: string): RegExp {
  const gap = ofOthers ? NOT_I : ANY;
  const parts = source.split(" ").map((part) => partPattern(part, gap));
  return new RegExp(`${parts.join("")}(?= )`, flags);
}
