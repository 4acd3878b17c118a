import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { call, chat, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { draftOf, readyMember } from "./support/journey.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";
import { copied } from "./support/writing.ts";

const HOOK_SECRET = "between Supabase and us, of 32 characters";
const OPS_SECRET = "the operator's own, of 32 characters";

const post = (path: string, headers: Record<string, string>, body: unknown) =>
  call(path, { method: "POST", headers, body: JSON.stringify(body) });

/** What Supabase's webhook says of a row of `auth.users`. */
const told = (change: object) =>
  post(
    "/api/hooks/supabase",
    { "x-webhook-secret": HOOK_SECRET },
    {
      table: "users",
      schema: "auth",
      record: null,
      old_record: null,
      ...change,
    },
  );

const eraseAsOperator = (memberId: unknown, secret = OPS_SECRET) =>
  post("/api/ops/members/erase", { "x-ops-secret": secret }, { memberId });

const deleteAccount = ({ id }: Member) => query("delete from auth.users where id = $1", [id]);

/** How many rows and which keys a member's object holds, beside the month's credits, a number without a name. */
const stored = (member: Member) =>
  runInDurableObject(objectOf(member), (_object, { storage }) => {
    const tables = storage.sql
      .exec<{ name: string }>(
        `SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'spending'
           AND name NOT LIKE '\\_cf%' ESCAPE '\\'`,
      )
      .toArray();
    const rows = tables.flatMap(({ name }) =>
      storage.sql.exec(`SELECT * FROM "${name}"`).toArray(),
    );
    const keys = [...storage.kv.list()].map(([key]) => key);
    return { rows: rows.length, keys: keys.sort() };
  });

const emptied = (member: Member) =>
  eventually(async () =>
    expect(await stored(member)).toEqual({ rows: 0, keys: ["fence", "schema"] }),
  );

/** A member with a draft and a talk, all of which Postgres has. */
async function busyMember(): Promise<Member> {
  const member = await readyMember();
  await draftOf(member, { fun: "I dance by the river." });
  await setModel({ tokens: 2 });
  await readWords(await chat(member, say("I love rivers", { id: "talk" }), WORDS));
  await copied(member);
  return member;
}

/** What is left of a turn's usage in Postgres. */
const usageOf = (turnId: string | null) =>
  query("select user_id, conversation_id from token_usage where turn_id = $1", [turnId]);

describe("an account that is deleted in Supabase", () => {
  it("takes everything of its member's object along, and nobody is let in any more", async () => {
    const member = await busyMember();
    const bystander = await busyMember();
    await deleteAccount(member);
    const answer = await told({ type: "DELETE", old_record: { id: member.id, email: "a@b.c" } });
    expect([answer.status, await answer.json()]).toEqual([202, { state: "erasing" }]);
    await emptied(member);
    for (const path of ["/api/conversations/talk", "/api/export", "/api/usage"]) {
      expect((await problemOf(await get(member, path))).code, path).toBe("session_revoked");
    }
    expect((await getJson<{ items: unknown[] }>(bystander, "/api/conversations")).items).toEqual([
      expect.objectContaining({ id: "talk" }),
    ]);
  });

  it("is one too if its row stays, marked as deleted", async () => {
    const member = await busyMember();
    const row = { id: member.id, deleted_at: "2026-11-27T10:00:00Z" };
    expect((await told({ type: "UPDATE", record: row, old_record: row })).status).toBe(202);
    await emptied(member);
    const talks = "select 1 from conversation_sessions where user_id = $1";
    expect(await query(talks, [member.id])).toEqual([]);
  });

  it.each([
    ["signs in", "UPDATE", { deleted_at: null }],
    ["is made", "INSERT", {}],
  ])("is none that %s", async (_what, type, more) => {
    const member = await busyMember();
    const answer = await told({ type, record: { id: member.id, ...more } });
    expect(await answer.json()).toEqual({ state: "ignored" });
    expect((await get(member, "/api/conversations/talk")).status).toBe(200);
  });

  it("has to be named", async () => {
    for (const old_record of [null, {}, { id: 7 }, { id: "nobody" }]) {
      const answer = await told({ type: "DELETE", old_record });
      expect((await problemOf(answer)).code).toBe("invalid_request");
    }
  });

  it("leaves usage without the member, also what Postgres lacked, and no erase hangs", async () => {
    const member = await busyMember();
    await deleteAccount(member);
    // The token is still good. The talk is refused with 23503, and its usage waits behind it.
    const turn = await chat(member, say("I love lakes", { id: "late" }), WORDS);
    await readWords(turn);
    await forgetMemory();
    await told({ type: "DELETE", old_record: { id: member.id } });
    await emptied(member);
    expect(await usageOf(turn.headers.get("x-turn-id"))).toEqual([
      { user_id: null, conversation_id: null },
    ]);
  });

  it("takes its id out of the usage that Postgres has", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    const turn = await chat(member, say("Hello", { id: "talk" }), WORDS);
    await readWords(turn);
    await copied(member);
    const [before] = await usageOf(turn.headers.get("x-turn-id"));
    expect(before).toEqual({ user_id: member.id, conversation_id: expect.any(String) });
    await deleteAccount(member);
    expect(await usageOf(turn.headers.get("x-turn-id"))).toEqual([
      { user_id: null, conversation_id: null },
    ]);
  });
});

describe("an operator", () => {
  it("erases a member whose account was deleted while no webhook was there", async () => {
    const member = await busyMember();
    await deleteAccount(member);
    const answer = await eraseAsOperator(member.id);
    expect([answer.status, await answer.json()]).toEqual([202, { state: "erasing" }]);
    await emptied(member);
    // Again, and of one that never came: nothing is there, and nothing fails.
    expect((await eraseAsOperator(member.id)).status).toBe(202);
    expect((await eraseAsOperator(crypto.randomUUID())).status).toBe(202);
  });

  it("erases nothing without the secret, and has to name a member", async () => {
    const member = await busyMember();
    expect((await problemOf(await eraseAsOperator(member.id, HOOK_SECRET))).code).toBe("forbidden");
    expect((await problemOf(await eraseAsOperator("nobody"))).code).toBe("invalid_request");
    expect((await get(member, "/api/conversations/talk")).status).toBe(200);
  });
});
