import { runInDurableObject } from "cloudflare:test";
import { beforeAll, describe, expect, it } from "vitest";
import { LIVE_CLOSE } from "../../domain/live-line.ts";
import { call, chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { type ApiDocument, Contract } from "./support/contract.ts";
import { draftOf, readyMember } from "./support/journey.ts";
import { askLive, openLine, ticketFor } from "./support/live.ts";
import {
  forgetMemory,
  type KeptContext,
  type Member,
  newMember,
  objectOf,
} from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { readWords } from "./support/streams.ts";
import {
  askRest,
  countRpc,
  eventually,
  mendSupabase,
  query,
  setSupabase,
} from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

let document: ApiDocument;
beforeAll(async () => {
  document = (await Contract.read()).document;
  await setModel({ tokens: 2 });
  // The first call of each function takes long: a turn does not wait for Postgres for ever.
  const first = await memberWithVision();
  await readWords(await chat(first, say("Hello"), WORDS));
  await getJson(first, "/api/conversations");
}, 30_000);

const addFactor = ({ id }: Member, status = "verified") =>
  query(
    `insert into auth.mfa_factors (user_id, factor_type, status, friendly_name)
     values ($1, 'totp', $2, gen_random_uuid()::text)`,
    [id, status],
  );
const removeFactors = ({ id }: Member) =>
  query("delete from auth.mfa_factors where user_id = $1", [id]);

/** The member with a token of two steps. */
async function withCode({ id }: Member, claims: object = {}): Promise<Member> {
  const timestamp = Math.floor(Date.now() / 1000);
  const amr = ["totp", "password"].map((method) => ({ method, timestamp }));
  return { id, token: await sharedSecretToken(id, { aal: "aal2", amr, ...claims }) };
}

/** The member with another token of one step. */
const withPassword = async ({ id }: Member, claims: object = {}): Promise<Member> => ({
  id,
  token: await sharedSecretToken(id, { aal: "aal1", ...claims }),
});

const codeOf = async (answer: Response) => (answer.ok ? "ok" : (await problemOf(answer)).code);
const usage = async (member: Member) => codeOf(await get(member, "/api/usage"));
const send = ({ token }: Member, method: string, path: string) =>
  call(path, { method, headers: { authorization: `Bearer ${token}` } });

/** A body that each route takes, so that nothing but the sign-in is in the way. */
function bodyFor(route: string, vision: string): object | undefined {
  if (route === "POST /api/viva/chat") return say("Who am I?");
  if (route === "PATCH /api/profile") return { city: "Taken over" };
  if (route === "PATCH /api/assessment") return { responses: { fun_1: 1 } };
  if (route === "PATCH /api/conversations/{id}") return { title: "Taken over" };
  if (route === "PATCH /api/visions/{id}") return { sections: { fun: "Taken over" } };
  if (route === "POST /api/conversations/search") return { q: "rivers" };
  if (route === "POST /api/vision/chat")
    return { visionId: vision, category: "fun", action: "start" };
  if (route.endsWith("/refine")) return { instructions: "Make it mine" };
  return route.startsWith("GET") || route.startsWith("DELETE") ? undefined : {};
}

/** Every route that asks for a member's token, as a request that lacks nothing but the second step. */
function requests(vision: { readonly id: string; readonly revision: number }) {
  return Object.entries(document.paths).flatMap(([template, operations]) =>
    Object.entries(operations).flatMap(([name, { responses }]) => {
      const method = name.toUpperCase();
      const route = `${method} ${template}`;
      // The socket asks for a ticket, and the operator's routes for a secret.
      if (!("401" in responses) || /hooks|ops|viva\/live$/.test(template)) return [];
      const id = template.startsWith("/api/visions/") ? vision.id : "talk";
      const own = template.startsWith("/api/sessions/") ? crypto.randomUUID() : id;
      const path = template.replace("{id}", own).replace("{key}", "fun");
      const body = bodyFor(route, vision.id);
      const headers = { "content-type": "application/json", "if-match": `"v${vision.revision}"` };
      return [
        { route, path, init: { method, headers, ...(body && { body: JSON.stringify(body) }) } },
      ];
    }),
  );
}

/** A member whose vision and answers stand in Postgres, and whose object has never been asked. */
async function memberWithVision(): Promise<Member> {
  const member = await readyMember();
  for (const [sql] of [
    ["insert into vision_versions (user_id, fun, state) values ($1, 'I love rivers.', 'draft')"],
    ["insert into assessment_results (user_id) values ($1)"],
  ] as const) {
    await query(sql, [member.id]);
  }
  return member;
}

async function visionOf({ id }: Member) {
  const [row] = await query<{ id: string; revision: number }>(
    "select id, revision from vision_versions where user_id = $1",
    [id],
  );
  if (!row) throw new Error("no vision");
  return row;
}

async function ask(member: Member, { path, init }: ReturnType<typeof requests>[number]) {
  const headers = { ...EVENTS, ...init.headers, authorization: `Bearer ${member.token}` };
  const answer = await call(path, { ...init, headers });
  return { status: answer.status, text: await answer.text() };
}

const REFUSED = { status: 401, text: expect.stringContaining('"code":"insufficient_aal"') };

describe("a sign-in without its second step", () => {
  it("opens no route of an object that has never heard of the factor", async () => {
    const all = requests({ id: crypto.randomUUID(), revision: 1 });
    expect(all.length).toBeGreaterThan(30);
    for (const [index, { route }] of all.entries()) {
      const member = await memberWithVision();
      await addFactor(member);
      const request = requests(await visionOf(member))[index];
      expect([route, request && (await ask(member, request))]).toEqual([route, REFUSED]);
    }
  });

  it("opens no route of an object that knows, and changes nothing", async () => {
    const member = await readyMember();
    const vision = await draftOf(member, { fun: "I love rivers." });
    await readWords(await chat(member, say("I love rivers.", { id: "talk" }), WORDS));
    await addFactor(member);
    const whole = await withCode(member);
    expect(await usage(whole)).toBe("ok");
    await eventually(async () => expect(await usage(member)).toBe("insufficient_aal"));
    const state = async () => [
      await getJson(whole, "/api/conversations/talk"),
      await getJson(whole, `/api/visions/${vision.id}`),
      await getJson(whole, "/api/profile"),
      await getJson(whole, "/api/conversations"),
    ];
    const before = await state();
    const asked = (await modelRequests(member.id)).length;
    for (const request of requests(vision)) {
      expect([request.route, await ask(member, request)]).toEqual([request.route, REFUSED]);
    }
    expect(await state()).toEqual(before);
    expect((await modelRequests(member.id)).length).toBe(asked);
  });

  it("sees no turn to its end that begins before the object hears of the factor", async () => {
    const member = await newMember({ first_name: "Rio" });
    await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
    await addFactor(member);
    // Ten minutes later.
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      const kept = storage.kv.get<KeptContext>("context");
      storage.kv.put("context", { ...kept, checkedAt: 0 });
    });
    await forgetMemory();
    await setModel({ ttftMs: 0, gapMs: 20, tokens: 500 });
    const began = await chat(member, say("Who am I?", { id: "talk" }), EVENTS);
    // Ten seconds of words, which end as soon as Postgres has answered.
    if (began.ok) expect(await began.text()).toContain('"type":"abort"');
    else expect(await codeOf(began)).toBe("insufficient_aal");
    for (const form of [EVENTS, WORDS]) {
      const answer = await chat(member, say("Who am I?", { id: "talk" }), form);
      expect(await codeOf(answer)).toBe("insufficient_aal");
    }
    await setModel({ ttftMs: 20, gapMs: 2, tokens: 2 });
    const whole = await withCode(member);
    await eventually(async () =>
      expect(await getJson(whole, "/api/conversations/talk")).toMatchObject({ runningTurn: null }),
    );
    const { messages } = await getJson<{ messages: { metadata: { status: string } }[] }>(
      whole,
      "/api/conversations/talk",
    );
    expect(
      messages.filter(({ metadata }) => metadata.status === "complete").length,
    ).toBeLessThanOrEqual(3);
  });

  it("opens nothing at PostgREST, and with the code it does", async () => {
    const member = await newMember({ city: "Lund" });
    const path = "user_profiles?select=city";
    expect(await (await askRest(member.token, path)).json()).toEqual([{ city: "Lund" }]);
    await addFactor(member);
    for (const [to, body] of [[path], ["rpc/viva_context", {}], ["rpc/viva_export", {}]] as const) {
      const refused = await askRest(member.token, to, body);
      expect([to, refused.status, await refused.json()]).toMatchObject([
        to,
        401,
        { code: "PT401" },
      ]);
    }
    const { token } = await withCode(member);
    expect(await (await askRest(token, path)).json()).toEqual([{ city: "Lund" }]);
  });

  it("erases nothing, also with a password of this moment; with both steps the password must still be new", async () => {
    const member = await newMember();
    await addFactor(member);
    const erase = async (by: Member) => codeOf(await send(by, "DELETE", "/api/account-data"));
    expect(await erase(member)).toBe("insufficient_aal");
    const timestamp = Math.floor(Date.now() / 1000);
    const amr = [
      { method: "totp", timestamp },
      { method: "password", timestamp: timestamp - 3_600 },
    ];
    expect(await erase(await withCode(member, { amr }))).toBe("reauthentication_needed");
    const whole = await withCode(member);
    expect(await erase(whole)).toBe("ok");
    await eventually(async () => {
      const answer = await send(whole, "DELETE", "/api/account-data");
      expect(await answer.json()).toEqual({ state: "done" });
    });
    // The account stays, and so does its second step.
    await forgetMemory();
    await removeFactors(member);
    await setSupabase({ down: true });
    // Tokens of before the erase are refused for that.
    await eventually(async () =>
      expect(await usage(await withPassword(member))).toBe("database_unavailable"),
    );
    await mendSupabase();
    expect(await usage(await withPassword(member))).toBe("ok");
  });
});

