import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOTES_MARK, notesSplitter, withoutNotes } from "../../worker/member/writing/notes.ts";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { notesBegin } from "../../worker/prompt/notes-mark.ts";

/** What is shown of pieces, and the notes behind them. */
function split(pieces: readonly string[]) {
  const splitter = notesSplitter();
  const shown = pieces.map((piece) => splitter.take(piece));
  const { text, notes } = splitter.end();
  return { shown: [...shown, text], text: shown.join("") + text, notes };
}

/** A text cut into pieces of these lengths, the last one as long as it takes. */
function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  let rest = text;
  for (const length of lengths) {
    pieces.push(rest.slice(0, length));
    rest = rest.slice(length);
  }
  return [...pieces, rest];
}

/** Texts that come near the mark again and again. */
const near = fc
  .array(fc.constantFrom("I dance.", " ", "\n\n", "=", "==", "===NOT", "NOTES===", "a=b", "🎉"))
  .map((parts) => parts.join(""))
  .filter(
    (text) => text.includes("dance") && text.split("\n").every((line) => notesBegin(line) === null),
  )
  // A dividing line above the notes goes with them.
  .filter((text) => /\w[^\n]*$/.test(text.trimEnd()))
  .map((text) => text.replace(/^\s+/, ""));
const notesOf = fc.constantFrom("I kept it.", "I sing.\n\na=b", "=I kept it.");
const lengths = fc.array(fc.nat(14), { maxLength: 30 });

describe("notes behind a vision text", () => {
  it("are the same however the answer is cut into pieces, and the mark never shows", () => {
    fc.assert(
      fc.property(near, fc.option(notesOf), lengths, (text, notes, at) => {
        const answer = notes === null ? text : `${text}\n\n${NOTES_MARK}\n${notes}`;
        // Two halves of a mark may have met where the parts were joined.
        fc.pre(answer.indexOf(NOTES_MARK) === (notes === null ? -1 : text.length + 2));
        const result = split(cut(answer, at));
        expect(result.text).toBe(text.trimEnd());
        expect(result.notes).toBe(notes === null ? null : notes.trim() || null);
        for (let end = 1; end <= result.shown.length; end += 1) {
          const seen = result.shown.slice(0, end).join("");
          expect(text.startsWith(seen)).toBe(true);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("hold nothing back that cannot be a part of the mark", () => {
    const splitter = notesSplitter();
    expect(splitter.take("I dance.")).toBe("I dance.");
    expect(splitter.take("\n\n==")).toBe("");
    expect(splitter.take(" and I sing")).toBe("\n\n== and I sing");
    expect(splitter.take(`.\n${NOTES_MARK}`)).toBe(".");
    expect(splitter.take("\nI kept ")).toBe("");
    expect(splitter.take("your words.\n")).toBe("");
    expect(splitter.end()).toEqual({ text: "", notes: "I kept your words." });
  });

  it("are heard once the answer has ended, and not where it broke off", async () => {
    const shown: string[] = [];
    const heard: (string | null)[] = [];
    const events = {
      onDispatch: () => {},
      onRetract: () => {},
      onText: (text: string) => shown.push(text),
    };
    const asking = (text: string, error?: Error) =>
      withoutNotes(
        async ({ onText }) => {
          for (const piece of text) onText(piece);
          if (error) throw error;
        },
        (notes) => heard.push(notes),
      )(events, new AbortController().signal, emptyAnswer());
    await asking(`I dance.\n${NOTES_MARK}\nI added rhythm.`);
    await asking("I sing. \n");
    expect([shown.join(""), heard]).toEqual(["I dance.I sing.", ["I added rhythm.", null]]);
    expect(shown).not.toContain("");
    await expect(asking("I run.\n===NO", new Error("cut"))).rejects.toThrow("cut");
    expect([shown.join(""), heard.length]).toEqual(["I dance.I sing.I run.", 2]);
  });
});
