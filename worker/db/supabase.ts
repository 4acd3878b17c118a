import { PostgrestClient } from "@supabase/postgrest-js";
import type { Settings } from "../settings.ts";

/** A failed call to Supabase. supabase-js returns errors; this makes them impossible to overlook. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** SQLSTATE or PostgREST's own code; empty where there was no answer. */
  readonly code: string;
  /** HTTP status; 0 where there was no answer. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Calls a function of the database. */
export type Rpc = <Result>(
  name: string,
  args: Record<string, unknown>,
  timeoutMs: number,
) => Promise<Result>;

/** As the platform's own time-outs say it. */
const timedOut = () => new DOMException("The database did not answer in time.", "TimeoutError");

function rpcAs(settings: Settings, apiKey: string, token: string): Rpc {
  const client = new PostgrestClient(`${settings.SUPABASE_URL}/rest/v1`, {
    headers: { apikey: apiKey, authorization: `Bearer ${token}` },
    // A retry in secret would outlast whoever waits, and a write could happen twice.
    retry: false,
    // Looked up at each call, so that a test's spy on the global takes effect.
    fetch: (input, init) => globalThis.fetch(input, init),
  });
  return async <Result>(name: string, args: Record<string, unknown>, timeoutMs: number) => {
    // Not AbortSignal.timeout: its timer stays when the call is over, and an object that has one stays awake.
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(timedOut()), timeoutMs);
    try {
      const { data, error, status } = await client.rpc(name, args).abortSignal(controller.signal);
      if (error) throw new DatabaseError(error.code ?? "", status, error.message);
      return data as Result;
    } finally {
      clearTimeout(timer);
    }
  };
}

/** The database as the member: row level security decides what they see. */
export function asMember(settings: Settings, token: string): Rpc {
  return rpcAs(settings, settings.SUPABASE_PUBLISHABLE_KEY, token);
}

/** One client serves all objects of an isolate. */
const services = new WeakMap<Settings, Rpc>();

/** The database as the service: for the outbox, and for contexts that a webhook called stale. */
export function asService(settings: Settings): Rpc {
  const before = services.get(settings);
  if (before) return before;
  const key = settings.SUPABASE_SECRET_KEY;
  const rpc = rpcAs(settings, key, key);
  services.set(settings, rpc);
  return rpc;
}
