import { SignJWT } from "jose";

const HOUR_S = 3_600;

/** An access token of a member, as Supabase signs it with a shared secret; good for an hour. */
export function mintToken(id: string, jwtSecret: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const email = `${id}@bench.local`;
  return new SignJWT({ role: "authenticated", email, session_id: id })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setSubject(id)
    .setAudience("authenticated")
    .setIssuedAt(now)
    .setExpirationTime(now + HOUR_S)
    .sign(new TextEncoder().encode(jwtSecret));
}
