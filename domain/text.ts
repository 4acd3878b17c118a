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

/** Control characters but for line breaks and tabs, and the line ends of Unicode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]/g;

/** Removes control characters, keeping line breaks and tabs: for texts that end up in a prompt. */
export function stripControls(text: string): string {
  return text.replace(CONTROLS, "");
}
