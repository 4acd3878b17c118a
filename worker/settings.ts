import * as v from "valibot";
import {
  DEFAULT_MODEL,
  MAX_OUTPUT_TOKENS,
  type ModelPrice,
  UNLISTED_PRICE,
} from "../domain/models.ts";
import { OPTIONAL_PARAMETERS } from "./model/parameters.ts";

/** Thrown where a deployment's settings do not allow what is asked: names every setting that is missing or malformed. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  /** One sentence per setting, without any value. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`settings: ${problems.join(" · ")}`);
    this.problems = problems;
  }
}

const blankIsMissing = (value: unknown) =>
  typeof value === "string" && value.trim() === "" ? undefined : value;

const text = v.pipe(v.unknown(), v.transform(blankIsMissing), v.optional(v.string()));

const url = (name: string) =>
  v.pipe(
    v.unknown(),
    v.transform(blankIsMissing),
    v.pipe(
      v.string(`${name} is missing`),
      v.trim(),
      v.check(
        (value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
        `${name} is not an http(s) address`,
      ),
      v.transform((value) => value.replace(/\/+$/, "")),
    ),
  );

const secret = (name: string) =>
  v.pipe(
    v.unknown(),
    v.transform(blankIsMissing),
    v.pipe(v.string(`${name} is missing`), v.trim()),
  );

/** What two sides know, if there is any: long enough that nobody guesses it. */
const sharedSecret = (name: string, least: number) =>
  v.pipe(
    text,
    v.check(
      (value) => value === undefined || value.length >= least,
      `${name} must have at least ${least} characters`,
    ),
  );

/** What is listed, separated by commas or spaces. */
const listIn = (value: string) => value.split(/[\s,]+/).filter((item) => item !== "");

/** A whole number with a default. Variables arrive as strings. */
const number = (name: string, fallback: number, least = 0) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (blankIsMissing(value) === undefined ? fallback : Number(value))),
    v.number(`${name} is not a number`),
    v.check(
      (value) => Number.isSafeInteger(value) && value >= least,
      `${name} must be a whole number of at least ${least}`,
    ),
  );

/** An amount of dollars as micro-dollars, null by default. */
const dollarsOrNone = (name: string) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (blankIsMissing(value) === undefined ? null : Number(value))),
    v.check(
      (value) => value === null || (value >= 0 && value <= 1e9),
      `${name} must be an amount of dollars such as 25 or 2.50, or empty`,
    ),
    v.transform((value) => (value === null ? null : Math.round(value * 1e6))),
  );

/** A whole number, null by default. */
const numberOrNone = (name: string, least: number) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => (blankIsMissing(value) === undefined ? null : Number(value))),
    v.check(
      (value) => value === null || (Number.isSafeInteger(value) && value >= least),
      `${name} must be a whole number of at least ${least}, or empty`,
    ),
  );

/** Dollars per million tokens, `input/output`, e.g. `2.5/10`. */
const price = (name: string, fallback: ModelPrice) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => blankIsMissing(value)),
    v.optional(
      v.pipe(
        v.string(),
        v.trim(),
        v.regex(
          /^\d{1,6}(\.\d{1,6})?\s*\/\s*\d{1,6}(\.\d{1,6})?$/,
          `${name} must be two prices in dollars per million tokens, such as 2.5/10`,
        ),
      ),
    ),
    v.transform((value): ModelPrice => {
      if (value === undefined) return fallback;
      const [input = 0, output = 0] = value.split("/").map(Number);
      return { input, cachedInput: null, output };
    }),
  );

/** A switch with a default: on or off, true or false, 1 or 0. */
const toggle = (name: string, fallback: boolean) =>
  v.pipe(
    v.unknown(),
    v.transform((value) => blankIsMissing(value) ?? fallback),
    v.transform((value) => String(value).trim().toLowerCase()),
    v.check((value) => /^(on|off|true|false|1|0)$/.test(value), `${name} must be on or off`),
    v.transform((value) => /^(on|true|1)$/.test(value)),
  );

