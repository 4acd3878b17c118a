import { runInDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { GENTLE_NOTE } from "../../domain/care.ts";
import type { Conversation, ConversationSummary, Page, Turn } from "../../domain/messages.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import { escaped } from "../../worker/member/account/export-page.ts";
import { chat, EVENTS, get, getJson, ORIGIN, say, WORDS } from "./support/api.ts";
import { at, draftOf, READY, send, sendJson } from "./support/journey.ts";
import { contextKept, forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, shapeOf, textOf } from "./support/streams.ts";
import { eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const CRISIS = "I can't go on. I want to kill myself tonight.";

const CARE_SHAPE = ["start", "text-start", "text-delta", "text-end", "finish", "[DONE]"];

/** Waits until nothing of the member's is on its way to Postgres. */
const synced = (member: Member) =>
  eventually(async () => {
    expect(await getJson(member, "/api/sync")).toMatchObject({ pending: 0 });
  });

/** How many messages of the member Postgres holds. */
async function messagesOf(member: Member): Promise<number> {
  return (await query("select 1 from ai_conversations where user_id = $1", [member.id])).length;
}

/** A member whose object has read who they are. */
async function knownMember(profile: Record<string, unknown> = READY): Promise<Member> {
  const member = await newMember(profile);
  await eventually(async () => {
    expect((await get(member, "/api/conversations")).status).toBe(200);
    expect(await contextKept(member)).toBeDefined();
  });
  return member;
}

describe("a member in crisis", () => {
  it("is met with care and help lines of their country: no model, no credits", async () => {
    const member = await knownMember({ ...READY, country: "Sweden" });
    const events = await readEvents(await chat(member, say(CRISIS, { id: "dark" }), EVENTS));
    expect(shapeOf(events)).toEqual(CARE_SHAPE);
    expect(textOf(events)).toContain("Mia");
    expect(textOf(events)).toMatch(/90101|112/);
    const { care, usage, credits } = partOf(events, "finish").messageMetadata;
    expect(care).toBe(true);
    expect(usage).toBeNull();
    expect(credits.left).toBe(credits.limit);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("stays out of later prompts, which only say to be gentle", async () => {
    const member = await knownMember();
    await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    await readWords(await chat(member, say("I slept a little.", { id: "dark" }), WORDS));
    await readWords(await chat(member, say("Hello", { id: "other" }), WORDS));
    const requests = await modelRequests(member.id);
    expect(requests).toHaveLength(2);
    for (const { body } of requests) {
      const prompt = JSON.stringify(body.messages);
      expect(prompt).not.toContain("kill myself");
      expect(prompt).not.toContain("help line for");
      expect(prompt).toContain(GENTLE_NOTE.slice(0, 60));
    }
    const list = await getJson<Page<ConversationSummary>>(member, "/api/conversations");
    expect(JSON.stringify(list)).not.toContain("kill");
    const talk = await getJson<Conversation>(member, "/api/conversations/dark");
    expect(talk.messages.map(({ role }) => role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
  });

  it("is met however often they write; beyond twenty a minute nothing more is stored", async () => {
    const member = await knownMember();
    const stored = () =>
      runInDurableObject(objectOf(member), (_object, { storage }) =>
        ["messages", "turns", "outbox"].map(
          (table) => storage.sql.exec(`SELECT count(*) AS rows FROM ${table}`).one().rows,
        ),
      );
    const first = await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    expect(first).toMatch(/https:\/\//);
    for (let i = 2; i <= 20; i += 1) {
      expect(await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS))).toBe(first);
    }
    await synced(member);
    const kept = await stored();
    const inPostgres = await messagesOf(member);
    expect(inPostgres).toBe(40);
    for (const id of ["dark", "elsewhere"]) {
      for (const accept of [WORDS, EVENTS]) {
        const response = await chat(member, say(CRISIS, { id }), accept);
        expect(response.status).toBe(200);
        expect(response.headers.get("x-conversation-id")).toBe(id);
        if (accept === WORDS) {
          expect(await readWords(response)).toBe(first);
          continue;
        }
        const events = await readEvents(response);
        expect(shapeOf(events)).toEqual(CARE_SHAPE);
        expect(textOf(events)).toBe(first);
        expect(partOf(events, "finish").messageMetadata).toMatchObject({ care: true, usage: null });
      }
    }
    await synced(member);
    expect([await stored(), await messagesOf(member)]).toEqual([kept, inPostgres]);
    expect((await get(member, "/api/conversations/elsewhere")).status).toBe(404);
    expect(await modelRequests(member.id)).toEqual([]);
    // Their other words find VIVA there, as ever.
    await setModel({ tokens: 2 });
    expect(await readWords(await chat(member, say("I slept.", { id: "dark" }), WORDS))).toBe(
      "w1 w2",
    );
    // A minute later what they write is part of the record again.
    const now = Date.now();
    vi.spyOn(Date, "now").mockImplementation(() => now + 61_000);
    await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    vi.restoreAllMocks();
    const talk = await getJson<Conversation>(member, "/api/conversations/dark");
    expect(talk.messages).toHaveLength(44);
  });

  it("is met where their turns of a minute are used up", async () => {
    const member = await knownMember();
    await setModel({ tokens: 1, ttftMs: 0 });
    for (let n = 1; n <= 20; n += 1) {
      await readWords(await chat(member, say(`Message ${n}`, { id: "talk" }), WORDS));
    }
    expect((await chat(member, say("One more", { id: "talk" }), WORDS)).status).toBe(429);
    const words = await readWords(await chat(member, say(CRISIS, { id: "talk" }), WORDS));
    expect(words).toMatch(/https:\/\//);
  });

  it("keeps that answer if a client asks for another one: no model, and nothing is replaced", async () => {
    const member = await knownMember();
    const first = await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    const before = await getJson<Conversation>(member, "/api/conversations/dark");
    for (const messageId of [undefined, ...before.messages.map(({ id }) => id)]) {
      const again = { id: "dark", trigger: "regenerate-message", messages: [], messageId };
      expect(await readWords(await chat(member, again, WORDS))).toBe(first);
    }
    expect(await getJson(member, "/api/conversations/dark?replaced=1")).toEqual(before);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it.each([
    ["in the same words", () => {}],
    // As after a release that knows other phrases.
    [
      "whose phrases are known no more",
      (sql: SqlStorage) => sql.exec("UPDATE messages SET text = 'Hello' WHERE role = 'user'"),
    ],
  ])("is met if their object is lost before it has answered: %s", async (_how, change) => {
    const member = await knownMember({ ...READY, country: "Sweden" });
    const response = await chat(member, say(CRISIS, { id: "dark" }), WORDS);
    const turnId = response.headers.get("x-turn-id");
    const said = await readWords(response);
    await runInDurableObject(objectOf(member), (_object, { storage: { sql } }) => {
      sql.exec("DELETE FROM messages WHERE role = 'assistant'");
      sql.exec("UPDATE turns SET state = 'streaming', ended_at = NULL, finish_reason = NULL");
      change(sql);
    });
    await forgetMemory();
    await eventually(async () => {
      expect(await getJson<Turn>(member, `/api/turns/${turnId}`)).toMatchObject({
        state: "complete",
        usage: null,
      });
    });
    const { messages } = await getJson<Conversation>(member, "/api/conversations/dark");
    expect(messages[1]?.parts[0]?.text).toBe(said);
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it.each([
    ["their words in crisis", 2, "I slept a little."],
    ["their words in crisis, to such words", 2, `${CRISIS} Please.`],
    ["what they wrote before", 0, "Hello there"],
  ])("keeps the help lines if they change %s", async (_what, at, text) => {
    const member = await knownMember();
    await setModel({ tokens: 2 });
    await readWords(await chat(member, say("Hello", { id: "dark" }, "m-0"), WORDS));
    const care = await readWords(await chat(member, say(CRISIS, { id: "dark" }, "m-2"), WORDS));
    const messageId = `m-${at}`;
    const edit = { id: "dark", trigger: "submit-message", messageId };
    const answer = await readWords(await chat(member, say(text, edit, messageId), WORDS));
    expect(answer).toBe(text.startsWith(CRISIS) ? care : "w1 w2");
    const { messages } = await getJson<Conversation>(member, "/api/conversations/dark");
    const texts = messages.map(({ parts }) => parts[0]?.text);
    expect(texts.slice(-3)).toEqual([care, text, answer]);
    expect(texts).not.toContain(CRISIS);
    for (const { body } of await modelRequests(member.id)) {
      expect(JSON.stringify(body.messages)).not.toContain("help line for");
    }
    await synced(member);
    const rows = await query(
      "select 1 from ai_conversations where user_id = $1 and message = $2 and status = 'complete'",
      [member.id, care],
    );
    expect(rows).toHaveLength(text.startsWith(CRISIS) ? 2 : 1);
  });

  it("finds the help lines, whole, in what they download", async () => {
    const member = await knownMember({ ...READY, country: "Sweden" });
    const care = await readWords(await chat(member, say(CRISIS, { id: "dark" }), WORDS));
    await synced(member);
    const { conversations } = await getJson<{ conversations: { messages: unknown[] }[] }>(
      member,
      "/api/export",
    );
    expect(conversations[0]?.messages[1]).toMatchObject({ role: "assistant", text: care });
    const page = await (await get(member, "/api/export?format=html")).text();
    expect(page).toContain(escaped(care));
  });

  it.each([
    ["new", 0],
    ["one that Postgres holds", 1],
  ])(
    "is met at once although Postgres does not answer, by the place they write from: conversation %s",
    async (_what, stored) => {
      const member = await newMember({ ...READY, country: "Sweden" });
      if (stored) {
        await readWords(await chat(member, say("Hello", { id: "dark" }), WORDS));
        await synced(member);
        await runInDurableObject(objectOf(member), (_object, { storage }) => storage.deleteAll());
        await forgetMemory();
        // The object knows that there is a conversation, and not yet what was said in it.
        expect((await get(member, "/api/conversations")).status).toBe(200);
        await runInDurableObject(objectOf(member), (_object, { storage }) =>
          storage.kv.delete("context"),
        );
        await forgetMemory();
      }
      await setSupabase({ latencyMs: 1_000 });
      const response = await exports.default.fetch(
        new Request(`${ORIGIN}/api/viva/chat`, {
          method: "POST",
          headers: { ...WORDS, authorization: `Bearer ${member.token}` },
          body: JSON.stringify(say(CRISIS, { id: "dark" }, "m-1")),
          cf: { country: "FR" },
        }),
      );
      const words = await readWords(response);
      expect(words).toContain("3114");
      expect(words).not.toContain("Mia");
      expect(await contextKept(member)).toBeUndefined();
      await mendSupabase();
      // It is part of the talk all the same.
      await eventually(async () => {
        const { messages } = await getJson<Conversation>(member, "/api/conversations/dark");
        expect(messages.at(-2)).toMatchObject({ id: "m-1", role: "user" });
        expect(messages.at(-1)?.parts[0]?.text).toMatch(/https:/);
        expect(messages).toHaveLength(stored ? 4 : 2);
      });
      expect(await modelRequests(member.id)).toHaveLength(stored);
    },
  );

  it("is met in discovery, which stays where it was", async () => {
    const member = await knownMember();
    const vision = await draftOf(member);
    const body = { visionId: vision.id, category: "fun", action: "submit_step_1" };
    const met = await sendJson<DiscoveryAnswer>(member, "POST", "/api/vision/chat", {
      ...body,
      customInput: CRISIS,
    });
    expect(met.step).toBe(1);
    expect(met.care).toMatch(/https:\/\//);
    const later = await sendJson<DiscoveryAnswer>(member, "POST", "/api/vision/chat", {
      ...body,
      action: "start",
    });
    expect(later.step).toBe(1);
    expect(later.care).toBeUndefined();
    expect(later.chosen).toEqual({ selections: [], customInput: "" });
    expect(await modelRequests(member.id)).toEqual([]);
  });

  it("is met in a refinement, which suggests nothing", async () => {
    const member = await knownMember();
    const vision = await draftOf(member, { fun: "I dance in the kitchen." });
    const response = await send(
      member,
      "POST",
      `/api/visions/${vision.id}/sections/fun/refine`,
      { instructions: CRISIS },
      { ...at(vision.revision), ...EVENTS },
    );
    const { care, vision: written } = partOf(await readEvents(response), "finish").messageMetadata;
    expect(care).toBe(true);
    expect(written).toBeUndefined();
    expect(await modelRequests(member.id)).toEqual([]);
  });
});

it("a member who is dying to travel is coached", async () => {
  const member = await knownMember();
  await readWords(await chat(member, say("I'm dying to travel to Japan this spring!"), WORDS));
  expect(await modelRequests(member.id)).toHaveLength(1);
});
