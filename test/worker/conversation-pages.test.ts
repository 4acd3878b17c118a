import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Conversation, SyncState } from "../../domain/messages.ts";
import { chat, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { countRpc, eventually, query } from "./support/supabase.ts";

const MB = 1024 * 1024;

/** A member with a conversation that has begun. */
async function talking(): Promise<Member> {
  const member = await newMember({ first_name: "Mia" });
  await setModel({ tokens: 3 });
  await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
  return member;
}

/** Puts messages of 16,384 characters before the ones that a conversation has. */
const lengthen = (member: Member, count: number) =>
  runInDurableObject(objectOf(member), (_object, { storage }) => {
    storage.sql.exec("UPDATE messages SET position = position + ?", count);
    storage.sql.exec("UPDATE conversations SET next_position = next_position + ?", count);
    storage.sql.exec(
      `WITH RECURSIVE n (at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM n WHERE at < ? - 1)
       INSERT INTO messages (conversation_id, position, id, role, text, status, turn_id, created_at)
       SELECT 'talk', at, 'long-' || at, CASE at % 2 WHEN 0 THEN 'user' ELSE 'assistant' END,
         hex(zeroblob(8192)), 'complete', 't' || at, at FROM n`,
      count,
    );
  });

/**
 * The pages of a conversation, the newest first, with their sizes on the wire in bytes.
 * @param most how many: a member's requests are limited
 */
async function pagesOf(member: Member, most = 20) {
  const pages: { positions: number[]; bytes: number }[] = [];
  for (let before: number | null = null; ; ) {
    const path = before === null ? "talk" : `talk?before=${before}`;
    const text = await (await get(member, `/api/conversations/${path}`)).text();
    const { messages, olderBefore } = JSON.parse(text) as Conversation;
    pages.push({
      positions: messages.map(({ metadata }) => metadata.position),
      bytes: text.length,
    });
    if (olderBefore === null || pages.length === most) return pages;
    before = olderBefore;
  }
}

const inOrder = (count: number) => Array.from({ length: count }, (_, n) => n);

describe("a conversation of 8,000 long messages", () => {
  it("is read in pages of 1 MB, and goes on like a short one", { timeout: 120_000 }, async () => {
    const member = await talking();
    await lengthen(member, 8_000);
    await forgetMemory();
    const pages = await pagesOf(member);
    for (const { bytes } of pages) expect(bytes).toBeLessThan(1.1 * MB);
    const newest = pages.toReversed().flatMap(({ positions }) => positions);
    expect(newest.length).toBeGreaterThan(1_000);
    expect(newest).toEqual(inOrder(8_002).slice(-newest.length));
    const oldest = await getJson<Conversation>(member, "/api/conversations/talk?before=50");
    expect(oldest.messages.map(({ metadata }) => metadata.position)).toEqual(inOrder(50));
    expect(oldest.olderBefore).toBeNull();

    const before = await modelRequests(member.id);
    await readWords(await chat(member, say("Once more", { id: "talk" }), WORDS));
    const [request] = (await modelRequests(member.id)).slice(before.length);
    expect(request?.body.messages.at(-1)?.content).toContain("Once more");
    expect(JSON.stringify(request?.body).length).toBeLessThan(0.2 * MB);
    const now = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(now.messages.at(-1)?.metadata.position).toBe(8_003);
  });
});

describe("a page of a conversation", () => {
  it("has at most 200 messages, and tells where the older ones are", async () => {
    const member = await talking();
    await lengthen(member, 300);
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec("UPDATE messages SET text = 'short' WHERE id LIKE 'long-%'");
    });
    await forgetMemory();
    const pages = await pagesOf(member);
    expect(pages.map(({ positions }) => positions.length)).toEqual([200, 102]);
  });

  it("is none for a position that is none", async () => {
    const member = await talking();
    for (const before of ["-1", "x", "1.5"]) {
      const refused = await get(member, `/api/conversations/talk?before=${before}`);
      expect(await problemOf(refused)).toMatchObject({
        code: "invalid_request",
        errors: [{ path: "before" }],
      });
    }
    const path = "/api/conversations/talk?before=0";
    expect(await getJson(member, path)).toMatchObject({ messages: [], olderBefore: null });
  });
});

describe("an object that is new to a long conversation", () => {
  it("reads it from Postgres page by page", async () => {
    const member = await talking();
    await eventually(async () => {
      expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 });
    });
    // Before the two that are there.
    await query("update ai_conversations set position = position + 450 where user_id = $1", [
      member.id,
    ]);
    await query(
      `insert into ai_conversations
         (id, user_id, conversation_id, client_id, role, message, status, position, created_at)
       select gen_random_uuid(), s.user_id, s.id, 'long-' || n,
         case n % 2 when 0 then 'user' else 'assistant' end, repeat('é', 5000), 'complete', n, now()
       from conversation_sessions as s, generate_series(0, 449) as n where s.user_id = $1`,
      [member.id],
    );
    await runInDurableObject(objectOf(member), async (_object, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
    await forgetMemory();
    const pages = await pagesOf(member);
    expect(pages.toReversed().flatMap(({ positions }) => positions)).toEqual(inOrder(452));
    expect(await countRpc(member.id, "viva_conversation_page")).toBeGreaterThan(4);
    expect(await countRpc(member.id, "viva_conversation")).toBe(0);
  });
});
