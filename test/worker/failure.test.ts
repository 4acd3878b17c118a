import { describe, expect, it, vi } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { PROBLEMS, type ProblemCode } from "../../domain/problems.ts";
import type { Fault } from "../../local/model/types.ts";
import { chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { newMember } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, StreamReader, shapeOf, textOf } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

interface UsageRow {
  readonly success: boolean;
  readonly error_code: string | null;
  readonly estimated: boolean;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_micro_usd: number | null;
  readonly first_token_ms: number | null;
}

/** The books of a turn in Postgres, once they are there. */
const usageOf = (turnId: string | null) =>
  eventually(async () => {
    const rows = await query<UsageRow>(
      "select * from token_usage where turn_id = $1 order by attempt",
      [turnId],
    );
    expect(rows.length).toBeGreaterThan(0);
    return rows;
  });

describe("a turn that fails before its first word", () => {
  interface Case {
    readonly name: string;
    readonly fault: Fault;
    readonly at: number;
    readonly code: ProblemCode;
    /** How many requests leave for a turn that fails so: the second only where it might help. */
    readonly requests: number;
    readonly retryAfter?: number;
  }
  const unavailable = "provider_unavailable";
  const cases: Case[] = [
    { name: "the provider is down", fault: "500", at: 0, code: unavailable, requests: 2 },
    {
      name: "too much to do",
      fault: "429",
      at: 0,
      code: "provider_busy",
      requests: 1,
      retryAfter: 7,
    },
    { name: "the key is refused", fault: "401", at: 0, code: "provider_refused", requests: 1 },
    { name: "the request is refused", fault: "400", at: 0, code: "provider_refused", requests: 1 },
    { name: "the connection is reset", fault: "drop", at: -1, code: unavailable, requests: 2 },
    {
      name: "the stream is cut before a word",
      fault: "drop",
      at: 0,
      code: unavailable,
      requests: 2,
    },
    { name: "nothing comes at all", fault: "stall", at: -1, code: "provider_timeout", requests: 2 },
    { name: "no word comes", fault: "stall", at: 0, code: "provider_timeout", requests: 2 },
    { name: "the answer is empty", fault: "length", at: 0, code: unavailable, requests: 1 },
    {
      name: "the answer is withheld",
      fault: "content_filter",
      at: 0,
      code: "content_filtered",
      requests: 1,
    },
  ];

  it.each(cases)("$name", async ({ fault, at, code, requests, retryAfter }) => {
    const member = await newMember();
    await setModel({ fault, at, retryAfter: retryAfter ?? 1 });
    const body = say("I love rivers.", { id: "talk" }, "m-1");

    const inWords = await chat(member, body, WORDS);
    expect(inWords.status).toBe(PROBLEMS[code].status);
    const problem = await problemOf(inWords);
    expect(problem).toMatchObject({ code, retryable: PROBLEMS[code].retryable });
    expect(problem.detail).toBe(PROBLEMS[code].detail);
    const header = inWords.headers.get("retry-after");
    expect(header).toBe(retryAfter === undefined ? null : String(retryAfter));
    expect(await modelRequests(member.id)).toHaveLength(requests);

    const failed = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(failed.messages).toHaveLength(1);
    expect(failed.messages[0]).toMatchObject({
      id: "m-1",
      metadata: { status: "failed", errorCode: code },
    });

    const response = await chat(member, body, EVENTS);
    expect(response.status).toBe(200);
    const events = await readEvents(response);
    expect(shapeOf(events)).toEqual([
      "start",
      "text-start",
      "text-end",
      "message-metadata",
      "data-problem",
      "error",
      "[DONE]",
    ]);
    const told = partOf(events, "data-problem");
    expect(told.transient).toBe(true);
    expect(told.data).toMatchObject({ code, status: PROBLEMS[code].status });
    expect(partOf(events, "error").errorText).toBe(PROBLEMS[code].detail);
    const turnId = response.headers.get("x-turn-id");
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    expect(turn).toMatchObject({ state: "failed", errorCode: code });
    // What the provider refused costs nothing; what it accepted, or may have, is paid for.
    const refused = /^\d+$/.test(fault) || (fault === "drop" && at === -1);
    expect((turn.usage?.credits ?? 0) > 0).toBe(!refused);

    // And then it goes well: the message is there once, answered, at its own place.
    await mendModel();
    const answer = await readWords(await chat(member, body, WORDS));
    expect(answer).toContain("I love rivers");
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ role, metadata }) => [role, metadata.status])).toEqual([
      ["user", "complete"],
      ["assistant", "complete"],
    ]);
    expect(talk.messages.map(({ metadata }) => metadata.position)).toEqual([0, 1]);
    await eventually(async () => {
      const rows = await query(
        "select role, status, position from ai_conversations where user_id = $1 order by position",
        [member.id],
      );
      expect(rows).toEqual([
        { role: "user", status: "complete", position: 0 },
        { role: "assistant", status: "complete", position: 1 },
      ]);
    });
    const rows = await usageOf(turnId);
    expect(rows).toHaveLength(requests);
    expect(rows.at(-1)?.error_code).toBe(code);
    for (const row of rows) {
      expect(row).toMatchObject({ success: false, output_tokens: 0, first_token_ms: null });
    }
  });

  it("is told to every reader of it", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 0 });
    const body = say("Hello", { id: "talk" }, "m-1");
    const [one, two] = await Promise.all([chat(member, body, WORDS), chat(member, body, EVENTS)]);
    expect(one.status).toBe(504);
    expect(shapeOf(await readEvents(two))).toContain("error");
    await one.text();
  });
});

