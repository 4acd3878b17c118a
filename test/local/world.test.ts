import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startModel } from "../../local/model/server.ts";
import type { RunningModel } from "../../local/model/types.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { startWorld, type World } from "../../local/world.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";

describe("a world with a Supabase and a provider of one's own", () => {
  let folder: string;
  let supabase: LocalSupabase;
  let provider: RunningModel;
  let world: World;
  const lines: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "viva-world-"));
    supabase = await startReadySupabase({ dataDir: join(folder, "elsewhere"), port: 0 });
    provider = await startModel({ port: 0, apiKey: "p$a\"s's", ttftMs: 0, gapMs: 0 });
    world = await startWorld({
      dataDir: join(folder, "world"),
      build: false,
      variables: {
        SUPABASE_URL: supabase.url,
        SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
        SUPABASE_SECRET_KEY: supabase.secretKey,
        SUPABASE_JWT_SECRET: supabase.jwtSecret,
        OPENAI_BASE_URL: provider.url,
        OPENAI_API_KEY: "p$a\"s's",
      },
      log: (line) => lines.push(line),
    });
  });
  afterAll(async () => {
    await world?.close();
    await provider?.close();
    await supabase?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("starts no local ones and offers no demo member", async () => {
    expect(world.supabase).toBeNull();
    expect(world.modelUrl).toBeNull();
    expect(lines.join("\n")).toContain(provider.url);
    const config = await (await fetch(`${world.url}/api/config`)).json();
    expect(config).toMatchObject({ supabaseUrl: supabase.url, demo: null });
  });

  it("talks through them, with the key as it was given", async () => {
    const signIn = await fetch(`${supabase.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email: DEMO_EMAIL, password: DEMO_PASSWORD }),
    });
    const { access_token } = (await signIn.json()) as { access_token: string };
    const answer = await fetch(`${world.url}/api/viva/chat`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${access_token}`,
        "content-type": "application/json",
        accept: "text/plain",
      },
      body: JSON.stringify({ messages: [{ role: "user", content: "My evenings are empty." }] }),
    });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain("My evenings are empty");
  });
});
