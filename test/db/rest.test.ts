import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import type { MemberContext } from "../../domain/context.ts";
import { Outage } from "../../local/supabase/outage.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { READY_PROFILE } from "./support/database.ts";
import { conversation, message, usage } from "./support/outbox.ts";

/** The schema as supabase-js sees it: through auth and PostgREST of the local Supabase. */
describe("through supabase-js", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "viva-rest-"));
  let supabase: LocalSupabase;
  let server: SupabaseClient;
  let visitor: SupabaseClient;

  interface Member {
    id: string;
    client: SupabaseClient;
  }
  let alba: Member;
  let bela: Member;

  const client = (key: string) =>
    createClient(supabase.url, key, { auth: { persistSession: false, autoRefreshToken: false } });

  async function signUp(email: string): Promise<Member> {
    const own = client(supabase.publishableKey);
    const { data, error } = await own.auth.signUp({ email, password: "a good password" });
    if (error || !data.user) throw error ?? new Error("no user");
    return { id: data.user.id, client: own };
  }

  beforeAll(async () => {
    // Lite prints every refused statement with its stack; the refusals here are asked for.
    vi.spyOn(console, "error").mockImplementation(() => {});
    supabase = await startReadySupabase({ dataDir, port: 0, control: true });
    server = client(supabase.secretKey);
    visitor = client(supabase.publishableKey);
    [alba, bela] = [await signUp("alba@example.test"), await signUp("bela@example.test")];
    for (const { id, client } of [alba, bela]) {
      await client.from("user_profiles").update(READY_PROFILE).eq("user_id", id).throwOnError();
      const draft = await client
        .from("vision_versions")
        .insert({ user_id: id, fun: "I sing" })
        .select()
        .single();
      await client.rpc("viva_commit_vision", { p_id: draft.data?.id }).throwOnError();
      await client.from("vision_versions").insert({ user_id: id, fun: "I play" }).throwOnError();
      const begun = await client
        .from("assessment_results")
        .insert({ user_id: id })
        .select()
        .single();
      const answer = {
        assessment_id: begun.data?.id,
        user_id: id,
        question_key: "fun_1",
        value: 4,
      };
      await client.from("assessment_responses").insert(answer).throwOnError();
      const rows = [conversation(1), message(2), usage(3)];
      const applied = await server.rpc("viva_apply", { p_user: id, p_rows: rows }).throwOnError();
      expect(applied.data).toEqual([1, 2, 3].map((seq) => ({ seq, ok: true })));
    }
  });
  afterAll(async () => {
    await supabase?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const tables = {
    user_profiles: ["insert", "update"],
    assessment_results: ["insert", "delete"],
    assessment_responses: ["insert", "update", "delete"],
    vision_versions: ["insert", "update", "delete"],
    vision_numbers: [],
    conversation_sessions: [],
    ai_conversations: [],
    token_usage: [],
    member_context_versions: [],
  } as const;

  it.each(Object.entries(tables))(
    "%s: each member sees and changes only their own",
    async (table, may) => {
      const all = await server.from(table).select("user_id").in("user_id", [alba.id, bela.id]);
      expect(new Set(all.data?.map((row) => row.user_id))).toEqual(new Set([alba.id, bela.id]));
      const own = await alba.client.from(table).select("user_id");
      expect(own.error).toBeNull();
      const expected = table === "vision_numbers" ? [] : [alba.id];
      expect([...new Set(own.data?.map((row) => row.user_id))]).toEqual(expected);
      expect((await visitor.from(table).select("user_id")).data ?? []).toEqual([]);

      const before = (await server.from(table).select().eq("user_id", alba.id)).data;
      for (const { client } of [bela, { client: visitor }]) {
        const same = { user_id: alba.id };
        const updated = await client.from(table).update(same).eq("user_id", alba.id).select();
        expect(updated.data ?? []).toEqual([]);
        const deleted = await client.from(table).delete().eq("user_id", alba.id).select();
        expect(deleted.data ?? []).toEqual([]);
        const forged = table === "vision_versions" ? same : before?.[0];
        const inserted = await client.from(table).insert(forged);
        // By row level security, or by the gate, which knows no profile of another's.
        expect(["42501", "PT403"]).toContain(inserted.error?.code);
      }
      if (may.length === 0) {
        const mine = await alba.client
          .from(table)
          .update({ user_id: alba.id })
          .eq("user_id", alba.id)
          .select();
        expect(mine.data ?? []).toEqual([]);
        expect(
          (await alba.client.from(table).delete().eq("user_id", alba.id).select()).data ?? [],
        ).toEqual([]);
        expect((await alba.client.from(table).insert(before?.[0])).error?.code).toBe("42501");
      }
      expect((await server.from(table).select().eq("user_id", alba.id)).data).toEqual(before);
    },
  );

  it("never mixes members whose requests come at the same time", async () => {
    const asked = Array.from({ length: 60 }, (_, index) => {
      const who = index % 3 === 0 ? alba : index % 3 === 1 ? bela : null;
      const request = (who?.client ?? visitor).from("user_profiles").select("user_id");
      return request.then(({ data }) => expect(data).toEqual(who ? [{ user_id: who.id }] : []));
    });
    const writes = Array.from({ length: 10 }, (_, index) =>
      [alba, bela].map(({ id, client }) =>
        client
          .from("user_profiles")
          .update({ city: `${id} ${index}` })
          .eq("user_id", id)
          .throwOnError(),
      ),
    );
    await Promise.all([...asked, ...writes.flat()]);
    for (const { id, client } of [alba, bela]) {
      const { data } = await client.from("user_profiles").select("city").single();
      expect(data?.city).toContain(id);
    }
  });

  it("answers the context to the member and to the server, and no one else", async () => {
    const own = await alba.client.rpc("viva_context");
    const context = own.data as MemberContext;
    expect(context).toMatchObject({
      assessment: null,
      active: { versionNumber: 1, sections: {} },
      draft: { sections: { fun: "I play" } },
    });
    expect(context.version).toBeGreaterThan(0);
    expect((await server.rpc("viva_context", { p_user: alba.id })).data).toEqual(context);
    expect((await bela.client.rpc("viva_context", { p_user: alba.id })).data).toMatchObject({
      version: 0,
      profile: null,
      draft: null,
    });
    expect((await visitor.rpc("viva_context", { p_user: alba.id })).error?.code).toBe("42501");
  });

  it("lets a member edit profile and draft directly, and the context's version follows", async () => {
    const version = async () =>
      ((await alba.client.rpc("viva_context")).data as MemberContext).version;
    const before = await version();
    const edit = { hobbies: ["chess", "bread"], has_children: false, date_of_birth: "1990-02-28" };
    const edited = await alba.client
      .from("user_profiles")
      .update(edit)
      .eq("user_id", alba.id)
      .select("hobbies,has_children,date_of_birth")
      .single();
    expect(edited.data).toEqual(edit);
    const after = await version();
    expect(after).toBeGreaterThan(before);
    await alba.client
      .from("vision_versions")
      .update({ fun: "I play chess" })
      .eq("state", "draft")
      .throwOnError();
    expect(await version()).toBeGreaterThan(after);
  });

  it("tells refusals apart by code and status", async () => {
    const active = await alba.client
      .from("vision_versions")
      .update({ fun: "other" })
      .eq("state", "active");
    expect(active).toMatchObject({ status: 409, error: { code: "PT409" } });
    const draft = await alba.client.from("vision_versions").insert({ user_id: alba.id });
    expect(draft).toMatchObject({ status: 409, error: { code: "23505" } });
    const mine = await alba.client
      .from("vision_versions")
      .select("id")
      .eq("state", "draft")
      .single();
    const stale = await alba.client.rpc("viva_commit_vision", {
      p_id: mine.data?.id,
      p_revision: 99,
    });
    expect(stale).toMatchObject({ status: 412, error: { code: "PT412" } });
    const foreign = await bela.client.rpc("viva_commit_vision", { p_id: mine.data?.id });
    expect(foreign).toMatchObject({ status: 404, error: { code: "PT404" } });
    const begun = await alba.client.from("assessment_results").select("id").single();
    const early = await alba.client.rpc("viva_complete_assessment", { p_id: begun.data?.id });
    expect(early).toMatchObject({ status: 409, error: { code: "PT409" } });
    expect(early.error?.details.split(",")).toHaveLength(LIFE_CATEGORIES.length * 7 - 1);
  });

  it("keeps the outbox's function to the server, row by row", async () => {
    const rows = [
      message(1, { id: "m9" }),
      message(2, { id: "m10", text: "a\u0000b" }),
      message(3),
    ];
    const denied = await alba.client.rpc("viva_apply_batch", { p_user: alba.id, p_rows: rows });
    expect(denied.error?.code).toBe("42501");
    for (const p_rows of [rows, JSON.stringify(rows)]) {
      const { data } = await server.rpc("viva_apply_batch", { p_user: alba.id, p_rows });
      expect(data.results).toMatchObject([
        { seq: 1, ok: true },
        { seq: 2, ok: false, sqlstate: "22P05" },
      ]);
      const known = await alba.client.rpc("viva_context");
      expect(data.contextVersion).toBe(known.data.version);
    }
  });

  it("says in a token when its member signed in; a renewal does not change that", async () => {
    const { client: own } = await signUp("cora@example.test");
    const signedIn = async () => {
      const { data } = await own.auth.getClaims();
      const [entry] = (data?.claims.amr ?? []) as { method: string; timestamp: number }[];
      expect(entry?.method).toBe("password");
      return entry?.timestamp ?? 0;
    };
    expect(Math.abs((await signedIn()) - Date.now() / 1_000)).toBeLessThan(60);
    await supabase.query(
      "update auth.sessions set created_at = '2026-01-01T00:00:00Z' where user_id::text = $1",
      [(await own.auth.getUser()).data.user?.id],
    );
    await own.auth.refreshSession();
    expect(await signedIn()).toBe(Date.UTC(2026, 0, 1) / 1_000);
    await own.auth.signInWithPassword({
      email: "cora@example.test",
      password: "a good password",
    });
    expect(Math.abs((await signedIn()) - Date.now() / 1_000)).toBeLessThan(60);
  });

  it("answers browsers of another origin", async () => {
    const preflight = await fetch(`${supabase.url}/auth/v1/token?grant_type=password`, {
      method: "OPTIONS",
      headers: {
        origin: "http://localhost:8787",
        "access-control-request-method": "POST",
        "access-control-request-headers":
          "apikey,authorization,content-type,x-client-info,x-supabase-api-version",
      },
    });
    expect(preflight.ok).toBe(true);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain(
      "x-supabase-api-version",
    );
    for (const apikey of [supabase.publishableKey, "wrong"]) {
      const signIn = await fetch(`${supabase.url}/auth/v1/token?grant_type=password`, {
        method: "POST",
        headers: { origin: "http://localhost:8787", apikey, "content-type": "application/json" },
        body: JSON.stringify({ email: "alba@example.test", password: "a good password" }),
      });
      expect(signIn.status).toBe(apikey === "wrong" ? 401 : 200);
      expect(signIn.headers.get("access-control-allow-origin")).toBe("*");
    }
  });

  describe("on request", () => {
    const control = async (change: object) => {
      const body = JSON.stringify(change);
      return fetch(`${supabase.url}/control`, { method: "POST", body });
    };

    it("answers late", async () => {
      await control({ latencyMs: 120 });
      const began = performance.now();
      await alba.client.from("user_profiles").select("city").throwOnError();
      const took = performance.now() - began;
      await control({ latencyMs: 0 });
      expect(took).toBeGreaterThanOrEqual(119);
    });

    it("delays requests side by side", async () => {
      vi.useFakeTimers({ toFake: ["setTimeout"] });
      onTestFinished(() => void vi.useRealTimers());
      const outage = new Outage(120);
      let answered = 0;
      for (let request = 0; request < 5; request += 1) {
        void outage.before("/rest/v1/user_profiles").then(() => {
          answered += 1;
        });
      }
      await vi.advanceTimersByTimeAsync(119);
      expect(answered).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      expect(answered).toBe(5);
    });

    it("answers with a status, hangs up, and comes back with everything there", async () => {
      await control({ status: 503 });
      // Not through supabase-js, which asks again for seconds.
      const rest = `${supabase.url}/rest/v1/user_profiles`;
      const refused = await fetch(rest);
      expect(refused.status).toBe(503);
      expect(refused.headers.get("access-control-allow-origin")).toBe("*");
      await control({ status: null, down: true });
      await expect(fetch(rest)).rejects.toThrow();
      await expect(fetch(`${supabase.url}/auth/v1/health`)).rejects.toThrow();
      await control({ down: false });
      expect((await alba.client.from("user_profiles").select("user_id")).data).toEqual([
        { user_id: alba.id },
      ]);
    });

    it("refuses what it does not know", async () => {
      expect((await control({ down: "yes" })).status).toBe(400);
      expect((await control({ latencyMs: -1 })).status).toBe(400);
      expect((await fetch(`${supabase.url}/anything`)).status).toBe(404);
    });
  });
});
