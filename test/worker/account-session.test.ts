import { createExecutionContext, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../../worker/index.ts";
import { call, chat, get, getJson, ORIGIN, problemOf, say, WORDS } from "./support/api.ts";
import { refusal, send, sendJson } from "./support/journey.ts";
import {
  contextKept,
  forgetMemory,
  type Member,
  newMember,
  objectOf,
  setProfile,
} from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import { askRest, countRpc, eventually, mendSupabase, setSupabase } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

const HOOK = "/api/hooks/supabase";
const SECRET = "between Supabase and us, of 32 characters";

/** A token of a sign-in some seconds from now; clocks may differ by so much. */
const laterToken = async ({ id }: Member, seconds = 3): Promise<Member> => ({
  id,
  token: await sharedSecretToken(id, { iat: Math.floor(Date.now() / 1000) + seconds }),
});

describe("signing out everywhere", () => {
  it("refuses every token from before, on every route, and lets in who signs in after", async () => {
    const member = await newMember();
    const other = await newMember();
    await setModel({ tokens: 1 });
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    const old = {
      id: member.id,
      token: await sharedSecretToken(member.id, { iat: 1_700_000_000 }),
    };
    const { revokedBefore } = await sendJson<{ revokedBefore: string }>(
      member,
      "POST",
      "/api/sessions/revoke",
    );
    expect(Math.abs(Date.parse(revokedBefore) - Date.now())).toBeLessThan(5_000);
    await forgetMemory();
    const routes: [method: string, path: string, body?: unknown][] = [
      ["POST", "/api/viva/chat", say("Hello", { id: "talk" })],
      ["GET", "/api/viva/chat/talk/stream"],
      ["POST", "/api/viva/warm"],
      ["GET", "/api/conversations"],
      ["GET", "/api/conversations/talk"],
      ["DELETE", "/api/conversations/talk"],
      ["GET", "/api/profile"],
      ["PATCH", "/api/profile", { city: "Lund" }],
      ["GET", "/api/visions"],
      ["GET", "/api/usage"],
      ["GET", "/api/export"],
      ["POST", "/api/sessions/revoke"],
      ["DELETE", "/api/account-data"],
    ];
    for (const who of [member, old]) {
      for (const [method, path, body] of routes) {
        const problem = await problemOf(await send(who, method, path, body));
        expect([problem.status, problem.code], path).toEqual([401, "session_revoked"]);
      }
    }
    const again = await laterToken(member);
    expect((await get(again, "/api/conversations/talk")).status).toBe(200);
    expect((await get(other, "/api/conversations")).status).toBe(200);
  });

  it("binds PostgREST as well, at once", async () => {
    const member = await newMember({ city: "Lund" });
    const rows = async ({ token }: Member) => (await askRest(token, "user_profiles")).json();
    expect(await rows(member)).toMatchObject([{ city: "Lund" }]);
    await sendJson(member, "POST", "/api/sessions/revoke");
    expect(await rows(member)).toEqual([]);
    const draft = { user_id: member.id, fun: "I dance." };
    expect((await askRest(member.token, "vision_versions", draft)).ok).toBe(false);
    // The second that is over has to be another one: then whoever signs in is let in.
    await eventually(async () =>
      expect(await rows(await laterToken(member, 0))).toMatchObject([{ city: "Lund" }]),
    );
  });

  it("binds PostgREST once it can be reached again, though the object was lost", async () => {
    const member = await newMember({ city: "Lund" });
    await getJson(member, "/api/conversations");
    await setSupabase({ down: true });
    await sendJson(member, "POST", "/api/sessions/revoke");
    await forgetMemory();
    await mendSupabase();
    await runDurableObjectAlarm(objectOf(member));
    await eventually(async () =>
      expect(await (await askRest(member.token, "user_profiles")).json()).toEqual([]),
    );
  });

  it("does not lock out the operator's work", async () => {
    const member = await newMember();
    await send(member, "POST", "/api/sessions/revoke");
    const response = await call("/api/ops/outbox/resend", {
      method: "POST",
      headers: { "x-ops-secret": "the operator's own, of 32 characters" },
      body: JSON.stringify({ memberId: member.id }),
    });
    expect(response.status).toBe(200);
  });
});

/** Calls the webhook as Supabase does. */
const hook = (body: unknown, secret: string | null = SECRET) =>
  call(HOOK, {
    method: "POST",
    headers: secret === null ? {} : { "x-webhook-secret": secret },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const changed = ({ id }: Member, more: object = {}) => ({
  type: "UPDATE",
  table: "user_profiles",
  schema: "public",
  record: { user_id: id, first_name: "Somebody" },
  old_record: { user_id: id },
  ...more,
});

/** A member whose context is known to their object. */
async function known(): Promise<Member> {
  const member = await newMember({ first_name: "Mia" });
  await getJson(member, "/api/conversations");
  expect((await contextKept(member))?.context.profile?.first_name).toBe("Mia");
  return member;
}

describe("the database's webhook", () => {
  it("has VIVA ask what has changed, and believes nothing that it says", async () => {
    const member = await known();
    await setProfile(member.id, { first_name: "Maja" });
    const response = await hook(changed(member));
    expect([response.status, await response.json()]).toEqual([202, { state: "accepted" }]);
    await eventually(async () =>
      expect((await contextKept(member))?.context.profile?.first_name).toBe("Maja"),
    );
  });

  it("leaves it stale while the database is away, so that the next turn asks", async () => {
    const member = await known();
    await setSupabase({ down: true });
    expect((await hook(changed(member))).status).toBe(202);
    expect((await contextKept(member))?.checkedAt).toBe(0);
  });

  it("knows the member of a deleted row", async () => {
    const member = await known();
    const gone = { type: "DELETE", table: "vision_versions", record: null };
    expect((await hook(changed(member, gone))).status).toBe(202);
    await eventually(async () => expect(await countRpc(member.id, "viva_context")).toBe(1));
  });

  it("ignores tables that VIVA does not read", async () => {
    for (const table of ["token_usage", "orders", "assessment_responses"]) {
      const response = await hook(changed(await newMember(), { table }));
      expect([response.status, await response.json()]).toEqual([202, { state: "ignored" }]);
    }
    const elsewhere = await hook(changed(await newMember(), { schema: "private" }));
    expect(await elsewhere.json()).toEqual({ state: "ignored" });
  });

  it("refuses whoever does not know the secret", async () => {
    const member = await known();
    const refused = async (secret: string | null) =>
      (await refusal(hook(changed(member), secret))).brief;
    expect(await refused(null)).toEqual([401, "unauthorized", []]);
    for (const wrong of ["", "something else", SECRET.slice(0, -1), `${SECRET} `.repeat(2)]) {
      expect(await refused(wrong)).toEqual([403, "forbidden", []]);
    }
    expect((await contextKept(member))?.checkedAt).toBeGreaterThan(0);
    const headers = { authorization: `Bearer ${member.token}` };
    expect((await call(HOOK, { method: "POST", headers, body: "{}" })).status).toBe(401);
  });

  it("is misconfigured where there is no secret", async () => {
    const request = new Request(`${ORIGIN}${HOOK}`, { method: "POST", body: "{}" });
    const variables = { ...env, WEBHOOK_SECRET: "" };
    const response = await worker.fetch(request as never, variables, createExecutionContext());
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ code: "misconfigured" });
  });

  it("refuses what is no change of a row of a member", async () => {
    const member = await newMember();
    const refused = async (body: unknown) => (await refusal(hook(body))).brief;
    expect(await refused("{")).toEqual([400, "invalid_json", []]);
    expect(await refused([])).toEqual([400, "invalid_request", [""]]);
    expect(await refused(changed(member, { type: "TRUNCATE" }))).toEqual([
      400,
      "invalid_request",
      ["type"],
    ]);
    const nobody = { record: { user_id: "me" }, old_record: null };
    expect(await refused(changed(member, nobody))).toEqual([400, "invalid_request", ["user_id"]]);
    const none = { record: null, old_record: null };
    expect(await refused(changed(member, none))).toEqual([400, "invalid_request", ["user_id"]]);
  });
});
