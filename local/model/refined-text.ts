import { pick } from "./choice.ts";
import type { Change, WritingBrief } from "./material.ts";
import { inVoice, ownSentences, sentencesOf, small } from "./own-sentences.ts";
import { STRENGTH, TAILS, TONE_SENTENCES } from "./vision-phrases.ts";

/** A changed text and what is told of it. */
export interface ChangedText {
  readonly sentences: readonly string[];
  readonly notes: string;
}

/** From here on, whole sentences are replaced. */
const REPLACES_FROM = 60;
const MOST_QUOTED = 80;

const ALL_TAILS = new RegExp(
  `, (?:${Object.values(TAILS).flat().join("|")})(?:${Object.values(STRENGTH)
    .filter((words) => words !== "")
    .join("|")})?(?=[.!]*$)`,
);

/** A sentence with another end. */
function coloured(sentence: string, { tone, intensity }: Change, index: number): string {
  const tails = TAILS[tone] ?? ["and I feel it"];
  const bare = sentence.replace(/[\s.!…]+$/u, "").replace(ALL_TAILS, "");
  const strength = STRENGTH[intensity] ?? "";
  const options = tails.map((_, shift) => `${bare}, ${pick(tails, index + shift)}${strength}.`);
  return options.find((option) => option !== sentence && inVoice(option)) ?? sentence;
}

/** What the member asks for as a sentence, where it names something to say; null where it is about how. */
function asked(instructions: string): string | null {
  const words = instructions
    .replace(
      /^(?:please\s+)?(?:add|mention|include|bring in|put in|say|write|tell|talk)\b\s*(?:more )?(?:of |about |that |something about )?/i,
      "",
    )
    .split(/[.!?\n]/)[0]
    ?.trim();
  const about =
    /\b(?:it|text|section|sentences?|words?|paragraphs?|short\w*|long\w*|tone|sounds?)\b/i;
  if (!words || about.test(words)) return null;
  const whole = /^(?:I|we)\b/i.test(words);
  const [sentence] = ownSentences([whole ? words : `I enjoy ${small(words)}.`]);
  return sentence ?? null;
}

function notesOn({ instructions }: Change, count: number, of: number): string {
  const quoted = instructions.replace(/[=“”\s]+/g, " ").trim();
  const short = quoted.length > MOST_QUOTED ? `${quoted.slice(0, MOST_QUOTED).trimEnd()}…` : quoted;
  const rest =
    count < of ? "and kept the rest word for word, so that it stays yours" : "as you asked for";
  const asked = short === "" ? "I looked for more life in it." : `You asked: “${short}”`;
  return `${asked} I changed ${count} of ${of} sentences ${rest}.`;
}

/** The text there is, changed as much as is asked for: little keeps almost every word. */
export function changed(brief: WritingBrief, change: Change, seed: number): ChangedText {
  const before = sentencesOf(brief.soFar).flatMap((sentence) =>
    inVoice(sentence) ? [sentence] : ownSentences([sentence]),
  );
  const total = before.length;
  const count = Math.min(total, Math.max(1, Math.round((total * change.amount) / 100)));
  const bank = (TONE_SENTENCES[change.tone] ?? TONE_SENTENCES.balanced ?? []).map((sentence) =>
    sentence.replaceAll("{area}", brief.area),
  );
  let nth = 0;
  const sentences = before.map((sentence, index) => {
    const chosen = Math.floor(((index + 1) * count) / total) > Math.floor((index * count) / total);
    if (!chosen) return sentence;
    nth += 1;
    const other = pick(bank, seed + nth);
    const replaced = change.amount >= REPLACES_FROM && nth % 2 === 0 && !before.includes(other);
    return replaced ? other : coloured(sentence, change, seed + index);
  });
  const wish = asked(change.instructions);
  const places = Math.ceil(sentences.length / 2);
  const unique = [...new Set(sentences)];
  if (wish && !unique.includes(wish)) unique.splice(places, 0, wish);
  return { sentences: unique, notes: notesOn(change, count, Math.max(total, 1)) };
}
