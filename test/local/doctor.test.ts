import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { headersFile } from "../../client/headers.ts";
import { clientFindings } from "../../local/doctor/checks/client.ts";
import { examine } from "../../local/doctor/examine.ts";
import type { Finding } from "../../local/doctor/finding.ts";
import { reportLines } from "../../local/doctor/report.ts";
import type { Subject } from "../../local/doctor/subject.ts";
import { startModel } from "../../local/model/server.ts";
import type { RunningModel } from "../../local/model/types.ts";
import type { Variables } from "../../local/settings.ts";
import { DEMO_EMAIL, DEMO_PASSWORD } from "../../local/supabase/demo.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { readMigrations } from "../../migrations/apply.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";

const MODEL_KEY = "key-of-the-rehearsal";
const PROJECT = "abcdefghijklmnopqrst";

let folder: string;
let supabase: LocalSupabase;
let model: RunningModel;
/** All in order: a Supabase, a provider, and a member to sign in as. */
let well: Subject;

/** A token as the legacy keys are, signed with a secret. */
function legacyKey(claims: object, secret = "s".repeat(40)): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = `${part({ alg: "HS256", typ: "JWT" })}.${part({ iss: "supabase", exp: 4e9, ...claims })}`;
  return `${head}.${createHmac("sha256", secret).update(head).digest("base64url")}`;
}

const examined = (subject: Subject) => examine(subject, readMigrations());

/** What is wrong with a subject, by what it is about. */
const problems = (findings: readonly Finding[]) =>
  findings.filter(({ state }) => state === "problem");

/** The lines as they are shown, in one, with single spaces. */
const told = (findings: readonly Finding[]) =>
  reportLines(findings, []).join(" ").replace(/\s+/g, " ");

const control = (change: object) =>
  fetch(`${new URL(model.url).origin}/control`, { method: "POST", body: JSON.stringify(change) });
const outage = (change: object) =>
  fetch(`${supabase.url}/control`, { method: "POST", body: JSON.stringify(change) });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "viva-doctor-"));
  supabase = await startReadySupabase({ dataDir: folder, port: 0, control: true });
  model = await startModel({ port: 0, apiKey: MODEL_KEY, ttftMs: 0, gapMs: 0 });
  well = {
    variables: {
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_SECRET_KEY: supabase.secretKey,
      SUPABASE_JWT_SECRET: supabase.jwtSecret,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: MODEL_KEY,
    },
    unreadable: new Set(),
    environment: null,
    fetch: (input, init) => fetch(input, init),
    now: () => Date.now(),
    database: null,
    signIn: { email: DEMO_EMAIL, password: DEMO_PASSWORD },
    askModel: true,
  };
});
beforeEach(async () => {
  // What the local Supabase refuses it writes out at length.
  vi.spyOn(console, "error").mockReturnValue();
  await fetch(`${new URL(model.url).origin}/control`, { method: "DELETE" });
  await outage({ down: false, status: null });
});
afterAll(async () => {
  vi.restoreAllMocks();
  await model?.close();
  await supabase?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The subject with other variables; undefined takes one out. */
function withVariables(change: Record<string, string | undefined>): Subject {
  const all = { ...well.variables, ...change };
  const variables = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== undefined),
  ) as Variables;
  return { ...well, variables };
}

describe("where all is well the doctor", () => {
  it("finds nothing in the way, through the API and past it", async () => {
    const findings = await examined(well);
    expect(problems(findings)).toEqual([]);
    const lines = reportLines(findings, []).join("\n");
    for (const line of [
      /ok +SUPABASE_URL: reached/,
      /ok +SUPABASE_PUBLISHABLE_KEY: Supabase takes it/,
      /ok +SUPABASE_SECRET_KEY: Supabase takes it/,
      /ok +clock: agrees/,
      /ok +a member's token: is verified as the Worker does/,
      /ok +migrations: all \d+ tables are there/,
      /ok +row level security: a visitor reads no row of any table/,
      /ok +row level security: a member reads their own profile and nobody else's/,
      /ok +viva_context: answers/,
      /ok +OPENAI_MODEL: gpt-6-luna answers.* tokens for \d+ micro-dollars/,
    ]) {
      expect(lines).toMatch(line);
    }
    const past = await examined({ ...well, database: supabase });
    expect(problems(past)).toEqual([]);
    expect(reportLines(past, []).join("\n")).toMatch(/migrations: all \d+ applied, none changed/);
  });

  it("writes nothing and fixes nothing", async () => {
    await supabase.query("delete from deployment");
    const count =
      "select (select count(*) from ai_conversations) as messages, (select count(*) from token_usage) as usage";
    const before = await supabase.query(count);
    await examined(well);
    expect(await supabase.query(count)).toEqual(before);
    expect(await supabase.query("select * from deployment")).toEqual([]);
  });
});

