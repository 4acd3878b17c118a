import { describe, expect, it } from "vitest";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { call, chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
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

const resume = (member: Member, id: string, headers: Record<string, string> = {}, query = "") =>
  call(`/api/viva/chat/${id}/stream${query}`, {
    headers: { authorization: `Bearer ${member.token}`, ...headers },
  });

const stop = (member: Member, id: string, body?: object) =>
  call(`/api/viva/chat/${id}/stop`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i + 1}`).join(" ");
const statuses = ({ messages }: Conversation) => messages.map(({ metadata }) => metadata.status);

describe("resuming an answer", () => {
  it("that is being written: the whole of it, or only what comes after an offset", async () => {
    const member = await newMember();
    await setModel({ tokens: 60, gapMs: 15 });
    const first = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await first.until((text) => text.includes("w9"));
    const last = parseEvents(first.text.slice(0, first.text.lastIndexOf("\n\n"))).at(-1)?.id ?? "";
    await first.leave();

    const [whole, byHeader, byQuery, inWords] = await Promise.all([
      resume(member, "talk", EVENTS),
      resume(member, "talk", { ...EVENTS, "last-event-id": last }),
      resume(member, "talk", EVENTS, `?after=${last}`),
      resume(member, "talk", WORDS),
    ]);
    const events = await readEvents(whole);
    expect(shapeOf(events)[0]).toBe("start");
    expect(textOf(events)).toBe(words(60));
    const offset = Number(last.split(":")[1]);
    expect(offset).toBeGreaterThan(10);
    for (const response of [byHeader, byQuery]) {
      const rest = await readEvents(response);
      expect(shapeOf(rest)).toEqual(["text-delta", "text-end", "finish", "[DONE]"]);
      expect(textOf(rest)).toBe(words(60).slice(offset));
    }
    expect(await readWords(inWords)).toBe(words(60));
    expect(await modelRequests(member.id)).toHaveLength(1);
  });

  it("that has just ended: the same, from what is stored", async () => {
    const member = await newMember();
    await setModel({ tokens: 10 });
    const first = await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await forgetMemory();
    const again = await readEvents(await resume(member, "talk", EVENTS));
    expect(textOf(again)).toBe(words(10));
    expect(partOf(again, "start").messageId).toBe(partOf(first, "start").messageId);
    const id = first.at(-2)?.id ?? "";
    const rest = await readEvents(await resume(member, "talk", { ...EVENTS, "last-event-id": id }));
    expect(shapeOf(rest)).toEqual(["text-end", "finish", "[DONE]"]);
  });

  it.each(["t:99999", "99999"])("from beyond its end (%s) begins anew", async (after) => {
    const member = await newMember();
    await setModel({ tokens: 5 });
    const first = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    await readEvents(first);
    const position = after.replace("t", first.headers.get("x-turn-id") ?? "");
    const again = await readEvents(await resume(member, "talk", EVENTS, `?after=${position}`));
    expect(shapeOf(again)[0]).toBe("start");
    expect(textOf(again)).toBe(words(5));
  });

  it("is 204 where there is nothing to resume, also for a conversation of someone else", async () => {
    const [member, other] = [await newMember(), await newMember()];
    await setModel({ tokens: 2 });
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    expect((await resume(member, "none", EVENTS)).status).toBe(204);
    expect((await resume(other, "talk", EVENTS)).status).toBe(204);
  });
});

describe("stopping an answer", () => {
  it("keeps the part, tells its readers, and ends the request", async () => {
    const member = await newMember();
    await setModel({ tokens: 500, gapMs: 15 });
    const body = say("Hello", { id: "talk" }, "m-1");
    const [events, plain] = await Promise.all([
      chat(member, body, EVENTS),
      chat(member, body, WORDS),
    ]);
    const reader = new StreamReader(events);
    await reader.until((text) => text.includes("w5"));
    const response = await stop(member, "talk");
    expect(response.status).toBe(200);
    const turn: Turn = await response.json();
    expect(turn).toMatchObject({ state: "stopped", conversationId: "talk", errorCode: null });
    expect(turn.usage?.estimated).toBe(true);

    const read = parseEvents(await reader.rest());
    expect(shapeOf(read)).toEqual([
      "start",
      "text-start",
      "text-delta",
      "text-end",
      "message-metadata",
      "abort",
      "[DONE]",
    ]);
    // To a reader of words a stop is a clean end: the member asked for it.
    expect(await readWords(plain)).toBe(textOf(read));
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(statuses(talk)).toEqual(["complete", "stopped"]);
    expect(talk.messages[1]?.parts[0]?.text).toBe(textOf(read));
    await eventually(async () => {
      expect((await modelRequests(member.id))[0]?.aborted).toBe(true);
    });
  });

  it("twice is the same as once, and a stale turn id changes nothing", async () => {
    const member = await newMember();
    await setModel({ tokens: 300, gapMs: 15 });
    const first = await chat(member, say("One", { id: "talk" }), EVENTS);
    const turnId = first.headers.get("x-turn-id");
    await new StreamReader(first).until((text) => text.includes("w2"));
    const once: Turn = await (await stop(member, "talk", { turnId })).json();
    const twice: Turn = await (await stop(member, "talk", { turnId })).json();
    expect(twice).toEqual(once);

    const second = await chat(member, say("Two", { id: "talk" }), EVENTS);
    const reader = new StreamReader(second);
    await reader.until((text) => text.includes("w2"));
    const stale: Turn = await (await stop(member, "talk", { turnId })).json();
    expect(stale).toEqual(once);
    const id = second.headers.get("x-turn-id");
    expect((await getJson<Turn>(member, `/api/turns/${id}`)).state).toBe("streaming");
    await stop(member, "talk", { turnId: id });
    expect(await reader.rest()).toContain('"type":"abort"');
  });

  it("before its first word leaves an empty answer, and the message can be asked again", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 500, tokens: 3 });
    const asked = chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    await stop(member, "talk");
    const response = await asked;
    expect([response.status, await response.text()]).toEqual([200, ""]);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.runningTurn).toBeNull();
    expect(talk.messages).toHaveLength(1);
  });

  it("of an unknown conversation is 404, of another body 400", async () => {
    const member = await newMember();
    expect((await stop(member, "none")).status).toBe(404);
    const response = await stop(member, "none", { turnId: 7 });
    expect((await problemOf(response)).code).toBe("invalid_request");
  });
});

describe("another try", () => {
  const ui = (id: string, text: string) => ({ id, role: "user", parts: [{ type: "text", text }] });

  it("regenerating replaces the last answer, and keeps the question", async () => {
    const member = await newMember();
    await setModel({ tokens: 3 });
    await readWords(await chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS));
    await setModel({ tokens: 5 });
    const body = { id: "talk", trigger: "regenerate-message" };
    expect(await readWords(await chat(member, body, WORDS))).toBe(words(5));
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ role, parts }) => [role, parts[0]?.text])).toEqual([
      ["user", "Hello"],
      ["assistant", words(5)],
    ]);
    const [first, second] = (await modelRequests(member.id)).map(({ body: sent }) => sent.messages);
    // The answer that is replaced is not part of what the next one is written from.
    expect(second).toEqual(first);
  });

  it("an edit replaces the message and all that came after it", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    for (const [id, text] of [
      ["m-1", "One"],
      ["m-2", "Two"],
      ["m-3", "Three"],
    ] as const) {
      await readWords(await chat(member, say(text, { id: "talk" }, id), WORDS));
    }
    const body = { id: "talk", messageId: "m-2", messages: [ui("m-2", "Two, rather")] };
    await readWords(await chat(member, body, WORDS));
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ parts }) => parts[0]?.text)).toEqual([
      "One",
      "w1 w2",
      "Two, rather",
      "w1 w2",
    ]);
    expect(JSON.stringify((await modelRequests(member.id)).at(-1)?.body)).not.toMatch(/Three/);
  });

  it("continuing writes only the rest, under the id of the interrupted answer", async () => {
    const member = await newMember();
    await setModel({ fault: "drop", at: 4, tokens: 10 });
    const first = await readEvents(await chat(member, say("Hello", { id: "talk" }, "m-1"), EVENTS));
    const answerId = partOf(first, "start").messageId;
    await mendModel();
    await setModel({ tokens: 2 });
    const body = { id: "talk", trigger: "submit-message", messageId: answerId, messages: [] };
    const rest = await readEvents(await chat(member, body, EVENTS));
    expect(partOf(rest, "start").messageId).toBe(answerId);
    expect(textOf(rest)).toBe("w1 w2");
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages).toHaveLength(2);
    expect(talk.messages[1]).toMatchObject({ id: answerId, metadata: { status: "complete" } });
    expect(talk.messages[1]?.parts[0]?.text).toBe("w1 w2 w3 w4w1 w2");
  });
});

describe("an Idempotency-Key", () => {
  const key = { ...WORDS, "idempotency-key": "key-1" };

  it("makes a message without an id one turn, however often it is sent", async () => {
    const member = await newMember();
    await setModel({ tokens: 5, ttftMs: 100 });
    const body = say("Hello", { id: "talk" });
    const together = await Promise.all([chat(member, body, key), chat(member, body, key)]);
    const texts = await Promise.all(together.map(readWords));
    expect(texts).toEqual([words(5), words(5)]);
    expect(await readWords(await chat(member, body, key))).toBe(words(5));
    expect(await modelRequests(member.id)).toHaveLength(1);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages).toHaveLength(2);
  });

  it("is refused with another body: 422", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await readWords(await chat(member, say("Hello", { id: "talk" }), key));
    const response = await chat(member, say("Other", { id: "talk" }), key);
    expect([response.status, (await problemOf(response)).code]).toEqual([
      422,
      "idempotency_mismatch",
    ]);
  });

  it("that is none is refused", async () => {
    const response = await chat(await newMember(), say("Hello"), {
      ...WORDS,
      "idempotency-key": "a b",
    });
    expect((await problemOf(response)).errors?.[0]?.path).toBe("Idempotency-Key");
  });
});

describe("an object that loses its memory in a turn", () => {
  it("asks once more where nothing was said, and the answer is there afterwards", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 400, tokens: 4 });
    const lost = chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS).catch(() => null);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    // What the client has seen acknowledged is stored; only then is the object lost.
    await eventually(async () => {
      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(talk.messages[0]?.id).toBe("m-1");
    });
    await forgetMemory();
    await lost;
    expect((await get(member, "/api/sync")).status).toBe(200); // any request wakes it
    await eventually(async () => {
      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(statuses(talk)).toEqual(["complete", "complete"]);
      expect(talk.messages[1]?.parts[0]?.text).toBe(words(4));
    });
    expect(await modelRequests(member.id)).toHaveLength(2);
  });

  it("keeps the part that was shown, as interrupted", async () => {
    const member = await newMember();
    await setModel({ tokens: 300, gapMs: 20 });
    const response = await chat(member, say("Hello", { id: "talk" }, "m-1"), EVENTS);
    const reader = new StreamReader(response);
    await reader.until((text) => text.includes("w10"));
    await forgetMemory();
    await reader.rest().catch(() => {});
    const turnId = response.headers.get("x-turn-id");
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    expect(turn).toMatchObject({ state: "interrupted", errorCode: "answer_cut" });
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(statuses(talk)).toEqual(["complete", "interrupted"]);
    expect(talk.messages[1]?.parts[0]?.text).toMatch(/^w1/);
    expect(await modelRequests(member.id)).toHaveLength(1);
  });
});
