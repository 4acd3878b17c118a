import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Turn } from "../../domain/messages.ts";
import { ContextCache } from "../../worker/member/sync/context-cache.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import {
  contextKept,
  forgetMemory,
  type KeptContext,
  type Member,
  newMember,
  objectOf,
  setProfile,
} from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords, StreamReader } from "./support/streams.ts";
import { countRpc, eventually, query, recordedCalls, setSupabase } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

/** As the tests' Worker is set to, in milliseconds. */
const CONTEXT_COLD_WAIT_MS = 1_500;

/** The member data of the newest prompt. */
async function memberDataSent(member: Member): Promise<string> {
  const request = (await modelRequests(member.id)).at(-1);
  return request?.body.messages[1]?.content ?? "";
}

/** A turn read to its end, with what it says of itself. */
async function turn(member: Member, text = "Hello", more: object = {}): Promise<Turn> {
  const response = await chat(member, say(text, { id: "talk", ...more }), WORDS);
  await readWords(response);
  return getJson<Turn>(member, `/api/turns/${response.headers.get("x-turn-id")}`);
}

/**
 * Waits until nothing of a turn goes on any more: copied to Postgres, which says with it whether the
 * context holds, and the context asked for anew where it does not.
 */
async function settled(member: Member, contexts: number): Promise<void> {
  await eventually(async () => {
    expect(await countRpc(member.id, "viva_context")).toBe(contexts);
    expect(await getJson(member, "/api/sync")).toMatchObject({ pending: 0 });
  });
}

/** Changes what the object has stored of the context, and has it read that again. */
async function rewriteKept(member: Member, change: (kept: KeptContext) => KeptContext) {
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    const kept = storage.kv.get<KeptContext>("context");
    if (!kept) throw new Error("no context is kept");
    storage.kv.put("context", change(kept));
    await storage.sync();
  });
  await forgetMemory();
}

const HOUR_MS = 60 * 60 * 1000;
const makeOld = (member: Member) =>
  rewriteKept(member, (kept) => ({ ...kept, checkedAt: kept.checkedAt - HOUR_MS }));

describe("what is read from Supabase before the first word", () => {
  it("of a member not seen before: all that is needed, in one call, under their own token", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setModel({ ttftMs: 150, tokens: 10 });
    const reader = new StreamReader(await chat(member, say("Hello"), EVENTS));
    await reader.until((text) => text.includes('"delta":"w1'));
    const calls = await recordedCalls(member.id);
    expect(calls.map(({ method, path }) => [method, path])).toEqual([
      ["POST", "/rest/v1/rpc/viva_open"],
    ]);
    expect(calls[0]?.asService).toBe(false);
    await reader.rest();
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
  });

  it("of a member not seen before who names a conversation: two calls, in one round trip", async () => {
    const member = await newMember({ first_name: "Mia" });
    const latencyMs = 1_000;
    await setSupabase({ latencyMs });
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), WORDS));
    await reader.next();
    const calls = await recordedCalls(member.id);
    expect(calls.map(({ path }) => path.split("/").at(-1)).sort()).toEqual([
      "viva_conversation_page",
      "viva_open",
    ]);
    const [first = 0, last = 0] = calls.map(({ at }) => at).sort((a, b) => a - b);
    // The second leaves before the first is answered.
    expect(last - first).toBeLessThan(latencyMs);
    await reader.rest();
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
  });

  it("of a warm turn: nothing", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setModel({ ttftMs: 150, tokens: 10 });
    await turn(member);
    await settled(member, 0);
    const before = (await recordedCalls(member.id)).length;
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes('"delta":"w1'));
    expect(await recordedCalls(member.id)).toHaveLength(before);
    await reader.rest();
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
  });

  it("of an object that has lost its memory: nothing, while what it stored is fresh", async () => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await forgetMemory();
    await setModel({ ttftMs: 150, tokens: 10 });
    const before = (await recordedCalls(member.id)).length;
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes('"delta":"w1'));
    expect(await recordedCalls(member.id)).toHaveLength(before);
    await reader.rest();
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
  });

  it("of a new conversation, greeting or other category of a known member: nothing either", async () => {
    const member = await newMember();
    await turn(member);
    await settled(member, 0);
    await setModel({ ttftMs: 150, tokens: 10 });
    const before = (await recordedCalls(member.id)).length;
    const body = { messages: [], context: { isInitialGreeting: true, category: "love" } };
    const reader = new StreamReader(await chat(member, body, EVENTS));
    await reader.until((text) => text.includes('"delta":"w1'));
    expect(await recordedCalls(member.id)).toHaveLength(before);
    await reader.rest();
  });
});