/** One thing broken, and the line that must say so. */
const BROKEN: [what: string, change: Record<string, string | undefined>, line: RegExp][] = [
  ["no address of Supabase", { SUPABASE_URL: "127.0.0.1:54321" }, /SUPABASE_URL: is not an http/],
  [
    "the dashboard's address",
    { SUPABASE_URL: `https://supabase.com/dashboard/project/${PROJECT}` },
    /SUPABASE_URL: is a page of the dashboard/,
  ],
  ["no server", { SUPABASE_URL: "http://127.0.0.1:9" }, /SUPABASE_URL: cannot be reached/],
  [
    "a missing secret key",
    { SUPABASE_SECRET_KEY: undefined },
    /SUPABASE_SECRET_KEY: is missing → copy the key that begins with sb_secret_ .*into .dev.vars/,
  ],
  [
    "a timeout in words",
    { FIRST_TOKEN_TIMEOUT_MS: "soon" },
    /FIRST_TOKEN_TIMEOUT_MS: is not a num/,
  ],
  [
    "origins with a path",
    { ALLOWED_ORIGINS: "https://app.example.com/" },
    /ALLOWED_ORIGINS: must list origins/,
  ],
  ["a jurisdiction that is none", { JURISDICTION: "mars" }, /JURISDICTION: must be one of eu/],
  [
    "a shared secret of one word",
    { WEBHOOK_SECRET: "hook" },
    /WEBHOOK_SECRET: must have at least 32 characters/,
  ],
  [
    "a legacy service key in the public place",
    { SUPABASE_PUBLISHABLE_KEY: legacyKey({ role: "service_role", ref: PROJECT }) },
    /SUPABASE_PUBLISHABLE_KEY: is the legacy service_role key: every browser/,
  ],
  [
    "a legacy key that has expired",
    { SUPABASE_SECRET_KEY: legacyKey({ role: "service_role", exp: 1_600_000_000 }) },
    /SUPABASE_SECRET_KEY: expired on 2020-09-13/,
  ],
  [
    "a key of another project",
    {
      SUPABASE_URL: `https://${PROJECT}.supabase.co`,
      SUPABASE_PUBLISHABLE_KEY: legacyKey({ role: "anon", ref: "tsrqponmlkjihgfedcba" }),
    },
    /SUPABASE_PUBLISHABLE_KEY: belongs to the project tsrq\w+, SUPABASE_URL to abcd/,
  ],
  [
    "a key that was made up",
    { SUPABASE_SECRET_KEY: "sb_secret_x" },
    /SUPABASE_SECRET_KEY: Supabase refuses it/,
  ],
  [
    "another project's JWT secret",
    { SUPABASE_JWT_SECRET: "x".repeat(40) },
    /a member's token: is refused .*\(unauthorized\)/,
  ],
  [
    "no way to verify a token",
    { SUPABASE_JWT_SECRET: undefined },
    /JWKS: has no ES256 or RS256 key, and there is no shared secret/,
  ],
  [
    "a pinned private key",
    {
      SUPABASE_JWKS: '{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","x":"a","y":"b","d":"c"}]}',
    },
    /SUPABASE_JWKS: holds a private key/,
  ],
  [
    "a wrong key of the model's",
    { OPENAI_API_KEY: "another" },
    /OPENAI_API_KEY: is refused by the provider \(401\)/,
  ],
  [
    "a model of the past",
    { OPENAI_MODEL: "gpt-4-turbo" },
    /OPENAI_MODEL: gpt-4-turbo was shut down on 2026-10-23/,
  ],
  [
    "no model server",
    { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" },
    /OPENAI_BASE_URL: cannot be reached/,
  ],
  [
    "Azure's older address",
    { OPENAI_BASE_URL: "https://x.openai.azure.com/openai/deployments/luna" },
    /OPENAI_BASE_URL: is not Azure's v1 address/,
  ],
  ["a jurisdiction on this machine", { JURISDICTION: "eu" }, /JURISDICTION: is set here/],
];

describe("the doctor names", () => {
  it.each(BROKEN)("%s", async (_what, change, line) => {
    // Hosts of the wide world are looked at, not asked.
    const asking: typeof fetch = (input, init) =>
      /127\.0\.0\.1/.test(String(input))
        ? fetch(input, init)
        : Promise.reject(new Error("not asked"));
    const findings = await examined({
      ...withVariables(change),
      fetch: asking,
      database: supabase,
    });
    const bad = problems(findings);
    expect(told(bad)).toMatch(line);
    for (const { todo } of bad) expect(todo).not.toBe("");
    // Whatever was wrong, no value that was given stands in any line.
    const shown = reportLines(findings, []).join("\n");
    for (const value of Object.values(change)) {
      if (value && /KEY|SECRET|JWKS/.test(Object.keys(change).join())) {
        if (!value.startsWith("http")) expect(shown).not.toContain(value);
      }
    }
    for (const secret of [supabase.secretKey, supabase.jwtSecret, MODEL_KEY]) {
      expect(shown).not.toContain(secret);
    }
  });

  it("keys in each other's place", async () => {
    const findings = await examined(
      withVariables({
        SUPABASE_PUBLISHABLE_KEY: supabase.secretKey,
        SUPABASE_SECRET_KEY: supabase.publishableKey,
      }),
    );
    const lines = reportLines(problems(findings), []).join("\n");
    expect(lines).toMatch(/SUPABASE_PUBLISHABLE_KEY: is a secret key: every browser would get it/);
    expect(lines).toMatch(/SUPABASE_SECRET_KEY: is a publishable key/);
    expect(lines).not.toContain(supabase.secretKey);
  });

  it("a migration that was not applied, and one that was changed since", async () => {
    const migrations = readMigrations();
    const extra = {
      version: "20991231000000",
      name: "later",
      sql: "create table public.later (id int)",
    };
    const database = supabase;
    const missing = problems(await examine({ ...well, database }, [...migrations, extra]));
    expect(told(missing)).toMatch(
      /migrations: 1 not applied: 20991231000000_later → run: DATABASE_URL=… npm run db:migrate/,
    );
    const [first, ...rest] = migrations;
    if (!first) throw new Error("no migrations");
    const changed = [{ ...first, sql: `${first.sql} -- edited` }, ...rest];
    const edited = problems(await examine({ ...well, database }, changed));
    expect(told(edited)).toMatch(/was changed after it had been applied/);
    // Without a way past PostgREST a missing table is still seen.
    const seen = problems(await examine(well, [...migrations, extra]));
    expect(told(seen)).toMatch(
      /migrations: missing in the database: later \(20991231000000_later\)/,
    );
  });

  it("a table without row level security", async () => {
    await supabase.query("create table public.notes (id int)");
    try {
      const bad = problems(await examined({ ...well, database: supabase }));
      expect(told(bad)).toMatch(
        /row level security: is off: anybody can read notes → alter table public.notes enable/,
      );
    } finally {
      await supabase.query("drop table public.notes");
    }
  });

  it("a jurisdiction that is not what it was", async () => {
    await supabase.query("delete from deployment");
    await supabase.query("insert into deployment (jurisdiction) values ('eu')");
    try {
      const bad = problems(await examined(well));
      expect(told(bad)).toMatch(
        /JURISDICTION: is empty \(anywhere\), but members' objects live with eu.*→ set it back to eu/,
      );
    } finally {
      await supabase.query("delete from deployment");
    }
  });

  it("a clock that tokens would not survive", async () => {
    const bad = problems(await examined({ ...well, now: () => Date.now() - 120_000 }));
    expect(told(bad)).toMatch(/clock: this machine is 1(19|2\d) s behind Supabase/);
  });

  it("a Supabase that is paused, and does not go on to blame the rest", async () => {
    await outage({ down: true });
    const findings = await examined(well);
    expect(problems(findings).map(({ about }) => about)).toEqual(["SUPABASE_URL"]);
    expect(reportLines(findings, []).join("\n")).toMatch(/skipped +Supabase: .*were not looked at/);
  });

  it.each([
    ["a model that is not there", { unknown: true }, /gpt-9-nobody is not there|has no row/],
    ["a busy provider, which passes", { fault: "429" }, /gpt-6-luna is busy \(429\)/],
    ["a provider that fails", { fault: "500" }, /gpt-6-luna answers with 500/],
    [
      "a parameter that the model does not take",
      { unsupported: ["stream_options"] },
      /does not take stream_options/,
    ],
  ])("%s", async (_what, change, line) => {
    const { unknown, ...rest } = change as Record<string, unknown>;
    if (Object.keys(rest).length > 0) await control(rest);
    const subject = unknown ? withVariables({ OPENAI_MODEL: "gpt-9-nobody" }) : well;
    expect(told(await examined(subject))).toMatch(line);
  });

  it("what a server refuses in words, and asks on without it, as a turn does", async () => {
    await control({ unsupported: ["safety_identifier", "reasoning_effort"], refuseAs: "words" });
    const subject = withVariables({ OPENAI_OMIT: "prompt_cache_key" });
    const findings = await examined(subject);
    expect(problems(findings)).toEqual([]);
    expect(told(findings)).toMatch(
      /warning OPENAI_MODEL: gpt-6-luna does not take .*→ set OPENAI_OMIT=prompt_cache_key,reasoning_effort,safety_identifier/,
    );
    expect(told(findings)).toMatch(/ok OPENAI_MODEL: gpt-6-luna answers/);
  });

  it("a setting that nobody reads, and which was meant", async () => {
    const findings = await examined(withVariables({ SUPABASE_SECRETKEY: "x" }));
    expect(told(findings)).toMatch(
      /warning SUPABASE_SECRETKEY: is no setting: nothing reads it → did you mean SUPABASE_SECRET_KEY\?/,
    );
  });

  it("a second request that would never race the first", async () => {
    const subject = { ...withVariables({ HEDGE_AFTER_MS: "20000" }), askModel: false };
    expect(told(await examined({ ...subject, database: supabase }))).toMatch(
      /warning HEDGE_AFTER_MS: is later than FIRST_TOKEN_TIMEOUT_MS/,
    );
  });

  it("what must not be deployed: a machine nobody reaches, and a password for all to see", async () => {
    const subject = withVariables({ DEMO_EMAIL, DEMO_PASSWORD });
    const bad = problems(await examined({ ...subject, environment: "staging" }));
    const lines = reportLines(bad, []).join("\n");
    expect(lines).toMatch(/SUPABASE_URL: leads to a machine that Cloudflare cannot reach/);
    expect(lines).toMatch(/OPENAI_BASE_URL: leads to a machine that Cloudflare cannot reach/);
    expect(lines).toMatch(/DEMO_EMAIL: shows a member's password/);
    expect(lines).not.toContain(DEMO_PASSWORD);
  });
});

describe("built pages", () => {
  const built = (connect: string) =>
    headersFile({ styleHash: "x", preload: {}, hashed: [], connect });
  const found = (connect: string | null) =>
    clientFindings(
      withVariables({ SUPABASE_URL: `https://${PROJECT}.supabase.co` }),
      connect === null ? null : built(connect),
    ).map(({ state, text }) => `${state}: ${text}`);

  it("talk to the project, to another one, to anybody, or were not built", () => {
    expect(found(`https://${PROJECT}.supabase.co`)).toEqual([
      `ok: pages may talk to ${PROJECT}.supabase.co`,
    ]);
    expect(found("https://other.supabase.co")).toEqual([
      `problem: was built for https://other.supabase.co: nobody could sign in at ${PROJECT}.supabase.co`,
    ]);
    expect(found("")).toEqual([expect.stringMatching(/^warning: was built without SUPABASE_URL/)]);
    expect(found(null)).toEqual(["skipped: not built yet"]);
  });
});
