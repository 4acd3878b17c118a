import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SyncState, Turn } from "../../domain/messages.ts";
import { chat, EVENTS, getJson, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { readEvents, readWords, StreamReader, textOf } from "./support/streams.ts";
import { countRpc, eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const sync = (member: Member) => getJson<SyncState>(member, "/api/sync");

interface MessageRow {
  readonly client_id: string;
  readonly role: string;
  readonly message: string;
  readonly status: string;
  readonly position: number;
}

const messagesOf = (member: Member) =>
  query<MessageRow>(
    `select m.client_id, m.role, m.message, m.status, m.position
     from ai_conversations as m join conversation_sessions as c on c.id = m.conversation_id
     where m.user_id = $1 order by c.client_id, m.position`,
    [member.id],
  );

const usageOf = (member: Member) =>
  query<Record<string, unknown>>(
    "select * from token_usage where user_id = $1 order by created_at",
    [member.id],
  );

/** Waits until Postgres has all that the object has. */
const copied = (member: Member) =>
  eventually(async () => expect(await sync(member)).toMatchObject({ pending: 0 }));

const ask = async (member: Member, text: string, id?: string) =>
  readWords(await chat(member, say(text, { id: "talk" }, id), WORDS));

interface OutboxRow {
  readonly [column: string]: SqlStorageValue;
  readonly kind: string;
  readonly payload: string;
}

/** Adds a row to a member's outbox by hand. */
const addRow = (member: Member, kind: string, payload: unknown) =>
  runInDurableObject(objectOf(member), (_object, { storage }) => {
    storage.sql.exec(
      "INSERT INTO outbox (kind, payload, created_at) VALUES (?, ?, ?)",
      kind,
      JSON.stringify(payload),
      Date.now(),
    );
  });

const outboxRows = (member: Member) =>
  runInDurableObject(objectOf(member), (_object, { storage }) =>
    storage.sql.exec<OutboxRow>("SELECT kind, payload FROM outbox ORDER BY seq").toArray(),
  );

describe("a turn", () => {
  it("is in Postgres afterwards: both messages in order, one row of usage with its real cost", async () => {
    const member = await newMember({ first_name: "Mia" });
    const body = say("I love rivers.", { id: "talk", context: { category: "fun" } }, "m-1");
    const response = await chat(member, body, EVENTS);
    const text = textOf(await readEvents(response));
    const turnId = response.headers.get("x-turn-id");
    await copied(member);

    expect(await messagesOf(member)).toEqual([
      {
        client_id: "m-1",
        role: "user",
        message: "I love rivers.",
        status: "complete",
        position: 0,
      },
      {
        client_id: expect.any(String),
        role: "assistant",
        message: text,
        status: "complete",
        position: 1,
      },
    ]);
    const sessions = await query("select * from conversation_sessions where user_id = $1", [
      member.id,
    ]);
    expect(sessions).toMatchObject([
      { client_id: "talk", category: "fun", phase: "contrast", title: "I love rivers." },
    ]);

    const [request] = await modelRequests(member.id);
    const {
      prompt_tokens = 0,
      completion_tokens = 0,
      prompt_tokens_details,
    } = request?.usage ?? {};
    const cached = prompt_tokens_details?.cached_tokens ?? 0;
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    const rows = await usageOf(member);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({
      turn_id: turnId,
      attempt: 1,
      action_type: "chat_conversation",
      model_used: "rehearsal-gpt-6-luna",
      input_tokens: prompt_tokens,
      cached_input_tokens: cached,
      output_tokens: completion_tokens,
      estimated: false,
      success: true,
      error_code: null,
      first_token_ms: turn.timings.upstreamMs,
      metadata: { state: "complete", oursMs: turn.timings.oursMs },
    });
    const cost = (prompt_tokens - cached) * 0.1 + cached * 0.01 + completion_tokens * 0.5;
    expect(Number(rows[0]?.cost_micro_usd)).toBe(Math.ceil(Math.round(cost * 100) / 100));
    expect(rows[0]?.conversation_id).toBe(sessions[0]?.id);
  });

  it("is sent with the service's key, and only after its last word", async () => {
    const member = await newMember();
    await setModel({ tokens: 20, gapMs: 15 });
    const reader = new StreamReader(await chat(member, say("Hello"), WORDS));
    await reader.until((words) => words.includes("w10"));
    expect(await countRpc(member.id, "viva_apply_batch")).toBe(0);
    await reader.rest();
    await copied(member);
    expect(await countRpc(member.id, "viva_apply_batch")).toBeGreaterThan(0);
  });
});

describe("Supabase is down", () => {
  it("before a turn: the turn works, waits for it, and is copied once it is back", async () => {
    const member = await newMember();
    await setSupabase({ down: true });
    expect(await ask(member, "I love rivers.", "m-1")).toContain("I love rivers");
    expect(await ask(member, "And the sea.", "m-2")).toContain("And the sea");
    await eventually(async () => {
      const state = await sync(member);
      // A conversation, four messages, two rows of usage.
      expect(state).toMatchObject({ pending: 7, failed: 0 });
      expect(state.oldestAgeMs).toBeGreaterThan(0);
    });
    await mendSupabase();
    // Nobody asks for it: the object's alarm does.
    await eventually(async () => expect(await usageOf(member)).toHaveLength(2));
    const rows = await messagesOf(member);
    expect(rows.map(({ role, position, status }) => [role, position, status])).toEqual([
      ["user", 0, "complete"],
      ["assistant", 1, "complete"],
      ["user", 2, "complete"],
      ["assistant", 3, "complete"],
    ]);
    expect(rows[0]?.message).toBe("I love rivers.");
    expect(await sync(member)).toEqual({ pending: 0, oldestAgeMs: 0, failed: 0 });
  });

  it("during a turn: the same", async () => {
    const member = await newMember();
    await setModel({ tokens: 20, gapMs: 10 });
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), WORDS));
    await reader.until((words) => words.includes("w3"));
    await setSupabase({ down: true });
    expect(await reader.rest()).toMatch(/ w20$/);
    expect((await sync(member)).pending).toBe(4);
    await mendSupabase();
    await copied(member);
    expect(await messagesOf(member)).toHaveLength(2);
    expect(await usageOf(member)).toHaveLength(1);
  });

  it.each([401, 403, 404, 409, 429, 500, 503])(
    "with status %i after a turn: nothing is given up, and nothing comes twice",
    async (status) => {
      const member = await newMember();
      await setModel({ tokens: 2 });
      await setSupabase({ status });
      await ask(member, "Hello");
      await eventually(async () => {
        // More than one attempt was made.
        expect(await countRpc(member.id, "viva_apply_batch")).toBeGreaterThan(1);
      });
      expect(await sync(member)).toMatchObject({ pending: 4, failed: 0 });
      await mendSupabase();
      await copied(member);
      expect(await messagesOf(member)).toHaveLength(2);
      expect(await usageOf(member)).toHaveLength(1);
    },
  );

  it("and the object loses its memory meanwhile: its alarm finds what it had stored", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await setSupabase({ down: true });
    await ask(member, "Hello");
    expect((await sync(member)).pending).toBe(4);
    await forgetMemory();
    await mendSupabase();
    // No request wakes the object, only its alarm.
    expect(await runDurableObjectAlarm(objectOf(member))).toBe(true);
    await eventually(async () => expect(await usageOf(member)).toHaveLength(1));
    expect(await messagesOf(member)).toHaveLength(2);
  });

  it("when the alarm goes off: its handler does not throw, and sets the next one", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await setSupabase({ down: true });
    await ask(member, "Hello");
    const object = objectOf(member);
    await eventually(async () => expect(await runDurableObjectAlarm(object)).toBe(true));
    const next = await runInDurableObject(object, (_object, { storage }) => storage.getAlarm());
    expect(next).toBeGreaterThan(Date.now() - 1_000);
    expect(next).toBeLessThan(Date.now() + 1_000);
  });

  it("for a failed turn: the message's last word on itself is what arrives", async () => {
    const member = await newMember();
    await setSupabase({ down: true });
    await setModel({ fault: "500" });
    await (await chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS)).text();
    await mendModel();
    await ask(member, "Hello", "m-1");
    await mendSupabase();
    await copied(member);
    const rows = await messagesOf(member);
    expect(rows.map(({ role, status }) => [role, status])).toEqual([
      ["user", "complete"],
      ["assistant", "complete"],
    ]);
    const books = await usageOf(member);
    expect(books.map(({ success }) => success).sort()).toEqual(
      [...books.map(() => false).slice(1), true].sort(),
    );
    expect(books.length).toBeGreaterThanOrEqual(2);
  });
});

