import { ProblemError } from "../../domain/problems.ts";
import { type Settings, settingsOf } from "../settings.ts";
import { pinnedKeys, publishedKeys } from "./keys.ts";
import { type Caller, createVerifier } from "./verify.ts";

type Verify = (token: string) => Promise<Caller>;

/** One verifier, with its memory of verified tokens, per isolate and set of settings. */
const verifiers = new WeakMap<Settings, Verify>();

function verifierOf(env: object): Verify {
  const settings = settingsOf(env);
  const before = verifiers.get(settings);
  if (before) return before;
  const issuer = `${settings.SUPABASE_URL}/auth/v1`;
  const keys = settings.SUPABASE_JWKS
    ? pinnedKeys(settings.SUPABASE_JWKS)
    : publishedKeys({
        url: `${issuer}/.well-known/jwks.json`,
        fetch: (input, init) => globalThis.fetch(input, init),
        cache: caches.default,
      });
  const verify = createVerifier({
    issuer,
    secret: settings.SUPABASE_JWT_SECRET,
    keys,
    now: () => Date.now(),
    anonymous: settings.ALLOW_ANONYMOUS,
  });
  verifiers.set(settings, verify);
  return verify;
}

/**
 * Who a token belongs to, wherever it came from.
 * @throws ProblemError unauthorized, token_expired, database_unavailable
 * @throws SettingsError
 */
export function verifyToken(token: string, env: object): Promise<Caller> {
  return verifierOf(env)(token);
}

/** The bearer token of a request, or null. */
export function bearerToken(request: Request): string | null {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  return token ?? null;
}

/**
 * Who is asking, from the verified token and from nothing else.
 * @throws ProblemError unauthorized, token_expired, database_unavailable
 * @throws SettingsError
 */
export async function callerOf(request: Request, env: object): Promise<[Caller, string]> {
  const token = bearerToken(request);
  if (token === null) throw new ProblemError("unauthorized", {}, { cause: "no token" });
  return [await verifyToken(token, env), token];
}
