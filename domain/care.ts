import { crisisIn } from "./care/find.ts";
import type { CareLanguage, CrisisKind } from "./care/kinds.ts";
import { languageOf } from "./care/language.ts";

export { type CareRequest, careAnswer } from "./care/answer.ts";
export { type Help, helpLines } from "./care/help.ts";
export type { HelpLine } from "./care/help-lines.ts";
export {
  CARE_LANGUAGES,
  type CareLanguage,
  CRISIS_KINDS,
  type CrisisKind,
} from "./care/kinds.ts";

/** For how long after a crisis VIVA is asked to be gentle, in milliseconds: 24 hours. */
export const GENTLE_FOR_MS = 24 * 60 * 60 * 1000;

/** What the prompt says in that time. It tells that there was something, never what. */
export const GENTLE_NOTE =
  "Within the last day this member has been through a very hard moment. Be especially gentle: go slowly, keep it light, challenge nothing, and offer no exercise that asks them to go into pain. Do not bring that moment up yourself. If they do, listen with care, say that they deserve support, and remind them that people are there for them at a help line in their country.";

/**
 * Looks for a crisis in a member's message, before anything else is done with it: by curated
 * phrases in English, Spanish, French, German and Portuguese, in time linear in its length.
 *
 * How it judges: a denial ("I am not suicidal") takes back only itself, so what follows it still
 * counts. An attempt long ago is `past`, unless the sentence says that it comes back. Someone else
 * in danger is `worry`; grief for someone who died is no crisis. Figures of speech, fiction and
 * suicide as a subject of work are none either. Where words leave it open, care is the safer answer.
 *
 * The first call compiles the phrases, which takes some 40 ms of computing: make one with an empty
 * text where nobody waits for it. After that a message of 300 characters takes about 15 µs.
 * @returns the most urgent of what the message speaks of, or null
 */
export function findCrisis(text: string): CrisisKind | null {
  return crisisIn(text)?.kind ?? null;
}

/**
 * The language to meet a message in: by the crisis in it, else by its small words; English by
 * default. For the caring answer only: it knows no more languages than that has.
 */
export function messageLanguage(text: string): CareLanguage {
  return languageOf(text);
}