describe("a second request", () => {
  it.each([
    ["500", 0, null],
    ["429", 0, 0.2],
    ["drop", 0, null],
    ["stall", -1, null],
  ] as const)(
    "makes good what a passing %s at %i had spoilt, in the same turn",
    async (fault, at, retryAfter) => {
      const member = await newMember();
      await setModel({ fault, at, times: 1, tokens: 3, retryAfter });
      const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
      const events = await readEvents(response);
      expect(textOf(events)).toBe("w1 w2 w3");
      const finish = partOf(events, "finish").messageMetadata;
      expect(await modelRequests(member.id)).toHaveLength(2);
      const rows = await usageOf(response.headers.get("x-turn-id"));
      expect(rows.map(({ success }) => success)).toEqual([false, true]);
      // The member pays for the answer, not for the attempt.
      expect(finish.credits.left).toBe(10_000 - finish.usage.credits);
    },
  );

  it("leaves out a parameter that the model does not take, and so do all that follow", async () => {
    const member = await newMember();
    await setModel({ unsupported: ["reasoning_effort"], tokens: 2 });
    expect(await readWords(await chat(member, say("One", { id: "talk" }), WORDS))).toBe("w1 w2");
    expect(await readWords(await chat(member, say("Two", { id: "talk" }), WORDS))).toBe("w1 w2");
    const bodies = (await modelRequests(member.id)).map(({ body }) => body.reasoning_effort);
    expect(bodies).toEqual(["none", undefined, undefined]);
  });
});

