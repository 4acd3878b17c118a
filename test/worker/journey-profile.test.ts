import { describe, expect, it } from "vitest";
import type { ProfileState } from "../../domain/journey.ts";
import { PROFILE_CHOICES } from "../../domain/profile.ts";
import { call, getJson, problemOf } from "./support/api.ts";
import { refusal, send, sendJson, stored, toldInNextTurn } from "./support/journey.ts";
import { contextKept, forgetMemory, newMember, setProfile } from "./support/members.ts";
import { query, recordedCalls, setSupabase } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

const PROFILE = "/api/profile";
const read = (member: Parameters<typeof getJson>[0]) => getJson<ProfileState>(member, PROFILE);

describe("the Life Profile", () => {
  it("is read with its completion and what is missing", async () => {
    const member = await newMember({ first_name: "Mia", relationship_status: "Married" });
    const { profile, completion, missing } = await read(member);
    expect(profile).toMatchObject({ first_name: "Mia", city: null, hobbies: null });
    expect(profile).not.toHaveProperty("user_id");
    // Name, email and relationship of 21: a partner's name is asked for too.
    expect(completion).toBe(14);
    expect(missing).toHaveLength(18);
    expect(missing).toContain("partner_name");
    expect(missing).not.toContain("first_name");
  });

  it("takes changes of any kind of field, and answers what Postgres confirmed", async () => {
    const member = await newMember();
    const changes = {
      first_name: "  Mia\n Maria ",
      date_of_birth: "2000-02-29",
      has_children: true,
      number_of_children: 2,
      hobbies: ["pottery", " running ", "pottery", " "],
      household_income: "<10,000",
      fun_story: " I dance.\r\nI sing. ",
      email: "mia@example.com",
      phone: " ",
    };
    const { profile, missing } = await sendJson<ProfileState>(member, "PATCH", PROFILE, changes);
    const kept = {
      ...changes,
      first_name: "Mia Maria",
      hobbies: ["pottery", "running"],
      fun_story: "I dance.\nI sing.",
      phone: null,
    };
    expect(profile).toMatchObject(kept);
    expect(missing).toContain("phone");
    expect((await read(member)).profile).toMatchObject(kept);
    const emptied = { date_of_birth: null, has_children: null, hobbies: null, first_name: null };
    const after = await sendJson<ProfileState>(member, "PATCH", PROFILE, emptied);
    expect(after.profile).toMatchObject(emptied);
  });

  it("takes every value of every list", async () => {
    const member = await newMember();
    for (const [field, values] of Object.entries(PROFILE_CHOICES)) {
      for (const value of values) {
        const { profile } = await sendJson<ProfileState>(member, "PATCH", PROFILE, {
          [field]: value,
        });
        expect(profile[field]).toBe(value);
      }
    }
  });

  it.each<[string, unknown, string[]]>([
    ["an unknown field", { first_name: "Mia", shoe_size: 39 }, ["shoe_size"]],
    ["the member's id", { user_id: crypto.randomUUID() }, ["user_id"]],
    ["a value outside its list", { relationship_status: "Complicated" }, ["relationship_status"]],
    ["a value in another letter case", { living_situation: "own" }, ["living_situation"]],
    ["a number for a text", { city: 7 }, ["city"]],
    ["a text for a boolean", { has_children: "yes" }, ["has_children"]],
    ["half a child", { number_of_children: 1.5 }, ["number_of_children"]],
    ["fewer than no children", { number_of_children: -1 }, ["number_of_children"]],
    ["a date that is none", { date_of_birth: "2023-02-29" }, ["date_of_birth"]],
    ["a time for a date", { date_of_birth: "1990-02-28T00:00:00Z" }, ["date_of_birth"]],
    ["a birth to come", { date_of_birth: "2999-01-01" }, ["date_of_birth"]],
    ["a birth long ago", { date_of_birth: "1899-12-31" }, ["date_of_birth"]],
    ["no email address", { email: "mia" }, ["email"]],
    ["a name too long", { first_name: "x".repeat(201) }, ["first_name"]],
    ["a story too long", { fun_story: "x".repeat(20_001) }, ["fun_story"]],
    ["a hobby that is no text", { hobbies: ["pottery", null] }, ["hobbies.1"]],
    ["too many hobbies", { hobbies: Array.from({ length: 51 }, String) }, ["hobbies"]],
    ["a hobby too long", { hobbies: ["x".repeat(101)] }, ["hobbies.0"]],
    ["several at once", { city: 1, state: 2, country: "Sweden" }, ["city", "state"]],
    ["no change", {}, [""]],
    ["a list", [], [""]],
    ["nothing", null, [""]],
  ])("refuses %s and changes nothing", async (_name, body, paths) => {
    const member = await newMember({ first_name: "Ada" });
    const before = await stored(member);
    const { brief, problem } = await refusal(send(member, "PATCH", PROFILE, body));
    expect(brief).toEqual([400, "invalid_request", expect.arrayContaining(paths)]);
    expect(problem.errors).toHaveLength(paths.length);
    expect(await stored(member)).toEqual(before);
  });

  it("refuses what is no JSON, and what is too large", async () => {
    const member = await newMember();
    expect((await problemOf(await send(member, "PATCH", PROFILE, "{"))).code).toBe("invalid_json");
    const large = { fun_story: "x".repeat(70_000) };
    expect((await problemOf(await send(member, "PATCH", PROFILE, large))).code).toBe(
      "body_too_large",
    );
  });

  it("is the token's member's own: nobody else's is read or changed", async () => {
    const [member, other] = [await newMember({ city: "Lund" }), await newMember({ city: "Oslo" })];
    const before = await stored(other);
    await sendJson(member, "PATCH", PROFILE, { city: "Rome" });
    expect(await stored(other)).toEqual(before);
    expect((await call(PROFILE)).status).toBe(401);
    expect((await send(member, "DELETE", PROFILE)).status).toBe(405);
  });

  it("writes nothing where nothing changes", async () => {
    const member = await newMember({ city: "Lund", hobbies: ["pottery"] });
    const before = await stored(member);
    await sendJson(member, "PATCH", PROFILE, { city: " Lund", hobbies: ["pottery"], phone: "" });
    expect(await stored(member)).toEqual(before);
  });

  it("keeps both changes of two tabs that save different fields at once", async () => {
    const member = await newMember();
    await Promise.all([
      sendJson(member, "PATCH", PROFILE, { city: "Lund" }),
      sendJson(member, "PATCH", PROFILE, { country: "Sweden" }),
    ]);
    expect((await read(member)).profile).toMatchObject({ city: "Lund", country: "Sweden" });
  });
});

