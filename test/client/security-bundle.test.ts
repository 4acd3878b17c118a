import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildClient } from "../../client/build.ts";
import { connectOf, headersFile } from "../../client/headers.ts";

const DIST = fileURLToPath(new URL("../../client/dist", import.meta.url));

/** Every setting that is a secret, with a value that nothing else has. */
const SECRETS = Object.fromEntries(
  [
    "SUPABASE_SECRET_KEY",
    "SUPABASE_SERVICE_ROLE_KEY",
    "SUPABASE_JWT_SECRET",
    "OPENAI_API_KEY",
    "OPS_SECRET",
    "WEBHOOK_SECRET",
    "LOAD_TEST_CHALLENGE",
    "CLOUDFLARE_API_TOKEN",
    "DEMO_PASSWORD",
  ].map((name) => [name, `canary-${name}-${crypto.randomUUID()}`]),
);

describe("the built client", () => {
  const files = new Map<string, string>();

  beforeAll(async () => {
    for (const [name, value] of Object.entries(SECRETS)) vi.stubEnv(name, value);
    await buildClient();
    const entries = await readdir(DIST, { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile())) {
      const path = join(entry.parentPath, entry.name);
      files.set(path.slice(DIST.length), await readFile(path, "latin1"));
    }
  }, 120_000);
  afterAll(() => vi.unstubAllEnvs());

  it("holds no secret of the settings, in no file, source maps included", () => {
    expect(files.size).toBeGreaterThan(20);
    expect([...files.keys()].some((path) => path.endsWith(".js.map"))).toBe(true);
    for (const [path, text] of files) {
      for (const [name, value] of Object.entries(SECRETS)) {
        expect(text.includes(value), `${path} holds ${name}`).toBe(false);
      }
      expect(text, path).not.toMatch(/sb_secret_\w|sk-(proj-)?[\w-]{20}|-----BEGIN [A-Z ]*PRIVATE/);
      // Nor any key that is a token: those of hosted projects begin like this.
      expect(text, path).not.toMatch(/eyJ[\w-]{20,}\.eyJ[\w-]{20,}\./);
    }
  });

  it("holds nothing of the server's: no prompt, no provider, none of its settings", () => {
    const words = ["SUPABASE_SECRET_KEY", "OPENAI_API_KEY", "api.openai.com", "service_role"];
    for (const [path, text] of files) {
      // Maps carry the comments of libraries, which name a thing or two.
      if (path.endsWith(".map")) continue;
      for (const word of words) expect(text.includes(word), `${path} names ${word}`).toBe(false);
    }
    const sources = [...files].filter(([path]) => path.endsWith(".map")).map(([, text]) => text);
    expect(sources.join()).not.toMatch(/"[./]*(worker|migrations|local)\/[\w/-]+\.ts"/);
  });

  it("has no code in its document, and all of its headers on every path", () => {
    const document = files.get("/index.html") ?? "";
    expect(document).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(document).not.toMatch(/\son\w+=|javascript:|<base|<iframe|http-equiv/i);
    const [everywhere = ""] = (files.get("/_headers") ?? "").split("\n\n");
    expect(everywhere.split("\n")[0]).toBe("/*");
    for (const header of [
      /Content-Security-Policy: .*require-trusted-types-for 'script'; trusted-types 'none'/,
      /Content-Security-Policy: .*frame-ancestors 'none'/,
      /Content-Security-Policy: .*report-uri \/api\/csp-report; report-to csp/,
      /Reporting-Endpoints: csp="\/api\/csp-report"/,
      /Strict-Transport-Security: max-age=\d{8}/,
      /X-Content-Type-Options: nosniff/,
      /Referrer-Policy: same-origin/,
      /Permissions-Policy: .*camera=\(\)/,
      /Cross-Origin-Opener-Policy: same-origin/,
    ]) {
      expect(everywhere).toMatch(header);
    }
    expect(everywhere).not.toMatch(/unsafe-|script-src [^;]*(https?:|data:|blob:|[*])/);
  });
});

describe("what pages may talk to", () => {
  const policy = (connect: string) =>
    headersFile({ styleHash: "x", preload: {}, hashed: [], connect });

  it("is the one project that the build knows", () => {
    const connect = connectOf({ SUPABASE_URL: "https://abc.supabase.co/" });
    expect(policy(connect)).toContain("connect-src 'self' https://abc.supabase.co;");
    expect(connectOf({ NEXT_PUBLIC_SUPABASE_URL: "https://abc.supabase.co" })).toBe(connect);
    const given = { VIVA_CONNECT_SRC: "https://x.test", SUPABASE_URL: "https://abc.supabase.co" };
    expect(connectOf(given)).toBe("https://x.test");
  });

  it("is any by HTTPS, and this machine, where it knows none", () => {
    for (const env of [{}, { SUPABASE_URL: "http://127.0.0.1:54321" }, { SUPABASE_URL: "what" }]) {
      expect(policy(connectOf(env))).toContain("connect-src 'self' https: http://localhost:*");
    }
  });
});
