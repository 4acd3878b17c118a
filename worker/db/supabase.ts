import * as v from "valibot";
import type { Settings } from "../settings.ts";

/** A failed call to Supabase. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** SQLSTATE or PostgREST's own code; empty if neither spoke: no answer, or one of a gateway. */
  readonly code: string;
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * Calls a function of the database. Resolves with its result; with undefined for a function that
 * returns nothing.
 * @throws DatabaseError
 */
export type Rpc = <Result>(
  name: string,
  args: Record<string, unknown>,
  timeoutMs: number,
) => Promise<Result>;

/** What PostgREST says of an error. */
const Refusal = v.object({
  code: v.fallback(v.string(), ""),
  message: v.fallback(v.string(), ""),
});

/**
 * The headers that carry a key, and the token of the member it is used for. A key alone goes as a bearer
 * token only if it is a JWT: Supabase's newer keys (`sb_secret_…`, `sb_publishable_…`) are not, and
 * PostgREST refuses a bearer token that is none (PGRST301).
 * @param token a member's access token; none for the key's own role
 */
export function supabaseHeaders(key: string, token?: string): Record<string, string> {
  const bearer = token ?? (key.split(".").length === 3 ? key : undefined);
  return {
    apikey: key,
    accept: "application/json",
    ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
  };
}

/** The JSON of a text; undefined if it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Asks PostgREST itself, without its client library: the library takes an empty answer of a gateway,
 * also a 404, for a result. A result is JSON with status 200, or status 204 without a body.
 */
function rpcAs(settings: Settings, apiKey: string, token?: string): Rpc {
  const headers = { ...supabaseHeaders(apiKey, token), "content-type": "application/json" };
  return async <Result>(name: string, args: Record<string, unknown>, timeoutMs: number) => {
    // Not AbortSignal.timeout: its timer stays when the call is over, and an object that has one stays awake.
    const controller = new AbortController();
    const timer = setTimeout(
      () =>
        controller.abort(new DOMException("The database did not answer in time.", "TimeoutError")),
      timeoutMs,
    );
    try {
      const response = await globalThis.fetch(`${settings.SUPABASE_URL}/rest/v1/rpc/${name}`, {
        method: "POST",
        headers,
        body: JSON.stringify(args),
        // A redirect leads to a login page or another host; neither is to have the member's data.
        redirect: "manual",
        signal: controller.signal,
      });
      const { status } = response;
      const text = await response.text();
      if (status === 204) return undefined as Result;
      const body = jsonOf(text);
      if (status === 200 && body !== undefined) return body as Result;
      const said = v.safeParse(Refusal, body);
      const { code, message } = said.success ? said.output : { code: "", message: "" };
      throw new DatabaseError(code, status, message || "no answer of the database");
    } catch (error) {
      if (error instanceof DatabaseError) throw error;
      throw new DatabaseError("", 0, (error as Error).message);
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The database as the member: row level security decides what they see. */
export function asMember(settings: Settings, token: string): Rpc {
  return rpcAs(settings, settings.SUPABASE_PUBLISHABLE_KEY, token);
}

/** The database as the service: for the outbox, and for contexts that a webhook called stale. */
export function asService(settings: Settings): Rpc {
  return rpcAs(settings, settings.SUPABASE_SECRET_KEY);
}
