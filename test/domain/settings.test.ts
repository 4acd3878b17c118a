import { describe, expect, it } from "vitest";
import { checkSettings, SettingsError, settingsOf } from "../../worker/settings.ts";

const LEAST = {
  SUPABASE_URL: "https://project.example.com/",
  SUPABASE_PUBLISHABLE_KEY: "sb_publishable_x",
  SUPABASE_SECRET_KEY: "sb_secret_x",
  OPENAI_API_KEY: "sk-x",
};

describe("settings", () => {
  it("have a default for all but four", () => {
    const { settings, problems } = checkSettings(LEAST);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      SUPABASE_URL: "https://project.example.com",
      OPENAI_BASE_URL: "https://api.openai.com/v1",
      OPENAI_MODEL: "gpt-6-luna",
      ALLOWED_ORIGINS: [],
      MONTHLY_CREDITS: 10_000,
      TURNS_PER_MINUTE: 20,
      TURNS_AT_ONCE: 3,
      MAX_OUTPUT_TOKENS: 600,
      FIRST_TOKEN_TIMEOUT_MS: 20_000,
      TOKEN_GAP_TIMEOUT_MS: 15_000,
      FINISH_WAIT_MS: 2_000,
      CONTEXT_FRESH_MS: 600_000,
      CONTEXT_STALE_WAIT_MS: 150,
      CONTEXT_COLD_WAIT_MS: 2_000,
      PING_MS: 15_000,
    });
    expect(settings?.HEDGE_AFTER_MS).toBeNull();
    expect(settings?.DAILY_BUDGET_USD).toBeNull();
    expect(settings?.CAPTCHA).toBeUndefined();
    expect(settings?.SUPABASE_JWT_SECRET).toBeUndefined();
    expect(settings?.SUPABASE_JWKS).toBeUndefined();
  });

  it.each(Object.keys(LEAST))("name %s when it is missing or blank", (name) => {
    for (const value of [undefined, "", "  "]) {
      const { settings, problems } = checkSettings({ ...LEAST, [name]: value });
      expect(settings).toBeNull();
      expect(problems).toEqual([`${name} is missing`]);
    }
  });

  it("name all that is wrong at once", () => {
    expect(checkSettings({}).problems).toEqual(
      Object.keys(LEAST).map((name) => `${name} is missing`),
    );
  });

  it.each([
    ["SUPABASE_URL", "project.example.com"],
    ["SUPABASE_URL", "ftp://project.example.com"],
    ["OPENAI_BASE_URL", "localhost:11434"],
    ["MONTHLY_CREDITS", "-1"],
    ["DAILY_BUDGET_USD", "much"],
    ["DAILY_BUDGET_USD", "-1"],
    ["UNLISTED_MODEL_PRICE", "7.5"],
    ["UNLISTED_MODEL_PRICE", "7/ten"],
    ["MONTHLY_CREDITS", "1.5"],
    ["TURNS_PER_MINUTE", "0"],
    ["TURNS_AT_ONCE", "three"],
    ["FIRST_TOKEN_TIMEOUT_MS", "0"],
    ["HEDGE_AFTER_MS", "0"],
    ["HEDGE_AFTER_MS", "2.5"],
    ["HEDGE_AFTER_MS", "soon"],
    ["ALLOWED_ORIGINS", "https://app.example.com/path"],
    ["ALLOWED_ORIGINS", "https://app.example.com, *"],
    ["WARM_PROVIDER", "sometimes"],
    ["OPENAI_OMIT", "temprature"],
    ["OPENAI_OMIT", "temperature, messages"],
    ["OPENAI_OMIT", "model"],
    ["SUPABASE_JWT_SECRET", "x".repeat(31)],
    ["SUPABASE_JWKS", "{}"],
    ["SUPABASE_JWKS", "not json"],
  ])("refuse %s=%s, and do not repeat the value", (name, value) => {
    const { settings, problems } = checkSettings({ ...LEAST, [name]: value });
    expect(settings).toBeNull();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(name);
    expect(problems[0]).not.toContain(value === "0" ? "=0" : value);
  });

  it.each([
    [undefined, true],
    [" ", true],
    ["on", true],
    ["TRUE", true],
    ["1", true],
    ["off", false],
    ["false", false],
    ["0", false],
  ])("take a switch: WARM_PROVIDER=%s", (value, expected) => {
    const { settings } = checkSettings({ ...LEAST, WARM_PROVIDER: value });
    expect(settings?.WARM_PROVIDER).toBe(expected);
  });

  it("take other tools' names, and their own first", () => {
    const aliased = {
      NEXT_PUBLIC_SUPABASE_URL: "https://next.example.com",
      NEXT_PUBLIC_SUPABASE_ANON_KEY: "anon",
      SUPABASE_SERVICE_ROLE_KEY: "service",
      OPENAI_API_KEY: "k",
    };
    expect(checkSettings(aliased).settings).toMatchObject({
      SUPABASE_URL: "https://next.example.com",
      SUPABASE_PUBLISHABLE_KEY: "anon",
      SUPABASE_SECRET_KEY: "service",
    });
    expect(checkSettings({ ...aliased, ...LEAST }).settings?.SUPABASE_SECRET_KEY).toBe(
      "sb_secret_x",
    );
    const blank = { ...aliased, SUPABASE_SECRET_KEY: " " };
    expect(checkSettings(blank).settings?.SUPABASE_SECRET_KEY).toBe("service");
  });

  it("read origins in a list and numbers as text", () => {
    const { settings } = checkSettings({
      ...LEAST,
      ALLOWED_ORIGINS: " https://a.example.com,https://b.example.com\nhttp://localhost:3000 ",
      OPENAI_OMIT: "Temperature, max_tokens",
      TURNS_PER_MINUTE: "5",
      HEDGE_AFTER_MS: "1200",
      MONTHLY_CREDITS: 0,
      SUPABASE_JWKS: '{"keys":[]}',
    });
    expect(settings).toMatchObject({
      ALLOWED_ORIGINS: ["https://a.example.com", "https://b.example.com", "http://localhost:3000"],
      OPENAI_OMIT: ["temperature", "max_tokens"],
      TURNS_PER_MINUTE: 5,
      HEDGE_AFTER_MS: 1_200,
      MONTHLY_CREDITS: 0,
      SUPABASE_JWKS: { keys: [] },
    });
  });

  it("are read once for an environment, and throw what is wrong with it", () => {
    const env = { ...LEAST };
    expect(settingsOf(env)).toBe(settingsOf(env));
    expect(() => settingsOf({})).toThrow(SettingsError);
  });
});
