import { checkVoice, SECTION_WORDS } from "../../domain/voice.ts";
import { hash, pick } from "./choice.ts";
import type { WritingBrief } from "./material.ts";
import { countWords, inVoice, ownSentences, sentencesOf } from "./own-sentences.ts";
import { changed } from "./refined-text.ts";
import { VISION } from "./vision-phrases.ts";

/** Clear of both ends, so that a word counted in another way makes no difference. */
const LEAST = SECTION_WORDS.min + 4;
const MOST = SECTION_WORDS.max - 6;
/** How much of a new text the member's own sentences may be; ritual, thread and essence follow. */
const OWN_WORDS = 105;
const PARAGRAPHS = 3;

/** The line above the notes on a changed text. */
export const NOTES = "===NOTES===";

const words = (sentences: readonly string[]): number => countWords(sentences.join(" "));

/** The rehearsal's own sentences for a section. */
const phrases = (brief: WritingBrief, list: readonly string[]): string[] =>
  list.map((sentence) => sentence.replaceAll("{area}", brief.area));

/** As many sentences as fit, from the first. */
function fitting(sentences: readonly string[], most: number): string[] {
  let left = most;
  return sentences.filter((sentence) => {
    const count = countWords(sentence);
    if (count > left) return false;
    left -= count;
    return true;
  });
}

/** More sentences before the last, until there are enough words. */
function filled(brief: WritingBrief, sentences: readonly string[], seed: number): string[] {
  const result = [...sentences];
  const more = VISION.more.map((_, index) => pick(VISION.more, seed + index));
  for (const next of phrases(brief, [...more, ...VISION.openings])) {
    if (words(result) >= LEAST) break;
    if (!result.includes(next)) result.splice(Math.max(0, result.length - 1), 0, next);
  }
  return result;
}

const RITUAL = /\b(?:each|every) (?:morning|evening|night|day)\b|\britual\b/i;

/** A text from what the member said, and from the one there is. */
function fresh(brief: WritingBrief, seed: number): string[] {
  const { area, said, soFar, theme, others } = brief;
  const ours = new Set(
    phrases(brief, [...VISION.openings, ...VISION.rituals, ...VISION.essences, ...VISION.more]),
  );
  const before = sentencesOf(soFar).filter((sentence) => !ours.has(sentence));
  const own = fitting(ownSentences([...said, ...before]), OWN_WORDS);
  const named = VISION.theme.replace("{theme}", theme);
  const other = others.find((label) => label !== area);
  const end = [
    ...(theme !== "" && inVoice(named) ? [named] : []),
    ...(other ? [VISION.thread.replace("{other}", other)] : []),
    ...(own.some((sentence) => RITUAL.test(sentence)) ? [] : [pick(VISION.rituals, seed)]),
    ...phrases(brief, [pick(VISION.essences, seed)]),
  ];
  const opening = phrases(brief, [pick(VISION.openings, seed)]);
  const room = MOST - words([...opening, ...end]);
  return [...opening, ...fitting(own, room), ...end];
}

/** The text there is without what missed the voice. */
function mended({ soFar }: WritingBrief): string[] {
  return fitting(
    sentencesOf(soFar).flatMap((sentence) =>
      inVoice(sentence) ? [sentence] : ownSentences([sentence]),
    ),
    MOST,
  );
}

function paragraphs(sentences: readonly string[]): string {
  const size = Math.ceil(sentences.length / PARAGRAPHS);
  const parts = Array.from({ length: PARAGRAPHS }, (_, index) =>
    sentences.slice(index * size, (index + 1) * size).join(" "),
  );
  return parts.filter((part) => part !== "").join("\n\n");
}

/** The text without sentences that only together break a rule, filled up again. */
function cleaned(brief: WritingBrief, sentences: readonly string[], seed: number): string {
  let rest = filled(brief, sentences, seed);
  while (rest.length > 0 && checkVoice(paragraphs(rest)).length > 0) {
    const fewer = rest.slice(0, -1);
    if (checkVoice(paragraphs(filled(brief, fewer, seed))).length === 0) {
      return paragraphs(filled(brief, fewer, seed));
    }
    rest = fewer;
  }
  return paragraphs(rest.length > 0 ? rest : filled(brief, [], seed));
}

/**
 * A section's text as the prompt asks for it: 80 to 160 words in the voice, mostly the member's own;
 * behind a changed one the notes on it. The same prompt gives the same text. Where the material speaks
 * of stumbling it breaks the voice once, until it is told so.
 */
export function writeVisionText(brief: WritingBrief): string {
  const seed = hash(`${brief.area}\n${brief.said.join("\n")}\n${brief.soFar}`);
  const { change, mend, soFar, stumbles } = brief;
  const result = change && soFar !== "" ? changed(brief, change, seed) : null;
  const sentences =
    result?.sentences ?? (mend && soFar !== "" ? mended(brief) : fresh(brief, seed));
  const text = cleaned(brief, fitting(sentences, MOST), seed);
  const shown = stumbles ? text.replace(/(?<=[.!])\s+/, ` ${VISION.stumble} `) : text;
  return result ? `${shown}\n\n${NOTES}\n${result.notes}` : shown;
}