describe("a saved change", () => {
  it("costs one round trip, under the member's own token, and VIVA knows it in the very next turn", async () => {
    const member = await newMember({ first_name: "Mia" });
    await sendJson(member, "PATCH", PROFILE, { first_name: "Maria" });
    const calls = await recordedCalls(member.id);
    expect(calls.map(({ path, asService }) => [path, asService])).toEqual([
      ["/rest/v1/rpc/viva_edit_profile", false],
    ]);
    // Not even the database is needed for that.
    await setSupabase({ down: true });
    expect(await toldInNextTurn(member)).toContain('"name":"Maria"');
  });

  it("is known also to an object that has lost its memory", async () => {
    const member = await newMember({ first_name: "Mia" });
    await sendJson(member, "PATCH", PROFILE, { first_name: "Maria" });
    await forgetMemory();
    await setSupabase({ down: true });
    expect(await toldInNextTurn(member)).toContain('"name":"Maria"');
  });

  it("never replaces what is newer", async () => {
    const member = await newMember({ first_name: "Mia" });
    await sendJson(member, "PATCH", PROFILE, { city: "Lund" });
    const { context } = (await contextKept(member)) ?? {};
    await setProfile(member.id, { first_name: "Maria" });
    await sendJson(member, "PATCH", PROFILE, { city: "Rome" });
    const now = (await contextKept(member))?.context;
    expect(now?.version).toBe((context?.version ?? 0) + 2);
    expect(now?.profile).toMatchObject({ first_name: "Maria", city: "Rome" });
  });
});

