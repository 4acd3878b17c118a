import { describe, expect, it } from "vitest";
import { problem } from "../../domain/problems.ts";
import { eventEncoder, wordEncoder } from "../../worker/session/encode.ts";
import type { Ending } from "../../worker/session/log.ts";

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

const CLOSE = 'id: t-1:5\ndata: {"type":"text-end","id":"text"}\n\n';

describe("the event stream, to the byte", () => {
  it("begins", () => {
    expect(encode.start).toBe(
      'id: t-1:0\ndata: {"type":"start","messageId":"a-1","messageMetadata":{"conversationId":"talk","turnId":"t-1","model":"gpt-6-luna","status":"streaming"}}\n\n' +
        'id: t-1:0\ndata: {"type":"text-start","id":"text"}\n\n',
    );
  });

  it("brings text, with line breaks and quotes inside one line", () => {
    expect(encode.text('a\n"🌊"\r', 7)).toBe(
      'id: t-1:7\ndata: {"type":"text-delta","id":"text","delta":"a\\n\\"🌊\\"\\r"}\n\n',
    );
    expect(encode.ping).toBe(": ping\n\n");
  });

  it.each(["stop", "length", "content-filter", "other"] as const)(
    "finishes (%s)",
    (finishReason) => {
      expect(encode.end({ state: "complete", finishReason, ...FACTS }, 5)).toBe(
        `${CLOSE}id: t-1:5\ndata: {"type":"finish","finishReason":"${finishReason}","messageMetadata":${metadata("complete")}}\n\ndata: [DONE]\n\n`,
      );
    },
  );

  it.each(["stopped", "superseded"] as const)("is aborted (%s)", (state) => {
    expect(encode.end({ state, ...FACTS }, 5)).toBe(
      `${CLOSE}id: t-1:5\ndata: {"type":"message-metadata","messageMetadata":${metadata(state)}}\n\n` +
        `id: t-1:5\ndata: {"type":"abort","reason":"${state}"}\n\ndata: [DONE]\n\n`,
    );
  });

  it.each(["interrupted", "failed"] as const)("fails (%s)", (state) => {
    const busy = problem("provider_busy", { retryAfter: 3 }, { instance: "/api/turns/t-1" });
    expect(encode.end({ state, problem: busy, ...FACTS }, 5)).toBe(
      `${CLOSE}id: t-1:5\ndata: {"type":"message-metadata","messageMetadata":${metadata(state)}}\n\n` +
        `id: t-1:5\ndata: {"type":"data-problem","data":${JSON.stringify(busy)},"transient":true}\n\n` +
        `id: t-1:5\ndata: {"type":"error","errorText":"${busy.detail}"}\n\ndata: [DONE]\n\n`,
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
