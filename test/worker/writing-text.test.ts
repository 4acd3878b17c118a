import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Vision } from "../../domain/journey.ts";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { checkVoice } from "../../domain/voice.ts";
import { call, chat, EVENTS, get, getJson, say, WORDS } from "./support/api.ts";
import { draftOf, readyMember, refusal, send } from "./support/journey.ts";
import { forgetMemory, type Member, objectOf } from "./support/members.ts";
import { mendModel, setModel } from "./support/model.ts";
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
import {
  booked,
  discovered,
  hidden,
  materialOf,
  noteOf,
  OWN,
  resume,
  step,
  suggestions,
  text,
  textRequests,
  texts,
  writtenOf,
} from "./support/writing.ts";

/** A member whose discovery of Fun has come to its text. */
async function atText(own = OWN): Promise<{ member: Member; vision: Vision }> {
  const member = await readyMember();
  const vision = await draftOf(member);
  await discovered(member, vision, own);
  return { member, vision };
}

const stop = (member: Member, vision: Vision, body?: object) =>
  call(`/api/viva/chat/${hidden(vision)}/stop`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });

const said = ({ messages }: Conversation) =>
  messages.map(({ role, metadata: { status }, parts }) => [role, status, parts[0]?.text]);
const words = (count: number) => Array.from({ length: count }, (_, i) => `w${i + 1}`).join(" ");

describe("a vision text", () => {
  it("streams like any turn, and in words", async () => {
    const { member, vision } = await atText();
    const events = await readEvents(await text(member, vision));
    expect(shapeOf(events)).toEqual([
      "start",
      "text-start",
      "text-delta",
      "text-end",
      "finish",
      "[DONE]",
    ]);
    const { usage, credits } = partOf(events, "finish").messageMetadata;
    expect(usage.credits).toBeGreaterThan(0);
    expect(credits.left).toBeGreaterThan(0);
    const plain = await text(member, vision, {}, WORDS);
    expect(plain.headers.get("x-conversation-id")).toBe(
      encodeURIComponent(`vision:${vision.id}:fun`),
    );
    expect(await readWords(plain)).toBe(textOf(events));
    const { brief } = await refusal(text(member, vision, {}, { accept: "text/html" }));
    expect(brief).toEqual([406, "not_acceptable", []]);
  });

  it("is written from what was chosen and said, the theme and the rhythm", async () => {
    const { member, vision } = await atText();
    await readEvents(await text(member, vision, { selections: ["weekends"] }));
    const [request] = await textRequests(member);
    if (!request) throw new Error("no request");
    const material = materialOf(request);
    expect(material.section).toMatch(/^Fun: /);
    expect(material.what_the_member_chose).toEqual(expect.arrayContaining(["Weekends", OWN]));
    expect(material).not.toHaveProperty("what_the_member_said");
    expect(material.theme).toMatch(/^\S+( \S+){1,3}\. /);
    expect(material).not.toHaveProperty("section_so_far");
  });

  it("is resumed while it is being written, and read again afterwards", async () => {
    const { member, vision } = await atText();
    await setModel({ tokens: 60, gapMs: 15 });
    const first = new StreamReader(await text(member, vision));
    await first.until((seen) => seen.includes("w9"));
    await first.leave();
    const running = await texts(member, vision);
    expect(running.runningTurn).not.toBeNull();
    const events = await readEvents(await resume(member, vision));
    expect(textOf(events)).toBe(words(60));
    expect(writtenOf(events)).toMatchObject({ category: "fun", visionId: vision.id });
    await forgetMemory();
    const again = await readEvents(await resume(member, vision));
    expect(textOf(again)).toBe(words(60));
    expect(writtenOf(again)).toEqual(writtenOf(events));
    expect(await textRequests(member)).toHaveLength(1);
  });

  it("is stopped, and what has come is kept", async () => {
    const { member, vision } = await atText();
    await setModel({ tokens: 300, gapMs: 15 });
    const reader = new StreamReader(await text(member, vision));
    await reader.until((seen) => seen.includes("w5"));
    const turn: Turn = await (await stop(member, vision)).json();
    expect(turn).toMatchObject({ state: "stopped", conversationId: `vision:${vision.id}:fun` });
    const events = parseEvents(await reader.rest());
    expect(partOf(events, "abort")).toBeDefined();
    expect(said(await texts(member, vision)).at(-1)).toEqual([
      "assistant",
      "stopped",
      textOf(events),
    ]);
    expect(await (await stop(member, vision, { turnId: turn.id })).json()).toEqual(turn);
    await readEvents(await text(member, vision));
  });

  it("is one text for one Idempotency-Key, and another body is refused", async () => {
    const { member, vision } = await atText();
    await setModel({ tokens: 20, ttftMs: 100 });
    const key = { ...EVENTS, "idempotency-key": "text-1" };
    const together = await Promise.all([
      text(member, vision, {}, key),
      text(member, vision, {}, key),
    ]);
    const [one, two] = await Promise.all(together.map(readEvents));
    const three = await readEvents(await text(member, vision, {}, key));
    for (const events of [two, three]) expect(textOf(events ?? [])).toBe(textOf(one ?? []));
    expect(writtenOf(three)).toEqual(writtenOf(one ?? []));
    expect(await textRequests(member)).toHaveLength(1);
    const other = await refusal(text(member, vision, { selections: ["weekly"] }, key));
    expect(other.brief).toEqual([422, "idempotency_mismatch", []]);
    expect(await textRequests(member)).toHaveLength(1);
  });

  it("asked for anew supersedes the one that is being written", async () => {
    const { member, vision } = await atText();
    await setModel({ tokens: 300, gapMs: 15 });
    const first = new StreamReader(await text(member, vision));
    await first.until((seen) => seen.includes("w5"));
    await setModel({ tokens: 8, gapMs: 0 });
    const second = await readEvents(await text(member, vision, { selections: ["weekly"] }));
    expect(partOf(parseEvents(await first.rest()), "abort")).toBeDefined();
    expect(textOf(second)).toBe(words(8));
    const statuses = (await texts(member, vision)).messages.map(({ metadata }) => metadata.status);
    expect(statuses).toEqual(["complete", "superseded", "complete", "complete"]);
  });

  it("fails like any turn, and can be asked for again", async () => {
    const { member, vision } = await atText();
    await setModel({ fault: "500" });
    const { brief } = await refusal(text(member, vision, {}, WORDS));
    expect(brief.slice(0, 2)).toEqual([502, "provider_unavailable"]);
    expect((await step(member, vision, "start")).step).toBe(4);
    await setModel({ fault: "drop", at: 6, tokens: 20 });
    const cut = await readEvents(await text(member, vision));
    expect(partOf(cut, "data-problem").data).toMatchObject({ code: "answer_cut" });
    expect(writtenOf(cut, "message-metadata").category).toBe("fun");
    await mendModel();
    expect(writtenOf(await readEvents(await text(member, vision))).findings).toEqual([]);
  });
});

