import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from "jose";
import { ProblemError } from "../../../domain/problems.ts";
import { createVerifier } from "../../../worker/auth/verify.ts";
import { supabaseHeaders } from "../../../worker/db/supabase.ts";
import { ask } from "../ask.ts";
import { type Finding, ok, problem, skipped } from "../finding.ts";
import { keyKind } from "../keys.ts";
import { addressOf, type Subject, settingOf, under } from "../subject.ts";

type Key = Record<string, unknown>;

const ROTATE =
  "in Supabase: Project settings → JWT keys → migrate to signing keys (ES256), or set SUPABASE_JWT_SECRET";

/** Whether members' tokens can be verified: by published or pinned keys, or by the shared secret. */
export async function tokenFindings(subject: Subject): Promise<Finding[]> {
  const url = addressOf(subject, "SUPABASE_URL");
  if (!url) return [];
  const pinned = settingOf(subject, "SUPABASE_JWKS");
  const set = pinned === undefined ? await published(subject, url) : readSet(pinned);
  if ("about" in set) return [set];
  const about = pinned === undefined ? "JWKS" : "SUPABASE_JWKS";
  const secret = settingOf(subject, "SUPABASE_JWT_SECRET");
  const found: Finding[] = [];
  if (set.keys.some((key) => key.d !== undefined || key.k !== undefined)) {
    const todo = "take it out at once, make new signing keys, and give the public halves only";
    found.push(problem(about, "holds a private key: whoever has it can sign tokens", todo));
  }
  const good = set.keys.filter(isUsable);
  if (good.length > 0) {
    const algorithms = [...new Set(good.map((key) => String(key.alg ?? key.kty)))].join(", ");
    found.push(ok(about, `${good.length} key(s) to verify tokens with (${algorithms})`));
  } else if (secret === undefined && !subject.unreadable.has("SUPABASE_JWT_SECRET")) {
    const text =
      "has no ES256 or RS256 key, and there is no shared secret: no token can be verified";
    found.push(problem(about, text, ROTATE));
  }
  if (secret !== undefined) found.push(...(await sharedSecret(subject, secret)));
  return [...found, ...(await memberFindings(subject, url, set))];
}

async function published(subject: Subject, url: URL): Promise<{ keys: Key[] } | Finding> {
  const about = "JWKS";
  const asked = await ask(subject, under(url, "/auth/v1/.well-known/jwks.json"));
  if ("failure" in asked) return skipped(about, `not fetched: ${asked.failure}`);
  if (asked.status !== 200) {
    const text = `the key set is answered with ${asked.status}`;
    return problem(about, text, "check SUPABASE_URL; the set is public on every project");
  }
  const { keys } = (asked.json ?? {}) as { keys?: unknown };
  if (!Array.isArray(keys)) {
    return problem(about, "what is served is no key set", "check SUPABASE_URL");
  }
  return { keys };
}

function readSet(text: string): { keys: Key[] } | Finding {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (Array.isArray(keys)) return { keys };
  } catch {
    // Named by the settings' own check.
  }
  return skipped("SUPABASE_JWKS", "no key set, so no key was looked at");
}

/** A public key of a kind that the Worker allows. */
function isUsable({ kty, alg, crv, use }: Key): boolean {
  if (use !== undefined && use !== "sig") return false;
  return (
    (kty === "EC" && crv === "P-256" && (alg ?? "ES256") === "ES256") ||
    (kty === "RSA" && (alg ?? "RS256") === "RS256")
  );
}

/** Tries the shared secret on a legacy key, which is a token of the same signature. */
async function sharedSecret(subject: Subject, secret: string): Promise<Finding[]> {
  const about = "SUPABASE_JWT_SECRET";
  const names = ["SUPABASE_PUBLISHABLE_KEY", "SUPABASE_SECRET_KEY"];
  const legacy = names
    .map((name) => settingOf(subject, name))
    .find((key) => key !== undefined && keyKind(key).kind === "legacy");
  if (legacy === undefined) return [];
  try {
    await jwtVerify(legacy, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
      currentDate: new Date(subject.now()),
    });
    return [ok(about, "signs what Supabase signs: it verifies the legacy key")];
  } catch (error) {
    if (error instanceof errors.JWTExpired) return [];
    const todo = "copy it from Project settings → JWT keys → legacy secret of the same project";
    return [problem(about, "does not verify the project's own legacy key", todo)];
  }
}

/** What only a member can see: whether their token is good here, and whether they see themselves alone. */
async function memberFindings(
  subject: Subject,
  url: URL,
  { keys }: { keys: Key[] },
): Promise<Finding[]> {
  const about = "a member's token";
  const { signIn } = subject;
  const publishable = settingOf(subject, "SUPABASE_PUBLISHABLE_KEY");
  if (!signIn || publishable === undefined) {
    const todo = "give DOCTOR_EMAIL and DOCTOR_PASSWORD of a member who may be signed in as";
    return [skipped(about, "not tried", todo)];
  }
  const signedIn = await ask(subject, under(url, "/auth/v1/token?grant_type=password"), {
    method: "POST",
    headers: { ...supabaseHeaders(publishable), "content-type": "application/json" },
    body: JSON.stringify(signIn),
  });
  const token =
    "failure" in signedIn ? undefined : (signedIn.json as { access_token?: unknown })?.access_token;
  if (typeof token !== "string") {
    return [
      problem(
        about,
        "cannot be had: sign-in was refused",
        "check DOCTOR_EMAIL and DOCTOR_PASSWORD",
      ),
    ];
  }
  const verify = createVerifier({
    issuer: under(url, "/auth/v1"),
    secret: settingOf(subject, "SUPABASE_JWT_SECRET"),
    keys: createLocalJWKSet({ keys } as JSONWebKeySet),
    now: subject.now,
  });
  try {
    const caller = await verify(token);
    return [
      ok(about, "is verified as the Worker does"),
      await ownRows(subject, url, publishable, token, caller.id),
    ];
  } catch (error) {
    const code = error instanceof ProblemError ? error.code : "unauthorized";
    const todo = "the key set, SUPABASE_JWT_SECRET and SUPABASE_URL must be of one project";
    return [problem(about, `is refused as the Worker would refuse it (${code})`, todo)];
  }
}

async function ownRows(
  subject: Subject,
  url: URL,
  key: string,
  token: string,
  member: string,
): Promise<Finding> {
  const about = "row level security";
  const path = under(url, "/rest/v1/user_profiles?select=user_id&limit=10");
  const asked = await ask(subject, path, { headers: supabaseHeaders(key, token) });
  if ("failure" in asked || asked.status !== 200 || !Array.isArray(asked.json)) {
    return skipped(about, "a member's own profile could not be read");
  }
  const others = (asked.json as { user_id?: unknown }[]).some((row) => row.user_id !== member);
  return others
    ? problem(
        about,
        "a member reads other members' profiles",
        "run: DATABASE_URL=… npm run db:migrate",
      )
    : ok(about, "a member reads their own profile and nobody else's");
}
