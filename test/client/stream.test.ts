import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { readTurn } from "../../client/api/stream.ts";

const encoder = new TextEncoder();

function event(part: unknown): string {
  return `id: t1:0\ndata: ${JSON.stringify(part)}\n\n`;
}

/** A body of these pieces; it ends behind them, or breaks, or just falls silent. */
function body(pieces: readonly Uint8Array[], then: "end" | "break" | "silence" = "end") {
  let next = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[next];
      next += 1;
      if (piece) controller.enqueue(piece);
      else if (then === "end") controller.close();
      else if (then === "break") controller.error(new TypeError("network error"));
      else return new Promise(() => {});
    },
  });
}

const START = event({
  type: "start",
  messageId: "a1",
  messageMetadata: { conversationId: "c1", turnId: "t1", model: "m" },
});
const WORDS = ["Ich höre dich. ", "🌱 Was ", "wünschst du dir?"];
const TEXT =
  event({ type: "text-start", id: "text" }) +
  WORDS.map((delta) => event({ type: "text-delta", id: "text", delta })).join("") +
  event({ type: "text-end", id: "text" });
const FINISH = event({
  type: "finish",
  finishReason: "stop",
  messageMetadata: { credits: { left: 5 } },
});
const DONE = "data: [DONE]\n\n";

async function read(stream: ReadableStream<Uint8Array>, silenceMs = 1_000) {
  let text = "";
  const start = vi.fn(() => true);
  const delta = (piece: string) => {
    text += piece;
  };
  const end = await readTurn(stream, { start, delta }, { silenceMs });
  return { text, start, end };
}

describe("reading a turn", () => {
  it("reads start, words and finish", async () => {
    const { text, start, end } = await read(body([encoder.encode(START + TEXT + FINISH + DONE)]));
    expect(start).toHaveBeenCalledExactlyOnceWith({
      messageId: "a1",
      turnId: "t1",
      conversationId: "c1",
    });
    expect(text).toBe(WORDS.join(""));
    expect(end).toEqual({ kind: "complete", metadata: { credits: { left: 5 } } });
  });

  it("reads the same however the bytes are cut", async () => {
    const bytes = encoder.encode(`: ping\n\n${START}${TEXT}${FINISH}${DONE}`);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        const { text, end } = await read(body(pieces));
        expect(text).toBe(WORDS.join(""));
        expect(end.kind).toBe("complete");
      }),
      { numRuns: 60 },
    );
  });

  it.each(["end", "break"] as const)(
    "never takes a stream without an ending for whole (%s)",
    async (then) => {
      const { text, end } = await read(body([encoder.encode(START + TEXT)], then));
      expect(text).toBe(WORDS.join(""));
      expect(end).toMatchObject({ kind: "broken", problem: { retryable: true } });
    },
  );

  it("gives up a connection that fell silent", async () => {
    const { end } = await read(body([encoder.encode(START)], "silence"), 20);
    expect(end.kind).toBe("broken");
  });

  it("keeps an ending that arrived before the connection broke", async () => {
    const { end } = await read(body([encoder.encode(START + TEXT + FINISH)], "break"));
    expect(end.kind).toBe("complete");
  });

  it("tells what the server says went wrong", async () => {
    const data = { code: "provider_timeout", detail: "Too slow.", status: 504, retryable: true };
    const failure =
      event({ type: "data-problem", data, transient: true }) +
      event({ type: "error", errorText: "Too slow." });
    const { end } = await read(body([encoder.encode(START + failure + DONE)]));
    expect(end).toEqual({ kind: "failed", problem: data });
  });

  it("tells an error that comes without a problem", async () => {
    const { end } = await read(
      body([encoder.encode(START + event({ type: "error", errorText: "A sentence." }))]),
    );
    expect(end).toMatchObject({ kind: "failed", problem: { detail: "A sentence." } });
  });

  it("reads a stop with its metadata", async () => {
    const stop =
      event({ type: "message-metadata", messageMetadata: { status: "superseded" } }) +
      event({ type: "abort", reason: "superseded" });
    const { end } = await read(body([encoder.encode(START + stop + DONE)]));
    expect(end).toEqual({ kind: "aborted", metadata: { status: "superseded" } });
  });

  it("tells where each piece ends in the turn's text", async () => {
    const piece = (id: string, delta: string) =>
      `${id}data: ${JSON.stringify({ type: "text-delta", id: "text", delta })}\n\n`;
    const delta = vi.fn();
    const pieces = piece("id: t:1:4\n", "more") + piece("id: odd\n", " and") + FINISH;
    await readTurn(body([encoder.encode(pieces)]), { delta });
    expect(delta.mock.calls).toEqual([
      ["more", 4],
      [" and", null],
    ]);
  });

  it("ends where the reader does not want this answer", async () => {
    const delta = vi.fn();
    const stream = body([encoder.encode(START + TEXT + FINISH)]);
    const end = await readTurn(stream, { start: () => false, delta });
    expect(end.kind).toBe("broken");
    expect(delta).not.toHaveBeenCalled();
  });

  it("passes over what it does not know", async () => {
    const odd = `${event({ type: "step-start" })}data: not json\n\n${event(7)}event: other\n\n`;
    const { text, end } = await read(body([encoder.encode(START + odd + TEXT + FINISH)]));
    expect(text).toBe(WORDS.join(""));
    expect(end.kind).toBe("complete");
  });
});
