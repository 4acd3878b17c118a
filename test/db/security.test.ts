import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { READY_PROFILE } from "./support/database.ts";
import { conversation, message, usage } from "./support/outbox.ts";

/** What an attacker with an account can do past the Worker: PostgREST, with a member's own token. */

const SECRET = "Xyzzy-Lighthouse";
const dataDir = mkdtempSync(join(tmpdir(), "viva-security-"));
let supabase: LocalSupabase;

interface Account {
  readonly id: string;
  readonly token: string;
}
let victim: Account;
let attacker: Account;

/** A request to PostgREST, by default with the attacker's token. */
async function rest(
  method: string,
  path: string,
  { body, token = attacker.token, prefer = "return=representation" }: Rest = {},
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${supabase.url}/rest/v1/${path}`, {
    method,
    headers: {
      apikey: supabase.publishableKey,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      prefer,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
}
interface Rest {
  readonly body?: unknown;
  readonly token?: string;
  readonly prefer?: string;
}

async function signUp(email: string): Promise<Account> {
  const response = await fetch(`${supabase.url}/auth/v1/signup`, {
    method: "POST",
    headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email, password: "a good password" }),
  });
  const { access_token, user } = (await response.json()) as {
    access_token: string;
    user: { id: string };
  };
  return { id: user.id, token: access_token };
}

/** Every table and view that PostgREST knows. */
const relations = async () =>
  (
    await supabase.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm', 'p') order by 1`,
    )
  ).map(({ name }) => name);

/** Everything that is stored, in every table, of everyone. */
async function everything(): Promise<unknown> {
  const all = await relations();
  return Promise.all(
    all.map(async (name) => [
      name,
      await supabase.query(`select to_jsonb(t) as row from ${name} as t`),
    ]),
  );
}

