import { type CareLanguage, CRISIS_KINDS, type CrisisKind } from "./kinds.ts";
import { type PhraseBook, phraseBook } from "./phrase-book.ts";
import { plainSentences } from "./plain.ts";

/** A crisis found in a message. */
export interface Crisis {
  readonly kind: CrisisKind;
  /** The language of the phrase that was found. */
  readonly language: CareLanguage;
}

/** What one sentence says, the most urgent first. */
function read(words: readonly string[], book: PhraseBook): Crisis | null {
  const candidates = book.candidates(words);
  if (candidates.length === 0) return null;
  let sentence = ` ${words.join(" ")} `;
  let noted: Crisis | null = null;
  for (const rule of candidates) {
    const { kind, language } = rule;
    if (rule.takenOut) {
      const rest = sentence.replace(rule.pattern(), " ~");
      if (rest === sentence) continue;
      sentence = rest;
      if (kind !== "aside") noted = { kind, language };
    } else if (kind !== "aside" && rule.pattern().test(sentence)) return { kind, language };
  }
  return noted;
}

const urgency = ({ kind }: Crisis) => CRISIS_KINDS.indexOf(kind);

/**
 * Looks for a crisis in a message: by curated phrases, in time linear in its length.
 * @returns the most urgent of what its sentences say, or null
 */
export function crisisIn(text: string): Crisis | null {
  const book = phraseBook();
  let found: Crisis | null = null;
  for (const sentence of plainSentences(text, book.known)) {
    const crisis = read(sentence, book);
    if (crisis && (!found || urgency(crisis) < urgency(found))) found = crisis;
    if (found?.kind === CRISIS_KINDS[0]) break;
  }
  return found;
}
