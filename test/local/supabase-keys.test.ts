import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { createLocalJWKSet, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { MemberContext } from "../../domain/context.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { createVerifier } from "../../worker/auth/verify.ts";
import { asMember, asService, DatabaseError } from "../../worker/db/supabase.ts";
import { checkSettings, type Settings } from "../../worker/settings.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { type Gateway, type ProjectKeys, startGateway } from "./supabase-gateway.ts";

/** Both kinds of Supabase's API keys, each against a gateway that knows only that kind. */

const dataDir = mkdtempSync(join(tmpdir(), "viva-keys-"));
let supabase: LocalSupabase;
const gateways = new Map<ProjectKeys["kind"], { gateway: Gateway; keys: ProjectKeys }>();

const started = (kind: ProjectKeys["kind"]) => {
  const found = gateways.get(kind);
  if (!found) throw new Error(`no gateway for ${kind} keys`);
  return found;
};

/** An older key: a token of a role, of nobody, for ten years. */
const legacyKey = (role: string, secret = supabase.jwtSecret) =>
  new SignJWT({ iss: "supabase", ref: "project", role })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("10y")
    .sign(new TextEncoder().encode(secret));

beforeAll(async () => {
  // Lite prints every refused statement with its stack; the refusals here are asked for.
  vi.spyOn(console, "error").mockImplementation(() => {});
  supabase = await startReadySupabase({ dataDir, port: 0 });
  const legacy: ProjectKeys = {
    kind: "legacy",
    publishable: await legacyKey("anon"),
    secret: await legacyKey("service_role"),
  };
  const fresh: ProjectKeys = {
    kind: "new",
    publishable: "sb_publishable_abc123_xyz",
    secret: "sb_secret_def456_uvw",
  };
  for (const keys of [legacy, fresh]) {
    gateways.set(keys.kind, { gateway: await startGateway(supabase, keys), keys });
  }
});
afterAll(async () => {
  for (const { gateway } of gateways.values()) await gateway.close();
  await supabase?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The settings of a deployment, by the names that its kind of keys goes by. */
function settingsFor(kind: ProjectKeys["kind"], over: Record<string, string> = {}): Settings {
  const { gateway, keys } = started(kind);
  const [publishable, secret] =
    kind === "legacy"
      ? ["SUPABASE_ANON_KEY", "SUPABASE_SERVICE_ROLE_KEY"]
      : ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"];
  const { settings, problems } = checkSettings({
    SUPABASE_URL: gateway.url,
    [publishable]: keys.publishable,
    [secret]: keys.secret,
    SUPABASE_JWT_SECRET: supabase.jwtSecret,
    OPENAI_API_KEY: "rehearsal",
    ...over,
  });
  expect(problems).toEqual([]);
  if (!settings) throw new Error("the settings do not hold");
  return settings;
}

/** Signs up as a page does, with the stock client. */
async function signUp(kind: ProjectKeys["kind"]) {
  const { gateway, keys } = started(kind);
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const client = createClient(gateway.url, keys.publishable, options);
  const email = `${crypto.randomUUID()}@example.test`;
  const { data, error } = await client.auth.signUp({ email, password: "a good password" });
  if (error || !data.session || !data.user) throw error ?? new Error("no session");
  return { id: data.user.id, token: data.session.access_token, client };
}

const verify = (token: string) =>
  createVerifier({
    issuer: "https://project.supabase.co/auth/v1",
    secret: supabase.jwtSecret,
    keys: createLocalJWKSet({ keys: [] }),
    now: () => Date.now(),
  })(token);

const failure = async (work: Promise<unknown>): Promise<DatabaseError> => {
  const error = await work.then(
    () => null,
    (why: unknown) => why,
  );
  if (!(error instanceof DatabaseError)) throw new Error(`no DatabaseError: ${error}`);
  return error;
};

const at = "2026-11-20T10:00:00.000Z";
const talk = {
  ...{ seq: 1, kind: "conversation", id: "talk", category: "fun", phase: "contrast" },
  ...{ visionId: null, title: "Rivers", createdAt: at, updatedAt: at, deletedAt: null },
};

describe.each(["legacy", "new"] as const)("with %s keys", (kind) => {
  it("a member signs up, is known by their token, and reads and writes what is theirs", async () => {
    const member = await signUp(kind);
    expect(await verify(member.token)).toMatchObject({ id: member.id });
    const rpc = asMember(settingsFor(kind), member.token);
    const changes = { first_name: "Mia" };
    const edited = await rpc<{ context: MemberContext }>(
      "viva_edit_profile",
      { p_changes: changes },
      5_000,
    );
    expect(edited.context.profile).toMatchObject(changes);
    const stock = await member.client.from("user_profiles").select("user_id, first_name");
    expect(stock.data).toEqual([{ user_id: member.id, first_name: "Mia" }]);
    // The key says who calls, the token as whom.
    const { asked } = started(kind).gateway;
    expect(asked.find(({ path }) => path.endsWith("viva_edit_profile"))).toMatchObject({
      apikey: started(kind).keys.publishable,
      authorization: `Bearer ${member.token}`,
    });
  });

  it("a member reads nothing of another's, and calls nothing of the server's", async () => {
    const [mia, bo] = [await signUp(kind), await signUp(kind)];
    const rpc = asMember(settingsFor(kind), bo.token);
    expect(await rpc("viva_context", { p_user: mia.id }, 5_000)).toMatchObject({
      version: 0,
      profile: null,
    });
    const applied = await failure(rpc("viva_apply", { p_user: bo.id, p_rows: [] }, 5_000));
    expect([applied.code, applied.status]).toEqual(["42501", 403]);
  });

  it("the server applies the outbox and reads a context, past row level security", async () => {
    const member = await signUp(kind);
    const rpc = asService(settingsFor(kind));
    const rows = JSON.stringify([talk]);
    expect(await rpc("viva_apply", { p_user: member.id, p_rows: rows }, 5_000)).toEqual([
      { seq: 1, ok: true },
    ]);
    expect(await rpc("viva_context", { p_user: member.id }, 5_000)).toMatchObject({
      profile: { first_name: null },
    });
    const own = await member.client.from("conversation_sessions").select("client_id");
    expect(own.data).toEqual([{ client_id: "talk" }]);
  });

  it("a visitor, who has the publishable key only, sees nothing and may do nothing", async () => {
    await signUp(kind);
    const { gateway, keys } = started(kind);
    for (const headers of [
      { apikey: keys.publishable },
      { apikey: keys.publishable, authorization: `Bearer ${keys.publishable}` },
    ]) {
      const read = await fetch(`${gateway.url}/rest/v1/user_profiles`, { headers });
      expect([[], undefined]).toContainEqual(read.ok ? await read.json() : undefined);
      const called = await fetch(`${gateway.url}/rest/v1/rpc/viva_erase`, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ p_user: crypto.randomUUID(), p_generation: 1 }),
      });
      expect([401, 403]).toContain(called.status);
    }
  });

  it("no key is anybody's token", async () => {
    const { keys } = started(kind);
    for (const key of [keys.publishable, keys.secret]) {
      await expect(verify(key)).rejects.toMatchObject({ code: "unauthorized" });
    }
  });

  it("the publishable key in the secret one's place does not make a server", async () => {
    const { publishable } = started(kind).keys;
    const name = kind === "legacy" ? "SUPABASE_SERVICE_ROLE_KEY" : "SUPABASE_SECRET_KEY";
    const rpc = asService(settingsFor(kind, { [name]: publishable }));
    const { code, status } = await failure(
      rpc("viva_apply", { p_user: crypto.randomUUID(), p_rows: [] }, 5_000),
    );
    expect(code).toBe("42501");
    expect([401, 403]).toContain(status);
  });

  it("the secret key in the publishable one's place makes no server of a member", async () => {
    const [mia, bo] = [await signUp(kind), await signUp(kind)];
    const { secret } = started(kind).keys;
    const name = kind === "legacy" ? "SUPABASE_ANON_KEY" : "SUPABASE_PUBLISHABLE_KEY";
    const rpc = asMember(settingsFor(kind, { [name]: secret }), bo.token);
    expect(await rpc("viva_context", { p_user: mia.id }, 5_000)).toMatchObject({ profile: null });
    expect((await failure(rpc("viva_apply", { p_user: mia.id, p_rows: [] }, 5_000))).code).toBe(
      "42501",
    );
  });

  it("keys of the other kind, or of another project, are refused as such", async () => {
    const other = started(kind === "legacy" ? "new" : "legacy").keys;
    const foreign = await legacyKey("service_role", "another project's secret, and long enough");
    for (const secret of [other.secret, foreign, "sb_secret_of_another"]) {
      const name = kind === "legacy" ? "SUPABASE_SERVICE_ROLE_KEY" : "SUPABASE_SECRET_KEY";
      const rpc = asService(settingsFor(kind, { [name]: secret }));
      const work = rpc("viva_context", { p_user: crypto.randomUUID() }, 5_000);
      expect((await failure(work)).status).toBe(401);
    }
  });
});

it("takes the names of other tools for the same keys, and the newer name where both are given", () => {
  const { keys } = started("new");
  const env = {
    NEXT_PUBLIC_SUPABASE_URL: "https://project.supabase.co",
    NEXT_PUBLIC_SUPABASE_ANON_KEY: "older-publishable",
    SUPABASE_SERVICE_ROLE_KEY: "older-secret",
    OPENAI_API_KEY: "rehearsal",
  };
  expect(checkSettings(env).settings).toMatchObject({
    SUPABASE_URL: "https://project.supabase.co",
    SUPABASE_PUBLISHABLE_KEY: "older-publishable",
    SUPABASE_SECRET_KEY: "older-secret",
  });
  const both = {
    ...env,
    SUPABASE_PUBLISHABLE_KEY: keys.publishable,
    SUPABASE_SECRET_KEY: keys.secret,
  };
  expect(checkSettings(both).settings).toMatchObject({
    SUPABASE_PUBLISHABLE_KEY: keys.publishable,
    SUPABASE_SECRET_KEY: keys.secret,
  });
});
