import { describe, expect, it } from "vitest";
import { type Answer, emptyAnswer } from "../../worker/model/answer.ts";
import { answerReader } from "../../worker/model/chunks.ts";
import { ProviderError } from "../../worker/model/provider-error.ts";

const MODEL = "gpt-6-luna-2026-08-01";
const event = (chunk: object) => `data: ${JSON.stringify({ model: MODEL, ...chunk })}\n\n`;
const word = (content: string | null) => event({ choices: [{ delta: { content } }] });
const end = (reason: string) => event({ choices: [{ delta: {}, finish_reason: reason }] });
const USAGE = {
  prompt_tokens: 100,
  completion_tokens: 20,
  prompt_tokens_details: { cached_tokens: 64 },
};

const WORDS = ["Größe ", "и реки ", "川 ", "🌊", "👩‍👩‍👧 ", "\n\n", 'data: "quoted"\n', "done."];
const STREAM = [
  event({ choices: [{ delta: { role: "assistant", content: "" } }] }),
  ": a comment\n\n",
  ...WORDS.map(word),
  "event: other\nid: 7\nretry: 10\n",
  end("stop"),
  event({ choices: [], usage: USAGE }),
  "data: [DONE]\n\n",
].join("");

/** Parses pieces of a stream, one read each. */
function parseAll(pieces: readonly Uint8Array[]): { text: string; answer: Answer } {
  const answer = emptyAnswer();
  let text = "";
  const reader = answerReader(answer, {
    thinksAloud: false,
    onRetract: () => {
      text = "";
    },
  });
  for (const piece of pieces) {
    // Text is taken back while the piece is read.
    const more = reader.read(piece);
    text += more;
  }
  return { text: text + reader.end(), answer };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const WHOLE = {
  accepted: false,
  refused: false,
  model: MODEL,
  finishReason: "stop",
  usage: { inputTokens: 100, cachedInputTokens: 64, outputTokens: 20 },
  done: true,
  thinksAloud: false,
  writtenUnits: WORDS.join("").length,
  failure: null,
  reads: 0,
};

describe("the parser of a Chat Completions stream", () => {
  it("gives the text and what is said about it", () => {
    expect(parseAll([bytes(STREAM)])).toEqual({ text: WORDS.join(""), answer: WHOLE });
  });

  it("gives the same wherever the stream is cut in two", () => {
    const all = bytes(STREAM);
    for (let at = 0; at <= all.length; at += 1) {
      const { text, answer } = parseAll([all.slice(0, at), all.slice(at)]);
      if (text !== WORDS.join("")) throw new Error(`another text when cut at byte ${at}: ${text}`);
      expect(answer).toEqual(WHOLE);
    }
  });

  it.each([1, 2, 3, 5, 7, 64])("gives the same in pieces of %i bytes", (size) => {
    const all = bytes(STREAM);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += size) pieces.push(all.slice(at, at + size));
    expect(parseAll(pieces)).toEqual({ text: WORDS.join(""), answer: WHOLE });
  });

  it("gives each word with the read that completes it, not later", () => {
    const { read: parse } = answerReader(emptyAnswer());
    expect(parse(bytes(word("Hel")))).toBe("Hel");
    expect(parse(bytes(`${word("lo")}${word(" you")}data: {"choi`))).toBe("lo you");
    expect(parse(bytes('ces":[{"delta":{"content":"!"}}]}\n'))).toBe("!");
  });

  it.each([
    ["CRLF", STREAM.replaceAll("\n\n", "\r\n\r\n")],
    ["no blank after the colon", STREAM.replaceAll("data: ", "data:")],
    ["single line ends", STREAM.replaceAll("\n\n", "\n")],
  ])("takes %s", (_name, stream) => {
    const { answer } = parseAll([bytes(stream)]);
    expect(answer).toEqual({ ...WHOLE, writtenUnits: expect.any(Number) });
  });

  it("takes chunks without choices, deltas, content or details", () => {
    const stream = [
      event({}),
      event({ choices: [] }),
      event({ choices: [{}] }),
      word(null),
      event({ usage: { prompt_tokens: 3, completion_tokens: 4, prompt_tokens_details: null } }),
      event({ usage: null }),
      end("length"),
    ].join("");
    const { text, answer } = parseAll([bytes(stream)]);
    expect(text).toBe("");
    expect(answer).toMatchObject({
      finishReason: "length",
      usage: { inputTokens: 3, cachedInputTokens: 0, outputTokens: 4 },
      done: false,
    });
  });

  it("keeps the model and the reason that were named", () => {
    const stream = word("a") + end("stop") + event({ model: "other", choices: [{ delta: {} }] });
    expect(parseAll([bytes(stream)]).answer).toMatchObject({ model: MODEL, finishReason: "stop" });
  });

  describe("with chunks that differ in little", () => {
    /** A chunk as OpenAI sends it, with padding that hides how long its text is. */
    const padded = (content: string, padding: string) =>
      event({
        choices: [{ index: 0, delta: { content }, logprobs: null, finish_reason: null }],
        usage: null,
        obfuscation: padding,
      });

    it.each([
      ["padding", [padded("Hel", "aB3"), padded("lo ", ""), padded("you", "Zz9qQ")]],
      ["none", ["Hel", "lo ", "you"].map(word)],
      ["some", [word("Hel"), padded("lo ", "x"), word("you")]],
      ["CRLF", ["Hel", "lo ", "you"].map((text) => word(text).replaceAll("\n", "\r\n"))],
      ["blanks", ["Hel", "lo ", "you"].map((text) => word(text).replaceAll('":', '": '))],
      ["another model", [word("Hel"), word("lo ").replace(MODEL, "other"), word("you")]],
      [
        "another choice",
        [word("Hel"), event({ choices: [{}, { delta: { content: "no" } }] }), word("lo you")],
      ],
    ])("reads all of them: %s", (_name, events) => {
      const all = events.join("");
      expect(parseAll([bytes(all)]).text).toBe("Hello you");
      expect(parseAll(events.map(bytes)).text).toBe("Hello you");
    });

    it.each([
      'he said "no"',
      "back\\slash",
      "\\",
      '"',
      '","finish_reason":"stop"',
      '"}}]}\n\ndata: [DONE]',
      '"content":"',
      '"obfuscation":"',
      "\u2028",
      "\u0000",
      "",
    ])("takes a text for nothing but text: %j", (text) => {
      for (const chunk of [word, (content: string) => padded(content, "x")]) {
        const { text: read, answer } = parseAll([
          bytes([text, "a", text, "b", text].map(chunk).join("")),
        ]);
        expect(read).toBe(`${text}a${text}b${text}`);
        expect(answer).toMatchObject({ finishReason: null, done: false, failure: null });
      }
    });

    it("takes the text of the delta where others stand beside it", () => {
      const both = (beside: string, content: string) =>
        event({ beside: { content: beside }, choices: [{ delta: { content } }] });
      const stream = [both("a", "a"), both("b", "a"), both("a", "c")].join("");
      expect(parseAll([bytes(stream)]).text).toBe("aac");
    });

    it("sees the reason, the usage and an error whatever came before", () => {
      const last = event({
        choices: [{ delta: { content: "c" }, finish_reason: "length" }],
        usage: USAGE,
      });
      const { text, answer } = parseAll([
        bytes(`${word("a")}${word("b")}${last}${word("d")}data: [DONE]\n\n`),
      ]);
      expect(text).toBe("abcd");
      expect(answer).toMatchObject({ finishReason: "length", usage: { outputTokens: 20 } });
      const broken = parseAll([
        bytes(word("a") + word("b") + event({ choices: [{ delta: { content: "c" } }], error: {} })),
      ]);
      expect(broken.text).toBe("ab");
      expect(broken.answer.failure?.code).toBe("answer_cut");
    });
  });

  it.each([
    ["an error in mid-stream", 'data: {"error":{"message":"overloaded"}}\n\n'],
    ["what is no JSON", 'data: {"choices":[{]\n\n'],
    ["an HTML page", "data: <html>\n"],
  ])("takes %s for a cut: what came before it is given, nothing behind it", (_name, wrong) => {
    const answer = emptyAnswer();
    const { read: parse } = answerReader(answer);
    expect(parse(bytes(word("Hello") + word(" you") + wrong + word(" lost")))).toBe("Hello you");
    expect(answer.failure).toBeInstanceOf(ProviderError);
    expect(answer.failure?.code).toBe("answer_cut");
  });

  it("keeps a pair together that comes in two halves, each in a chunk of its own", () => {
    const { read: parse } = answerReader(emptyAnswer());
    expect(parse(bytes(word("a\ud83c")))).toBe("a");
    expect(parse(bytes(word("\udf0ab")))).toBe("🌊b");
    expect(parse(bytes(word("c")))).toBe("c");
  });
});
