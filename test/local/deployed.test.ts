import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { headersFile } from "../../client/headers.ts";
import { deployedFindings } from "../../local/doctor/checks/deployed.ts";
import { subjectOf } from "../../local/doctor/diagnose.ts";
import { reportLines } from "../../local/doctor/report.ts";
import { startModel } from "../../local/model/server.ts";
import type { RunningModel } from "../../local/model/types.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { readyWorker } from "../support/ready-worker.ts";

let folder: string;
let supabase: LocalSupabase;
let model: RunningModel;
const running: RunningWorkerd[] = [];

/** The product as it would be deployed with these settings more, its objects new. */
async function deployed(name: string, more: Record<string, string> = {}): Promise<RunningWorkerd> {
  const workerd = await startWorkerd({
    port: 0,
    dataDir: join(folder, name),
    bundleDir: readyWorker(),
    assetsDir: join(folder, "assets"),
    env: {
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_SECRET_KEY: supabase.secretKey,
      SUPABASE_JWT_SECRET: supabase.jwtSecret,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: "rehearsal",
      WARM_PROVIDER: "off",
      ...more,
    },
  });
  running.push(workerd);
  return workerd;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "viva-deployed-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "assets/index.html"), "<title>page</title>");
  supabase = await startReadySupabase({ dataDir: join(folder, "supabase"), port: 0 });
  model = await startModel({ port: 0, ttftMs: 0, gapMs: 0 });
});
afterAll(async () => {
  for (const workerd of running) await workerd.close();
  await model?.close();
  await supabase?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the doctor says of an address, with pages served as Cloudflare does, by their `_headers`. */
async function told(workerd: RunningWorkerd, connect = ""): Promise<string> {
  const headers = headersFile({ styleHash: "x", preload: {}, hashed: [], connect });
  const policy = /Content-Security-Policy: (.*)/.exec(headers)?.[1] ?? "";
  const asking: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init);
    if (new URL(String(input)).pathname !== "/") return answer;
    const page = new Response(answer.body, answer);
    page.headers.set("content-security-policy", policy);
    return page;
  };
  const subject = { ...subjectOf({}, null), fetch: asking };
  return reportLines(await deployedFindings(subject, new URL(workerd.url)), []).join("\n");
}

/** A request of the demo member. */
async function as(workerd: RunningWorkerd, method: string, path: string, body?: object) {
  const signIn = await fetch(`${supabase.url}/auth/v1/token?grant_type=password`, {
    method: "POST",
    headers: { apikey: supabase.publishableKey, "content-type": "application/json" },
    body: JSON.stringify({ email: DEMO_EMAIL, password: DEMO_PASSWORD }),
  });
  const { access_token } = (await signIn.json()) as { access_token: string };
  return fetch(`${workerd.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${access_token}`,
      "content-type": "application/json",
      accept: "text/plain",
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const say = (workerd: RunningWorkerd) =>
  as(workerd, "POST", "/api/viva/chat", {
    messages: [{ role: "user", content: "My evenings are empty." }],
  });

const asked = async () =>
  ((await (await fetch(`${new URL(model.url).origin}/log?brief`)).json()) as unknown[]).length;

describe("a deployment, looked at from outside", () => {
  it("is well, and is told where its pages lead", async () => {
    const workerd = await deployed("well");
    const lines = await told(workerd);
    expect(lines).not.toContain("PROBLEM");
    expect(lines).toMatch(/ok +127\.0\.0\.1:\d+: runs/);
    expect(lines).toMatch(
      /ok +\/api\/ready: settings, Supabase and the model's provider are there/,
    );
    expect(lines).toMatch(/ok +\/api\/config: names the project/);
    expect(lines).toMatch(/ok +door: nobody comes in without a token/);
    expect(lines).toMatch(/warning +pages: was built without SUPABASE_URL/);
    const elsewhere = await told(workerd, "https://other.supabase.co");
    expect(elsewhere).toMatch(/PROBLEM +pages: was built for https:\/\/other\.supabase\.co/);
  });

  it("that hands out its secret key is told so, without the key", async () => {
    const workerd = await deployed("shown", { SUPABASE_PUBLISHABLE_KEY: supabase.secretKey });
    const lines = await told(workerd);
    expect(lines).toMatch(/PROBLEM +\/api\/config: gives every browser the secret key/);
    expect(lines).not.toContain(supabase.secretKey);
  });

  it("that lacks a setting says which", async () => {
    const workerd = await deployed("lacking", { FIRST_TOKEN_TIMEOUT_MS: "soon" });
    expect(await told(workerd)).toMatch(
      /PROBLEM +\/api\/ready: FIRST_TOKEN_TIMEOUT_MS is not a num/,
    );
  });
});

describe("the jurisdiction of members' objects", () => {
  const kept = () =>
    supabase.query<{ jurisdiction: string }>("select jurisdiction from deployment");

  it("is fixed by the first member who comes", async () => {
    await supabase.query("delete from deployment");
    const workerd = await deployed("first");
    // Whoever only looks decides nothing.
    expect(await told(workerd)).not.toContain("PROBLEM");
    expect(await kept()).toEqual([]);
    expect(await (await say(workerd)).text()).toContain("evenings");
    expect(await kept()).toEqual([{ jurisdiction: "" }]);
  });

  it("does not change after that: no member begins anew, and the operator is told", async () => {
    await supabase.query("delete from deployment");
    await supabase.query("insert into deployment (jurisdiction) values ('eu')");
    const workerd = await deployed("moved");
    const before = await asked();
    const answer = await say(workerd);
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: "misconfigured", retryable: false });
    expect(await asked()).toBe(before);
    expect((await say(workerd)).status).toBe(503);
    // Nor is anything told as done that would have to be done elsewhere.
    for (const [method, path] of [
      ["GET", "/api/conversations"],
      ["POST", "/api/sessions/revoke"],
      ["DELETE", "/api/account-data"],
    ] as const) {
      const refused = await as(workerd, method, path);
      expect([path, refused.status]).toEqual([path, 503]);
      expect(await refused.json()).toMatchObject({ code: "misconfigured" });
    }
    expect(await kept()).toEqual([{ jurisdiction: "eu" }]);
    expect(await told(workerd)).toMatch(/PROBLEM +\/api\/ready: JURISDICTION is not what it was/);
  });

  it("is refused where the runtime knows none, as workerd by itself does", async () => {
    await supabase.query("delete from deployment");
    const workerd = await deployed("here", { JURISDICTION: "eu" });
    const answer = await say(workerd);
    expect([answer.status, await answer.json()]).toEqual([
      503,
      expect.objectContaining({ code: "misconfigured" }),
    ]);
    expect(await told(workerd)).toMatch(
      /PROBLEM +\/api\/ready: JURISDICTION is eu, and there are no/,
    );
  });
});
