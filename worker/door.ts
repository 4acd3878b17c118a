import { TAB_HEADER } from "../domain/live-line.ts";
import { ProblemError } from "../domain/problems.ts";
import { callerOf } from "./auth/caller.ts";
import type { Caller } from "./auth/verify.ts";
import { requestPlace } from "./http/place.ts";
import { memberObject } from "./placement.ts";
import { memberHeaders } from "./session/protocol.ts";

/** What of a client's headers the object may see. All others, also such as name a member, stay outside. */
const PASSED = ["if-match", "if-none-match", TAB_HEADER];

/** A request whose member is known. */
export interface Admitted {
  readonly caller: Caller;
  readonly token: string;
  readonly requestId: string;
}

/**
 * Lets a request in: verifies its token.
 * @throws ProblemError unauthorized, token_expired, database_unavailable
 */
export async function admitRequest(
  request: Request,
  env: Env,
  requestId: string,
): Promise<Admitted> {
  const [caller, token] = await callerOf(request, env);
  return { caller, token, requestId };
}

/**
 * Refuses a member who asks too often. Turns have a limit of their own, in the object.
 * @throws ProblemError rate_limited
 */
export async function limitRate(env: Partial<Env>, { caller }: Admitted): Promise<void> {
  const outcome = await env.RATE_LIMIT?.limit({ key: caller.id });
  if (outcome && !outcome.success) throw new ProblemError("rate_limited", { retryAfter: 10 });
}

/**
 * Refuses a member who reads and saves profile, assessment and visions too often. Saved as one goes,
 * with every field left and every statement answered, they have more room than the rest.
 * @throws ProblemError rate_limited
 */
export async function limitJourney(env: Partial<Env>, { caller }: Admitted): Promise<void> {
  const outcome = await env.JOURNEY_LIMIT?.limit({ key: caller.id });
  if (outcome && !outcome.success) throw new ProblemError("rate_limited", { retryAfter: 10 });
}

/**
 * Passes a request on to the member's own object, near the member.
 * @param more headers that a route adds
 */
export function forward(
  request: Request,
  env: Env,
  { caller, token, requestId }: Admitted,
  body?: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const headers = new Headers(memberHeaders({ caller, token, place: requestPlace(request) }));
  headers.set("x-request-id", requestId);
  for (const [name, value] of Object.entries(more)) headers.set(name, value);
  for (const name of PASSED) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  const command = {
    // A command in the body is a POST between Worker and object, whatever the client's method.
    method: body === undefined ? "GET" : "POST",
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  };
  const isRead = request.method === "GET" || request.method === "HEAD";
  return askObject(() => memberObject(env, request, caller.id).fetch(request.url, command), isRead);
}

/**
 * Asks an object. Whatever happens in it is an answer; what is thrown is the platform's word that the
 * object was reset (as by a deployment), or that it gets more than it can take. A read is then asked once
 * more, of the object as it is now; a write may have happened.
 * @param ask asks by a stub of its own: a stub that has thrown throws for ever
 * @throws ProblemError rate_limited
 */
async function askObject(ask: () => Promise<Response>, isRead: boolean): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const { message, overloaded } = error as Error & { readonly overloaded?: boolean };
    console.warn(JSON.stringify({ event: "object_lost", message, overloaded, isRead }));
    if (overloaded) throw new ProblemError("rate_limited", { retryAfter: 5 }, { cause: error });
    if (!isRead) throw error;
    return await ask();
  }
}

/** A request of the deployment's own about a member: no sign-out is newer, and no token reads as them. */
export function asServer(memberId: string, requestId: string): Admitted {
  const caller = {
    id: memberId,
    issuedAt: Number.MAX_SAFE_INTEGER,
    expiresAt: 0,
    signedInAt: 0,
  };
  return { caller, token: "", requestId };
}