describe("a row", () => {
  const usage = {
    turnId: "by-hand",
    attempt: 1,
    conversationId: "talk",
    actionType: "chat_conversation",
    model: "gpt-6-luna",
    inputTokens: 1,
    cachedInputTokens: 0,
    outputTokens: 1,
    estimated: false,
    costMicroUsd: 1,
    success: true,
    errorCode: null,
    firstTokenMs: 1,
    colo: "",
    region: "",
    metadata: {},
    createdAt: "2026-11-22T10:00:00.000Z",
  };

  it("that Postgres refuses for good is kept, reported and passed", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await setSupabase({ down: true });
    await ask(member, "One");
    await addRow(member, "usage", { ...usage, inputTokens: "many" });
    await addRow(member, "usage", { ...usage, actionType: "something else" });
    await addRow(member, "usage", { ...usage, model: null });
    await addRow(member, "usage", { ...usage, createdAt: "yesterday-ish" });
    await ask(member, "Two");
    await mendSupabase();
    await copied(member);
    expect(await sync(member)).toMatchObject({ pending: 0, failed: 4 });
    const rows = await messagesOf(member);
    expect(rows.map(({ message: text }) => text)).toEqual(["One", "w1 w2", "Two", "w1 w2"]);
    expect(await usageOf(member)).toHaveLength(2);
    expect(await outboxRows(member)).toHaveLength(4);
  });

  it("that comes twice, because an answer was lost, is there once", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await setSupabase({ down: true });
    await ask(member, "Hello");
    const sent = await outboxRows(member);
    expect(sent.map(({ kind }) => kind)).toEqual(["conversation", "message", "message", "usage"]);
    await mendSupabase();
    await copied(member);
    for (const { kind, payload } of sent) await addRow(member, kind, JSON.parse(payload));
    await ask(member, "And again");
    await copied(member);
    expect(await messagesOf(member)).toHaveLength(4);
    expect(await usageOf(member)).toHaveLength(2);
    expect(await sync(member)).toMatchObject({ failed: 0 });
  });
});

