import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { SyncState, Turn } from "../../domain/messages.ts";
import { MemberSession } from "../../worker/member/member-session.ts";
import { chat, get, getJson, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const MINUTE = 60_000;

const alarmOf = (member: Member) =>
  runInDurableObject(objectOf(member), (_object, { storage }) => storage.getAlarm());

/** A member whose last turn Postgres does not have. */
async function memberWithBacklog(): Promise<Member> {
  const member = await newMember();
  await setModel({ tokens: 2 });
  await setSupabase({ down: true });
  await readWords(await chat(member, say("I love rivers."), WORDS));
  await eventually(async () => {
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 4 });
  });
  return member;
}

describe("an object whose alarm was lost with its memory", () => {
  it("sets it anew with the next request, whatever that asks, and sends what waits", async () => {
    const member = await memberWithBacklog();
    await forgetMemory();
    await mendSupabase();
    await runInDurableObject(objectOf(member), (_object, { storage }) => storage.deleteAlarm());
    await forgetMemory();
    expect((await get(member, "/api/sync")).status).toBe(200);
    const alarm = await alarmOf(member);
    expect(alarm).toBeGreaterThan(Date.now());
    expect(alarm).toBeLessThan(Date.now() + MINUTE);
    expect(await runDurableObjectAlarm(objectOf(member))).toBe(true);
    const messages = await query("select from ai_conversations where user_id = $1", [member.id]);
    expect(messages).toHaveLength(2);
  });

  it("sets none if nothing waits", async () => {
    const member = await newMember();
    expect((await get(member, "/api/sync")).status).toBe(200);
    await forgetMemory();
    expect((await get(member, "/api/sync")).status).toBe(200);
    expect(await alarmOf(member)).toBeNull();
  });
});

describe("an object of a deployment with a setting that cannot be used", () => {
  it.each(["OPENAI_BASE_URL", "TURNS_PER_MINUTE"])(
    "answers its alarm all the same, and tries again later (%s)",
    async (name) => {
      const member = await memberWithBacklog();
      await runInDurableObject(objectOf(member), async (_object, state) => {
        const broken = new MemberSession(state, { ...env, [name]: "nonsense" } as Env);
        await state.storage.deleteAlarm();
        // Cloudflare gives up an alarm whose handler, or whose object, throws a few times.
        await broken.alarm();
        const alarm = await state.storage.getAlarm();
        expect(alarm).toBeGreaterThan(Date.now() + MINUTE);
        expect(alarm).toBeLessThan(Date.now() + 10 * MINUTE);
      });
    },
  );
});

describe("a stored turn that cannot be taken up", () => {
  it.each([
    ["origin", "no JSON"],
    ["task", "no JSON"],
  ])("ends as failed, and keeps nobody out (%s)", async (column, value) => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    const response = await chat(member, say("I love rivers.", { id: "talk" }), WORDS);
    const turnId = response.headers.get("x-turn-id");
    await readWords(response);
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      storage.sql.exec(
        `UPDATE turns SET state = 'streaming', ended_at = NULL, ${column} = ? WHERE id = ?`,
        value,
        turnId,
      );
    });
    await forgetMemory();
    expect((await get(member, "/api/conversations/talk")).status).toBe(200);
    expect(await getJson<Turn>(member, `/api/turns/${turnId}`)).toMatchObject({ state: "failed" });
    expect(await readWords(await chat(member, say("Again", { id: "talk" }), WORDS))).toBe("w1 w2");
  });
});
