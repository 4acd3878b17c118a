import { type ProviderAccess, providerHeaders, providerUrl } from "../model/provider-config.ts";

/** How long a part may take to answer, in milliseconds. */
export const PROBE_TIMEOUT_MS = 3_000;

/** Asks for a status; null if nothing answers. */
export async function statusOf(url: string, init: RequestInit): Promise<number | null> {
  try {
    const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
    const response = await globalThis.fetch(url, { redirect: "manual", ...init, signal });
    await response.body?.cancel();
    return response.status;
  } catch {
    return null;
  }
}

/** What an answer other than a good one means to an operator. */
export function problemOf(name: string, status: number | null): string {
  if (status === null) return `${name} cannot be reached`;
  const refused = status === 401 || status === 403;
  return refused ? `${name} refuses the key` : `${name} answers with ${status}`;
}

/** Whether a part is there. */
export const isOk = (status: number | null) => status !== null && status >= 200 && status < 300;

/** Answers to a turn's address that mean no turn can be answered there. Others are about the missing body. */
const NO_TURNS: ReadonlySet<number> = new Set([401, 402, 403, 404, 405, 410, 502, 503, 504]);

/** Turns follow no redirect. */
const isRedirect = (status: number) => status >= 300 && status < 400;

/**
 * Whether turns can be answered. The list of models says so at the least cost; many servers have none, or
 * keep it from keys that may chat. Then the turn's own address is asked with an empty body, which no model
 * sees: a server that says what is missing is there.
 * @returns what is wrong, in a sentence; null if nothing is
 */
export async function probeProvider(access: ProviderAccess): Promise<string | null> {
  const headers = providerHeaders(access);
  if (isOk(await statusOf(providerUrl(access, "/models"), { headers }))) return null;
  const status = await statusOf(providerUrl(access, "/chat/completions"), {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: "{}",
  });
  const none = status === null || NO_TURNS.has(status) || isRedirect(status);
  return none ? problemOf("The model's provider", status) : null;
}
