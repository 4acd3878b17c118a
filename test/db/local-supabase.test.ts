import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@supabase/supabase-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberContext } from "../../domain/context.ts";
import { profileCompletion } from "../../domain/profile.ts";
import { LocalError } from "../../local/local-error.ts";
import { resetLocalData } from "../../local/reset.ts";
import { DEMO_EMAIL, DEMO_PASSWORD, NEW_EMAIL } from "../../local/supabase/demo.ts";
import { supabaseFolder } from "../../local/supabase/folder.ts";
import { OneAtATime } from "../../local/supabase/one-at-a-time.ts";
import { queryLocal } from "../../local/supabase/query.ts";
import { type LocalSupabase, startSupabase } from "../../local/supabase/server.ts";

it("lets work through one at a time, in order, past failures", async () => {
  const session = new OneAtATime();
  const log: string[] = [];
  const gates = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const runs = gates.map((gate, index) =>
    session.run(async () => {
      log.push(`begin ${index}`);
      await gate.promise;
      log.push(`end ${index}`);
      return index;
    }),
  );
  const [first, second, third] = gates;
  third?.resolve();
  second?.reject(new Error("failed"));
  first?.resolve();
  expect(await Promise.allSettled(runs)).toMatchObject([
    { value: 0 },
    { reason: { message: "failed" } },
    { value: 2 },
  ]);
  await session.idle();
  expect(log).toEqual(["begin 0", "end 0", "begin 1", "begin 2", "end 2"]);
});