describe("a change in the member's data", () => {
  it("is learned after the next turn, and used in the one after that", async () => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await setProfile(member.id, { first_name: "Maria" });
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
    await eventually(async () => {
      expect((await contextKept(member))?.context.profile?.first_name).toBe("Maria");
    });
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Maria"');
  });

  it("is not asked for where Postgres says with the copy of the turn that there is none", async () => {
    const member = await newMember({ first_name: "Mia" });
    for (let n = 0; n < 3; n += 1) {
      await turn(member);
      await settled(member, 0);
    }
    expect(await countRpc(member.id, "viva_apply_batch")).toBeGreaterThan(2);
  });

  it("that goes back, as with a backup that was restored, is what Postgres holds", async () => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await rewriteKept(member, ({ context, checkedAt }) => ({
      context: { ...context, version: 999, profile: { first_name: "Newer" } },
      checkedAt: checkedAt - HOUR_MS,
    }));
    await turn(member);
    await settled(member, 1);
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
    expect((await contextKept(member))?.context.version).toBeLessThan(999);
  });

  it("that was read before what is known replaces nothing", async () => {
    const row = (version: number) => ({
      ...{ version, profile: { first_name: `${version}` } },
      ...{ assessment: null, active: null, draft: null },
    });
    const cache = new ContextCache(
      { load: () => undefined, save: () => {}, now: () => 0 },
      { fresh: 1, staleWait: 1, coldWait: 1 },
    );
    const read = Promise.withResolvers<unknown>();
    const refreshed = cache.refresh(() => read.promise);
    cache.learn(row(6));
    read.resolve(row(5));
    await refreshed;
    expect(cache.known?.version).toBe(6);
    await cache.refresh(async () => row(4));
    expect(cache.known).toMatchObject({ version: 4, profile: { first_name: "4" } });
  });
});

describe("a stale context", () => {
  const newName = { first_name: "Maria" };

  it("is replaced before the turn where the database is near", async () => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await setProfile(member.id, newName);
    await makeOld(member);
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Maria"');
  });

  it("is waited for 150 ms at most, then used; what comes later serves the next turn", async () => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await setProfile(member.id, newName);
    await makeOld(member);
    const latencyMs = 1_500;
    await setSupabase({ latencyMs });
    const { timings } = await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
    expect(timings.oursMs).toBeGreaterThanOrEqual(140);
    expect(timings.oursMs).toBeLessThan(latencyMs);
    await eventually(async () => {
      expect((await contextKept(member))?.context.profile?.first_name).toBe("Maria");
    });
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Maria"');
  });

  it.each([
    ["cannot be reached", { down: true }],
    ["answers with an error", { status: 500 }],
  ])("is used where the database %s", async (_name, outage) => {
    const member = await newMember({ first_name: "Mia" });
    await turn(member);
    await settled(member, 0);
    await makeOld(member);
    await setSupabase(outage);
    await turn(member);
    expect(await memberDataSent(member)).toContain('"name":"Mia"');
  });
});

describe("where nothing is known of the member", () => {
  it("the turn waits as long as it is set to, then goes on and says so", async () => {
    const member = await newMember({ first_name: "Mia" });
    const latencyMs = 4_000;
    await setSupabase({ latencyMs });
    const asked = Date.now();
    const { timings } = await turn(member);
    const [request] = await modelRequests(member.id);
    const waited = (request?.receivedAt ?? 0) - asked;
    expect(await memberDataSent(member)).toBe(
      'MEMBER DATA\n"not available right now: ask rather than assume"',
    );
    // It is waited for once, and told as our part.
    expect(waited).toBeGreaterThanOrEqual(CONTEXT_COLD_WAIT_MS - 10);
    expect(waited).toBeLessThan(latencyMs);
    expect(timings.oursMs).toBeGreaterThanOrEqual(CONTEXT_COLD_WAIT_MS - 10);
    expect(timings.oursMs).toBeLessThanOrEqual(waited + 5);
  });

  it("a database that is down costs no waiting", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setSupabase({ down: true });
    const { state, timings } = await turn(member);
    expect(state).toBe("complete");
    expect(timings.oursMs).toBeLessThan(CONTEXT_COLD_WAIT_MS);
    expect(await memberDataSent(member)).toContain("not available right now");
  });

  it("a token about to expire is not used for reading", async () => {
    const { id } = await newMember({ first_name: "Mia" });
    const token = await sharedSecretToken(id, { exp: Math.floor(Date.now() / 1000) + 45 });
    const member = { id, token };
    await turn(member);
    expect(await memberDataSent(member)).toContain("not available right now");
    await eventually(async () => expect(await countRpc(id, "viva_apply_batch")).toBeGreaterThan(0));
    expect(await countRpc(id, "viva_context")).toBe(0);
  });
});

describe("the prompt's member data", () => {
  it("is the current category's story and vision text alone, and the Green Line in three groups", async () => {
    const member = await newMember({
      first_name: "Mia",
      fun_story: "I used to dance.",
      health_story: "I run at dawn.",
    });
    await query(
      `insert into vision_versions (user_id, title, fun, health)
       values ($1, 'The Life I Choose', 'I dance by the river.', 'I breathe deep.')`,
      [member.id],
    );
    await turn(member, "Hello", { context: { category: "fun" } });
    const sent = await memberDataSent(member);
    expect(sent).toContain("I used to dance.");
    expect(sent).toContain("I dance by the river.");
    expect(sent).not.toMatch(/run at dawn|breathe deep/);
    expect(sent).toContain('"green_line":"no assessment completed yet"');
  });
});