const keySet = v.pipe(
  v.unknown(),
  v.transform(blankIsMissing),
  v.optional(
    v.pipe(
      v.string(),
      v.check((value) => {
        try {
          return Array.isArray(JSON.parse(value).keys);
        } catch {
          return false;
        }
      }, "SUPABASE_JWKS is not a JSON Web Key Set"),
      v.transform((value) => JSON.parse(value) as { keys: Record<string, unknown>[] }),
    ),
  ),
);

/** A name of an HTTP header. */
const HEADER_NAME = /^[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** Headers as JSON, `{"name": "value"}`; names in lower case. None by default. */
const headerSet = v.pipe(
  v.unknown(),
  v.transform((value) => blankIsMissing(value) ?? "{}"),
  v.pipe(
    v.string(),
    v.check(
      (value) => headersIn(value) !== null,
      'OPENAI_HEADERS is not JSON such as {"x-name": "value"}',
    ),
    v.transform((value) => headersIn(value) ?? {}),
  ),
);

function headersIn(text: string): Readonly<Record<string, string>> | null {
  try {
    const headers = new Headers();
    const given: unknown = JSON.parse(text);
    if (typeof given !== "object" || given === null || Array.isArray(given)) return null;
    for (const [name, value] of Object.entries(given)) {
      if (typeof value !== "string") return null;
      // Refuses what is no name and no value, line breaks among them.
      headers.set(name, value);
    }
    return Object.fromEntries(headers);
  } catch {
    return null;
  }
}

/** Where Cloudflare may keep and run objects: one of its jurisdictions, anywhere without one. */
export const JURISDICTIONS = ["eu", "us", "fedramp", "fedramp-high"] as const;

/** Every setting with its default. Times in milliseconds. */
const SettingsSchema = v.object({
  SUPABASE_URL: url("SUPABASE_URL"),
  SUPABASE_PUBLISHABLE_KEY: secret("SUPABASE_PUBLISHABLE_KEY"),
  SUPABASE_SECRET_KEY: secret("SUPABASE_SECRET_KEY"),
  /** Shared secret of projects that sign with HS256 (RFC 7518 wants 256 bits); others are verified by JWKS. */
  SUPABASE_JWT_SECRET: sharedSecret("SUPABASE_JWT_SECRET", 32),
  /** A pinned key set, so that none is fetched. */
  SUPABASE_JWKS: keySet,
  OPENAI_API_KEY: secret("OPENAI_API_KEY"),
  OPENAI_BASE_URL: v.pipe(
    v.unknown(),
    v.transform((value) => blankIsMissing(value) ?? "https://api.openai.com/v1"),
    url("OPENAI_BASE_URL"),
  ),
  /**
   * The header that carries the key: `authorization` has it as a bearer token, any other (Azure's
   * `api-key`) as it is.
   */
  OPENAI_KEY_HEADER: v.pipe(
    text,
    v.transform((value) => (value ?? "authorization").trim().toLowerCase()),
    v.check((value) => HEADER_NAME.test(value), "OPENAI_KEY_HEADER is no name of a header"),
  ),
  /** Headers that each request to the provider carries beside it, e.g. AI Gateway's own key. */
  OPENAI_HEADERS: headerSet,
  /**
   * Parameters that no request to the provider carries, separated by commas or spaces. Without one name of
   * the limit the other is sent; only with both are answers unlimited.
   */
  OPENAI_OMIT: v.pipe(
    text,
    v.transform((value) => listIn((value ?? "").toLowerCase())),
    v.check(
      (names) => names.every((name) => OPTIONAL_PARAMETERS.includes(name)),
      `OPENAI_OMIT must list parameters out of ${OPTIONAL_PARAMETERS.join(", ")}`,
    ),
  ),
  OPENAI_MODEL: v.pipe(
    text,
    v.transform((value) => value ?? DEFAULT_MODEL),
  ),
  /** Asked instead where the model cannot answer; none by default. */
  OPENAI_FALLBACK_MODEL: text,
  /** Origins other than our own that may call the API from a browser, separated by commas or spaces. */
  ALLOWED_ORIGINS: v.pipe(
    text,
    v.transform((value) => listIn(value ?? "")),
    v.check(
      (origins) => origins.every((o) => URL.canParse(o) && new URL(o).origin === o),
      "ALLOWED_ORIGINS must list origins such as https://app.example.com",
    ),
  ),
  /**
   * Where members' objects live and run, e.g. `eu`; anywhere by default. Fixed once members have
   * come: objects do not move, and elsewhere they would begin anew.
   */
  JURISDICTION: v.pipe(
    text,
    v.transform((value) => value?.trim().toLowerCase()),
    v.optional(
      v.picklist(
        JURISDICTIONS,
        `JURISDICTION must be one of ${JURISDICTIONS.join(", ")}, or empty`,
      ),
    ),
  ),
  /** Creation Credits a member has each month. */
  MONTHLY_CREDITS: number("MONTHLY_CREDITS", 10_000),
  /**
   * What a model without a list price counts as in credits and budgets: dollars per million tokens, as
   * `input/output`. By default the price of the default model.
   */
  UNLISTED_MODEL_PRICE: price("UNLISTED_MODEL_PRICE", UNLISTED_PRICE),
  /**
   * What the whole deployment may spend on models on a UTC day, in dollars: beyond it VIVA rests until
   * tomorrow. No limit by default. Read as micro-dollars.
   */
  DAILY_BUDGET_USD: dollarsOrNone("DAILY_BUDGET_USD"),
  TURNS_PER_MINUTE: number("TURNS_PER_MINUTE", 20, 1),
  TURNS_AT_ONCE: number("TURNS_AT_ONCE", 3, 1),
  MAX_OUTPUT_TOKENS: number("MAX_OUTPUT_TOKENS", MAX_OUTPUT_TOKENS, 1),
  /** Share of the prompt that history may take, in estimated tokens. */
  HISTORY_TOKENS: number("HISTORY_TOKENS", 3_000),
  FIRST_TOKEN_TIMEOUT_MS: number("FIRST_TOKEN_TIMEOUT_MS", 20_000, 1),
  TOKEN_GAP_TIMEOUT_MS: number("TOKEN_GAP_TIMEOUT_MS", 15_000, 1),
  /**
   * How long the rest of an answer is waited for once the provider has said that it ended: its usage
   * may follow. Some servers keep the connection open behind it.
   */
  FINISH_WAIT_MS: number("FINISH_WAIT_MS", 2_000, 1),
  /**
   * How long after its dispatch a first word is late, so that a second request races the first; never
   * by default. At most one turn in 20 of a member is hedged.
   */
  HEDGE_AFTER_MS: numberOrNone("HEDGE_AFTER_MS", 1),
  /** How long after its end a turn is still found by `GET …/stream`. */
  RESUME_WINDOW_MS: number("RESUME_WINDOW_MS", 120_000),
  /** How long a known context is used without asking whether it still holds. */
  CONTEXT_FRESH_MS: number("CONTEXT_FRESH_MS", 600_000),
  /** How long a turn waits for a newer context when the known one is stale. */
  CONTEXT_STALE_WAIT_MS: number("CONTEXT_STALE_WAIT_MS", 150),
  /** How long a turn waits for a context when none is known. */
  CONTEXT_COLD_WAIT_MS: number("CONTEXT_COLD_WAIT_MS", 2_000),
  /** How long a read or write of the member's data may take that they wait for. */
  DATABASE_TIMEOUT_MS: number("DATABASE_TIMEOUT_MS", 8_000, 1),
  /** Silence after which an event stream sends a comment, so that no proxy closes it. */
  PING_MS: number("PING_MS", 15_000, 1),
  /** First and longest pause between two attempts to reach Supabase. */
  OUTBOX_RETRY_MS: number("OUTBOX_RETRY_MS", 1_000, 1),
  OUTBOX_RETRY_MAX_MS: number("OUTBOX_RETRY_MAX_MS", 300_000, 1),
  OUTBOX_TIMEOUT_MS: number("OUTBOX_TIMEOUT_MS", 10_000, 1),
  /** The most live connections of one member: tabs, on all devices. */
  LIVE_SOCKETS: number("LIVE_SOCKETS", 20, 1),
  /** Whether accounts of Supabase's anonymous sign-ins may talk with VIVA. */
  ALLOW_ANONYMOUS: toggle("ALLOW_ANONYMOUS", false),
  /** How long ago a member may have signed in who erases everything. */
  ERASE_SIGN_IN_MS: number("ERASE_SIGN_IN_MS", 300_000, 1),
  /** What an operator's requests carry in `X-Ops-Secret`; without it those routes do not exist. */
  OPS_SECRET: sharedSecret("OPS_SECRET", 32),
  /** Switches load tests on: what `/api/health` proves to know to a tester who knows it too. */
  LOAD_TEST_CHALLENGE: sharedSecret("LOAD_TEST_CHALLENGE", 16),
  /** What Supabase's database webhook carries in `X-Webhook-Secret`; without it that route is misconfigured. */
  WEBHOOK_SECRET: sharedSecret("WEBHOOK_SECRET", 32),
  /** Whether warming opens a connection to the provider, by a request that calls no model. */
  WARM_PROVIDER: toggle("WARM_PROVIDER", true),
  /** Whether the greeting of the section that comes next is written when one has been saved. */
  GREETINGS_AHEAD: toggle("GREETINGS_AHEAD", true),
  /** Site key of Cloudflare Turnstile: sign-in asks for it, and hands its token to Supabase. None by default. */
  CAPTCHA: text,
  /** The local world's demo member, shown on the sign-in page. */
  DEMO_EMAIL: text,
  DEMO_PASSWORD: text,
});

/** A deployment's settings, validated. */
export type Settings = v.InferOutput<typeof SettingsSchema>;

/** Names that other tools use for the same settings. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  SUPABASE_URL: ["NEXT_PUBLIC_SUPABASE_URL"],
  SUPABASE_PUBLISHABLE_KEY: ["SUPABASE_ANON_KEY", "NEXT_PUBLIC_SUPABASE_ANON_KEY"],
  SUPABASE_SECRET_KEY: ["SUPABASE_SERVICE_ROLE_KEY"],
};

/** The settings among an environment's variables under their own names, raw; undefined where not given. */
export function namedSettings(env: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const named: Record<string, unknown> = {};
  for (const name of Object.keys(SettingsSchema.entries)) {
    const names = [name, ...(ALIASES[name] ?? [])];
    named[name] = names.map((n) => blankIsMissing(env[n])).find((value) => value !== undefined);
  }
  return named;
}

/** What is wrong with a deployment's variables: a sentence per setting, none where all is well. */
export function checkSettings(env: Readonly<Record<string, unknown>>): {
  readonly settings: Settings | null;
  readonly problems: readonly string[];
} {
  const parsed = v.safeParse(SettingsSchema, namedSettings(env));
  if (parsed.success) return { settings: parsed.output, problems: [] };
  return { settings: null, problems: [...new Set(parsed.issues.map((issue) => issue.message))] };
}

const known = new WeakMap<object, Settings>();

/**
 * The settings of a Worker's environment, read once per isolate.
 * @throws SettingsError naming every setting that is missing or malformed
 */
export function settingsOf(env: object): Settings {
  const before = known.get(env);
  if (before) return before;
  const { settings, problems } = checkSettings(env as Record<string, unknown>);
  if (!settings) throw new SettingsError(problems);
  known.set(env, settings);
  return settings;
}
