import type { ChatRequest } from "../../domain/chat-request.ts";
import type { Caller } from "../auth/verify.ts";
import type { StreamForm } from "../http/accept.ts";
import type { RequestPlace } from "./report.ts";

/**
 * What the Worker tells the object about a request. The door writes these headers itself and passes
 * nothing of that name on from outside.
 */
export const MEMBER_HEADER = "x-viva-member";
const PLACE_HEADER = "x-viva-place";

/** A verified request as the object sees it. */
export interface MemberRequest {
  readonly caller: Caller;
  /** The member's access token: kept in memory only. */
  readonly token: string;
  readonly place: RequestPlace;
}

/** A request for a turn, parsed at the border. */
export interface ChatCommand {
  readonly request: ChatRequest;
  readonly form: StreamForm;
  /** The Idempotency-Key, with the hash of the body it came with. */
  readonly idempotency: { readonly key: string; readonly body: string } | null;
}

/** A request to read a running or just ended answer. */
export interface ResumeCommand {
  readonly form: StreamForm;
  /** Where to go on, or null for the whole answer. A log other than the one there is means the whole. */
  readonly after: { readonly log: string | null; readonly offset: number } | null;
  /** Whether only the headers are asked for (HEAD): nothing is read then, and nothing waited for. */
  readonly headOnly: boolean;
}

/** A request to stop a turn. */
export interface StopCommand {
  readonly turnId: string | null;
  /** The message whose turn is meant, for a client that has not heard of the turn. */
  readonly messageId: string | null;
}

/** The headers that tell the object who asks, and from where. */
export function memberHeaders({ caller, token, place }: MemberRequest): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    [MEMBER_HEADER]: JSON.stringify(caller),
    [PLACE_HEADER]: JSON.stringify(place),
  };
}

/** Reads what `memberHeaders` wrote. Throws for a request that did not come through the door. */
export function readMember(headers: Headers): MemberRequest {
  return {
    caller: JSON.parse(headers.get(MEMBER_HEADER) ?? "") as Caller,
    token: (headers.get("authorization") ?? "").slice("Bearer ".length),
    place: JSON.parse(headers.get(PLACE_HEADER) ?? "") as RequestPlace,
  };
}
