import { decodeProtectedHeader, errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { ProblemError } from "../../domain/problems.ts";

/** What a verified token says: the only source of a member's identity. */
export interface Caller {
  /** The member's id, a lower-case UUID. */
  readonly id: string;
  /** Seconds since the epoch, from the token's `iat`. */
  readonly issuedAt: number;
  /** Seconds since the epoch, from the token's `exp`. */
  readonly expiresAt: number;
  /**
   * When the member last proved who they are by a first step (password, link), in seconds since the epoch, from
   * `amr`; 0 if unknown.
   */
  readonly signedInAt: number;
  /** How many steps the sign-in took, from `aal`; `server` for a request of the deployment's own. */
  readonly aal: "aal1" | "aal2" | "server";
}

/** What tokens are verified with. */
export interface VerifierOptions {
  /** `<SUPABASE_URL>/auth/v1`. */
  readonly issuer: string;
  /** Shared secret of HS256 tokens; without one they are refused. */
  readonly secret: string | undefined;
  /** Public keys of ES256 and RS256 tokens. */
  readonly keys: JWTVerifyGetKey;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Whether accounts without an e-mail address (Supabase's anonymous sign-ins) are let in. */
  readonly anonymous?: boolean;
  /** How many verified tokens are remembered. */
  readonly capacity?: number;
}

/** Seconds by which an expired token is still accepted, for clocks that differ. */
const TOLERANCE_SECONDS = 30;
/** How long a verified token is accepted without another look at its signature, in milliseconds. */
const VERIFIED_FOR_MS = 2 * 60 * 1000;
const ANONYMOUS_DETAIL = "VIVA needs an account. Create one with your e-mail address, then go on.";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The longest token in characters that is looked at, let alone remembered: Supabase's have 1,000 or so. */
const TOKEN_CHARACTERS = 8_192;

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch (error) {
    throw new ProblemError("unauthorized", {}, { cause: error });
  }
}

/**
 * Verifies Supabase access tokens. A verified one is remembered for two minutes, so that a key that was
 * withdrawn counts no longer than that once a newer key set is known.
 * The returned function throws ProblemError unauthorized, token_expired, forbidden for an anonymous
 * account or, if the keys cannot be fetched, database_unavailable.
 */
export function createVerifier(options: VerifierOptions): (token: string) => Promise<Caller> {
  const { issuer, secret, keys, now, anonymous = false, capacity = 5_000 } = options;
  const shared = secret === undefined ? undefined : new TextEncoder().encode(secret);
  const verified = new Map<string, { readonly caller: Caller; readonly at: number }>();

  async function claimsOf(token: string): Promise<Record<string, unknown>> {
    const common = {
      audience: "authenticated",
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: new Date(now()),
      requiredClaims: ["sub", "exp", "iat"],
    };
    // The algorithm decides the kind of key, and each kind admits only its own algorithms: a public
    // key can never be used as a shared secret.
    if (algorithmOf(token) === "HS256") {
      if (!shared) throw refused("HS256 without SUPABASE_JWT_SECRET");
      const { payload } = await jwtVerify(token, shared, { ...common, algorithms: ["HS256"] });
      if (payload.iss !== undefined && payload.iss !== issuer) throw refused("another issuer");
      return payload;
    }
    const asymmetric = { ...common, issuer, algorithms: ["ES256", "RS256"] };
    return (await jwtVerify(token, keys, asymmetric)).payload;
  }

  return async function verify(token) {
    if (token.length > TOKEN_CHARACTERS) throw refused("too long");
    const before = verified.get(token);
    if (before) {
      if (before.caller.expiresAt + TOLERANCE_SECONDS <= now() / 1000) {
        verified.delete(token);
        throw new ProblemError("token_expired");
      }
      if (now() - before.at < VERIFIED_FOR_MS) return before.caller;
      verified.delete(token);
    }
    const claims = await claimsOf(token).catch((error: unknown) => {
      throw refusal(error);
    });
    const caller = callerIn(claims, now() / 1000);
    if (claims.is_anonymous === true && !anonymous) {
      throw new ProblemError("forbidden", { detail: ANONYMOUS_DETAIL }, { cause: "anonymous" });
    }
    if (verified.size >= capacity) {
      const oldest = verified.keys().next();
      if (!oldest.done) verified.delete(oldest.value);
    }
    verified.set(token, { caller, at: now() });
    return caller;
  };
}

/** Whom claims name. @throws ProblemError unauthorized */
function callerIn(claims: Record<string, unknown>, seconds: number): Caller {
  const { sub, role, iat, exp, amr, aal } = claims;
  if (typeof sub !== "string" || !UUID.test(sub)) throw refused("no member's id");
  if (role !== "authenticated") throw refused("another role");
  // Issued in the future it would outlast a sign-out on all devices.
  if (Number(iat) - TOLERANCE_SECONDS > seconds) throw refused("issued in the future");
  return {
    id: sub.toLowerCase(),
    issuedAt: Number(iat),
    expiresAt: Number(exp),
    signedInAt: signedInAt(amr),
    // A token that does not say has taken one step.
    aal: aal === "aal2" || aal === "aal3" ? "aal2" : "aal1",
  };
}

/** Entries of `amr` that are no first step: renewals, and second steps. */
const NO_FIRST_STEP = /^(token_refresh|totp|mfa\/.*|recovery_code)$/;

/**
 * When the member last gave a password, followed a link or the like: Supabase lists it in `amr` as
 * `{method, timestamp}`, and a renewal of the token leaves it as it is.
 */
function signedInAt(amr: unknown): number {
  if (!Array.isArray(amr)) return 0;
  const times = amr.map((entry: { method?: unknown; timestamp?: unknown } | null) =>
    !NO_FIRST_STEP.test(String(entry?.method)) && Number.isSafeInteger(entry?.timestamp)
      ? Number(entry?.timestamp)
      : 0,
  );
  return Math.max(0, ...times);
}

/** @param reason for the log only; nothing of the token stands in it */
const refused = (reason: string) => new ProblemError("unauthorized", {}, { cause: reason });

/** What a failed verification is to the caller: their token's fault, or keys that cannot be had. */
function refusal(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof errors.JWTExpired) return new ProblemError("token_expired");
  if (error instanceof errors.JOSEError)
    return new ProblemError("unauthorized", {}, { cause: error });
  return new ProblemError("database_unavailable", { retryAfter: 5 }, { cause: error });
}
