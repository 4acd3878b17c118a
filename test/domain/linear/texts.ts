/** What adversarial texts are made of: repeated, each has made some search go back and forth. */
const PIECES = [
  ...["a", "E", "s", "é", "ß", "1", "漢", "ท", "가"],
  ...[" ", "\t", "\n", "\r", "\u2028", "\u00a0", "\u200b", "\u0000", " \n", "\n\n", "\r\n"],
  ...["\u0301", "\u0315\u0316", "a\u0315\u0316", "👩‍👩‍👧", "\u200d", "\u200f", "\ud83d"],
  ...[".", "!", "'", "’", "-", "_", "*", "#", "`", "|", "/", "=", "~", "@", ",", ";", ":", "\\"],
  ...["<", ">", "[", "(", "{", '"', "“", "[a](", "[a](b", "((", "{{", '\\"', "\\u", "\\ud83d"],
  ...["</", "<a ", "<think>", "</think>", "<|", "<|channel|>", "<think a=", "◁think", "[/think"],
  ...["a ", "a'", "a-", "a.", "I ", "a, ", "ab\n", "no ", "ing ", "ed", "ies", "Mr. ", "used to "],
  ...["one day ", "- a\n", "> a\n", "1. ", "| a |", "# ", "**a", "_a", "d i e ", "k1ll ", "su*c "],
  ...["#suicide", "dieee", "Notes: ", "text ", '{"text"', '"notes":"', "I want to "],
];

/** A text of about this length from one piece, in the shapes in which a match fails late. */
const SHAPES: readonly ((piece: string, length: number) => string)[] = [
  (piece, length) => repeated(piece, length),
  (piece, length) => `${repeated(piece, length)}\u0001x`,
  (piece, length) => `x${repeated(piece, length)}\n!`,
  (piece, length) => `${repeated(piece, length / 2)}text${repeated(piece, length / 2)}=`,
];

function repeated(piece: string, length: number): string {
  return piece.repeat(Math.max(1, Math.floor(length / piece.length)));
}

/** A family of adversarial texts, by length. */
export interface Family {
  readonly name: string;
  readonly make: (length: number) => string;
}

/** The families that are made of these pieces, and of those that are always tried. */
export function families(own: readonly string[] = [], shapes = SHAPES.length): Family[] {
  return [...new Set([...PIECES, ...own])].flatMap((piece) =>
    SHAPES.slice(0, shapes).map((make, shape) => ({
      name: `${JSON.stringify(piece)} in shape ${shape}`,
      make: (length: number) => make(piece, length),
    })),
  );
}

/** One piece over and over, without an end of its own. */
export function repetitions(): Family[] {
  return PIECES.map((piece) => ({
    name: JSON.stringify(piece),
    make: (length) => repeated(piece, length),
  }));
}

/** Pieces that come near to what a pattern looks for: its words, and its signs alone and in pairs. */
export function piecesOf({ source }: RegExp): string[] {
  const words = source.match(/[A-Za-z]{2,}/g) ?? [];
  const signs = [...new Set(source.replace(/\\[a-z]\{.*?\}|\\[a-z]/gi, ""))].slice(0, 24);
  const marks = signs.filter((sign) => /[^\p{L}\p{N}]/u.test(sign)).slice(0, 6);
  return [...words.slice(0, 8), ...signs, ...marks.flatMap((a) => marks.map((b) => a + b))];
}
