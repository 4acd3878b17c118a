/** Cuts a text to a number of UTF-16 units, never inside a surrogate pair, and marks the cut. */
export function truncate(text: string, units: number): string {
  if (text.length <= units) return text;
  let end = Math.max(0, units - 1);
  const last = text.charCodeAt(end - 1);
  if (last >= 0xd800 && last <= 0xdbff) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

/**
 * The newest of some texts, as many as fit together into a number of UTF-16 units. The newest one is
 * cut if it is longer than that by itself.
 * @param texts oldest first
 */
export function newestWithin(texts: readonly string[], units: number): string[] {
  const kept: string[] = [];
  let left = units;
  for (const given of texts.toReversed()) {
    const text = truncate(given, units);
    if (text.length > left) break;
    left -= text.length;
    kept.unshift(text);
  }
  return kept;
}

/** Length of a text in UTF-8 bytes. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.codePointAt(i) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    // The other half of a pair.
    if (code >= 0x10000) i += 1;
  }
  return bytes;
}

/**
 * A text as every store can keep it: well-formed, and without null characters, which Postgres
 * refuses in any text.
 */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

/** More marks on one letter than any language writes: the bound of Unicode's Stream-Safe Text Format. */
const SURPLUS_MARKS = /(\p{M}{30})\p{M}+/gu;

/**
 * A text in one of Unicode's normal forms. No letter keeps more than 30 combining marks: `normalize`
 * sorts the marks of a letter, and takes time quadratic in their number.
 */
export function normalised(text: string, form: "NFC" | "NFKD"): string {
  return text.replace(SURPLUS_MARKS, "$1").normalize(form);
}

/** What systems and file formats end a line with, a line feed aside: CRLF, CR, VT, FF, FS, GS, RS, NEL, LS, PS. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const LINE_ENDS = /\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

/** Runs of all other control characters but tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\x01-\x08\x0e-\x1b\x1f\x7f-\x9f]+/g;

/** A space if the run of control characters stands between two words, else nothing. */
function apart(run: string, at: number, text: string): string {
  const [before = " ", after = " "] = [text[at - 1], text[at + run.length]];
  return /\s/.test(before + after) ? "" : " ";
}

/**
 * A text without control characters, whose words stay apart: every kind of line end is `\n`, and
 * other control characters between two words are one space. Tabs stay. Null characters are removed:
 * they separate nothing, for they come from text that was read in the wrong encoding. Invisible
 * characters that shape a script or an emoji (joiners, direction marks) stay.
 *
 * Every text that a person wrote passes through here twice: at the border before it is stored, and
 * on its way into a prompt, because members can also write to Postgres directly.
 */
export function cleanText(text: string): string {
  return storable(text).replace(LINE_ENDS, "\n").replace(CONTROLS, apart);
}

/** White space, characters that no font draws (zero-width ones too), the braille blank, controls. */
const BLANK = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u2800]*$/u;

/**
 * Whether a text shows nothing to a reader. Joiners between visible characters, as in emoji and in
 * Persian, do not make a text blank.
 */
export function isBlank(text: string): boolean {
  return BLANK.test(text);
}

/** A clean text with nothing around it; empty for a blank one. */
export function tidyText(text: string): string {
  return isBlank(text) ? "" : cleanText(text).trim();
}

/** A tidy text as one line, such as a name or a title: each run of spaces and line breaks is one space. */
export function oneLine(text: string): string {
  return tidyText(text).replace(/\s+/g, " ");
}
