import { describe, expect, it } from "vitest";
import { problem } from "../../domain/problems.ts";
import type { Ending } from "../../worker/member/stream/answer-log.ts";
import { eventEncoder, wordEncoder } from "../../worker/member/stream/encoders.ts";

const encode = eventEncoder({
  turnId: "t-1",
  conversationId: "talk",
  messageId: "a-1",
  model: "gpt-6-luna",
});

const FACTS = {
  usage: {
    inputTokens: 10,
    cachedInputTokens: 2,
    outputTokens: 3,
    estimated: false,
    credits: 1,
  },
  timings: { firstWordMs: 30, oursMs: 1, upstreamMs: 29 },
  credits: { left: 9, limit: 10, renewsAt: "2026-12-01T00:00:00.000Z" },
} as const;

/** The metadata of an ending, as bytes. */
const metadata = (status: string) =>
  `{"conversationId":"talk","turnId":"t-1","model":"gpt-6-luna","status":"${status}","usage":{"inputTokens":10,"cachedInputTokens":2,"outputTokens":3,"estimated":false,"credits":1},"timings":{"firstWordMs":30,"oursMs":1,"upstreamMs":29},"credits":{"left":9,"limit":10,"renewsAt":"2026-12-01T00:00:00.000Z"}}`;

/** The events without what pads them. */
const unpadded = (events: string | null) => events?.replaceAll(/^: *\n(?=data)/gm, "") ?? null;

/** The events of a stream, each up to its blank line. */
const eventsOf = (stream: string) => stream.split(/(?<=\n\n)/);

const bytesOf = (event: string) => new TextEncoder().encode(event).length;

const CLOSE = 'id: t-1:5\ndata: {"type":"text-end","id":"text"}\n\n';

