import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { supabaseFolder } from "../../local/supabase/folder.ts";
import { type LocalSupabase, startSupabase } from "../../local/supabase/server.ts";
import { totpCode } from "../../local/supabase/totp.ts";

const PASSWORD = "a-long-password";
let supabase: LocalSupabase;
const root = mkdtempSync(join(tmpdir(), "viva-factors-"));
beforeAll(async () => {
  supabase = await startSupabase({ dataDir: supabaseFolder(root), port: 0, demo: false });
});
afterAll(async () => {
  await supabase?.close();
  rmSync(root, { recursive: true, force: true });
});

const newClient = () =>
  createClient(supabase.url, supabase.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });

async function signUp() {
  const email = `${crypto.randomUUID()}@viva.local`;
  const client = newClient();
  const { error } = await client.auth.signUp({ email, password: PASSWORD });
  if (error) throw error;
  return { email, client };
}

async function signIn(email: string) {
  const client = newClient();
  const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return { client, user: data.user };
}

async function enroll(client: SupabaseClient, friendlyName = "app") {
  const { data, error } = await client.auth.mfa.enroll({ factorType: "totp", friendlyName });
  if (error) throw error;
  return { factorId: data.id, totp: data.totp };
}

/** A client with a verified factor, and so with both steps. */
async function withFactor() {
  const { email, client } = await signUp();
  const { factorId, totp } = await enroll(client);
  const code = totpCode(totp.secret, Date.now());
  const { error } = await client.auth.mfa.challengeAndVerify({ factorId, code });
  if (error) throw error;
  return { email, client, factorId, secret: totp.secret };
}

const codeOf = ({ error }: { readonly error: { readonly code?: string | undefined } | null }) =>
  error?.code;

async function claimsOf(client: SupabaseClient) {
  const { data } = await client.auth.getSession();
  const { aal, amr } = decodeJwt(data.session?.access_token ?? "");
  return { aal, methods: (amr as { method: string }[]).map(({ method }) => method).sort() };
}

describe("factors of the local Supabase, by its own client", () => {
  it("are added with a picture, a secret and a code", async () => {
    const { email, client } = await signUp();
    expect(await claimsOf(client)).toEqual({ aal: "aal1", methods: ["password"] });
    const { factorId, totp } = await enroll(client);
    expect(totp.qr_code).toMatch(/^data:image\/svg\+xml;utf-8,<svg /);
    expect(totp.uri).toBe(
      `otpauth://totp/localhost:${encodeURIComponent(email)}?issuer=localhost&secret=${totp.secret}`,
    );
    const { data } = await client.auth.mfa.challenge({ factorId });
    const verify = (code: string) =>
      client.auth.mfa.verify({ factorId, challengeId: data?.id ?? "", code });
    const right = totpCode(totp.secret, Date.now());
    const wrong = right === "000000" ? "000001" : "000000";
    expect(codeOf(await verify(wrong))).toBe("mfa_verification_failed");
    expect(await claimsOf(client)).toMatchObject({ aal: "aal1" });
    expect(codeOf(await verify(right))).toBeUndefined();
    expect(await claimsOf(client)).toEqual({ aal: "aal2", methods: ["password", "totp"] });
    const listed = await client.auth.mfa.listFactors();
    expect(listed.data?.totp).toMatchObject([{ id: factorId, friendly_name: "app" }]);
  });

  it("end the sessions that have one step only, and stay with a renewal", async () => {
    const { email, client } = await signUp();
    const { client: other } = await signIn(email);
    const { factorId, totp } = await enroll(client);
    const code = totpCode(totp.secret, Date.now());
    await client.auth.mfa.challengeAndVerify({ factorId, code });
    expect((await other.auth.refreshSession()).error).not.toBeNull();
    expect((await client.auth.refreshSession()).error).toBeNull();
    expect(await claimsOf(client)).toEqual({ aal: "aal2", methods: ["password", "totp"] });
  });

  it("are told at the next sign-in, which has one step until the code is given", async () => {
    const { email, factorId, secret } = await withFactor();
    const { client, user } = await signIn(email);
    expect(user.factors).toMatchObject([{ id: factorId, status: "verified" }]);
    const level = async () => (await client.auth.mfa.getAuthenticatorAssuranceLevel()).data;
    expect(await level()).toMatchObject({ currentLevel: "aal1", nextLevel: "aal2" });
    const code = totpCode(secret, Date.now());
    expect(codeOf(await client.auth.mfa.challengeAndVerify({ factorId, code }))).toBeUndefined();
    expect(await level()).toMatchObject({ currentLevel: "aal2", nextLevel: "aal2" });
  });

  it("let a session of one step add none, remove none, and set no password", async () => {
    const { email, factorId } = await withFactor();
    const { client } = await signIn(email);
    const added = await client.auth.mfa.enroll({ factorType: "totp", friendlyName: "mine" });
    expect(codeOf(added)).toBe("insufficient_aal");
    expect(codeOf(await client.auth.mfa.unenroll({ factorId }))).toBe("insufficient_aal");
    const password = await client.auth.updateUser({ password: "another-password" });
    expect(codeOf(password)).toBe("insufficient_aal");
    expect((await signIn(email)).user.email).toBe(email);
  });

  it("are removed, and the next token has one step again", async () => {
    const { email, client, factorId } = await withFactor();
    expect(codeOf(await client.auth.mfa.unenroll({ factorId }))).toBeUndefined();
    await client.auth.refreshSession();
    expect(await claimsOf(client)).toEqual({ aal: "aal1", methods: ["password"] });
    expect((await signIn(email)).user.factors).toBeUndefined();
  });

  it("are nobody else's, and a challenge is good once and for five minutes", async () => {
    const { client, factorId, secret } = await withFactor();
    const { client: stranger } = await signUp();
    const code = totpCode(secret, Date.now());
    expect(codeOf(await stranger.auth.mfa.challengeAndVerify({ factorId, code }))).toBe(
      "mfa_factor_not_found",
    );
    expect(codeOf(await stranger.auth.mfa.unenroll({ factorId }))).toBe("mfa_factor_not_found");
    const { data } = await client.auth.mfa.challenge({ factorId });
    const verify = () => client.auth.mfa.verify({ factorId, challengeId: data?.id ?? "", code });
    expect(codeOf(await verify())).toBeUndefined();
    expect(codeOf(await verify())).toBe("mfa_ip_address_mismatch");
    const { data: late } = await client.auth.mfa.challenge({ factorId });
    await supabase.query(
      "update auth.mfa_challenges set created_at = now() - interval '6 minutes' where id = $1",
      [late?.id],
    );
    const expired = { factorId, challengeId: late?.id ?? "", code };
    expect(codeOf(await client.auth.mfa.verify(expired))).toBe("mfa_challenge_expired");
  });

  it("keep PostgREST from a session of one step, and nothing else does", async () => {
    const { email, client } = await withFactor();
    const read = (by: SupabaseClient) => by.from("user_profiles").select("email");
    expect((await read(client)).data).toEqual([{ email }]);
    const { client: half } = await signIn(email);
    expect(await read(half)).toMatchObject({
      data: null,
      status: 401,
      error: { code: "PT401", message: "insufficient_aal" },
    });
    // A factor that was begun and never verified keeps nobody out.
    const { email: begun, client: beginner } = await signUp();
    await enroll(beginner);
    expect((await read(beginner)).data).toEqual([{ email: begun }]);
    expect((await read((await signIn(begun)).client)).data).toEqual([{ email: begun }]);
  });
});
