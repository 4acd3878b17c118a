import { checkSettings, namedSettings } from "../../../worker/settings.ts";
import { settingNames } from "../../settings.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import { type Subject, settingOf } from "../subject.ts";

/** What stands in for a setting whose value cannot be read, so that the others are checked. */
const STAND_IN: Readonly<Record<string, string>> = { SUPABASE_URL: "https://unreadable.invalid" };

/** Where a missing setting is found. */
const WHERE: Readonly<Record<string, string>> = {
  SUPABASE_URL: "copy https://<project>.supabase.co from Supabase's Project settings → API",
  SUPABASE_PUBLISHABLE_KEY:
    "copy the key that begins with sb_publishable_ from Project settings → API keys",
  SUPABASE_SECRET_KEY: "copy the key that begins with sb_secret_ from Project settings → API keys",
  OPENAI_API_KEY:
    "make one with the provider (a server of your own that asks for none takes any word)",
};

/** What goes where no repository sees it. */
const SECRET = /^(SUPABASE_SECRET_KEY|OPENAI_API_KEY)$/;

function malformed(message: string, environment: string | null): Finding {
  const [, name = "settings", text = message] = /^([A-Z][A-Z0-9_]+) (.*)$/s.exec(message) ?? [];
  const [place, secretPlace] =
    environment === null
      ? [".dev.vars", ".dev.vars"]
      : [`[env.${environment}.vars] of wrangler.toml`, `.dev.vars.${environment}`];
  const todo =
    text === "is missing" && WHERE[name]
      ? `${WHERE[name]}, into ${SECRET.test(name) ? secretPlace : place}`
      : `correct it in ${place} or ${secretPlace}; worker/settings.ts says what it takes`;
  return problem(name, text, todo);
}

/** Names that look like a setting of ours but are none: a typing error goes unheard otherwise. */
function misspelt(subject: Subject): Finding[] {
  const known = new Set(settingNames());
  return Object.keys(subject.variables)
    .filter((name) => !known.has(name))
    .map((name) => {
      const near = [...known].find((other) => distance(name, other) <= 2);
      const meant = near ? `did you mean ${near}?` : "take it out, or see worker/settings.ts";
      return warning(name, "is no setting: nothing reads it", meant);
    });
}

/** The default, which a hedge must be earlier than. */
const FIRST_TOKEN_TIMEOUT_MS = 20_000;

/** Letters to change, add or take out to make one word of another. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1;
      const [above = 0, diagonal = 0, left = 0] = [row[j], row[j - 1], next[j - 1]];
      next.push(Math.min(above + 1, left + 1, diagonal + same));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}

/** What may be set, but hardly for members. */
function unwise(subject: Subject): Finding[] {
  const found: Finding[] = [];
  const value = (name: string) => settingOf(subject, name);
  const deployed = subject.environment !== null;
  if (
    deployed &&
    value("WEBHOOK_SECRET") === undefined &&
    !subject.unreadable.has("WEBHOOK_SECRET")
  ) {
    const text = "is not set: what changes in the database VIVA notices only after ten minutes";
    found.push(warning("WEBHOOK_SECRET", text, "set it, and the webhook with it: DEPLOYING.md"));
  }
  if (deployed && (value("DEMO_EMAIL") ?? value("DEMO_PASSWORD")) !== undefined) {
    const text = "shows a member's password to everybody on the sign-in page";
    found.push(
      problem("DEMO_EMAIL", text, "leave DEMO_EMAIL and DEMO_PASSWORD to the local world"),
    );
  }
  if (value("LOAD_TEST_CHALLENGE") !== undefined) {
    const text = "is set: whoever knows it may load-test this deployment";
    found.push(warning("LOAD_TEST_CHALLENGE", text, "take it out again after the test"));
  }
  if (value("MONTHLY_CREDITS") === "0") {
    const text = "is 0: no member can say a word";
    found.push(warning("MONTHLY_CREDITS", text, "leave it empty for 10,000 a month"));
  }
  const hedge = Number(value("HEDGE_AFTER_MS") ?? 0);
  if (hedge >= Number(value("FIRST_TOKEN_TIMEOUT_MS") ?? FIRST_TOKEN_TIMEOUT_MS)) {
    const text = "is later than FIRST_TOKEN_TIMEOUT_MS: no second request would ever race";
    found.push(warning("HEDGE_AFTER_MS", text, "bench/README.md says how to choose it"));
  }
  const { OUTBOX_RETRY_MS: first, OUTBOX_RETRY_MAX_MS: most } = namedSettings(subject.variables);
  if (first !== undefined && most !== undefined && Number(first) > Number(most)) {
    const text = "is longer than OUTBOX_RETRY_MAX_MS";
    found.push(warning("OUTBOX_RETRY_MS", text, "make it the shorter of the two"));
  }
  return found;
}

/** Every setting there is: present where it must be, well-formed, and none that nobody reads. */
export function settingsFindings(subject: Subject): Finding[] {
  const { variables, unreadable, environment } = subject;
  const filled: Record<string, string> = { ...variables };
  for (const name of unreadable) filled[name] ??= STAND_IN[name] ?? "unreadable";
  const { problems } = checkSettings(filled);
  const found = problems.map((message) => malformed(message, environment));
  if (found.length === 0) {
    const given = Object.values(namedSettings(variables)).filter((value) => value !== undefined);
    found.push(
      ok("settings", `${given.length} given and well-formed, all others at their defaults`),
    );
  }
  return [...found, ...misspelt(subject), ...unwise(subject)];
}
