import { jwtVerify } from "jose";
import { renderSVG } from "uqr";
import type { SqlRunner } from "../../migrations/apply.ts";
import { isTotpCode, newTotpSecret } from "./totp.ts";

/** What auth keeps of factors, in Supabase's own tables. Supabase Lite has none. */
export const FACTOR_TABLES = `
  do $$ begin
    create type auth.factor_type as enum ('totp', 'webauthn', 'phone');
    create type auth.factor_status as enum ('unverified', 'verified');
  exception when duplicate_object then null;
  end $$;
  create table if not exists auth.mfa_factors (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references auth.users (id) on delete cascade,
    friendly_name text,
    factor_type auth.factor_type not null,
    status auth.factor_status not null,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    secret text,
    phone text,
    last_challenged_at timestamptz);
  create index if not exists mfa_factors_user_id_idx on auth.mfa_factors (user_id);
  create table if not exists auth.mfa_challenges (
    id uuid primary key default gen_random_uuid(),
    factor_id uuid not null references auth.mfa_factors (id) on delete cascade,
    created_at timestamptz not null default now(),
    verified_at timestamptz,
    ip_address inet not null default '127.0.0.1');
  create table if not exists auth.mfa_amr_claims (
    id uuid primary key default gen_random_uuid(),
    session_id uuid not null references auth.sessions (id) on delete cascade,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    authentication_method text not null,
    unique (session_id, authentication_method));
`;

/** How long a challenge is good for, in seconds, and how many factors an account may have: Supabase's defaults. */
const CHALLENGE_S = 300;
const MOST_FACTORS = 10;

/** What the endpoints work with. */
export interface FactorPorts {
  readonly database: SqlRunner;
  readonly jwtSecret: string;
  /** Renews a session: new tokens, with the claims that it has by now. */
  readonly renew: (refreshToken: string) => Promise<Response>;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** The session and the account of a request. */
interface Asker {
  readonly sessionId: string;
  readonly userId: string;
  readonly email: string;
  readonly aal: string | null;
}

/** A factor as it is stored. */
type FactorRow = { id: string; status: string; secret: string; friendly_name: string | null };

/** An error as Supabase's auth answers it. */
export function refused(status: number, error_code: string, msg: string): Response {
  return Response.json({ code: status, error_code, msg }, { status });
}

/** The factors of an account, as they stand in a user's JSON. */
export function factorsOf(database: SqlRunner, userId: unknown): Promise<object[]> {
  return database.query(
    `select id, friendly_name, factor_type::text, status::text, created_at, updated_at
     from auth.mfa_factors where user_id::text = $1 order by created_at`,
    [userId],
  );
}

/** Whose session a request's token is of; null without a good token or if the session has ended. */
export async function askerOf(
  request: Request,
  { database, jwtSecret }: Pick<FactorPorts, "database" | "jwtSecret">,
): Promise<Asker | null> {
  const token = /^Bearer (\S+)$/.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
  const verified = await jwtVerify(token, new TextEncoder().encode(jwtSecret)).catch(() => null);
  const [asker] = await database.query<Asker>(
    `select s.id as "sessionId", s.user_id as "userId", u.email, s.aal::text
     from auth.sessions as s join auth.users as u on u.id = s.user_id where s.id::text = $1`,
    [verified?.payload.session_id ?? ""],
  );
  return asker ?? null;
}

/** Whether an account has a verified factor. */
export async function hasFactor(database: SqlRunner, userId: string): Promise<boolean> {
  const rows = await database.query(
    "select 1 from auth.mfa_factors where user_id = $1 and status = 'verified'",
    [userId],
  );
  return rows.length > 0;
}

/** Supabase's endpoints for factors: `/auth/v1/factors…`, with TOTP. Errors have Supabase's codes. */
export async function answerFactors(
  request: Request,
  path: string,
  ports: FactorPorts,
): Promise<Response> {
  const asker = await askerOf(request, ports);
  if (!asker) return refused(403, "session_not_found", "Session from session_id does not exist");
  const [, id, action] = /^\/auth\/v1\/factors(?:\/([^/]+)(?:\/([^/]+))?)?$/.exec(path) ?? [];
  const body = (await request.json().catch(() => ({}))) as Record<string, unknown>;
  if (id === undefined) {
    if (request.method !== "POST") return refused(405, "unexpected_failure", "Method not allowed");
    return await enroll(asker, body, ports);
  }
  const [factor] = await ports.database.query<FactorRow>(
    "select * from auth.mfa_factors where id::text = $1 and user_id = $2",
    [id, asker.userId],
  );
  if (!factor) return refused(404, "mfa_factor_not_found", "Factor not found");
  const asked = `${request.method} ${action ?? ""}`;
  if (asked === "POST challenge") return await challenge(factor, ports);
  if (asked === "POST verify") return await verify(asker, factor, body, ports);
  if (asked === "DELETE ") return await unenroll(asker, factor, ports);
  return refused(405, "unexpected_failure", "Method not allowed");
}

async function enroll(
  { userId, email, aal }: Asker,
  body: Record<string, unknown>,
  { database }: FactorPorts,
): Promise<Response> {
  if (body.factor_type !== "totp") {
    return refused(422, "mfa_phone_enroll_not_enabled", "Only TOTP is here");
  }
  const name = String(body.friendly_name ?? "");
  const factors = await database.query<FactorRow>(
    "select * from auth.mfa_factors where user_id = $1",
    [userId],
  );
  if (factors.some((factor) => (factor.friendly_name ?? "") === name)) {
    return refused(422, "mfa_factor_name_conflict", "A factor of this name already exists");
  }
  if (factors.length >= MOST_FACTORS) {
    return refused(422, "too_many_enrolled_mfa_factors", "Maximum number of factors reached");
  }
  if (factors.some(({ status }) => status === "verified") && aal !== "aal2") {
    return refused(403, "insufficient_aal", "AAL2 required to enroll a new factor");
  }
  const secret = newTotpSecret();
  const [factor] = await database.query<FactorRow>(
    `insert into auth.mfa_factors (user_id, friendly_name, factor_type, status, secret)
     values ($1, $2, 'totp', 'unverified', $3) returning *`,
    [userId, name, secret],
  );
  const issuer = String(body.issuer || "localhost");
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(email)}`;
  const uri = `otpauth://totp/${label}?${new URLSearchParams({ issuer, secret })}`;
  const totp = { qr_code: renderSVG(uri), secret, uri };
  return Response.json({ id: factor?.id, type: "totp", friendly_name: name, totp });
}

