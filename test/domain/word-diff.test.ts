import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DiffPart, MAX_EDITS, wordDiff } from "../../domain/word-diff.ts";
import { foldWord, wordsOf } from "../../domain/words.ts";

const joined = (parts: readonly DiffPart[], without: DiffPart["kind"]) =>
  parts
    .filter(({ kind }) => kind !== without)
    .map(({ text }) => text)
    .join("");
/** The parts as a line: `[-removed-]`, `{+added+}`. */
const shown = (before: string, after: string) =>
  wordDiff(before, after)
    .map(({ kind, text }) =>
      kind === "same" ? text : kind === "removed" ? `[-${text}-]` : `{+${text}+}`,
    )
    .join("");

const token = fc.constantFrom(
  "I",
  "choose",
  "joy",
  " ",
  "  ",
  "\n",
  "\n\n",
  ".",
  ",",
  "’",
  "it’s",
  "川",
  "🌊",
  "é",
);
const text = fc.oneof(
  fc.array(token, { maxLength: 40 }).map((all) => all.join("")),
  fc.string(),
);

describe("words", () => {
  it.each([
    ["I don’t—can't—rush.", ["I", "don’t", "can't", "rush"]],
    [
      "A well-kept, sun‑lit café; 7.30 a.m.",
      ["A", "well-kept", "sun‑lit", "café", "7", "30", "a", "m"],
    ],
    ["'quoted' and James' hat", ["quoted", "and", "James", "hat"]],
    ["我爱 Hong Kong", ["我", "爱", "Hong", "Kong"]],
    [" \n—…", []],
  ])("of %j are %j", (given, words) => {
    expect(wordsOf(given).map((word) => word.text)).toEqual(words);
    for (const word of wordsOf(given)) expect(given.startsWith(word.text, word.at)).toBe(true);
  });

  it("fold to small letters and straight apostrophes", () => {
    expect(foldWord("DON’T")).toBe("don't");
    expect(foldWord("Café")).toBe("caf\u00e9");
  });
});

describe("a word diff", () => {
  it.each([
    ["I love my home.", "I love our bright home.", "I love [-my-]{+our bright+} home."],
    ["I dance.", "I dance and sing.", "I dance{+ and sing+}."],
    ["I dance and sing.", "I dance.", "I dance[- and sing-]."],
    ["", "I dance.", "{+I dance.+}"],
    ["I dance.", "", "[-I dance.-]"],
    ["", "", ""],
    ["I dance.", "I dance.", "I dance."],
    ["one two three", "four five six", "[-one two three-]{+four five six+}"],
    [
      "I wake early.\n\nI walk.",
      "I wake gently.\n\nI swim.",
      "I wake [-early-]{+gently+}.\n\nI [-walk-]{+swim+}.",
    ],
    ["It’s mine", "It's mine", "[-It’s-]{+It's+} mine"],
    ["a b c", "a x b y c", "a {+x +}b{+ y+} c"],
    ["rest", "I rest here", "{+I +}rest{+ here+}"],
    [". .", ".x y.", ".{+x+} {+y+}."],
    ["a b", "a  b", "a[- -]{+  +}b"],
  ])("from %j to %j", (before, after, line) => {
    expect(shown(before, after)).toBe(line);
  });

  it("holds both texts whole, and never two stretches of a kind in a row", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = wordDiff(before, after);
        expect(joined(parts, "added")).toBe(before);
        expect(joined(parts, "removed")).toBe(after);
        parts.forEach((part, index) => {
          expect(part.text).not.toBe("");
          expect(part.kind).not.toBe(parts[index + 1]?.kind);
          if (part.kind === "added") expect(parts[index + 1]?.kind).not.toBe("removed");
        });
        if (before === after) expect(parts.every(({ kind }) => kind === "same")).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps all words in common when words are only put in", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.boolean())), (words) => {
        const kept = words
          .filter(([, keep]) => keep)
          .map(([word]) => `${word}.`)
          .join("");
        const all = words.map(([word]) => `${word}.`).join("");
        expect(wordDiff(kept, all).some(({ kind }) => kind === "removed")).toBe(false);
      }),
    );
  });

  it("shows two texts of 20,000 characters without a word in common as replaced", () => {
    const words = (letter: string) =>
      Array.from({ length: 3_300 }, (_, n) => `${letter}${n}`).join(" ");
    const [before, after] = [`I am ${words("a")} here.`, `I am ${words("b")} here.`];
    expect(before.length).toBeGreaterThan(17_000);
    // 2 × 3,300 edits
    expect(2 * 3_300).toBeGreaterThan(MAX_EDITS);
    expect(wordDiff(before, after)).toEqual([
      { kind: "same", text: "I am " },
      { kind: "removed", text: words("a") },
      { kind: "added", text: words("b") },
      { kind: "same", text: " here." },
    ]);
  });

  it("finds a change at each end of a long text", () => {
    const middle = Array.from({ length: 3_000 }, (_, n) => `word${n}`).join(" ");
    expect(wordDiff(`Old ${middle} end`, `New ${middle} start`).map(({ kind }) => kind)).toEqual([
      "removed",
      "added",
      "same",
      "removed",
      "added",
    ]);
  });
});
