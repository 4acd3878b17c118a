import { describe, expect, it } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { newMember } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import {
  parseEvents,
  partOf,
  readEvents,
  readWords,
  StreamReader,
  shapeOf,
  textOf,
} from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";

const UI_MESSAGES = {
  trigger: "submit-message",
  messages: [{ id: "m-1", role: "user", parts: [{ type: "text", text: "I love rivers." }] }],
};

describe("the event stream", () => {
  it("is the AI SDK's UI message stream, whole and in order", async () => {
    const member = await newMember({ first_name: "Mia" });
    const response = await chat(member, say("I love rivers.", { id: "talk-1" }), EVENTS);
    expect(response.status).toBe(200);
    const { headers } = response;
    expect(headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    const events = await readEvents(response);

    expect(shapeOf(events)).toEqual([
      "start",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
      "[DONE]",
    ]);
    const [request] = await modelRequests(member.id);
    const text = textOf(events);
    expect(text).toBe(request?.textSent);
    expect(text.length).toBeGreaterThan(50);

    const turnId = headers.get("x-turn-id");
    const start = partOf(events, "start");
    expect(start.messageMetadata).toEqual({
      conversationId: "talk-1",
      turnId,
      model: "gpt-6-luna",
      status: "streaming",
    });
    const finish = partOf(events, "finish");
    expect(finish.finishReason).toBe("stop");
    expect(finish.messageMetadata).toMatchObject({
      conversationId: "talk-1",
      turnId,
      status: "complete",
      usage: {
        inputTokens: request?.usage?.prompt_tokens,
        outputTokens: request?.usage?.completion_tokens,
        estimated: false,
        credits: 1,
      },
      credits: { limit: 10_000, left: 9_999 },
    });
    const { firstWordMs, oursMs, upstreamMs } = finish.messageMetadata.timings;
    expect(firstWordMs).toBe(oursMs + upstreamMs);
    expect(upstreamMs).toBeGreaterThanOrEqual(15);
  });

  it("numbers its events by turn and offset, so that it can be taken up again", async () => {
    const member = await newMember();
    const response = await chat(member, say("Rivers 🌊 and наши горы."), EVENTS);
    const turnId = response.headers.get("x-turn-id");
    const events = await readEvents(response);
    let offset = 0;
    for (const { id, part } of events) {
      if (part === null) continue;
      if (part.type === "text-delta") offset += String(part.delta).length;
      expect(id).toBe(`${turnId}:${offset}`);
    }
    expect(textOf(events)).toContain("🌊 and наши горы");
    expect(offset).toBe(textOf(events).length);
  });

  it("begins before the model's first word, and brings each word as it comes", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 300, tokens: 40, gapMs: 25 });
    const reader = new StreamReader(await chat(member, say("Hello"), EVENTS));
    await reader.until((text) => text.includes('"type":"text-start"'));
    const [before] = await modelRequests(member.id);
    expect(before?.firstTokenSentAt).toBeNull();

    await reader.until((text) => text.includes('"delta":"w1"'));
    const [during] = await modelRequests(member.id);
    expect(during?.outcome).toBe("running");

    const events = parseEvents(await reader.rest());
    const deltas = events.filter(({ part }) => part?.type === "text-delta");
    // Tokens that arrive in one read share an event; that nearly each has its own shows that none waits.
    expect(deltas.length).toBeGreaterThan(25);
    expect(textOf(events)).toBe(Array.from({ length: 40 }, (_, i) => `w${i + 1}`).join(" "));
  });
});

describe("the words", () => {
  it("are the answer and nothing else", async () => {
    const member = await newMember();
    const response = await chat(member, say("I love rivers."), WORDS);
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBeNull();
    const words = await readWords(response);
    const [request] = await modelRequests(member.id);
    expect(words).toBe(request?.textSent);
  });

  it("hold their headers until the first one, then come one by one", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 200, tokens: 30, gapMs: 25 });
    const response = await chat(member, say("Hello"), WORDS);
    const [atHeaders] = await modelRequests(member.id);
    expect(atHeaders?.firstTokenSentAt).not.toBeNull();
    const reader = new StreamReader(response);
    await reader.next();
    expect(reader.text).toMatch(/^w1/);
    const [during] = await modelRequests(member.id);
    expect(during?.outcome).toBe("running");
    expect(await reader.rest()).toMatch(/ w30$/);
  });
});