async function challenge({ id }: FactorRow, { database, now }: FactorPorts): Promise<Response> {
  const created = new Date(now()).toISOString();
  const [row] = await database.query<{ id: string }>(
    "insert into auth.mfa_challenges (factor_id, created_at) values ($1, $2) returning id",
    [id, created],
  );
  const expires_at = Math.floor(now() / 1_000) + CHALLENGE_S;
  return Response.json({ id: row?.id, type: "totp", expires_at });
}

async function verify(
  { sessionId, userId }: Asker,
  factor: FactorRow,
  body: Record<string, unknown>,
  { database, renew, now }: FactorPorts,
): Promise<Response> {
  const [asked] = await database.query<{ id: string; verified: boolean; at: number }>(
    `select id, verified_at is not null as verified, extract(epoch from created_at)::float8 as at
     from auth.mfa_challenges where id::text = $1 and factor_id = $2`,
    [body.challenge_id, factor.id],
  );
  if (!asked) return refused(422, "mfa_factor_not_found", "No factor with this challenge");
  if (asked.verified) return refused(422, "mfa_ip_address_mismatch", "Used already");
  if (now() / 1_000 > asked.at + CHALLENGE_S) {
    return refused(422, "mfa_challenge_expired", "MFA challenge has expired");
  }
  if (!isTotpCode(factor.secret, String(body.code), now())) {
    return refused(422, "mfa_verification_failed", "Invalid TOTP code entered");
  }
  for (const [sql, ...params] of [
    ["update auth.mfa_challenges set verified_at = now() where id = $1", asked.id],
    [
      "update auth.mfa_factors set status = 'verified', updated_at = now() where id = $1",
      factor.id,
    ],
    ["update auth.sessions set aal = 'aal2', factor_id = $2 where id = $1", sessionId, factor.id],
    [
      `insert into auth.mfa_amr_claims (session_id, authentication_method) values ($1, 'totp')
       on conflict (session_id, authentication_method) do update set updated_at = now()`,
      sessionId,
    ],
    // As Supabase does: sessions without the second step end.
    [
      "delete from auth.sessions where user_id = $1 and coalesce(aal::text, 'aal1') = 'aal1'",
      userId,
    ],
    ["delete from auth.mfa_factors where user_id = $1 and status = 'unverified'", userId],
  ] as const) {
    await database.query(sql, params);
  }
  const [current] = await database.query<{ token: string }>(
    `select token from auth.refresh_tokens where session_id = $1 and not coalesce(revoked, false)
     order by created_at desc limit 1`,
    [sessionId],
  );
  return await renew(current?.token ?? "");
}

async function unenroll(
  { aal }: Asker,
  { id, status }: FactorRow,
  { database }: FactorPorts,
): Promise<Response> {
  if (status === "verified" && aal !== "aal2") {
    return refused(422, "insufficient_aal", "AAL2 required to unenroll verified factor");
  }
  await database.query(
    `delete from auth.mfa_amr_claims where authentication_method = 'totp'
     and session_id in (select id from auth.sessions where factor_id = $1)`,
    [id],
  );
  await database.query(
    "update auth.sessions set aal = 'aal1', factor_id = null where factor_id = $1",
    [id],
  );
  await database.query("delete from auth.mfa_factors where id = $1", [id]);
  return Response.json({ id });
}
