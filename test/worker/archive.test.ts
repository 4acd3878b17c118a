import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Conversation, ConversationSummary, Page, SyncState } from "../../domain/messages.ts";
import { chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords } from "./support/streams.ts";
import { countRpc, eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

/** Takes everything from a member's object: as after a move to another region. */
async function emptyObject(member: Member): Promise<void> {
  await eventually(async () => {
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 });
  });
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await forgetMemory();
}

/** A member with two conversations in Postgres and an object that has never seen them. */
async function movedMember(): Promise<Member> {
  const member = await newMember({ first_name: "Mia" });
  await setModel({ tokens: 3 });
  for (const [id, text] of [
    ["talk-1", "My first words"],
    ["talk-2", "Another matter"],
    ["talk-1", "My second words"],
  ] as const) {
    await readWords(await chat(member, say(text, { id }), WORDS));
  }
  await emptyObject(member);
  return member;
}

type List = Page<ConversationSummary>;

describe("an object that is new to a member with a history", () => {
  it("lists the conversations and reads their messages, once", async () => {
    const member = await movedMember();
    const { items } = await getJson<List>(member, "/api/conversations");
    expect(items.map(({ id, title }) => [id, title])).toEqual([
      ["talk-2", "Another matter"],
      ["talk-1", "My first words"],
    ]);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk-1");
    const spoken = talk.messages.map(({ role, parts, metadata }) => [
      role,
      parts[0]?.text,
      metadata.position,
      metadata.status,
    ]);
    expect(spoken).toEqual([
      ["user", "My first words", 0, "complete"],
      ["assistant", "w1 w2 w3", 1, "complete"],
      ["user", "My second words", 2, "complete"],
      ["assistant", "w1 w2 w3", 3, "complete"],
    ]);
    const opened = await countRpc(member.id, "viva_conversation_page");
    await getJson<Conversation>(member, "/api/conversations/talk-1");
    await getJson<List>(member, "/api/conversations");
    expect(await countRpc(member.id, "viva_conversation_page")).toBe(opened);
  });

  it("knows why a message has no answer, and why an answer broke off", async () => {
    const member = await newMember();
    const ask = async (text: string) =>
      (await chat(member, say(text, { id: "talk" }), EVENTS)).text();
    await setModel({ fault: "drop", at: 3 });
    await ask("It breaks off");
    await setModel({ fault: "content_filter", at: 0 });
    await ask("It is declined");
    const errors = async () =>
      (await getJson<Conversation>(member, "/api/conversations/talk")).messages.map(
        ({ metadata }) => [metadata.status, metadata.errorCode],
      );
    const before = [
      ["complete", undefined],
      ["interrupted", "answer_cut"],
      ["failed", "content_filtered"],
    ];
    expect(await errors()).toEqual(before);
    await emptyObject(member);
    expect(await errors()).toEqual(before);

    // Rows from before there was a reason say none.
    await query("update ai_conversations set context = context - 'errorCode' where user_id = $1", [
      member.id,
    ]);
    await emptyObject(member);
    expect(await errors()).toEqual(before.map(([status]) => [status, undefined]));
  });

  it("goes on with a conversation where it was", async () => {
    const member = await movedMember();
    await readWords(await chat(member, say("My third words", { id: "talk-1" }, "m-9"), WORDS));
    const prompt = (await modelRequests(member.id)).at(-1)?.body.messages ?? [];
    expect(prompt.map(({ content }) => content).slice(2, 6)).toEqual([
      "My first words",
      "w1 w2 w3",
      "My second words",
      "w1 w2 w3",
    ]);
    await eventually(async () => {
      const rows = await query<{ position: number; message: string }>(
        `select m.position, m.message from ai_conversations as m
         join conversation_sessions as c on c.id = m.conversation_id
         where c.user_id = $1 and c.client_id = 'talk-1' order by m.position`,
        [member.id],
      );
      expect(rows.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(rows[4]?.message).toBe("My third words");
    });
  });

  it("knows what was spent this month", async () => {
    const member = await movedMember();
    const events = await readEvents(await chat(member, say("Hello", { id: "talk-3" }), EVENTS));
    const { credits, usage } = partOf(events, "finish").messageMetadata;
    const rows = await query<{ credits: number }>(
      "select (metadata ->> 'credits')::int as credits from token_usage where user_id = $1",
      [member.id],
    );
    const before = rows.slice(0, 3).reduce((sum, row) => sum + row.credits, 0);
    expect(before).toBeGreaterThan(0);
    expect(credits.left).toBe(credits.limit - before - usage.credits);
  });

  it("shows no less than there is: without the database a list is refused, not empty", async () => {
    const member = await movedMember();
    await setSupabase({ down: true });
    for (const path of ["/api/conversations", "/api/conversations/talk-1"]) {
      const response = await get(member, path);
      expect(response.status).toBe(503);
      expect(await problemOf(response)).toMatchObject({
        code: "database_unavailable",
        retryable: true,
      });
    }
    await mendSupabase();
    expect((await getJson<List>(member, "/api/conversations")).items).toHaveLength(2);
  });

  it("sees nothing of another member's conversation of the same id", async () => {
    await movedMember();
    const other = await newMember();
    expect((await get(other, "/api/conversations/talk-1")).status).toBe(404);
  });
});
