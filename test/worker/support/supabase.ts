import { inject, vi } from "vitest";
import type { RecordedCall } from "../node/provided.ts";

/** What the database is told to be like; see the local Supabase's `POST /control`. */
interface Outage {
  readonly latencyMs?: number;
  readonly down?: boolean;
  readonly status?: number | null;
}

/** Runs one statement as the database's owner. */
export async function query<Row = Record<string, unknown>>(
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  const { databaseUrl, secretKey } = inject("world");
  const response = await fetch(`${databaseUrl}/query`, {
    method: "POST",
    headers: { apikey: secretKey, "content-type": "application/json" },
    body: JSON.stringify({ sql, params }),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** Asks PostgREST as a member does with their own token, past the Worker. */
export function askRest(token: string, path: string, body?: object): Promise<Response> {
  const { databaseUrl, publishableKey } = inject("world");
  return fetch(`${databaseUrl}/rest/v1/${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      apikey: publishableKey,
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Changes how far away the database is, and whether it answers. */
export async function setSupabase(outage: Outage): Promise<void> {
  const { databaseUrl } = inject("world");
  const response = await fetch(`${databaseUrl}/control`, {
    method: "POST",
    body: JSON.stringify(outage),
  });
  if (!response.ok) throw new Error(await response.text());
  await response.body?.cancel();
}

/** The database as it is when nothing is wrong. */
export const mendSupabase = () => setSupabase({ latencyMs: 0, down: false, status: null });

/** The calls that were made to Supabase for a member, oldest first. */
export async function recordedCalls(member?: string): Promise<RecordedCall[]> {
  const { recordedUrl } = inject("world");
  const url = member === undefined ? recordedUrl : `${recordedUrl}?member=${member}`;
  return (await fetch(url)).json();
}

/** How often a function of the database was called for a member. */
export async function countRpc(member: string, name: string): Promise<number> {
  const calls = await recordedCalls(member);
  return calls.filter((call) => call.path === `/rest/v1/rpc/${name}`).length;
}

/** Waits until something holds that is only reached over the network. */
export function eventually<Result>(check: () => Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 8_000, interval: 25 });
}
