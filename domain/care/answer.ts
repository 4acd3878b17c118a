import { oneLine, truncate } from "../text.ts";
import { ANSWER_TEXTS, type AnswerTexts } from "./answer-texts.ts";
import { helpLines } from "./help.ts";
import type { HelpLine } from "./help-lines.ts";
import type { CareLanguage, CrisisKind } from "./kinds.ts";

/** What the caring answer is made from. */
export interface CareRequest {
  readonly kind: CrisisKind;
  /** Where the member is: an ISO 3166 code or a name, from the profile, else from the request. */
  readonly country: string | null | undefined;
  readonly language: CareLanguage;
  /** The member's first name, if it is known. */
  readonly name?: string | null;
}

/** Lines of a country that are named: enough to choose from, few enough to read in distress. */
const MOST_LINES = 3;
const LONGEST_NAME = 40;

/** Fills `{key}`; what is filled in is never read as a pattern. */
const fill = (text: string, values: Readonly<Record<string, string>>) =>
  text.replace(/\{(\w+)\}/g, (whole, key: string) => values[key] ?? whole);

function lineText({ name, call, text, url }: HelpLine, texts: AnswerTexts): string {
  if (url !== undefined) return `- ${name} (${texts.everywhere}): ${url}`;
  const ways: string[] = [];
  if (call !== undefined) ways.push(fill(texts.call, { number: call }));
  if (text?.word !== undefined) {
    ways.push(fill(texts.textWord, { word: text.word, number: text.to }));
  } else if (text) ways.push(fill(texts.textTo, { number: text.to }));
  return `- ${name}: ${ways.join(` ${texts.or} `)}`;
}

function emergencyText(numbers: string | null, texts: AnswerTexts): string {
  const [known, unknown] = texts.emergency;
  if (numbers === null) return unknown;
  return fill(known, { number: numbers.replaceAll(" / ", ` ${texts.or} `) });
}

/** The lines for a kind of crisis, those made for it first. */
function chosen(lines: readonly HelpLine[], kind: CrisisKind): HelpLine[] {
  const everywhere = lines.filter(({ url }) => url !== undefined);
  const national = lines.filter(({ url }) => url === undefined);
  const about = (what: HelpLine["about"]) => national.filter((line) => line.about === what);
  const fitting = kind === "abuse" ? [...about("abuse"), ...about("crisis")] : about("crisis");
  return [...fitting.slice(0, MOST_LINES), ...everywhere];
}

/**
 * The answer to a member in crisis: in their language, warm and short, with whom to call in their
 * country. It asks nothing but whether they are safe.
 * @returns plain text; paragraphs are apart by an empty line, lines of the list begin with "- "
 */
export function careAnswer({ kind, country, language, name }: CareRequest): string {
  const texts = ANSWER_TEXTS[language];
  const [meeting, toLines, danger, last] = texts.kinds[kind];
  const help = helpLines(country);
  const called = truncate(oneLine(name ?? ""), LONGEST_NAME);
  const [named, plain] = texts.thanks;
  const thanks = called === "" ? plain : fill(named, { name: called });
  const lines = chosen(help.lines, kind).map((line) => lineText(line, texts));
  return [
    `${thanks} ${meeting}`,
    [toLines, ...lines].join("\n"),
    fill(danger, { emergency: emergencyText(help.emergency, texts) }),
    last,
  ].join("\n\n");
}
