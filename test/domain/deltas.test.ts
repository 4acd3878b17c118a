import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyAnswer } from "../../worker/model/answer.ts";
import { answerReader, failureOfEnded } from "../../worker/model/chunks.ts";
import { Deltas } from "../../worker/model/deltas.ts";

/** What is shown of chunks, and how often what was shown was taken back. */
function shown(chunks: readonly string[]) {
  let text = "";
  let restarts = 0;
  const deltas = new Deltas(() => {
    text = "";
    restarts += 1;
  });
  for (const chunk of chunks) {
    const more = deltas.take(chunk);
    text += more;
  }
  const held = deltas.end();
  return { text: text + held, restarts };
}

const textOf = (chunks: readonly string[]) => shown(chunks).text;
/** The texts so far, as a cumulative server sends them. */
const wholes = (pieces: readonly string[]) => pieces.map((_, i) => pieces.slice(0, i + 1).join(""));

const ANSWER = "I hear you, Sam. Rowing lights you up. What would an ideal Saturday be like?";
/** As a tokenizer cuts it. */
const TOKENS = ANSWER.split(/(?=[ ,.?])/);

describe("deltas that repeat the text so far", () => {
  it.each<[string, string[]]>([
    ["whole texts", wholes(TOKENS)],
    ["whole texts, each of them twice", wholes(TOKENS).flatMap((text) => [text, text])],
    [
      "whole texts in a few large steps",
      ["I hear you, Sam. Rowing", "I hear you, Sam. Rowing lights you up.", ANSWER],
    ],
    ["whole texts in two steps", ["I hear you, Sam.", ANSWER]],
    ["whole texts behind a line end of their own", ["\n", ...wholes(TOKENS)]],
    [
      "whole texts, cut in the middle of a character",
      [
        "I",
        ...wholes(TOKENS)
          .slice(1)
          .flatMap((text) => [`${text}\ufffd`, text]),
      ],
    ],
    ["whole texts from their second word on", ["I hear", " you, Sam.", ...wholes(TOKENS).slice(6)]],
    ["deltas, then the whole text", [...TOKENS, ANSWER]],
    [
      "deltas, then the whole text without the line ends around it",
      ["\n\n", ...TOKENS, "\n", ANSWER],
    ],
    ["deltas, then the whole text and its end", [...TOKENS.slice(0, -6), ANSWER]],
    [
      "a whole text now and then",
      [...TOKENS.slice(0, 9), TOKENS.slice(0, 9).join(""), ...TOKENS.slice(9), ANSWER],
    ],
    ["one delta, and it again", [ANSWER, ANSWER]],
    ["whole texts, then deltas", [...wholes(TOKENS.slice(0, 9)), ...TOKENS.slice(9)]],
    ["whole texts that begin again", [...wholes(TOKENS.slice(0, 9)), ...wholes(TOKENS)]],
    ["a whole text that is late", [...wholes(TOKENS.slice(0, 9)), ...wholes(TOKENS).slice(7)]],
  ])("are shown once: %s", (_name, chunks) => {
    expect(textOf(chunks).trim()).toBe(ANSWER);
    expect(shown(chunks).restarts).toBe(0);
  });

  it.each<[string, string[], string]>([
    ["Hello, Hello you", ["Hello", "Hello you"], "Hello you"],
    ["I, I hear, I hear you", ["I", "I hear", "I hear you"], "I hear you"],
    ["with spaces behind", ["Hello ", "Hello you ", "Hello you there."], "Hello you there."],
    ["with a last whole", ["Hello", " you", "Hello you"], "Hello you"],
    ["in one piece, twice", ["Hello!", "Hello!"], "Hello!"],
    [
      "in Chinese",
      ["我", "我听", "我听到了你", "我听到了你的心声，", "我听到了你的心声，谢谢"],
      "我听到了你的心声，谢谢",
    ],
  ])("are shown once in a short answer: %s", (_name, chunks, text) => {
    expect(textOf(chunks)).toBe(text);
  });

  it("are given word by word once it is clear", () => {
    const deltas = new Deltas(() => expect.unreachable());
    const given = wholes(TOKENS).map((text) => deltas.take(text));
    expect(given[0]).toBe("I");
    expect(given.slice(6)).toEqual(TOKENS.slice(6));
  });

  it("take the place of what was shown if the server begins anew with other words", () => {
    const other = wholes("Wow, that sounds like a bright morning.".split(/(?= )/));
    expect(shown([...wholes(TOKENS), ...other])).toEqual({ text: other.at(-1), restarts: 1 });
    const similar = wholes("I hear you, Ana. You row.".split(/(?= )/));
    expect(shown([...wholes(TOKENS), ...similar])).toEqual({ text: similar.at(-1), restarts: 1 });
  });

  it("take the place of what was shown if the last whole text was changed on the way", () => {
    const long = [...TOKENS, ...TOKENS.map((token, i) => (i ? token : ` ${token}`))];
    const changed = `${long.join("").slice(0, -1)} [1]?`;
    expect(shown([...long, changed])).toEqual({ text: changed, restarts: 1 });
  });
});

