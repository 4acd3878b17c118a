import { decodeJwt, SignJWT } from "jose";
import type { SqlRunner } from "../../migrations/apply.ts";
import { factorsOf } from "./factors.ts";

/**
 * Adds to what Lite's auth answers what hosted Supabase says and Lite leaves out: in an access token when and
 * how the member signed in (`amr`) and with how many steps (`aal`), in a user the factors.
 * @returns the response as it is if there is neither in it
 */
export async function asHosted(
  response: Response,
  database: SqlRunner,
  jwtSecret: string,
): Promise<Response> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  if (!response.ok || typeof body !== "object" || body === null) return response;
  const answer = { ...body } as Record<string, unknown>;
  if (typeof answer.access_token === "string") {
    answer.access_token = await withSignIn(answer.access_token, database, jwtSecret);
    answer.user = await withFactors(answer.user, database);
  } else if ("identities" in answer) {
    Object.assign(answer, await withFactors(answer, database));
  } else return response;
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return Response.json(answer, { status: response.status, headers });
}

/** The first sign-in is when the session was made; a renewal of the token does not change it. */
async function withSignIn(token: string, database: SqlRunner, jwtSecret: string): Promise<string> {
  const claims = decodeJwt(token);
  const steps = await database.query<{ method: string; at: string; aal: string | null }>(
    `select 'password' as method, extract(epoch from created_at)::bigint::text as at, aal::text
     from auth.sessions where id::text = $1
     union all
     select authentication_method, extract(epoch from updated_at)::bigint::text, null
     from auth.mfa_amr_claims where session_id::text = $1 and authentication_method <> 'password'`,
    [claims.session_id],
  );
  if (steps.length === 0) return token;
  const amr = steps
    .map(({ method, at }) => ({ method, timestamp: Number(at) }))
    .sort((a, b) => b.timestamp - a.timestamp);
  const aal = steps.find((step) => step.aal !== null)?.aal ?? "aal1";
  return new SignJWT({ ...claims, aal, amr })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(jwtSecret));
}

async function withFactors(user: unknown, database: SqlRunner): Promise<unknown> {
  if (typeof user !== "object" || user === null || !("id" in user)) return user;
  const factors = await factorsOf(database, user.id);
  return factors.length > 0 ? { ...user, factors } : user;
}
