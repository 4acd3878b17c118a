import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { lookAtAccount, secretFindings } from "../../local/doctor/checks/cloudflare.ts";
import { sameProject } from "../../local/doctor/checks/schema.ts";
import { tokenFindings } from "../../local/doctor/checks/tokens.ts";
import { subjectOf } from "../../local/doctor/diagnose.ts";
import type { Finding } from "../../local/doctor/finding.ts";
import { readOptions } from "../../local/doctor/options.ts";
import { reportLines, withoutSecrets } from "../../local/doctor/report.ts";
import type { RunWrangler } from "../../local/doctor/subject.ts";
import { LocalError } from "../../local/local-error.ts";
import { startModel } from "../../local/model/server.ts";
import type { RunningModel } from "../../local/model/types.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { ROOT } from "../../local/world.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";

const PROJECT = "abcdefghijklmnopqrst";
const told = (findings: readonly Finding[]) =>
  reportLines(findings, []).join(" ").replace(/\s+/g, " ");

describe("Cloudflare", () => {
  /** wrangler, with an answer to each command. */
  const wrangler =
    (answers: Record<string, [code: number, output: string]>): RunWrangler =>
    async ([command = ""]) => {
      const [code, output] = answers[command] ?? [1, "unexpected"];
      return { code, output };
    };

  it.each<[what: string, answers: Record<string, [number, string]>, line: RegExp]>([
    [
      "that nobody is logged in to",
      { whoami: [0, "You are not authenticated. Please run `wrangler login`."] },
      /PROBLEM Cloudflare: wrangler is not logged in → run: npx wrangler login/,
    ],
    [
      "that cannot be reached is no problem of ours",
      { whoami: [1, "Unable to resolve Cloudflare's API hostname"] },
      /^skipped Cloudflare: cannot be reached from here$/,
    ],
    [
      "that refuses a token",
      { whoami: [1, "Invalid access token"] },
      /PROBLEM Cloudflare: does not let wrangler in/,
    ],
    [
      "without a Worker yet",
      { whoami: [0, "You are logged in"], secret: [1, "not found"] },
      /ok Cloudflare: wrangler is logged in warning Cloudflare: no secrets of staging/,
    ],
  ])("%s", async (_what, answers, line) => {
    const { findings, secrets } = await lookAtAccount(wrangler(answers), "staging");
    expect(told(findings)).toMatch(line);
    expect(secrets).toBeNull();
  });

  it("says which secrets there are, and which are missing", async () => {
    const listed = 'Some words\n[{"name":"OPENAI_API_KEY","type":"secret_text"}]\n';
    const run = wrangler({ whoami: [0, "You are logged in"], secret: [0, listed] });
    const { secrets } = await lookAtAccount(run, "staging");
    expect(secrets).toEqual(["OPENAI_API_KEY"]);
    const plain = new Set(["SUPABASE_URL", "SUPABASE_ANON_KEY"]);
    expect(told(secretFindings(secrets, plain, "staging"))).toBe(
      "PROBLEM Cloudflare: staging has no SUPABASE_SECRET_KEY → npx wrangler secret put SUPABASE_SECRET_KEY --env staging, or deploy with --secrets",
    );
    const bringing = new Set([...plain, "SUPABASE_SECRET_KEY"]);
    expect(told(secretFindings(secrets, bringing, "staging"))).toMatch(/^ok /);
  });
});

