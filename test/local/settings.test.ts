import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LocalError } from "../../local/local-error.ts";
import { checkGiven, envFile, givenVariables, portOf, realParts } from "../../local/settings.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "viva-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("given variables", () => {
  it("come from .dev.vars, the environment over them, blank ones left out", () => {
    writeFileSync(
      join(folder, ".dev.vars"),
      "OPENAI_API_KEY=file\nOPENAI_MODEL=file\nSUPABASE_URL=\nWEBHOOK_SECRET=file\n",
    );
    const env = { OPENAI_API_KEY: "env", OPENAI_MODEL: " ", SUPABASE_ANON_KEY: "env", HOME: "/x" };
    expect(givenVariables(env, folder)).toEqual({
      OPENAI_API_KEY: "env",
      OPENAI_MODEL: "file",
      WEBHOOK_SECRET: "file",
      SUPABASE_ANON_KEY: "env",
    });
  });

  it("replace a part", () => {
    expect(realParts({})).toEqual({ supabase: false, model: false });
    expect(realParts({ OPENAI_API_KEY: "k" })).toEqual({ supabase: false, model: true });
    expect(realParts({ OPENAI_BASE_URL: "http://o" })).toEqual({ supabase: false, model: true });
    expect(realParts({ NEXT_PUBLIC_SUPABASE_URL: "http://s" }).supabase).toBe(true);
  });

  it("may be none at all, or a server of one's own without a key", () => {
    expect(() => checkGiven({})).not.toThrow();
    expect(() => checkGiven({ OPENAI_BASE_URL: "http://localhost:11434/v1" })).not.toThrow();
  });

  it("must hold nothing that this machine cannot do", () => {
    expect(() => checkGiven({ JURISDICTION: "eu" })).toThrow(/JURISDICTION is for deployments/);
  });

  it("must be complete for a real Supabase", () => {
    const check = () => checkGiven({ SUPABASE_URL: "https://x.supabase.co" });
    expect(check).toThrow(LocalError);
    expect(check).toThrow(/SUPABASE_PUBLISHABLE_KEY.*SUPABASE_SECRET_KEY/);
    const aliases = { NEXT_PUBLIC_SUPABASE_URL: "https://x.supabase.co", SUPABASE_ANON_KEY: "a" };
    expect(() => checkGiven({ ...aliases, SUPABASE_SERVICE_ROLE_KEY: "s" })).not.toThrow();
  });
});

describe("an env file", () => {
  it("is read back unchanged", () => {
    const variables = {
      PLAIN: "abc",
      SPACES: " a # b ",
      JSON: '{"keys":[{"kty":"EC"}]}',
      APOSTROPHE: "it's",
    };
    expect(parseEnv(envFile(variables))).toEqual(variables);
  });

  it("keeps a dollar from being a variable", () => {
    expect(envFile({ A: "p$HOME" })).toBe("A='p\\$HOME'\n");
  });

  it("refuses what it cannot write", () => {
    expect(() => envFile({ A: `'"\`` })).toThrow(LocalError);
  });
});

describe("a port", () => {
  it("is a whole number up to 65535", () => {
    expect(portOf({}, "PORT", 8787)).toBe(8787);
    expect(portOf({ PORT: "0" }, "PORT", 8787)).toBe(0);
    for (const wrong of ["x", "-1", "65536", "1.5"]) {
      expect(() => portOf({ PORT: wrong }, "PORT", 8787)).toThrow(LocalError);
    }
  });
});
