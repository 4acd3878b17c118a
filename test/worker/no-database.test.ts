import { describe, expect, inject, it, vi } from "vitest";
import type { ProfileState } from "../../domain/journey.ts";
import type { SyncState } from "../../domain/messages.ts";
import { chat, getJson, say, WORDS } from "./support/api.ts";
import { refusal, send } from "./support/journey.ts";
import { type Member, newMember } from "./support/members.ts";
import { readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";
import { sharedSecretToken } from "./support/tokens.ts";

/** Answers each call to PostgREST in place of the database; null passes it on. */
function answerInstead(answer: (path: string, headers: Headers) => Response | null): void {
  const fetch = globalThis.fetch;
  const rest = `${inject("world").supabaseUrl}/rest/`;
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const { url, headers } = new Request(input, init);
    return (url.startsWith(rest) ? answer(url, headers) : null) ?? fetch(input, init);
  });
}

/** What stands before a database, or the database itself, on a bad day. */
const NO_ANSWERS: readonly (readonly [name: string, answer: () => Response])[] = [
  ["clocks that do not agree", () => refusedAs("PGRST303", "JWT issued at future", 401)],
  ["keys that do not agree", () => refusedAs("PGRST301", "JWSError JWSInvalidSignature", 401)],
  ["another API key", () => Response.json({ message: "Invalid API key" }, { status: 401 })],
  ["a token that a proxy took away", () => refusedAs("42501", "permission denied", 401)],
  ["a restricted project", () => Response.json({ message: "restricted" }, { status: 402 })],
  ["a firewall", () => page("Attention Required!", 403)],
  ["a page for an unknown address", () => page("Not Found", 404)],
  ["an empty answer for an unknown address", () => new Response("", { status: 404 })],
  ["an empty list for an unknown address", () => Response.json([], { status: 404 })],
  ["a read-only database", () => refusedAs("25006", "cannot execute UPDATE", 405)],
  ["a page that says all is well", () => page("Under maintenance", 200)],
  ["an empty answer", () => new Response("")],
  ["no content", () => new Response(null, { status: 204 })],
  ["a way to a login", () => new Response(null, { status: 302, headers: { location: "/in" } })],
];

function refusedAs(code: string, message: string, status: number): Response {
  return Response.json({ code, message, details: null, hint: null }, { status });
}

function page(title: string, status: number): Response {
  const headers = { "content-type": "text/html" };
  return new Response(`<!doctype html><title>${title}</title>`, { status, headers });
}

/** Reads and writes that wait for the database. */
const ASKED = [
  ["GET", "/api/profile", undefined],
  ["PATCH", "/api/profile", { first_name: "Maria" }],
  ["GET", "/api/visions", undefined],
  ["GET", "/api/assessment", undefined],
  ["GET", "/api/conversations", undefined],
] as const;

async function expectUnavailable(
  member: Member,
  asked: readonly (readonly [method: string, path: string, body: unknown])[],
): Promise<void> {
  for (const [method, path, body] of asked) {
    const { brief } = await refusal(send(member, method, path, body));
    expect([method, path, ...brief]).toEqual([method, path, 503, "database_unavailable", []]);
  }
}

describe("in place of the database answers", () => {
  it.each(NO_ANSWERS)("%s: 503, and nothing is shown as the member's", async (_, answer) => {
    const member = await newMember({ first_name: "Mia" });
    answerInstead(answer);
    await expectUnavailable(member, [...ASKED, ["GET", "/api/export", undefined]]);
    vi.restoreAllMocks();
    const { profile } = await getJson<ProfileState>(member, "/api/profile");
    expect(profile).toMatchObject({ first_name: "Mia" });
  });

  it("JSON of something else: the same", async () => {
    const member = await newMember();
    for (const body of [{ message: "ok" }, [], "ok", 0, true]) {
      answerInstead(() => Response.json(body));
      const asked = ASKED.filter(([, path]) => path !== "/api/visions" || !Array.isArray(body));
      await expectUnavailable(member, asked);
      vi.restoreAllMocks();
    }
  });

  it.each(["PGRST301", "PGRST303"])(
    "that the token has expired, before it has for us (%s): 401, to renew it",
    async (code) => {
      answerInstead(() => refusedAs(code, "JWT expired", 401));
      for (const [method, path, body] of ASKED) {
        const { brief } = await refusal(send(await newMember(), method, path, body));
        expect([path, ...brief]).toEqual([path, 401, "token_expired", []]);
      }
    },
  );

  it.each([
    ["an empty 404", () => new Response("", { status: 404 })],
    ["a page", () => page("Under maintenance", 200)],
    ["nothing", () => new Response("")],
  ])("%s to an erase: it is not done, and goes on", async (_, answer) => {
    const { id } = await newMember({ first_name: "Mia" });
    const now = Math.floor(Date.now() / 1000);
    const member = { id, token: await sharedSecretToken(id, { iat: now - 5 }) };
    const firstNames = () => query("select first_name from user_profiles where user_id = $1", [id]);
    let asked = 0;
    answerInstead((path) => {
      if (!path.endsWith("/viva_erase")) return null;
      asked += 1;
      return answer();
    });
    const erase = () => send(member, "DELETE", "/api/account-data");
    expect((await erase()).status).toBe(202);
    await eventually(async () => expect(asked).toBeGreaterThan(0));
    expect(await (await erase()).json()).toEqual({ state: "erasing" });
    expect(await firstNames()).toEqual([{ first_name: "Mia" }]);
    vi.restoreAllMocks();
    await eventually(async () => {
      expect(await (await erase()).json()).toEqual({ state: "done" });
    });
    expect(await firstNames()).not.toContainEqual({ first_name: "Mia" });
  });
});

it("PostgREST takes no secret key for a member's token: none is sent as one", async () => {
  const member = await newMember();
  answerInstead((_, headers) => {
    const [, token] = headers.get("authorization")?.split(" ") ?? [];
    if (token === undefined || token.split(".").length === 3) return null;
    return refusedAs("PGRST301", "Expected 3 parts in JWT; got 1", 401);
  });
  await readWords(await chat(member, say("I love rivers."), WORDS));
  await eventually(async () => {
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0 });
  });
  const messages = () => query("select from ai_conversations where user_id = $1", [member.id]);
  expect(await messages()).toHaveLength(2);
});