describe("a live connection", () => {
  it("ends when a second step is asked for, and comes back with both", async () => {
    const member = await newMember();
    const line = await openLine(member);
    const early = await ticketFor(member.token);
    await addFactor(member);
    const whole = await withCode(member);
    expect(await usage(whole)).toBe("ok");
    expect(await line.closed).toMatchObject({ code: LIVE_CLOSE.expired });
    const late = await askLive(null, { "sec-websocket-protocol": `viva, ticket.${early}` });
    expect(await codeOf(late)).toBe("insufficient_aal");
    expect(await codeOf(await askLive(member.token))).toBe("insufficient_aal");
    const again = await openLine(whole);
    // A token of one step renews nothing.
    again.socket.send(JSON.stringify({ type: "renew", token: member.token }));
    again.socket.send(JSON.stringify({ type: "renew", token: whole.token }));
    await again.until(({ type }) => type === "ready");
    expect(again.frames.filter(({ type }) => type === "ready")).toHaveLength(2);
    again.socket.close();
  });
});

describe("what an object knows of a second factor", () => {
  it("is asked once, and not again for the next requests or turns", async () => {
    const member = await newMember();
    for (let n = 0; n < 3; n += 1) {
      expect(await usage(member)).toBe("ok");
      await readWords(await chat(member, say("Hello"), WORDS));
    }
    expect(await countRpc(member.id, "viva_token_holds")).toBe(1);
  });

  it("comes with what the outbox sends", async () => {
    const member = await newMember();
    expect(await usage(member)).toBe("ok");
    await addFactor(member);
    await readWords(await chat(member, say("Hello"), WORDS));
    await eventually(async () => expect(await usage(member)).toBe("insufficient_aal"));
  });

  it("is not that there is one while it is not verified", async () => {
    const member = await newMember();
    await addFactor(member, "unverified");
    expect(await usage(member)).toBe("ok");
    expect(await readWords(await chat(member, say("Hello"), WORDS))).not.toBe("");
  });

  it("is forgotten with the factor, and of two as long as one is left", async () => {
    const member = await newMember();
    await addFactor(member);
    await addFactor(member);
    const whole = await withCode(member);
    expect(await usage(whole)).toBe("ok");
    expect(await usage(member)).toBe("insufficient_aal");
    await query(
      "delete from auth.mfa_factors where id = (select min(id::text)::uuid from auth.mfa_factors where user_id = $1)",
      [member.id],
    );
    // As the auth server gives them then: a new token for each renewal.
    const renewed = () => withPassword(member);
    expect(await usage(await renewed())).toBe("insufficient_aal");
    await removeFactors(member);
    expect(await usage(await renewed())).toBe("ok");
    expect(await readWords(await chat(await renewed(), say("Hello"), WORDS))).not.toBe("");
  });

  it("outlives the object's memory, and an outage of Postgres opens nothing", async () => {
    const member = await newMember();
    await addFactor(member);
    const whole = await withCode(member);
    expect(await usage(whole)).toBe("ok");
    await eventually(async () => expect(await usage(member)).toBe("insufficient_aal"));
    await forgetMemory();
    await setSupabase({ down: true });
    expect(await usage(await withPassword(member))).toBe("database_unavailable");
    expect(await codeOf(await chat(member, say("Hello"), WORDS))).toBe("database_unavailable");
    expect(await usage(whole)).toBe("ok");
    await mendSupabase();
  });

  it("is nothing while Postgres is down for a member without one, who goes on", async () => {
    const member = await newMember();
    expect(await usage(member)).toBe("ok");
    await forgetMemory();
    await setSupabase({ down: true });
    expect(await usage(member)).toBe("ok");
    expect(await readWords(await chat(member, say("Hello"), WORDS))).not.toBe("");
    await mendSupabase();
  });
});