describe("tokens of a hosted project", () => {
  const answering =
    (keys: unknown[]): typeof fetch =>
    async (input) =>
      String(input).endsWith("/auth/v1/.well-known/jwks.json")
        ? Response.json({ keys })
        : Response.json({}, { status: 404 });
  const examined = (keys: unknown[], more: Record<string, string> = {}) =>
    tokenFindings({
      ...subjectOf({ SUPABASE_URL: `https://${PROJECT}.supabase.co`, ...more }, "staging"),
      fetch: answering(keys),
    });

  it("are verified by the keys it publishes", async () => {
    const { publicKey } = await generateKeyPair("ES256");
    const key = { ...(await exportJWK(publicKey)), alg: "ES256", use: "sig", kid: "1" };
    expect(told(await examined([key]))).toMatch(/ok JWKS: 1 key\(s\) .*\(ES256\)/);
    const odd = { kty: "EC", crv: "P-521", alg: "ES512" };
    expect(told(await examined([odd]))).toMatch(/PROBLEM JWKS: has no ES256 or RS256 key/);
  });

  it("of the legacy kind are verified by the secret, if it is the project's", async () => {
    const secret = "s".repeat(40);
    const key = await new SignJWT({ role: "anon", ref: PROJECT })
      .setProtectedHeader({ alg: "HS256" })
      .setExpirationTime("10y")
      .sign(new TextEncoder().encode(secret));
    const given = { SUPABASE_PUBLISHABLE_KEY: key };
    expect(told(await examined([], { ...given, SUPABASE_JWT_SECRET: secret }))).toMatch(
      /ok SUPABASE_JWT_SECRET: signs what Supabase signs/,
    );
    const other = told(await examined([], { ...given, SUPABASE_JWT_SECRET: "o".repeat(40) }));
    expect(other).toMatch(/PROBLEM SUPABASE_JWT_SECRET: does not verify the project's own/);
    expect(other).not.toContain("oooo");
  });
});

it("a database of another project is told from its connection string", () => {
  const subject = subjectOf({ SUPABASE_URL: `https://${PROJECT}.supabase.co` }, "staging");
  const other = "tsrqponmlkjihgfedcba";
  for (const url of [
    `postgresql://postgres:pw@db.${other}.supabase.co:5432/postgres`,
    `postgresql://postgres.${other}:pw@aws-0.pooler.supabase.com:5432/postgres`,
  ]) {
    expect(told(sameProject(subject, url))).toMatch(
      /PROBLEM DATABASE_URL: leads to the project tsrq/,
    );
    expect(sameProject(subject, url.replace(other, PROJECT))).toEqual([]);
  }
  expect(sameProject(subject, "postgresql://u:pw@127.0.0.1/x")).toEqual([]);
});

it("what others say is shown without what is secret", () => {
  expect(withoutSecrets("the key sk-abcdef is wrong", ["sk-abcdef", ""])).toBe(
    "the key … is wrong",
  );
  expect(withoutSecrets("no key is wrong", ["key"])).toBe("no key is wrong");
});

it("the command line is read, or says how it is used", () => {
  expect(readOptions(["--url", "https://viva.example.com/path"])).toEqual({
    environment: null,
    url: new URL("https://viva.example.com"),
    askModel: true,
  });
  for (const args of [["--url", "viva.example.com"], ["--ur", "x"], ["staging"]]) {
    expect(() => readOptions(args)).toThrow(LocalError);
  }
});

describe("npm run doctor", () => {
  let folder: string;
  let supabase: LocalSupabase;
  let model: RunningModel;
  beforeAll(async () => {
    // What the local Supabase refuses it writes out at length.
    vi.spyOn(console, "error").mockReturnValue();
    folder = mkdtempSync(join(tmpdir(), "viva-doctor-"));
    supabase = await startReadySupabase({ dataDir: folder, port: 0 });
    model = await startModel({ port: 0, apiKey: "the-key-it-wants", ttftMs: 0, gapMs: 0 });
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await model?.close();
    await supabase?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The doctor as a process of its own. */
  async function run(more: Record<string, string> = {}) {
    const child = spawn(process.execPath, ["local/doctor/doctor.ts"], {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        SUPABASE_URL: supabase.url,
        SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
        SUPABASE_SECRET_KEY: supabase.secretKey,
        SUPABASE_JWT_SECRET: supabase.jwtSecret,
        OPENAI_BASE_URL: model.url,
        OPENAI_API_KEY: "the-key-it-wants",
        ...more,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const closed = new Promise<number | null>((done) => child.once("close", done));
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { code: await closed, output: output + errors };
  }

  it("ends with 0 where all can run, and shows no secret", async () => {
    const { code, output } = await run();
    expect([code, output]).toEqual([0, expect.stringContaining("All can run")]);
    const { secretKey, jwtSecret, publishableKey } = supabase;
    for (const secret of [secretKey, jwtSecret, publishableKey, "the-key-it-wants"]) {
      expect(output).not.toContain(secret);
    }
  });

  it("ends with 1 where something is in the way, and shows no secret either", async () => {
    const { code, output } = await run({
      OPENAI_API_KEY: "a-key-of-somebody",
      DATABASE_URL: "postgres://postgres:a-password@127.0.0.1:9/postgres",
    });
    expect(code).toBe(1);
    expect(output).toMatch(/PROBLEM {2}OPENAI_API_KEY: is refused by the provider \(401\)/);
    expect(output).toMatch(/PROBLEM {2}DATABASE_URL: .*nothing listens there/);
    expect(output).toMatch(/2 in the way/);
    for (const secret of ["a-key-of-somebody", "a-password", supabase.secretKey]) {
      expect(output).not.toContain(secret);
    }
  });
});
