import { isTabName, TAB_HEADER } from "../../domain/live-line.ts";
import { ProblemError } from "../../domain/problems.ts";
import { callerOf } from "../auth/caller.ts";
import {
  COMMAND_RULES,
  type CommandEnvelope,
  type MemberCommand,
  type MemberRequest,
} from "../commands.ts";
import { memberObject } from "../deployment/placement.ts";
import { requestPlace } from "../http/client-location.ts";
import { log } from "../platform/log.ts";

/** What a command needs to know of the request that it came with, besides who asks. */
function circumstances(request: Request, requestId: string) {
  const tab = request.headers.get(TAB_HEADER);
  return {
    place: requestPlace(request),
    tab: tab !== null && isTabName(tab) ? tab : null,
    requestId,
    instance: new URL(request.url).pathname,
  };
}

/**
 * A member's request: verifies its token.
 * @throws ProblemError unauthorized, token_expired, database_unavailable
 */
export async function memberRequest(
  request: Request,
  env: Env,
  requestId: string,
): Promise<MemberRequest> {
  const [caller, token] = await callerOf(request, env);
  return { caller, token, ...circumstances(request, requestId) };
}

/** A request of the deployment's own about a member: no sign-out is newer, and no token reads as them. */
export function serverRequest(
  request: Request,
  memberId: string,
  requestId: string,
): MemberRequest {
  const caller = {
    id: memberId,
    issuedAt: Number.MAX_SAFE_INTEGER,
    expiresAt: 0,
    signedInAt: 0,
    aal: "server" as const,
  };
  return { caller, token: "", ...circumstances(request, requestId) };
}

/**
 * Refuses a member who asks too often.
 * @throws ProblemError rate_limited
 */
export async function limitMember(limit: RateLimit | undefined, memberId: string): Promise<void> {
  const outcome = await limit?.limit({ key: memberId });
  if (outcome && !outcome.success) throw new ProblemError("rate_limited", { retryAfter: 10 });
}

/** Names nothing: what is asked stands in the body alone. */
const OBJECT_URL = "https://member/";

/**
 * Sends a command to the member's own object, near the member.
 * @throws ProblemError rate_limited
 */
export function forward(
  request: Request,
  env: Env,
  member: MemberRequest,
  command: MemberCommand,
): Promise<Response> {
  const body = JSON.stringify({ member, command } satisfies CommandEnvelope);
  return askObject(COMMAND_RULES[command.kind].isRead, () =>
    memberObject(env, request, member.caller.id).fetch(OBJECT_URL, { method: "POST", body }),
  );
}

/**
 * Asks an object. Whatever happens in it is an answer; what is thrown is the platform's word that the
 * object was reset (as by a deployment), or that it gets more than it can take. A read is then asked once
 * more, of the object as it is now; a write may have happened.
 * @param ask asks by a stub of its own: a stub that has thrown throws for ever
 * @throws ProblemError rate_limited
 */
export async function askObject(isRead: boolean, ask: () => Promise<Response>): Promise<Response> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    const { message, overloaded } = error as Error & { readonly overloaded?: boolean };
    log("object_lost", { message, overloaded, isRead });
    if (overloaded) throw new ProblemError("rate_limited", { retryAfter: 5 }, { cause: error });
    if (!isRead) throw error;
    return await ask();
  }
}