describe("the event stream, to the byte", () => {
  it("begins", () => {
    expect(unpadded(encode.start)).toBe(
      'id: t-1:0\ndata: {"type":"start","messageId":"a-1","messageMetadata":{"conversationId":"talk","turnId":"t-1","model":"gpt-6-luna","status":"streaming"}}\n\n' +
        'id: t-1:0\ndata: {"type":"text-start","id":"text"}\n\n',
    );
  });

  it("brings text, with line breaks and quotes inside one line", () => {
    expect(unpadded(encode.text('a\n"🌊"\r', 7))).toBe(
      'id: t-1:7\ndata: {"type":"text-delta","id":"text","delta":"a\\n\\"🌊\\"\\r"}\n\n',
    );
    expect(encode.ping).toBe(": ping\n\n");
  });

  it.each(["stop", "length", "content-filter", "other"] as const)(
    "finishes (%s)",
    (finishReason) => {
      expect(unpadded(encode.end({ state: "complete", finishReason, ...FACTS }, 5))).toBe(
        `${CLOSE}id: t-1:5\ndata: {"type":"finish","finishReason":"${finishReason}","messageMetadata":${metadata("complete")}}\n\nid: t-1:5\ndata: [DONE]\n\n`,
      );
    },
  );

  it.each(["stopped", "superseded"] as const)("is aborted (%s)", (state) => {
    expect(unpadded(encode.end({ state, ...FACTS }, 5))).toBe(
      `${CLOSE}id: t-1:5\ndata: {"type":"message-metadata","messageMetadata":${metadata(state)}}\n\n` +
        `id: t-1:5\ndata: {"type":"abort","reason":"${state}"}\n\nid: t-1:5\ndata: [DONE]\n\n`,
    );
  });

  it.each(["interrupted", "failed"] as const)("fails (%s)", (state) => {
    const busy = problem("provider_busy", { retryAfter: 3 }, { instance: "/api/turns/t-1" });
    expect(unpadded(encode.end({ state, problem: busy, ...FACTS }, 5))).toBe(
      `${CLOSE}id: t-1:5\ndata: {"type":"message-metadata","messageMetadata":${metadata(state)}}\n\n` +
        `id: t-1:5\ndata: {"type":"data-problem","data":${JSON.stringify(busy)},"transient":true}\n\n` +
        `id: t-1:5\ndata: {"type":"error","errorText":"${busy.detail}"}\n\nid: t-1:5\ndata: [DONE]\n\n`,
    );
  });

  it("has only parts that the AI SDK's schema knows", () => {
    const known =
      /^(start|text-start|text-delta|text-end|finish|message-metadata|abort|error|data-\w+)$/;
    const endings: Ending[] = [
      { state: "complete", finishReason: "stop", ...FACTS },
      { state: "stopped", ...FACTS },
      { state: "failed", problem: problem("internal"), ...FACTS },
    ];
    const all = encode.start + encode.text("x", 1) + endings.map((e) => encode.end(e, 1)).join("");
    for (const [, type] of all.matchAll(/data: \{"type":"([^"]+)"/g)) expect(type).toMatch(known);
  });
});

describe("an event's size on the wire", () => {
  const SIZES = [256, 1024, 4096];
  const ending = { state: "complete", finishReason: "stop", ...FACTS } as const;

  it.each([
    ["a letter", "a"],
    ["a word", "extraordinarily"],
    ["a character of four bytes", "🌊"],
    ["a word in another script", "幸せ".repeat(9)],
    ["what JSON escapes", '\u0000\u001f"\\\n'.repeat(5)],
    ["half of a pair", "\ud83c"],
  ])("is the smallest for %s", (_what, text) => {
    expect(bytesOf(encode.text(text, text.length))).toBe(256);
  });

  it.each([
    ["Latin", "love "],
    ["Greek", "αγάπη "],
    ["Japanese", "幸せ"],
    ["emoji", "🌊"],
    ["emoji behind a letter", "a🌊"],
    ["escaped", "\u0001"],
    ["halves of pairs", "\ud83c"],
  ])("is one of three for as much text as there is, which arrives whole (%s)", (_script, piece) => {
    for (let units = 1; units < 12_000; units += 211) {
      const text = piece.repeat(units).slice(0, units);
      const events = eventsOf(encode.text(text, 10 + units));
      let at = 10;
      const said = events.map((event) => {
        const [, offset, data = ""] = /^id: t-1:(\d+)\n: *\ndata: (.+)\n\n$/.exec(event) ?? [];
        const { delta } = JSON.parse(data) as { delta: string };
        at += delta.length;
        expect(Number(offset)).toBe(at);
        expect(SIZES).toContain(bytesOf(event));
        return delta;
      });
      expect(said.join("")).toBe(text);
      // No character is cut in two between events.
      if (piece !== "\ud83c")
        for (const delta of said.slice(0, -1)) expect(delta).not.toMatch(/[\ud800-\udbff]$/);
    }
  });

  it("stays one of three for as much text as an answer may have, in few events", () => {
    const events = eventsOf(encode.text("love ".repeat(50_000), 250_000));
    for (const event of events) expect(SIZES).toContain(bytesOf(event));
    expect(events.length).toBeLessThan(150);
  });

  it("is one of three at the beginning and in each ending", () => {
    const endings: Ending[] = [
      ending,
      { state: "stopped", ...FACTS },
      { state: "failed", problem: problem("provider_busy", { retryAfter: 3 }), ...FACTS },
    ];
    const all = encode.start + endings.map((one) => encode.end(one, 5)).join("");
    const events = eventsOf(all);
    expect(events).toHaveLength(14);
    for (const event of events) expect(SIZES).toContain(bytesOf(event));
  });

  it("is a multiple of the largest for what is longer than that", () => {
    const notes = "n".repeat(5_000);
    const vision = { category: "fun", findings: [], ownWords: 1, before: "", notes } as never;
    for (const event of eventsOf(encode.end({ ...ending, vision }, 5) ?? "")) {
      expect(bytesOf(event) % 4096 === 0 || SIZES.includes(bytesOf(event))).toBe(true);
    }
  });
});

describe("the words", () => {
  const words = wordEncoder();

  it("are the text alone", () => {
    expect([words.start, words.ping, words.text('a\n"🌊"', 5)]).toEqual(["", null, 'a\n"🌊"']);
  });

  it.each([
    ["complete", ""],
    ["stopped", ""],
    ["superseded", null],
    ["interrupted", null],
    ["failed", null],
  ] as const)("of a turn that is %s end with %j", (state, end) => {
    const ending = {
      state,
      finishReason: "stop",
      problem: problem("internal"),
      ...FACTS,
    } as Ending;
    expect(words.end(ending, 5)).toBe(end);
  });
});
