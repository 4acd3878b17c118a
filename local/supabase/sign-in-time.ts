import { decodeJwt, SignJWT } from "jose";
import type { SqlRunner } from "../../migrations/apply.ts";

/**
 * Says in an access token when the member signed in, as hosted Supabase does (`amr`): Lite leaves that
 * out. It is when the session was made; a renewal of the token does not change it.
 * @param response what Lite's auth answers; without a session in it, it is given back as it is
 */
export async function withSignInTime(
  response: Response,
  database: SqlRunner,
  jwtSecret: string,
): Promise<Response> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  const session = body as { access_token?: unknown } | null;
  if (typeof session?.access_token !== "string") return response;
  const claims = decodeJwt(session.access_token);
  const [row] = await database.query<{ at: string }>(
    "select extract(epoch from created_at)::bigint::text as at from auth.sessions where id::text = $1",
    [claims.session_id],
  );
  if (!row) return response;
  const amr = [{ method: "password", timestamp: Number(row.at) }];
  const token = await new SignJWT({ ...claims, amr })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(jwtSecret));
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  return Response.json({ ...session, access_token: token }, { status: response.status, headers });
}
