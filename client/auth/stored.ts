import { isRecord } from "../api/problem.ts";
import type { KeyValue } from "../platform/storage.ts";

/** A session as it is kept in the browser's storage; only what this client reads. */
export interface StoredSession {
  readonly accessToken: string;
  /** Empty if there is none: then the session ends with its access token. */
  readonly refreshToken: string;
  /** How long the access token lives, in milliseconds; null if that is not known. */
  readonly lifeMs: number | null;
  /** When the access token arrived, in Unix milliseconds of this device's clock; null if that is not known. */
  readonly arrivedAt: number | null;
  readonly member: Member;
  /** The account's verified factor, whose code is the second step of a sign-in; null if it has none. */
  readonly factorId: string | null;
  /** Whether the second step has not been taken: until then nobody is signed in. */
  readonly awaitsCode: boolean;
}

/** Who is signed in. */
export interface Member {
  readonly id: string;
  readonly email: string;
  /** ISO time; empty where unknown. */
  readonly since: string;
}

/** Where the session is kept. The auth library keeps more under keys that begin like this. */
export const SESSION_KEY = "viva.session";

const textOf = (value: unknown) => (typeof value === "string" ? value : "");
const positiveOf = (value: unknown) => (typeof value === "number" && value > 0 ? value : null);

function parse(json: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(json ?? "null");
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** The id of the first verified factor of a user, as Supabase lists them; null if there is none. */
export function factorOf(user: Readonly<Record<string, unknown>>): string | null {
  const factors: unknown[] = Array.isArray(user.factors) ? user.factors : [];
  const verified = factors.filter(
    (one) => isRecord(one) && one.status === "verified" && one.factor_type === "totp",
  ) as { id?: unknown }[];
  return textOf(verified[0]?.id) || null;
}

/** Whether a token says that its sign-in took both steps (`aal2`). */
function hasBothSteps(token: string): boolean {
  try {
    const payload = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const { aal } = parse(atob(payload)) ?? {};
    return aal === "aal2" || aal === "aal3";
  } catch {
    return false;
  }
}

/**
 * Reads a stored session: the shape of Supabase's auth library, and `arrived_at`, which this client adds.
 * Null for anything that is not one.
 */
export function parseSession(json: string | null): StoredSession | null {
  const found = parse(json);
  const user = isRecord(found?.user) ? found.user : {};
  const [accessToken, id] = [textOf(found?.access_token), textOf(user.id)];
  if (accessToken === "" || id === "") return null;
  const seconds = positiveOf(found?.expires_in);
  const factorId = factorOf(user);
  return {
    accessToken,
    refreshToken: textOf(found?.refresh_token),
    lifeMs: seconds === null ? null : seconds * 1_000,
    arrivedAt: positiveOf(found?.arrived_at),
    member: { id, email: textOf(user.email), since: textOf(user.created_at) },
    factorId,
    awaitsCode: factorId !== null && !hasBothSteps(accessToken),
  };
}

/**
 * Keeps a session and notes when its token arrived. A session with the token that is kept already
 * keeps that time.
 * @param now Unix milliseconds of this device's clock
 */
export function keepSession(
  storage: KeyValue,
  session: Readonly<Record<string, unknown>>,
  now: number,
): void {
  const before = parse(storage.getItem(SESSION_KEY));
  const known = before?.access_token === session.access_token;
  const arrived_at = known ? before?.arrived_at : now;
  storage.setItem(SESSION_KEY, JSON.stringify({ ...session, arrived_at }));
}

/** A time that no clock reaches, in Unix seconds. */
const NEVER = 8_640_000_000_000;

/**
 * The storage as Supabase's auth library is given it. To the library no token ever expires: it would
 * compare the server's time with the device's, renew the token, and delete the session if that fails.
 * @param now Unix milliseconds of this device's clock
 */
export function libraryStorage(
  storage: KeyValue,
  now: () => number,
): Pick<KeyValue, "getItem" | "setItem" | "removeItem"> {
  return {
    getItem(key) {
      const value = storage.getItem(key);
      const session = key === SESSION_KEY && parse(value);
      return session ? JSON.stringify({ ...session, expires_at: NEVER }) : value;
    },
    setItem(key, value) {
      const session = key === SESSION_KEY && parse(value);
      if (session) keepSession(storage, session, now());
      else storage.setItem(key, value);
    },
    removeItem: (key) => storage.removeItem(key),
  };
}