describe("a better text", () => {
  it("begins with the newest one, has notes, and is a suggestion that is kept and booked", async () => {
    const { member, vision } = await atText();
    const first = textOf(await readEvents(await text(member, vision)));
    const better = { mode: "better", customInput: "Mention my brother Tom" };
    const events = await readEvents(await text(member, vision, better));
    const written = writtenOf(events);
    expect(textOf(events)).toContain("my brother Tom");
    expect(textOf(events)).not.toContain("===");
    expect(written.notes).toMatch(/^You asked: “Mention my brother Tom”/);
    const request = (await textRequests(member)).at(-1);
    expect(request && materialOf(request)).toMatchObject({
      section_so_far: first,
      what_the_member_asks: "Mention my brother Tom",
    });
    expect(await suggestions(member)).toEqual([
      expect.objectContaining({
        id: written.refinementId,
        vision_id: vision.id,
        category: "fun",
        before: first,
        after: textOf(events),
        instructions: "Mention my brother Tom",
        viva_notes: written.notes,
        outcome: "proposed",
      }),
    ]);
    const rows = await booked(member);
    expect(rows.map(({ action_type }) => action_type).sort()).toEqual([
      "vision_discovery",
      "vision_discovery",
      "vision_generation",
      "vision_refinement",
    ]);
    const question = (await texts(member, vision)).messages.at(-2);
    expect(question?.parts[0]?.text).toBe("Mention my brother Tom");
  });

  it("begins with the text that is saved where none was written", async () => {
    const member = await readyMember();
    const vision = await draftOf(member, { fun: "I dance in the kitchen." });
    await step(member, vision, "submit_step_1", { customInput: OWN });
    const better = { mode: "better", customInput: "Longer" };
    const written = writtenOf(await readEvents(await text(member, vision, better)));
    expect(written.refinementId).not.toBeNull();
    expect((await suggestions(member))[0]).toMatchObject({ before: "I dance in the kitchen." });
  });

  it("begins with the newest one also where the last wish came to nothing", async () => {
    const { member, vision } = await atText();
    const first = textOf(await readEvents(await text(member, vision)));
    await setModel({ fault: "500" });
    const better = { mode: "better", customInput: "Mention my brother Tom" };
    await refusal(text(member, vision, better, WORDS));
    await mendModel();
    const events = await readEvents(await text(member, vision, better));
    expect(writtenOf(events).notes).not.toBeNull();
    expect(await suggestions(member)).toMatchObject([{ before: first }]);
  });

  it("is a first one with the wish in it where there is none yet", async () => {
    const { member, vision } = await atText();
    const better = { mode: "better", customInput: "I play chess with my brother Tom" };
    const events = await readEvents(await text(member, vision, better));
    expect(writtenOf(events).refinementId).toBeNull();
    expect(textOf(events)).toContain("I play chess with my brother Tom.");
  });
});

