import { COUNTRY_HELP, EMERGENCY, EVERYWHERE, type HelpLine } from "./help-lines.ts";

/** A number to call or to text, or an address to open, as it stands in a caring answer. */
export interface CareLink {
  readonly text: string;
  /** `tel:`, `sms:` or `https:`. */
  readonly href: string;
  /** What a screen reader says of it: who answers there. */
  readonly label: string;
}

const COUNTRIES = Object.values(COUNTRY_HELP).flatMap((help) => (help ? [help] : []));
const LINES: readonly HelpLine[] = [...COUNTRIES.flatMap(({ lines }) => lines), EVERYWHERE];
const EMERGENCY_NUMBERS = new Set(
  [...COUNTRIES.map(({ emergency }) => emergency), ...Object.values(EMERGENCY)].flatMap(
    (numbers) => numbers?.split(" / ") ?? [],
  ),
);

/** A number as a phone takes it. */
const dialled = (number: string) => number.replace(/[^\d*+]/g, "");

const telephone = (number: string, who: string): CareLink => ({
  text: number,
  href: `tel:${dialled(number)}`,
  label: `Call ${number}: ${who}`,
});

function linksOf({ name, call, text, url }: HelpLine): CareLink[] {
  const links: CareLink[] = [];
  if (call !== undefined) links.push(telephone(call, name));
  if (text) {
    // Both forms of the body's mark, since iOS and Android each know one.
    const body = text.word === undefined ? "" : `?&body=${encodeURIComponent(text.word)}`;
    const href = `sms:${dialled(text.to)}${body}`;
    links.push({ text: text.to, href, label: `Text ${text.to}: ${name}` });
  }
  if (url !== undefined) links.push({ text: url, href: url, label: `${name}: ${url}` });
  return links;
}

/** The line that begins with a help line's name, if all of its numbers stand in it. */
function helpLineIn(line: string): HelpLine | undefined {
  return LINES.find(
    (known) =>
      (line.startsWith(`- ${known.name}: `) || line.startsWith(`- ${known.name} (`)) &&
      linksOf(known).every(({ text }) => line.includes(text)),
  );
}

/** Puts the links where their texts stand, in order, behind `from`. */
function placed(line: string, links: readonly CareLink[], from: number): (string | CareLink)[] {
  const parts: (string | CareLink)[] = [];
  let done = 0;
  let search = from;
  for (const link of links) {
    const at = line.indexOf(link.text, search);
    if (at < 0) continue;
    parts.push(line.slice(done, at), link);
    done = at + link.text.length;
    search = done;
  }
  return [...parts, line.slice(done)].filter((part) => part !== "");
}

/**
 * A line of a caring answer, with its numbers and addresses as links. The links come from the table of
 * help lines; a number that is not there stays text. Only for an answer of `careAnswer`.
 */
export function careLine(line: string): (string | CareLink)[] {
  const known = helpLineIn(line);
  if (known) return placed(line, linksOf(known), `- ${known.name}`.length);
  if (line.startsWith("- ")) return [line];
  const emergency = (line.match(/\d+/g) ?? []).filter((number) => EMERGENCY_NUMBERS.has(number));
  return placed(
    line,
    emergency.map((number) => telephone(number, "emergency")),
    0,
  );
}
