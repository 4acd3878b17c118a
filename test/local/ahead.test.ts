import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Vision } from "../../domain/journey.ts";
import { startModelThread } from "../../local/model/thread.ts";
import type { LogEntry } from "../../local/model/types.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { readyWorker } from "../support/ready-worker.ts";

describe("the greeting of the section that comes next", () => {
  let folder: string;
  let supabase: LocalSupabase;
  let model: Awaited<ReturnType<typeof startModelThread>>;
  let workerd: RunningWorkerd;
  let token: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "viva-ahead-"));
    supabase = await startReadySupabase({ dataDir: join(folder, "supabase"), port: 0 });
    model = await startModelThread({ port: 0, ttftMs: 600, gapMs: 0 });
    workerd = await startWorkerd({
      port: 0,
      bundleDir: readyWorker(),
      dataDir: join(folder, "workerd"),
      env: {
        SUPABASE_URL: supabase.url,
        SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
        SUPABASE_SECRET_KEY: supabase.secretKey,
        SUPABASE_JWT_SECRET: supabase.jwtSecret,
        OPENAI_API_KEY: "rehearsal",
        OPENAI_BASE_URL: model.url,
      },
    });
    const signedIn = await fetch(`${supabase.url}/auth/v1/token?grant_type=password`, {
      method: "POST",
      headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email: DEMO_EMAIL, password: DEMO_PASSWORD }),
    });
    token = ((await signedIn.json()) as { access_token: string }).access_token;
  });
  afterAll(async () => {
    await workerd?.close();
    await model?.close();
    await supabase?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (path: string, init: RequestInit = {}) =>
    fetch(workerd.url + path, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  const requests = async () =>
    (await (await fetch(`${new URL(model.url).origin}/log`)).json()) as LogEntry[];
  const greet = async (category: string, id: string) => {
    const response = await call("/api/viva/chat", {
      method: "POST",
      headers: { accept: "text/event-stream" },
      body: JSON.stringify({ id, messages: [], context: { isInitialGreeting: true, category } }),
    });
    const text = await response.text();
    return Number(/"credits":\{"left":(\d+)/.exec(text)?.[1]);
  };

  it("is written and charged when one was saved, and shown from then on for nothing", async () => {
    const draft = (await (await call("/api/visions", { method: "POST" })).json()) as Vision;
    const missing = ["health", "travel"].map((key) => [key, null]);
    const saved = await call(`/api/visions/${draft.id}`, {
      method: "PATCH",
      headers: { "if-match": `"v${draft.revision}"` },
      body: JSON.stringify({
        sections: { fun: "I dance in the kitchen.", ...Object.fromEntries(missing) },
      }),
    });
    expect(saved.status).toBe(200);
    const { revision } = (await saved.json()) as Vision;
    const again = await call(`/api/visions/${draft.id}`, {
      method: "PATCH",
      headers: { "if-match": `"v${revision}"` },
      body: JSON.stringify({ sections: { fun: "I dance in the kitchen, every day." } }),
    });
    expect(again.status).toBe(200);
    await expect
      .poll(async () => (await requests()).map(({ outcome }) => outcome))
      .toEqual(["stop"]);
    const [ahead] = await requests();
    expect(JSON.stringify(ahead?.body)).toContain("Health (body and mind)");

    const left = async () => {
      const usage = await (await call("/api/usage")).json();
      return (usage as { credits: { left: number } }).credits.left;
    };
    await expect.poll(left).toBeLessThan(10_000);
    const before = await left();
    expect(await greet("health", "talk-2")).toBe(before);
    expect(await greet("health", "talk-3")).toBe(before);
    expect(await requests()).toHaveLength(1);
    await expect
      .poll(async () => ((await (await call("/api/sync")).json()) as { pending: number }).pending)
      .toBe(0);
  });
});
