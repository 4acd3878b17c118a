/** A session as Supabase's auth library keeps it in the browser's storage; only what this client reads. */
export interface StoredSession {
  readonly accessToken: string;
  /** Unix seconds. */
  readonly expiresAt: number;
  readonly member: Member;
}

/** Who is signed in. */
export interface Member {
  readonly id: string;
  readonly email: string;
  /** ISO time; empty where unknown. */
  readonly since: string;
}

/** Where the auth library keeps the session. */
export const SESSION_KEY = "viva.session";

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Reads a stored session, so that a signed-in member's page need not wait for the auth library.
 * Null for anything that is not one.
 */
export function parseSession(json: string | null): StoredSession | null {
  if (!json) return null;
  try {
    const value: unknown = JSON.parse(json);
    if (!isRecord(value) || !isRecord(value.user)) return null;
    const { access_token, expires_at, user } = value;
    if (typeof access_token !== "string" || typeof user.id !== "string") return null;
    return {
      accessToken: access_token,
      expiresAt: typeof expires_at === "number" ? expires_at : 0,
      member: {
        id: user.id,
        email: typeof user.email === "string" ? user.email : "",
        since: typeof user.created_at === "string" ? user.created_at : "",
      },
    };
  } catch {
    return null;
  }
}

/** Whether a token is good for a request that begins now; the margin covers the way and the clocks. */
export function isFresh(session: StoredSession, nowMs: number, marginSeconds = 30): boolean {
  return session.expiresAt - marginSeconds > nowMs / 1000;
}