describe("an answer that breaks off", () => {
  const cases: [name: string, fault: Fault, code: ProblemCode][] = [
    ["is cut", "drop", "answer_cut"],
    ["falls silent", "stall", "provider_timeout"],
  ];

  it.each(cases)(
    "because it %s: the part is kept, and nobody takes it for whole",
    async (_n, fault, code) => {
      const member = await newMember();
      await setModel({ fault, at: 5, tokens: 20 });
      const body = say("Hello", { id: "talk" }, "m-1");
      const [events, words] = await Promise.all([
        chat(member, body, EVENTS),
        chat(member, body, WORDS),
      ]);
      expect(words.status).toBe(200);
      const reader = new StreamReader(words);
      await expect(reader.rest()).rejects.toThrow();
      expect(reader.text).toBe("w1 w2 w3 w4 w5");

      const read = await readEvents(events);
      expect(shapeOf(read)).toEqual([
        "start",
        "text-start",
        "text-delta",
        "text-end",
        "message-metadata",
        "data-problem",
        "error",
        "[DONE]",
      ]);
      expect(textOf(read)).toBe("w1 w2 w3 w4 w5");
      expect(partOf(read, "data-problem").data.code).toBe(code);
      expect(partOf(read, "message-metadata").messageMetadata.status).toBe("interrupted");

      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(talk.messages[1]).toMatchObject({
        role: "assistant",
        parts: [{ type: "text", text: "w1 w2 w3 w4 w5" }],
        metadata: { status: "interrupted", errorCode: code },
      });
      const turnId = events.headers.get("x-turn-id");
      expect(await getJson<Turn>(member, `/api/turns/${turnId}`)).toMatchObject({
        state: "interrupted",
        errorCode: code,
        usage: { estimated: true },
      });
      const rows = await usageOf(turnId);
      const row = rows.at(-1);
      expect(row).toMatchObject({ success: false, error_code: code, estimated: true });
      expect(row?.output_tokens).toBeGreaterThan(0);
      expect(row?.input_tokens).toBeGreaterThan(300);
      expect(row?.cost_micro_usd).toBeGreaterThan(0);
    },
  );

  it("and is asked for again under the same id: it is read as it was kept", async () => {
    const member = await newMember();
    await setModel({ fault: "drop", at: 3, tokens: 20 });
    const body = say("Hello", { id: "talk" }, "m-1");
    await readEvents(await chat(member, body, EVENTS));
    await mendModel();
    const again = await readEvents(await chat(member, body, EVENTS));
    expect(textOf(again)).toBe("w1 w2 w3");
    expect(shapeOf(again)).toContain("error");
    expect(await modelRequests(member.id)).toHaveLength(1);
  });
});

describe("an answer that ends early, but properly", () => {
  it.each([
    ["length", "length"],
    ["content_filter", "content-filter"],
  ] as const)("with %s: complete, and the reason is told", async (fault, reason) => {
    const member = await newMember();
    await setModel({ fault, at: 4, tokens: 20 });
    const events = await readEvents(
      await chat(member, say("Hello", { id: "talk" }, "m-1"), EVENTS),
    );
    expect(textOf(events)).toBe("w1 w2 w3 w4");
    expect(partOf(events, "finish").finishReason).toBe(reason);
    // A clean end: the words are all that came, and their body ends as one.
    await mendModel();
    const words = await readWords(await chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS));
    expect(words).toBe("w1 w2 w3 w4");
  });

  it("slowly is no failure, as long as it goes on", async () => {
    const member = await newMember();
    await setModel({ fault: "slow", at: 2, tokens: 5 });
    expect(await readWords(await chat(member, say("Hello"), WORDS))).toBe("w1 w2 w3 w4 w5");
  });

  it("without usage is estimated, and booked as such", async () => {
    const member = await newMember();
    await setModel({ usage: false, tokens: 40 });
    const response = await chat(member, say("Hello"), EVENTS);
    const events = await readEvents(response);
    const { usage } = partOf(events, "finish").messageMetadata;
    expect(usage.estimated).toBe(true);
    expect(usage.outputTokens).toBe(Math.ceil(textOf(events).length / 4));
    const [row] = await usageOf(response.headers.get("x-turn-id"));
    expect(row).toMatchObject({ success: true, estimated: true, error_code: null });
    expect(row?.input_tokens).toBe(usage.inputTokens);
  });
});

it("what the Worker logs of a turn holds none of the member's words, nor a secret", async () => {
  const lines: string[] = [];
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation((...all) => void lines.push(all.join(" ")));
  }
  const member = await newMember({ first_name: "Xanthippe" });
  const text = "My zyzzyva secret";
  await readWords(await chat(member, say(text, { id: "talk" }), WORDS));
  await setModel({ fault: "500" });
  await (await chat(member, say(`${text} again`, { id: "talk" }), WORDS)).text();
  // Logged once the ending has left.
  await eventually(async () => expect(lines.join("\n")).toContain("provider_unavailable"));
  const all = lines.join("\n");
  expect(all).toContain('"event":"turn"');
  expect(all).toContain('"errorCode":"provider_unavailable"');
  expect(all).not.toMatch(/zyzzyva|Xanthippe|Bearer|sb_secret/);
  expect(all).not.toContain(member.token);
});
