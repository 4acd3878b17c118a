import * as v from "valibot";

/** What can be told of a key of Supabase by looking at it. Only the shape is told, never the key. */
export type KeyKind =
  | { readonly kind: "publishable" }
  | { readonly kind: "secret" }
  | {
      readonly kind: "legacy";
      readonly role: string;
      readonly ref: string | null;
      readonly expiresAt: number | null;
    }
  | { readonly kind: "access-token"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string };

const Claims = v.looseObject({
  role: v.optional(v.string(), ""),
  ref: v.optional(v.string()),
  exp: v.optional(v.number()),
  sub: v.optional(v.string()),
});

/** What a token says of itself, unverified; null for what is no token. */
export function claimsOf(token: string): v.InferOutput<typeof Claims> | null {
  const parts = token.split(".");
  if (parts.length !== 3) return null;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? "", "base64url").toString("utf8"));
    return v.parse(Claims, payload);
  } catch {
    return null;
  }
}

/** Tells the kinds of Supabase's keys apart: the new ones by their prefix, the legacy ones are tokens. */
export function keyKind(key: string): KeyKind {
  if (/\s/.test(key)) return { kind: "unknown", reason: "it has a space or a line break in it" };
  if (/^["'`]|["'`]$/.test(key)) return { kind: "unknown", reason: "it stands in quotation marks" };
  if (key.startsWith("sb_publishable_")) return { kind: "publishable" };
  if (key.startsWith("sb_secret_")) return { kind: "secret" };
  if (key.startsWith("sbp_"))
    return { kind: "access-token", reason: "the Supabase CLI's access token" };
  const claims = claimsOf(key);
  if (!claims) {
    return {
      kind: "unknown",
      reason: "Supabase's keys begin with sb_publishable_ or sb_secret_, or are tokens",
    };
  }
  if (claims.sub !== undefined) return { kind: "access-token", reason: "a member's own token" };
  const { role, ref = null, exp } = claims;
  return { kind: "legacy", role, ref, expiresAt: exp === undefined ? null : exp * 1000 };
}

/** The project's ref in an address of hosted Supabase, `https://<ref>.supabase.co`; null for others. */
export function projectRef(url: URL): string | null {
  return /^([a-z0-9]{20})\.supabase\.(?:co|in|red)$/.exec(url.hostname)?.[1] ?? null;
}
