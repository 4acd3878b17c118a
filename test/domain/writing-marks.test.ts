import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withoutNotes } from "../../worker/member/writing/notes.ts";
import { emptyAnswer } from "../../worker/model/answer.ts";

/** What becomes of an answer that comes in these pieces. */
async function read(pieces: readonly string[], own = "") {
  let text = "";
  let notes: string | null = null;
  const ask = withoutNotes(
    async ({ onText }) => {
      for (const piece of pieces) onText(piece);
    },
    (heard) => {
      notes = heard;
    },
    own,
  );
  const onText = (piece: string) => {
    text += piece;
  };
  const events = { onDispatch: () => {}, onText, onRetract: () => {} };
  await ask(events, new AbortController().signal, emptyAnswer());
  return { text, notes };
}

/** An answer whole, and letter by letter: both must come to the same. */
async function both(answer: string, own = "") {
  const whole = await read([answer], own);
  expect(await read([...answer], own)).toEqual(whole);
  return whole;
}

const TEXT = "I dance by the lake.\n\nI notice the water.";
const NOTES = "I added the lake, as you asked.";

describe("notes are told apart from the text, behind", () => {
  it.each([
    "===NOTES===",
    "=== NOTES ===",
    "**===NOTES===**",
    "`===NOTES===`",
    "==NOTES==",
    "===Notes===:",
    "NOTES",
    "Notes:",
    "### Notes",
    "## NOTES:",
    "—NOTES—",
    "--- Notes ---",
    "**Notes:**",
    "*Notes*",
    "[NOTES]",
    "<notes>",
    "📝 Notes",
    "VIVA's notes:",
    "VIVA’s Notes",
    "Note from VIVA:",
    "Notes to you:",
    "What I changed and why:",
    "**Here’s what I changed:**",
    "**Why these changes:**",
    "Changes I made:",
    "**Key changes:**",
    "<viva_notes>",
    "**VIVA's notes on the changes:**",
    "Refinement notes:",
    "A few notes:",
    "Coach's note:",
    "**Rationale:**",
    "Explanation:",
    "Erläuterung:",
    "解释：",
    "**What I changed**",
    "Changes made:",
    "Notas:",
    "=== ANMERKUNGEN ===",
    "Remarques :",
    "Примечания:",
    "备注：",
    "---\n\nNotes:",
    "===NOTES===\n---",
    "===NOTES===\n===NOTES===",
  ])("%s", async (mark) => {
    const { text, notes } = await both(`${TEXT}\n\n${mark}\n${NOTES}`);
    expect(text).toBe(TEXT);
    expect(notes).toBe(NOTES);
  });

  it.each([
    `${TEXT}\n\nNotes: ${NOTES}`,
    `${TEXT}\n\n**Notes:** ${NOTES}`,
    `${TEXT}\n=== NOTES === ${NOTES}`,
    `${TEXT} ===NOTES=== ${NOTES}`,
    `${TEXT}\n\n===NOTES===\n${NOTES}\n===NOTES===`,
    `\`\`\`\n${TEXT}\n\`\`\`\n\n===NOTES===\n${NOTES}`,
    `\`\`\`text\n${TEXT}\n\nNOTES\n${NOTES}\n\`\`\``,
    `===TEXT===\n${TEXT}\n===NOTES===\n${NOTES}`,
    `===NOTES===\n${NOTES}\n\n===TEXT===\n${TEXT}`,
    `Notes: ${NOTES}\n\n${TEXT}`,
    `===NOTES===\n${TEXT}\n===NOTES===\n${NOTES}`,
    `${TEXT}\r\n\r\nNotes:\r\n${NOTES}`,
    JSON.stringify({ text: TEXT, notes: NOTES }),
    JSON.stringify({ notes: NOTES, text: TEXT }),
    JSON.stringify({ text: TEXT, notes: NOTES }, null, 2),
    `\`\`\`json\n${JSON.stringify({ text: TEXT, notes: NOTES })}\n\`\`\``,
    JSON.stringify({ text: `${TEXT}\n\n===NOTES===\n${NOTES}`, notes: "" }),
    `{"text": "${TEXT}", "notes": "${NOTES}"}`,
    `{"text": "${TEXT.replaceAll("\n", "\\n")}", "notes": "${NOTES}`,
  ])("%j", async (answer) => {
    expect(await both(answer)).toEqual({ text: TEXT, notes: NOTES });
  });
});

