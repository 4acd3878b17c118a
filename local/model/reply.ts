import { hash, join, pick } from "./choice.ts";
import { readWritingBrief } from "./material.ts";
import { OPENINGS, PHRASES, SHORT_ACKNOWLEDGEMENTS } from "./phrases.ts";
import { type Reading, readPrompt } from "./reading.ts";
import type { ChatMessage } from "./types.ts";
import { writeVisionText } from "./vision-text.ts";

const MOST_QUOTED_WORDS = 12;
const LEAST_QUOTED_WORDS = 3;

/** A clause of the member's message worth giving back: the longest that is still short enough, or "". */
function ownWords(message: string): string {
  const clauses = message
    .replace(/[“”"«»]/g, "")
    .split(/[.!?;:\n…]+|,\s|\s[-–—]\s/)
    .map((clause) => clause.trim().split(/\s+/))
    .filter((words) => words.join("") !== "");
  const short = clauses.filter((words) => words.length <= MOST_QUOTED_WORDS);
  const best: string[] = short.toSorted((a, b) => b.length - a.length)[0] ?? clauses[0] ?? [];
  if (best.length < LEAST_QUOTED_WORDS) return "";
  const cut = best.slice(0, MOST_QUOTED_WORDS).join(" ");
  return [...cut].slice(0, 120).join("") + (best.length > MOST_QUOTED_WORDS ? " …" : "");
}

function greeting(reading: Reading): string {
  const { firstName, hobbies, occupation, city, above, below, category, phase } = reading;
  const noticed: string[] = [];
  const about = category?.label;
  if (hobbies) noticed.push(`I noticed ${join(hobbies.split(/,\s*/))} among the things you love`);
  else if (occupation)
    noticed.push(`I noticed that you bring yourself to your work: ${occupation}`);
  else if (city) noticed.push(`I noticed that ${city} is where your life happens`);
  if (about && above.includes(about))
    noticed.push(`${about} is already alive above your Green Line`);
  else if (about && below.includes(about))
    noticed.push(`there is rich contrast in ${about} to learn from`);
  else if (above.length > 0)
    noticed.push(`${join(above.slice(0, 2))} already shine above your Green Line`);
  const seen =
    noticed.length > 0
      ? `${noticed.join(", and ")}. I'm glad we can start from there.`
      : "This page is still fresh between us, and that is a lovely place to start.";
  const opening = OPENINGS[phase].replaceAll("{area}", category?.label ?? "your life");
  return `Hi ${firstName ?? "friend"}, I'm VIVA, and I'm happy you're here. ${seen} ${opening}`;
}

/** Asked what it is, it says so: VIVA is an AI coach, and this one is a rehearsal. */
function plainAnswer(reading: Reading): string {
  const area = reading.category?.label ?? "your life";
  return (
    "Yes, I'm VIVA, an AI coach, and right now a rehearsal of it: a small program that writes simple " +
    "replies so that everything around them can be tried out. What you tell me is kept all the same. " +
    `Shall we go on with ${area}?`
  );
}

function reply(reading: Reading, shift: number): string {
  const phrases = PHRASES[reading.phase];
  const words = ownWords(reading.newest);
  const area = reading.category?.label ?? "your life";
  const index = reading.answers + hash(reading.said[0] ?? "") + shift;
  const sentences = [
    pick(words === "" ? SHORT_ACKNOWLEDGEMENTS : phrases.acknowledgements, index),
    pick(phrases.reflections, index + 1),
    pick(phrases.questions, index + 2),
  ];
  return sentences.join(" ").replaceAll("{words}", words).replaceAll("{area}", area);
}

/** Vision text in the member's own words: first person, present tense, plain. */
function visionText(reading: Reading): string {
  const area = reading.category?.label ?? "my life";
  const own = reading.said
    .map(ownWords)
    .filter((words) => words !== "")
    .slice(-3);
  const quoted = own.map((words) => `“${words}”`);
  return [
    `I choose ${area} as a place where I feel at home. I notice how ease grows here, day by day.`,
    own.length > 0 ? `I hear my own words in it: ${join(quoted)}. They carry me.` : "",
    "Each morning I take one quiet minute to feel it in my body, and I smile.",
    `${area} is alive in me, and I enjoy it fully.`,
  ]
    .filter((sentence) => sentence !== "")
    .join("\n\n");
}

/**
 * VIVA's part in a rehearsal: a reply from the prompt alone, the same for the same prompt, never
 * the same twice in a row, at most 150 words with exactly one question; or the text of a section, where
 * that is what the prompt asks for.
 */
export function writeReply(messages: readonly ChatMessage[]): string {
  const brief = readWritingBrief(messages);
  if (brief) return writeVisionText(brief);
  const reading = readPrompt(messages);
  if (reading.kind === "greeting") return greeting(reading);
  if (reading.kind === "text") return visionText(reading);
  const asked =
    /\bare you (really |actually )?(an? )?(ai|a\.i\.|bot|robot|human|real|person|machine)\b/i;
  if (asked.test(reading.newest) && reading.lastAnswer !== plainAnswer(reading)) {
    return plainAnswer(reading);
  }
  const first = reply(reading, 0);
  return first === reading.lastAnswer ? reply(reading, 1) : first;
}