/** Starting, ending and keeping the local Supabase, and who is in it. */
describe("the local Supabase", () => {
  const root = mkdtempSync(join(tmpdir(), "viva-local-"));
  const dataDir = supabaseFolder(root);
  const lines: string[] = [];
  let supabase: LocalSupabase;

  beforeAll(async () => {
    supabase = await startSupabase({ dataDir, port: 0, log: (line) => lines.push(line) });
  });
  afterAll(async () => {
    await supabase?.close();
    rmSync(root, { recursive: true, force: true });
  });

  async function signIn(email: string) {
    const options = { auth: { persistSession: false, autoRefreshToken: false } };
    const client = createClient(supabase.url, supabase.publishableKey, options);
    const { error } = await client.auth.signInWithPassword({ email, password: DEMO_PASSWORD });
    if (error) throw error;
    return client;
  }

  it("has a demo member whose way to the vision is open", async () => {
    const client = await signIn(DEMO_EMAIL);
    const profile = await client.from("user_profiles").select().single();
    expect(profileCompletion(profile.data).completion).toBeGreaterThanOrEqual(70);
    const context = (await client.rpc("viva_context")).data as MemberContext;
    expect(new Set(Object.values(context.assessment?.greenLine ?? {}))).toEqual(
      new Set(["above", "transition", "below"]),
    );
    expect(Object.keys(context.assessment?.categoryScores ?? {})).toHaveLength(12);
    expect(
      (await client.from("assessment_responses").select("*", { count: "exact", head: true })).count,
    ).toBe(84);
    expect(Object.keys(context.active?.sections ?? {}).length).toBeGreaterThanOrEqual(5);
    expect(context.draft?.parentId).toBe(context.active?.id);
    const refined = Object.entries(context.draft?.sections ?? {}).filter(
      ([key, text]) => context.active?.sections[key as "fun"] !== text,
    );
    expect(refined.map(([key]) => key).sort()).toEqual(["fun", "home", "work"]);
  });

  it("has demo texts in the voice of a vision", async () => {
    const client = await signIn(DEMO_EMAIL);
    const context = (await client.rpc("viva_context")).data as MemberContext;
    const texts = [context.active, context.draft].flatMap((vision) =>
      Object.entries(vision?.sections ?? {}),
    );
    for (const [key, text] of texts) {
      const words = text.match(/[\p{L}'’]+/gu) ?? [];
      expect(words.length, key).toBeGreaterThanOrEqual(80);
      expect(words.length, key).toBeLessThanOrEqual(160);
      const forbidden =
        /\b(no|not|never|without|can['’]t|longer|want|will|wish|hope|try|someday|but|however|though)\b/i;
      expect(text, key).not.toMatch(forbidden);
      expect(text, key).toMatch(/\b(I|my|we)\b/i);
      expect(text, key).not.toMatch(/[*#_`]/);
    }
  });

  it("has a new member with an account and nothing else", async () => {
    const client = await signIn(NEW_EMAIL);
    const context = (await client.rpc("viva_context")).data as MemberContext;
    expect(context).toMatchObject({ assessment: null, active: null, draft: null });
    const profile = await client.from("user_profiles").select().single();
    expect(profileCompletion(profile.data).completion).toBe(5);
  });

  it("keeps its keys to its owner", () => {
    expect(statSync(join(dataDir, "keys.json")).mode & 0o077).toBe(0);
    expect(supabase.jwtSecret.length).toBeGreaterThanOrEqual(32);
    expect(supabase.publishableKey).toMatch(/^sb_publishable_/);
    expect(supabase.secretKey).toMatch(/^sb_secret_/);
  });

  it("can be looked into while it runs, with the secret key only", async () => {
    const ask = "select email from auth.users order by email";
    expect(await queryLocal(dataDir, ask)).toEqual([{ email: DEMO_EMAIL }, { email: NEW_EMAIL }]);
    await expect(queryLocal(dataDir, "select nonsense")).rejects.toThrow(
      /column "nonsense" does not exist/,
    );
    for (const apikey of ["", supabase.publishableKey]) {
      const body = JSON.stringify({ sql: ask });
      const answer = await fetch(`${supabase.url}/query`, {
        method: "POST",
        headers: { apikey },
        body,
      });
      expect(answer.status).toBe(401);
    }
    expect((await fetch(`${supabase.url}/control`, { method: "POST", body: "{}" })).status).toBe(
      404,
    );
  });

  it("leaves the process's exit code to the process, also when SQL fails", async () => {
    process.exitCode = 0;
    await expect(supabase.query("select 1 / 0")).rejects.toThrow("division by zero");
    expect(process.exitCode).toBe(0);
    await supabase.query("select 1");
    expect(process.exitCode).toBe(0);
  });

  it("says what to do when the folder or the port is taken", async () => {
    const twice = startSupabase({ dataDir, port: 0 });
    await expect(twice).rejects.toThrow(LocalError);
    await expect(twice).rejects.toThrow(
      new RegExp(`in use by process ${process.pid}: .*VIVA_DATA`),
    );
    const elsewhere = join(root, "elsewhere");
    const taken = startSupabase({ dataDir: elsewhere, port: supabase.port });
    await expect(taken).rejects.toThrow(LocalError);
    await expect(taken).rejects.toThrow(
      new RegExp(`Port ${supabase.port} is in use: .*SUPABASE_PORT`),
    );
    expect(readdirSync(elsewhere).sort()).toEqual(["keys.json", "lock.db"]);
  });

  it("is not reset while it runs, also as seen from another process", async () => {
    expect(() => resetLocalData(root)).toThrow(/in use by process \d+: stop/);
    const child = spawn(process.execPath, ["local/reset.ts"], {
      env: { ...process.env, VIVA_DATA: root },
    });
    const said: string[] = [];
    child.stderr.setEncoding("utf8").on("data", (text) => said.push(text));
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(said.join("")).toMatch(
      new RegExp(`^The data in .* is in use by process ${process.pid}: stop .*\\n$`),
    );
    expect(existsSync(join(dataDir, "postgres"))).toBe(true);
  });

  it("ends cleanly, keeps its data, and is not seeded a second time", async () => {
    await supabase.query("update user_profiles set first_name = 'Edited' where email = $1", [
      DEMO_EMAIL,
    ]);
    await supabase.query("delete from auth.users where email = $1", [NEW_EMAIL]);
    const { url, publishableKey } = supabase;
    await supabase.close();
    await supabase.close();
    await expect(fetch(url)).rejects.toThrow();
    await expect(supabase.query("select 1")).rejects.toThrow(/closed/);
    expect(await queryLocal(dataDir, "select first_name from user_profiles")).toEqual([
      { first_name: "Edited" },
    ]);

    supabase = await startSupabase({
      dataDir,
      port: 0,
      secretKey: "sb_secret_given",
      log: (line) => lines.push(line),
    });
    expect(supabase).toMatchObject({ publishableKey, secretKey: "sb_secret_given" });
    expect(await supabase.query("select email, first_name from user_profiles")).toEqual([
      { email: DEMO_EMAIL, first_name: "Edited" },
    ]);
    expect(lines.filter((line) => line.startsWith("making"))).toHaveLength(1);
  });

  it("lives through being killed", async () => {
    await supabase.close();
    const script = `
      const { startSupabase } = await import("./local/supabase/server.ts");
      const supabase = await startSupabase({ dataDir: ${JSON.stringify(dataDir)}, port: 0 });
      await supabase.query("update user_profiles set first_name = 'Committed'");
      console.log("written");`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script]);
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    supabase = await startSupabase({ dataDir, port: 0 });
    expect(await supabase.query("select first_name from user_profiles")).toEqual([
      { first_name: "Committed" },
    ]);
  });

  it("says what to do with a folder that is broken, and leaves it alone", async () => {
    const broken = join(root, "broken");
    mkdirSync(join(broken, "postgres"), { recursive: true });
    writeFileSync(join(broken, "postgres", "PG_VERSION"), "not a database");
    const start = startSupabase({ dataDir: broken, port: 0 });
    await expect(start).rejects.toThrow(LocalError);
    await expect(start).rejects.toThrow(/cannot be opened .*npm run db:reset.*VIVA_DATA/);
    expect(readdirSync(join(broken, "postgres"))).toContain("PG_VERSION");
    writeFileSync(join(broken, "keys.json"), "{}");
    await expect(startSupabase({ dataDir: broken, port: 0 })).rejects.toThrow(
      /keys\.json cannot be read: delete it/,
    );
  });

  it("is reset to nothing once it has ended", async () => {
    await supabase.close();
    writeFileSync(join(root, "mine.txt"), "somebody else's");
    expect(resetLocalData(root)).toEqual([dataDir]);
    expect(existsSync(dataDir)).toBe(false);
    expect(existsSync(join(root, "mine.txt"))).toBe(true);
  });
});