describe("a text stays whole", () => {
  it.each([
    "I take notes by the lake.",
    "Notes of jazz fill my kitchen, and I dance.",
    "I sing.\n\nNotes drift through the window: soft ones.",
    "I sing.\nNote by note I learn the song.",
    "Changes in the light delight me.",
    "What I changed in my garden blooms today.",
    "I love the word: notes",
    "Text me at noon, I say, and laugh.",
    "A note to myself: I rest.",
    "— I breathe —\n\nI smile.",
    "I keep {braces} and `ticks`.",
    "I sing.\n\n***\n\nI rest.",
    "I sing.\n\n---",
    "I write.\n\n```\n",
  ])("%j", async (text) => {
    expect(await both(text)).toEqual({ text: text.trimEnd(), notes: null });
  });

  it("with a line that looks like a mark, if the member wrote it", async () => {
    const own = "I play.\n\nNotes:\nthe guitar, the piano.";
    expect(await both(own, own)).toEqual({ text: own, notes: null });
  });

  it("and shows as it is written, in JSON and without", async () => {
    for (const answer of ['{"text":"I dance.\\n\\nI si', "I dance.\n\nI si"]) {
      const shown: string[] = [];
      const asking = withoutNotes(
        async ({ onText }) => {
          for (const piece of answer) onText(piece);
          throw new Error("cut");
        },
        () => {},
      );
      const onText = (piece: string) => void shown.push(piece);
      const events = { onDispatch: () => {}, onText, onRetract: () => {} };
      await expect(asking(events, new AbortController().signal, emptyAnswer())).rejects.toThrow();
      expect(shown.join("")).toBe("I dance.\n\nI si");
      expect(shown.length).toBeGreaterThan(6);
    }
  });

  it("after what turned out to be thoughts was taken back", async () => {
    let [text, told] = ["", ""];
    const asking = withoutNotes(
      async ({ onText, onRetract }) => {
        onText("Let me think.\n\nNotes:\nshort is good");
        onRetract();
        onText(`${TEXT}\n\nNotes:\n${NOTES}`);
      },
      (notes) => {
        told = notes ?? "";
      },
    );
    const events = {
      onDispatch: () => {},
      onText: (piece: string) => {
        text += piece;
      },
      onRetract: () => {
        text = "";
      },
    };
    await asking(events, new AbortController().signal, emptyAnswer());
    expect([text, told]).toEqual([TEXT, NOTES]);
  });

  it("however JSON is cut and escaped", async () => {
    const words = fc.array(
      fc.constantFrom("I sing", " ", "\n", '"', "\\", "\\n", "🎉", "é", "{", "}", "u00e9", "\t"),
    );
    await fc.assert(
      fc.asyncProperty(words, fc.boolean(), fc.array(fc.nat(9)), async (parts, ascii, cuts) => {
        const text = `I am ${parts.join("")}.`;
        const json = JSON.stringify({ text, notes: NOTES });
        const escaped = ascii
          ? json.replace(
              /[^\x20-\x7e]/g,
              (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
            )
          : json;
        const pieces: string[] = [];
        let rest = escaped;
        for (const cut of cuts) {
          pieces.push(rest.slice(0, cut));
          rest = rest.slice(cut);
        }
        expect(await read([...pieces, rest])).toEqual({ text, notes: NOTES });
      }),
      { numRuns: 300 },
    );
  });
});