describe("while the database", () => {
  it.each([
    ["cannot be reached", { down: true }],
    ["answers with an error", { status: 500 }],
    ["is busy", { status: 503 }],
    ["turns us away", { status: 429 }],
  ])("%s: 503, worth another try, and nothing changed", async (_name, outage) => {
    const member = await newMember({ first_name: "Mia" });
    const before = await stored(member);
    await setSupabase(outage);
    for (const [method, body] of [
      ["GET", undefined],
      ["PATCH", { first_name: "Maria" }],
    ] as const) {
      const response = await send(member, method, PROFILE, body);
      expect(response.headers.get("retry-after")).toBe("5");
      expect(await problemOf(response)).toMatchObject({
        status: 503,
        code: "database_unavailable",
        retryable: true,
      });
    }
    await setSupabase({ down: false, status: null });
    expect(await stored(member)).toEqual(before);
  });

  it.each(["in memory", "in storage"])(
    "leaves open whether something was written, the next turn asks (noted %s)",
    async (where) => {
      const member = await newMember({ first_name: "Mia" });
      await sendJson(member, "PATCH", PROFILE, { city: "Lund" });
      await setSupabase({ status: 500 });
      await refusal(send(member, "PATCH", PROFILE, { first_name: "Maria" }));
      await setSupabase({ status: null });
      await setProfile(member.id, { first_name: "Maria" });
      if (where === "in storage") await forgetMemory();
      expect(await toldInNextTurn(member)).toContain('"name":"Maria"');
    },
  );
});

describe("with a token", () => {
  const expiringIn = async (seconds: number) => {
    const { id } = await newMember({ first_name: "Mia" });
    const exp = Math.floor(Date.now() / 1000) + seconds;
    return { id, token: await sharedSecretToken(id, { exp }) };
  };
  const paths = ["/api/profile", "/api/conversations", "/api/usage", "/api/visions", "/api/export"];

  it.each([45, 5])("that has %i seconds left, reads and writes work", async (seconds) => {
    for (const path of paths) {
      const member = await expiringIn(seconds);
      expect([path, (await send(member, "GET", path)).status]).toEqual([path, 200]);
    }
    const member = await expiringIn(seconds);
    expect(await sendJson(member, "PATCH", PROFILE, { city: "Rome" })).toMatchObject({
      profile: { city: "Rome", first_name: "Mia" },
    });
  });

  it("that has just expired and that Postgres refuses: 401 token_expired, to renew and ask again", async () => {
    for (const path of paths) {
      const member = await expiringIn(-10);
      await setSupabase({ status: 401 });
      const { brief } = await refusal(send(member, "GET", path));
      expect([path, ...brief]).toEqual([path, 401, "token_expired", []]);
      await setSupabase({ status: null });
    }
  });
});

it("is made anew for an account that has none", async () => {
  const member = await newMember();
  await query("delete from user_profiles where user_id = $1", [member.id]);
  expect(await read(member)).toMatchObject({ profile: {}, completion: 0 });
  const { profile } = await sendJson<ProfileState>(member, "PATCH", PROFILE, { city: "Rome" });
  expect(profile).toMatchObject({ city: "Rome", first_name: null });
});

it("may be read and saved 600 times a minute, beside 120 reads of anything else", async () => {
  const member = await newMember();
  let answered = 0;
  let refused: Response | undefined;
  // Refused at the border: cheap to ask. The limit's minutes are the clock's, so twice as many may pass.
  while (!refused && answered <= 2 * 600) {
    const asked = Array.from({ length: 50 }, () => send(member, "GET", "/api/visions?limit=0"));
    for (const response of await Promise.all(asked)) {
      if (response.status === 429) refused ??= response;
      else answered += 1;
      if (response !== refused) await response.text();
    }
  }
  expect(answered).toBeGreaterThanOrEqual(600);
  if (!refused) throw new Error("no limit");
  expect(await problemOf(refused)).toMatchObject({ code: "rate_limited", retryAfter: 10 });
  expect((await send(member, "GET", "/api/sync")).status).toBe(200);
});
