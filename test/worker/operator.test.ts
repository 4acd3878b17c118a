import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { SyncState } from "../../domain/messages.ts";
import { call, chat, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { type Member, newMember, objectOf } from "./support/members.ts";
import { readWords } from "./support/streams.ts";
import { eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const resend = (memberId: unknown, secret: string | null) =>
  call("/api/ops/outbox/resend", {
    method: "POST",
    headers: secret === null ? {} : { "x-ops-secret": secret },
    body: JSON.stringify({ memberId }),
  });

const SECRET = "the operator's own, of 32 characters";

/** A member of whom Postgres has refused everything for good. */
async function refused(): Promise<Member> {
  const member = await newMember();
  await setSupabase({ down: true });
  await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
  await eventually(async () =>
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 4 }),
  );
  await runInDurableObject(objectOf(member), (_object, { storage }) => {
    storage.sql.exec("UPDATE outbox SET failed = '23514'");
  });
  await mendSupabase();
  return member;
}

describe("an operator", () => {
  it("sends again what Postgres had refused for good, in order", async () => {
    const member = await refused();
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0, failed: 4 });
    const response = await resend(member.id, SECRET);
    expect(await response.json()).toEqual({ resent: 4, pending: 0, oldestAgeMs: 0, failed: 0 });
    const rows = await query<{ role: string }>(
      "select role from ai_conversations where user_id = $1 order by position",
      [member.id],
    );
    expect(rows.map(({ role }) => role)).toEqual(["user", "assistant"]);
  });

  it.each([
    ["without a secret", null],
    ["with another secret", "something else"],
    ["with part of it", SECRET.slice(0, -1)],
  ])("is refused %s, and nothing is sent", async (_how, secret) => {
    const member = await refused();
    const response = await resend(member.id, secret);
    expect(response.status).toBe(403);
    expect((await problemOf(response)).code).toBe("forbidden");
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ failed: 4 });
  });

  it("has to name a member", async () => {
    const response = await resend("nobody", SECRET);
    expect((await problemOf(response)).code).toBe("invalid_request");
  });

  it("is not let in by a member's token", async () => {
    const member = await refused();
    const response = await call("/api/ops/outbox/resend", {
      method: "POST",
      headers: { authorization: `Bearer ${member.token}` },
      body: JSON.stringify({ memberId: member.id }),
    });
    expect(response.status).toBe(403);
  });
});
