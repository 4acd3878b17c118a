import { describe, expect, it } from "vitest";
import type { MemberSignIn } from "../../domain/sessions.ts";
import { call, get, getJson, problemOf } from "./support/api.ts";
import { type Member, newMember } from "./support/members.ts";
import { query } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

/** Makes a session as the auth server does. @returns its id */
async function signedIn(member: Member, more: { agent?: string; over?: boolean } = {}) {
  const id = crypto.randomUUID();
  await query(
    `insert into auth.sessions (id, user_id, created_at, user_agent, ip, not_after)
     values ($1, $2, now(), $3, '192.0.2.7', $4)`,
    [id, member.id, more.agent ?? null, more.over ? "2020-01-01" : null],
  );
  return id;
}

const listOf = async (member: Member) =>
  (await getJson<{ items: MemberSignIn[] }>(member, "/api/sessions")).items;

const end = (member: Member, id: string) =>
  call(`/api/sessions/${id}`, {
    method: "DELETE",
    headers: { authorization: `Bearer ${member.token}` },
  });

describe("a member's sessions", () => {
  it("are listed with what they tell, the one that asks marked, and no address", async () => {
    const member = await newMember();
    const id = await signedIn(member, { agent: "Mozilla/5.0 (iPhone)" });
    const mine = { ...member, token: await sharedSecretToken(member.id, { session_id: id }) };
    const other = await signedIn(member);
    await signedIn(member, { over: true });
    await signedIn(await newMember());
    const items = await listOf(mine);
    expect(items).toHaveLength(2);
    expect(items.find((one) => one.id === id)).toEqual({
      ...{ id, current: true, userAgent: "Mozilla/5.0 (iPhone)" },
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      usedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(items.find((one) => one.id === other)).toMatchObject({ current: false });
    expect(JSON.stringify(items)).not.toContain("192.0.2.7");
  });

  it("end one by one", async () => {
    const member = await newMember();
    const [gone, stays] = [await signedIn(member), await signedIn(member)];
    expect((await end(member, gone)).status).toBe(204);
    expect((await listOf(member)).map(({ id }) => id)).toEqual([stays]);
    // The second time there is none.
    expect((await problemOf(await end(member, gone))).code).toBe("not_found");
  });

  it("are nobody else's to see or to end", async () => {
    const [member, other] = [await newMember(), await newMember()];
    const id = await signedIn(other);
    for (const wrong of [id, crypto.randomUUID(), "nothing", `${id}'`]) {
      expect((await problemOf(await end(member, wrong))).code).toBe("not_found");
    }
    expect(await listOf(other)).toHaveLength(1);
  });

  it("are not told to a token of before a sign-out everywhere", async () => {
    const member = await newMember();
    const id = await signedIn(member);
    await call("/api/sessions/revoke", {
      method: "POST",
      headers: { authorization: `Bearer ${member.token}` },
    });
    expect((await problemOf(await get(member, "/api/sessions"))).code).toBe("session_revoked");
    expect((await problemOf(await end(member, id))).code).toBe("session_revoked");
  });
});