describe("a Postgres that was restored to an earlier time", () => {
  const lose = (member: Member) =>
    query("delete from conversation_sessions where user_id = $1", [member.id]);

  it("gets back the conversation that it lost with the next message in it, each message once", async () => {
    const member = await newMember({ first_name: "Mia" });
    for (const n of [1, 2, 3]) await ask(member, `Message ${n}`, `m-${n}`);
    await copied(member);
    const before = await messagesOf(member);
    expect(before).toHaveLength(6);
    await lose(member);
    // Also an object that no longer has it in memory.
    await forgetMemory();
    await ask(member, "Message 4", "m-4");
    await copied(member);
    const after = await messagesOf(member);
    expect(after.slice(0, 6)).toEqual(before);
    expect(after.map(({ position }) => position)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await sync(member)).toMatchObject({ pending: 0, failed: 0 });
    expect(await usageOf(member)).toHaveLength(4);
  });

  it("is not taken for one that lost the account: what waits then goes on waiting", async () => {
    const member = await newMember();
    await ask(member, "Hello");
    await copied(member);
    await query("delete from auth.users where id = $1", [member.id]);
    await addRow(member, "message", ["talk", 0]);
    await runDurableObjectAlarm(objectOf(member));
    await eventually(async () => expect(await outboxRows(member)).toHaveLength(1));
  });

  it("and has lost a conversation that the object had not read opens it empty", async () => {
    const member = await newMember();
    await ask(member, "Hello");
    await copied(member);
    await runInDurableObject(objectOf(member), (_object, { storage }) => storage.deleteAll());
    await forgetMemory();
    await getJson(member, "/api/conversations");
    await lose(member);
    expect(await getJson(member, "/api/conversations/talk")).toMatchObject({ messages: [] });
  });
});
