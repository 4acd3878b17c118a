import type { ClientConfig } from "../../domain/messages.ts";
import { type ClientProblem, isRecord, localProblem, problemOf } from "../api/problem.ts";

/** What Supabase says to a refresh token. */
export type RefreshAnswer =
  | { readonly kind: "renewed"; readonly session: NewTokens }
  /** The session is over, by its error code. */
  | { readonly kind: "over"; readonly code: string }
  /** Nothing was said about the session. `waitMs`: how long not to ask again. */
  | { readonly kind: "unknown"; readonly problem: ClientProblem; readonly waitMs: number };

/**
 * The error codes that are a verdict about the refresh token, its session or its member. Everything
 * else (too many requests, a wrong API key, a page of a gateway) says nothing about them.
 */
const VERDICTS: ReadonlySet<string> = new Set([
  "refresh_token_not_found",
  "refresh_token_already_used",
  "session_not_found",
  "session_expired",
  "user_not_found",
  "user_banned",
  // The request has one field: this is said of a refresh token that is none.
  "validation_failed",
  // Before there were error codes: RFC 6749, section 5.2.
  "invalid_grant",
]);

/** New tokens. What else is in the answer is kept, in the shape that the auth library reads. */
interface NewTokens extends Readonly<Record<string, unknown>> {
  readonly access_token: string;
  readonly refresh_token: string;
}

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

function tokensIn(body: unknown): NewTokens | null {
  if (!isRecord(body)) return null;
  const { access_token, refresh_token, user, ...more } = body;
  if (!isText(access_token) || !isText(refresh_token)) return null;
  // Without its user, the session goes on with the one it has.
  const known = isRecord(user) && isText(user.id) ? { user } : {};
  return { ...more, ...known, access_token, refresh_token };
}

/** The code of an error: `code` since API version 2024-01-01, `error_code` before, `error` before that. */
function codeIn(body: unknown): string {
  const { code, error_code, error } = isRecord(body) ? body : {};
  return [code, error_code, error].find(isText) ?? "";
}

const API_VERSION = "2024-01-01";
/** How long an answer may take, in milliseconds. */
const PATIENCE_MS = 10_000;
/** How long not to ask again if the server does not say, and at most, in milliseconds. */
const WAIT_MS = 2_000;
const LOST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** A date in `Retry-After` is not read: it is the server's time, and the device's clock may be another. */
function waitOf(response: Response): number {
  const seconds = Number.parseInt(response.headers.get("retry-after") ?? "", 10);
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : WAIT_MS;
}

/**
 * Changes a refresh token for new tokens, by one request. Never throws.
 * @param config where Supabase is, with the publishable key
 */
export async function refresh(
  refreshToken: string,
  config: () => Promise<Pick<ClientConfig, "supabaseUrl" | "supabaseKey">>,
  fetch: typeof globalThis.fetch,
): Promise<RefreshAnswer> {
  if (refreshToken === "") return { kind: "over", code: "refresh_token_not_found" };
  try {
    const { supabaseUrl, supabaseKey } = await config();
    const response = await fetch(`${supabaseUrl}/auth/v1/token?grant_type=refresh_token`, {
      method: "POST",
      headers: {
        apikey: supabaseKey,
        "Content-Type": "application/json",
        "X-Supabase-Api-Version": API_VERSION,
      },
      body: JSON.stringify({ refresh_token: refreshToken }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body: unknown = await response.json().catch((error: unknown) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    const session = response.ok ? tokensIn(body) : null;
    if (session) return { kind: "renewed", session };
    const code = response.status >= 400 && response.status < 500 ? codeIn(body) : "";
    if (VERDICTS.has(code)) return { kind: "over", code };
    return { kind: "unknown", problem: localProblem("unrenewed"), waitMs: waitOf(response) };
  } catch (error) {
    // No answer: the connection may be back in the next moment.
    return { kind: "unknown", problem: problemOf(error), waitMs: LOST_WAIT_MS };
  }
}