describe("what is told of a text", () => {
  it("is stored with its turn: reading it again computes nothing", async () => {
    const { member, vision } = await atText("I stumble into the kitchen and put the kettle on");
    const first = writtenOf(await readEvents(await text(member, vision)));
    expect(first.findings).not.toEqual([]);
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec(
        "UPDATE turns SET task = json_set(task, '$.written.ownWords', 0.125) WHERE task IS NOT NULL",
      );
    });
    const again = writtenOf(await readEvents(await resume(member, vision)));
    expect(again).toEqual({ ...first, ownWords: 0.125 });
  });
});

describe("a second version", () => {
  it("is asked for with what the first one missed", async () => {
    const { member, vision } = await atText("I stumble into the kitchen and put the kettle on");
    const events = await readEvents(await text(member, vision));
    const { findings } = writtenOf(events);
    expect(findings).toEqual(checkVoice(textOf(events)));
    expect(findings.map(({ rule }) => rule)).toEqual(["wishing", "turning"]);
    const mended = await readEvents(await text(member, vision, { mode: "voice" }));
    expect(writtenOf(mended)).toMatchObject({ findings: [], refinementId: null, notes: null });
    const request = (await textRequests(member)).at(-1);
    if (!request) throw new Error("no request");
    expect(materialOf(request).section_so_far).toBe(textOf(events));
    for (const { message } of findings) expect(noteOf(request)).toContain(message);
    const kept = said(await texts(member, vision)).filter(([role]) => role === "assistant");
    expect(kept.map(([, , words]) => words)).toEqual([textOf(events), textOf(mended)]);
  });
});

describe("an object that loses its memory in a text", () => {
  it("asks once more with the same task, and the text is there afterwards", async () => {
    const { member, vision } = await atText();
    await readEvents(await text(member, vision));
    await setModel({ ttftMs: 400 });
    const better = { mode: "better", customInput: "Mention my brother Tom" };
    const lost = text(member, vision, better).catch(() => null);
    await eventually(async () => expect(await textRequests(member)).toHaveLength(2));
    // What the client has seen acknowledged is stored; only then is the object lost.
    await eventually(async () => expect((await texts(member, vision)).messages).toHaveLength(4));
    await forgetMemory();
    await lost;
    await (await get(member, "/api/sync")).body?.cancel(); // any request wakes it
    await eventually(async () =>
      expect((await texts(member, vision)).messages.at(-1)?.metadata.status).toBe("complete"),
    );
    const [, before, after] = await textRequests(member);
    expect(after?.body.messages).toEqual(before?.body.messages);
    const events = await readEvents(await resume(member, vision));
    expect(textOf(events)).toContain("my brother Tom");
    expect(writtenOf(events).notes).toMatch(/^You asked/);
    expect(await suggestions(member)).toMatchObject([
      { id: writtenOf(events).refinementId, after: textOf(events) },
    ]);
  });

  it("keeps the part that was shown, with what it is for", async () => {
    const { member, vision } = await atText();
    await setModel({ tokens: 300, gapMs: 20 });
    const reader = new StreamReader(await text(member, vision));
    await reader.until((seen) => seen.includes("w10"));
    await forgetMemory();
    await reader.rest().catch(() => {});
    const [, answer] = said(await texts(member, vision));
    expect(answer?.slice(0, 2)).toEqual(["assistant", "interrupted"]);
    expect(answer?.[2]).toMatch(/^w1/);
    const events = await readEvents(await resume(member, vision));
    expect(textOf(events)).toBe(answer?.[2]);
    expect(writtenOf(events, "message-metadata")).toMatchObject({ category: "fun" });
    expect(await textRequests(member)).toHaveLength(1);
  });
});

describe("the conversation of a section's texts", () => {
  it("is in no list, and nobody talks there", async () => {
    const { member, vision } = await atText();
    const events = await readEvents(await text(member, vision));
    const lists = await getJson<{ items: unknown[] }>(member, "/api/conversations");
    expect(lists.items).toEqual([]);
    const id = `vision:${vision.id}:fun`;
    expect((await refusal(chat(member, say("Hello", { id })))).brief[0]).toBe(404);
    const draft = send(member, "POST", `/api/conversations/${hidden(vision)}/draft`);
    expect((await refusal(draft)).brief).toEqual([404, "not_found", []]);
    // Nor does a talk about the same section land there.
    const place = { context: { category: "fun" }, visionBuildPhase: "specific" };
    const talk = await chat(member, say("Hello", place), WORDS);
    await readWords(talk);
    expect(decodeURIComponent(talk.headers.get("x-conversation-id") ?? "")).not.toBe(id);
    expect(said(await texts(member, vision)).at(-1)).toEqual([
      "assistant",
      "complete",
      textOf(events),
    ]);
  });

  it("is read by its member alone", async () => {
    const { member, vision } = await atText();
    await readEvents(await text(member, vision));
    const other = await readyMember();
    const path = `/api/conversations/${hidden(vision)}`;
    expect((await refusal(get(other, path))).brief).toEqual([404, "not_found", []]);
    expect((await resume(other, vision)).status).toBe(204);
    expect((await refusal(stop(other, vision))).brief[0]).toBe(404);
  });
});