beforeAll(async () => {
  // Lite prints every refused statement with its stack; the refusals here are asked for.
  vi.spyOn(console, "error").mockImplementation(() => {});
  supabase = await startReadySupabase({ dataDir, port: 0 });
  [victim, attacker] = [await signUp("victim@example.test"), await signUp("mallory@example.test")];
  const own = { token: victim.token };
  const profile = { ...READY_PROFILE, first_name: SECRET, hobbies: [SECRET] };
  await rest("PATCH", `user_profiles?user_id=eq.${victim.id}`, { ...own, body: profile });
  await rest("PATCH", `user_profiles?user_id=eq.${attacker.id}`, { body: READY_PROFILE });
  const vision = { user_id: victim.id, title: SECRET, fun: SECRET };
  const made = await rest("POST", "vision_versions", { ...own, body: vision });
  const [{ id: visionId }] = JSON.parse(made.text) as [{ id: string }];
  await rest("POST", "rpc/viva_commit_vision", { ...own, body: { p_id: visionId } });
  await rest("POST", "vision_versions", { ...own, body: vision });
  await rest("POST", "assessment_results", { ...own, body: { user_id: victim.id } });
  const rows = JSON.stringify([conversation(1), message(2, { text: SECRET }), usage(3)]);
  await supabase.query("select viva_apply($1, $2::text::json)", [victim.id, rows]);
});
afterAll(async () => {
  await supabase?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

it("no table or view shows a member what is another's, however it is asked for", async () => {
  const names = await relations();
  expect(names.length).toBeGreaterThan(10);
  // It is there to be found.
  expect((await rest("GET", "vision_versions", { token: victim.token })).text).toContain(SECRET);
  for (const name of names) {
    for (const query of [
      "",
      "?select=*",
      `?user_id=eq.${victim.id}`,
      `?user_id=neq.${attacker.id}`,
      `?or=(user_id.eq.${victim.id},user_id.not.is.null)`,
      `?user_id=in.(${victim.id},${attacker.id})`,
      "?select=count",
      "?select=*,user_profiles(*)",
      "?select=*,vision_versions(*)",
      "?order=user_id.asc&limit=1000&offset=0",
      "?user_id=eq.x'%20or%20'1'='1",
    ]) {
      const { text } = await rest("GET", name + query);
      expect(text.includes(SECRET) || text.includes(victim.id), `${name}${query}: ${text}`).toBe(
        // Its own question is repeated in no answer.
        false,
      );
    }
  }
  const { text } = await rest("GET", "../../auth.users");
  expect(text).not.toContain("victim@example.test");
});

it("no table or view lets a member write what is another's, or what is nobody's to write", async () => {
  const before = await everything();
  const forged = {
    user_profiles: { user_id: victim.id, first_name: "Mallory" },
    vision_versions: { user_id: victim.id, fun: "Mallory", state: "active", revision: 99 },
    assessment_results: { user_id: victim.id, total_score: 420, completed_at: "2026-01-01" },
    token_usage: { user_id: victim.id, action_type: "chat_conversation", cost_micro_usd: -1 },
  } as Record<string, object>;
  for (const name of await relations()) {
    const body = forged[name] ?? { user_id: victim.id };
    for (const prefer of ["return=representation", "resolution=merge-duplicates"]) {
      const { status } = await rest("POST", name, { body, prefer });
      expect([name, prefer, status >= 400], name).toEqual([name, prefer, true]);
    }
    for (const filter of [`user_id=eq.${victim.id}`, `user_id=neq.${attacker.id}`]) {
      for (const method of ["PATCH", "DELETE"]) {
        const { text } = await rest(method, `${name}?${filter}`, { body });
        expect(text.includes(SECRET) || text.includes(victim.id), `${method} ${name}`).toBe(false);
      }
    }
  }
  expect(await everything()).toEqual(before);
});

it("no member raises themselves: scores, state, numbers, credits and roles are not theirs", async () => {
  const mine = `user_id=eq.${attacker.id}`;
  const attempts: [method: string, path: string, body: object][] = [
    ["POST", "assessment_results", { user_id: attacker.id, total_score: 420 }],
    ["POST", "assessment_results", { user_id: attacker.id, completed_at: "2026-01-01T00:00:00Z" }],
    ["POST", "vision_versions", { user_id: attacker.id, state: "active", fun: "x" }],
    ["POST", "vision_versions", { user_id: attacker.id, state: "history", version_number: 7 }],
    ["POST", "token_usage", { user_id: attacker.id, action_type: "chat_conversation" }],
    ["POST", "ai_conversations", { user_id: attacker.id, role: "assistant", message: "x" }],
    ["POST", "conversation_sessions", { user_id: attacker.id, id: "x" }],
    ["PATCH", `user_profiles?${mine}`, { user_id: victim.id }],
    ["PATCH", "model_prices?model=not.is.null", { input: 0 }],
  ];
  for (const [method, path, body] of attempts) await rest(method, path, { body });
  const count = async (sql: string) => (await supabase.query(sql, [attacker.id])).length;
  expect(await count("select 1 from token_usage where user_id = $1")).toBe(0);
  expect(await count("select 1 from ai_conversations where user_id = $1")).toBe(0);
  expect(await count("select 1 from conversation_sessions where user_id = $1")).toBe(0);
  const raised = `select 1 from assessment_results
    where user_id = $1 and (completed_at is not null or total_score > 0)`;
  expect(await count(raised)).toBe(0);
  expect(await count("select 1 from vision_versions where user_id = $1 and state <> 'draft'")).toBe(
    0,
  );
  expect(await count("select 1 from user_profiles where user_id = $1")).toBe(1);
});

it("no function tells or changes what is another's", async () => {
  const before = await supabase.query(
    "select to_jsonb(t) from vision_versions as t where user_id = $1",
    [victim.id],
  );
  const functions = await supabase.query<{ name: string; names: string[] | null }>(
    `select proname as name, proargnames as names from pg_proc
     where pronamespace = 'public'::regnamespace and prorettype <> 'trigger'::regtype order by 1`,
  );
  expect(functions.length).toBeGreaterThan(10);
  const [vision] = await supabase.query<{ id: string }>(
    "select id from vision_versions where user_id = $1 and state = 'draft'",
    [victim.id],
  );
  const values: Record<string, unknown> = { p_user: victim.id, p_id: vision?.id, p_rows: [] };
  for (const { name, names } of functions) {
    const given = Object.fromEntries(
      (names ?? []).filter((key) => key in values).map((key) => [key, values[key]]),
    );
    for (const body of [given, {}]) {
      for (const token of [attacker.token, supabase.publishableKey]) {
        const { text } = await rest("POST", `rpc/${name}`, { body, token });
        expect(text.includes(SECRET) || text.includes(victim.id), `${name}: ${text}`).toBe(false);
      }
    }
  }
  const after = await supabase.query(
    "select to_jsonb(t) from vision_versions as t where user_id = $1",
    [victim.id],
  );
  expect(after).toEqual(before);
});

it("a token that the project did not sign is nobody's", async () => {
  const [header, , signature] = attacker.token.split(".");
  const claims = { sub: victim.id, role: "service_role", aud: "authenticated", exp: 4e9 };
  const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  for (const token of [`${header}.${payload}.${signature}`, `${none}.${payload}.`, victim.id]) {
    for (const name of ["user_profiles", "vision_versions"]) {
      const { text } = await rest("GET", name, { token });
      expect(text).not.toContain(SECRET);
    }
  }
});