describe("deltas that only look like it", () => {
  it.each<[string, string[]]>([
    ["laughter", ["ha", "ha"]],
    ["more laughter", ["ha", "haha", "ha", "hahaha!"]],
    ["emphasis", ["very ", "very "]],
    ["more emphasis", ["very ", "very very ", "very very very ", "very very very very ", "good"]],
    ["numbers", ["1", "11"]],
    ["more numbers", ["1", "11", "111", "1111"]],
    ["a number and its unit", ["1", "1 hours"]],
    ["years", ["20", "20", " and ", "20", "12"]],
    ["a roman numeral", ["I", "I"]],
    ["cheers", ["hip ", "hip ", "hurray"]],
    ["a refrain of lines", ["I am calm.\n", "I am calm.\n", "I am calm.\n"]],
    [
      "a refrain that grows",
      ["I am calm.\n", "I am calm.\nI am calm.\n", "I am calm.\nI am calm.\nI am free."],
    ],
    ["a long refrain", ["I choose joy in the morning. ", "I choose joy in the morning. "]],
    [
      "a refrain with more",
      ["I choose joy in the morning. ", "I choose joy in the morning. And at night."],
    ],
    ["a refrain in Chinese", ["我很平静。", "我很平静。", "我很快乐。"]],
    ["a refrain in two pieces", ["我很平静。", "我很平静。"]],
    ["a refrain later on", ["Say: ", "I choose joy. ", "I choose joy. ", "I choose joy."]],
    ["a first piece that comes again later", ["I row. ", "You row. ", "I row. "]],
    ["lines", ["---", "---", "---"]],
    [
      "a later piece that begins as the one before",
      ["Say: ", "I choose joy today", "I choose joy today and row."],
    ],
    ["nothing but spaces", [" ", " ", "  "]],
    ["a list", ["- ", "- [ ] one\n", "- [ ] two\n"]],
    ["reduplication", ["bon", "bon"]],
    ["halves", ["\ufffd", "\ufffd\ufffd", "x"]],
  ])("lose no letter: %s", (_name, chunks) => {
    expect(shown(chunks)).toEqual({ text: chunks.join(""), restarts: 0 });
  });

  /** A text cut into pieces, none of them empty. */
  const cutText = (text: fc.Arbitrary<string>) =>
    fc
      .tuple(text, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }))
      .map(([whole, cuts]) => {
        const at = [
          0,
          ...cuts.map((cut) => Math.round(cut * whole.length)).sort((a, b) => a - b),
          whole.length,
        ];
        return at
          .slice(1)
          .map((to, i) => whole.slice(at[i], to))
          .filter((piece) => piece !== "");
      });
  const words = fc
    .array(
      fc.constantFrom(
        ..."the a row rowing and I choose joy morning, lake. My sister Ana sings".split(" "),
      ),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    .map((all) => all.join(" "));
  const refrain = fc
    .tuple(
      fc.constantFrom("ha", "1", "very ", "no, ", "I am calm.\n", "row row ", "我很平静。"),
      fc.integer({ min: 1, max: 30 }),
    )
    .map(([unit, times]) => unit.repeat(times));

  it("are unchanged for any text in any pieces", () => {
    fc.assert(
      fc.property(
        cutText(fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), words, refrain)),
        (pieces) => {
          expect(shown(pieces)).toEqual({ text: pieces.join(""), restarts: 0 });
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it("are the text once if they are whole texts, for any text in any pieces", () => {
    const opening = fc.constantFrom("I hear you. ", "Wow, Sam! ", "“Rowing” is ", "Größe, ");
    fc.assert(
      fc.property(opening, cutText(fc.oneof(fc.string(), words)), (first, pieces) => {
        const texts = wholes([first.slice(0, 4), first.slice(4), ...pieces]);
        const { text, restarts } = shown(texts);
        // Two of them alone may be a refrain.
        if (texts.length < 4) return;
        expect({ text, restarts }).toEqual({ text: texts.at(-1), restarts: 0 });
      }),
      { numRuns: 3_000 },
    );
  });

  it("are the text once if a last one is the whole, for any text in any pieces", () => {
    fc.assert(
      fc.property(cutText(words), (pieces) => {
        const text = `I hear you, Sam: ${pieces.join("")}`.trim();
        const tokens = text.split(/(?= )/);
        expect(shown([...tokens, text])).toEqual({ text, restarts: 0 });
      }),
    );
  });
});

describe("an answer that repeats itself", () => {
  const data = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`;
  const chunk = (delta: object, more: object = {}) =>
    data({
      id: "one",
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta, finish_reason: null }],
      ...more,
    });
  const word = (content: string) => chunk({ content });
  const role = (id: string) => chunk({ role: "assistant", content: "" }, { id });
  const END = data({ choices: [{ delta: {}, finish_reason: "stop" }] });
  const DONE = "data: [DONE]\n\n";

  /** Reads events, each in a read of its own, or all in one. */
  function read(events: readonly string[], together = false) {
    const answer = emptyAnswer();
    let text = "";
    let retracted = 0;
    const reader = answerReader(answer, {
      thinksAloud: false,
      onRetract: () => {
        text = "";
        retracted += 1;
      },
    });
    for (const event of together ? [events.join("")] : events) {
      const more = reader.read(new TextEncoder().encode(event));
      text += more;
    }
    const held = reader.end();
    return { text: text + held, retracted, answer, code: failureOfEnded(answer)?.code ?? null };
  }

  it.each([true, false])("is shown once, with all events in one read: %s", (together) => {
    const events = [role("one"), ...wholes(TOKENS).map(word), END, DONE];
    expect(read(events, together)).toMatchObject({ text: ANSWER, code: null, retracted: 0 });
  });

  it.each([true, false])("is shown once if a last delta is the whole: %s", (together) => {
    const last = data({ choices: [{ delta: { content: ANSWER }, finish_reason: "stop" }] });
    const events = [role("one"), ...TOKENS.map(word), last, DONE];
    expect(read(events, together)).toMatchObject({ text: ANSWER, code: null, retracted: 0 });
  });

  it("is shown once if each whole names an end", () => {
    const events = wholes(TOKENS).map((content) =>
      data({ choices: [{ delta: { content }, finish_reason: "stop" }] }),
    );
    expect(read([...events, DONE])).toMatchObject({ text: ANSWER, code: null });
  });

  it("is shown once without the thoughts that each whole begins with", () => {
    const said = wholes(["<think>", "They", " row", ".</think>\n\n", ...TOKENS]);
    expect(read([...said.map(word), END]).text).toBe(ANSWER);
  });

  it("takes the rest of a whole message behind its deltas", () => {
    const message = (content: string) =>
      data({ choices: [{ message: { content }, finish_reason: "stop" }] });
    expect(read([...TOKENS.slice(0, -3).map(word), message(ANSWER)]).text).toBe(ANSWER);
    expect(read([...TOKENS.map(word), message("Something else.")]).text).toBe(ANSWER);
    // Messages in place of deltas are as much of the answer as deltas are.
    expect(read(wholes(TOKENS).map(message)).text).toBe(ANSWER);
    expect(read(TOKENS.map(message)).text).toBe(ANSWER);
  });

  it("counts thoughts once", () => {
    const thought = "The member rows on Saturdays with a sister, and looks for joy.";
    const pieces = thought.split(/(?= )/);
    const events = (all: readonly string[]) =>
      all.map((reasoning_content) => chunk({ reasoning_content }));
    const once = read([...events(pieces), word("Hi"), END]).answer.writtenUnits;
    expect(once).toBe(thought.length + 2);
    expect(read([...events(wholes(pieces)), word("Hi"), END]).answer.writtenUnits).toBe(once);
  });

  describe("as its server began again", () => {
    const begun = [role("one"), ...TOKENS.slice(0, 12).map(word)];
    const again = (id: string, tokens: readonly string[]) => [
      role(id),
      ...tokens.map((content) => chunk({ content }, { id })),
    ];

    it.each(["one", "two"])("is shown once if it says the same, under the id %s", (id) => {
      for (const together of [true, false]) {
        expect(read([...begun, ...again(id, TOKENS), END, DONE], together)).toMatchObject({
          text: ANSWER,
          retracted: 0,
        });
      }
    });

    it("is the newer one if that goes on in another way", () => {
      const newer = [
        ...TOKENS.slice(0, 9),
        " calls",
        " you",
        ",",
        " friend",
        ".",
        " What",
        " else",
        "?",
      ];
      expect(read([...begun, ...again("two", newer), END, DONE])).toMatchObject({
        text: newer.join(""),
        retracted: 1,
      });
    });

    it("goes on with what is new, and with what is too short to tell", () => {
      const rest = TOKENS.slice(12);
      expect(read([...begun, ...again("two", rest), END, DONE])).toMatchObject({ text: ANSWER });
      const refrain = ["I", " hear", " the", " lake", "."];
      expect(read([...begun, ...again("two", refrain), END, DONE]).text).toBe(
        TOKENS.slice(0, 12).join("") + refrain.join(""),
      );
    });

    it("keeps what there was if the newer one breaks off before", () => {
      expect(read([...begun, ...again("two", TOKENS.slice(0, 8))]).text).toBe(
        TOKENS.slice(0, 12).join(""),
      );
      expect(read([...begun, ...again("two", ["I"])]).text).toBe(
        `${TOKENS.slice(0, 12).join("")}I`,
      );
    });

    it("is not thought to have begun again if each chunk has a name or a role of its own", () => {
      const line = "I choose joy every morning of my life. ";
      const each = (fields: (i: number) => [object, object]) =>
        [line, line, line]
          .flatMap((text) => text.split(/(?= )/))
          .map((content, i) => {
            const [delta, more] = fields(i);
            return chunk({ content, ...delta }, more);
          });
      expect(read([...each((i) => [{}, { id: `c-${i}` }]), END]).text).toBe(line.repeat(3));
      expect(read([...each(() => [{ role: "assistant" }, {}]), END]).text).toBe(line.repeat(3));
    });
  });
});