describe("the headers of a stream", () => {
  it.each([
    ["events", EVENTS],
    ["words", WORDS],
  ])("let nobody keep or change it (%s)", async (_form, accept) => {
    const member = await newMember();
    const response = await chat(member, say("Hello", { id: "a talk/ü" }), accept);
    const { headers } = response;
    expect(headers.get("cache-control")).toBe("no-cache, no-transform");
    expect(headers.get("x-accel-buffering")).toBe("no");
    expect(headers.get("content-encoding")).toBe("identity");
    expect(headers.get("x-conversation-id")).toBe("a%20talk%2F%C3%BC");
    expect(headers.get("x-turn-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get("server-timing")).toMatch(/do;dur=\d/);
    await readWords(response);
  });
});

describe("the choice of form", () => {
  const words = { accept: "text/plain" };
  const events = { accept: "text/event-stream" };
  const any = { accept: "*/*" };
  const cases: [name: string, headers: Record<string, string>, body: object, type: string][] = [
    ["Accept alone decides for words, whatever the body", words, UI_MESSAGES, "text/plain"],
    ["Accept alone decides for events", events, say("Hello"), "text/event-stream"],
    ["the stock chat transport", any, UI_MESSAGES, "text/event-stream"],
    ["no Accept, UI messages", {}, UI_MESSAGES, "text/event-stream"],
    ["parts without a trigger", any, { messages: UI_MESSAGES.messages }, "text/event-stream"],
    [
      "trigger without parts",
      any,
      say("Hello", { trigger: "submit-message" }),
      "text/event-stream",
    ],
    ["no Accept, plain messages", {}, say("Hello"), "text/plain"],
    ["*/*, plain messages", any, say("Hello"), "text/plain"],
    [
      "the better quality",
      { accept: "text/plain;q=0.4, text/event-stream;q=0.9" },
      say("Hello"),
      "text/event-stream",
    ],
    [
      "what is not refused",
      { accept: "text/event-stream;q=0, text/plain" },
      UI_MESSAGES,
      "text/plain",
    ],
  ];
  it.each(cases)("%s", async (_name, headers, body, type) => {
    await setModel({ tokens: 1, ttftMs: 0 });
    const response = await chat(await newMember(), body, headers);
    expect(response.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    expect(await new StreamReader(response).rest()).toContain("w1");
  });
});

describe("readers", () => {
  it("who do not read hold up neither the answer nor another reader, and miss nothing", async () => {
    const member = await newMember();
    await setModel({ tokens: 3_000, gapMs: 0 });
    const body = say("Hello", { id: "talk" }, "m-1");
    const slow = await chat(member, body, EVENTS);
    const quick = textOf(await readEvents(await chat(member, body, EVENTS)));
    expect(quick.split(" ")).toEqual(Array.from({ length: 3_000 }, (_, n) => `w${n + 1}`));

    const turn = await getJson<Turn>(member, `/api/turns/${slow.headers.get("x-turn-id")}`);
    expect(turn.state).toBe("complete");
    const [request] = await modelRequests(member.id);
    expect(request?.outcome).toBe("stop");

    const late = await readEvents(slow);
    expect(textOf(late)).toBe(quick);
    // What it fell behind by comes as one piece: nothing is queued for it word by word.
    expect(late.filter(({ part }) => part?.type === "text-delta").length).toBeLessThan(20);
  });

  it("who leave stop nothing: the answer is written to its end and kept", async () => {
    const member = await newMember();
    await setModel({ tokens: 40, gapMs: 10 });
    const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    const turnId = response.headers.get("x-turn-id");
    const reader = new StreamReader(response);
    await reader.until((text) => text.includes('"delta":"w1"'));
    await reader.leave();
    await eventually(async () => {
      const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
      expect(turn.state).toBe("complete");
    });
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.at(-1)?.parts[0]?.text).toMatch(/^w1 .* w40$/);
    const [request] = await modelRequests(member.id);
    expect(request?.aborted).toBe(false);
  });

  it("who leave before the first word stop nothing either", async () => {
    const member = await newMember();
    await setModel({ tokens: 5, ttftMs: 250 });
    const gone = new AbortController();
    const asked = chat(member, say("Hello", { id: "talk" }), WORDS, gone.signal);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    gone.abort();
    await expect(asked).rejects.toThrow();
    await eventually(async () => {
      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(talk.runningTurn).toBeNull();
      expect(talk.messages.at(-1)?.parts[0]?.text).toBe("w1 w2 w3 w4 w5");
    });
  });
});
