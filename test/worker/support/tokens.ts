import { importJWK, SignJWT } from "jose";
import { inject } from "vitest";

/** Claims to change; `undefined` leaves one out. */
export type Claims = Readonly<Record<string, unknown>>;

/** What a token of this Supabase says of a member. */
export function memberClaims(member: string, claims: Claims = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  const all = {
    sub: member,
    aud: "authenticated",
    role: "authenticated",
    session_id: crypto.randomUUID(),
    iat: now,
    exp: now + 3600,
    amr: [{ method: "password", timestamp: now }],
    ...claims,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** An access token signed with the shared secret, as the local Supabase signs them. */
export function sharedSecretToken(
  member: string,
  claims: Claims = {},
  secret: string = inject("world").jwtSecret,
): Promise<string> {
  return new SignJWT(memberClaims(member, claims))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret));
}

/** An access token signed with the published ES256 key, as hosted Supabase signs them. */
export async function publishedKeyToken(
  member: string,
  claims: Claims = {},
  header: { kid?: string } = {},
): Promise<string> {
  const { signingKey, supabaseUrl } = inject("world");
  const key = JSON.parse(signingKey) as { kid: string };
  return new SignJWT(memberClaims(member, { iss: `${supabaseUrl}/auth/v1`, ...claims }))
    .setProtectedHeader({ alg: "ES256", kid: key.kid, ...header })
    .sign(await importJWK(key, "ES256"));
}

const base64url = (text: string) =>
  btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A token put together by hand: any header, any signature. */
export function rawToken(header: object, payload: object, signature = ""): string {
  return `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}.${signature}`;
}
