import {
  isTabName,
  LIVE_PROTOCOL,
  TAB_HEADER,
  TAB_PROTOCOL,
  TICKET_PROTOCOL,
} from "../../domain/live-line.ts";
import { ProblemError } from "../../domain/problems.ts";
import { memberObject } from "../deployment/placement.ts";
import { readTicket, TICKET_HEADER } from "../member/live/tickets.ts";
import { settingsOf } from "../settings.ts";
import { askObject, limitMember } from "./forward.ts";
import type { Asked, MemberRoute, OwnRoute } from "./route.ts";

/** What a client offers in `Sec-WebSocket-Protocol`. */
interface Offer {
  readonly ticket: string | null;
  readonly tab: string | null;
}

/** Reads the subprotocols that a client offers; null if ours is not among them. */
function readOffer(header: string | null): Offer | null {
  const names = (header ?? "").split(",").map((name) => name.trim());
  if (!names.includes(LIVE_PROTOCOL)) return null;
  // Two of one kind are none: nobody is to choose which of them counts.
  const after = (prefix: string) => {
    const [one, another] = names.filter((name) => name.startsWith(prefix));
    return (another === undefined && one?.slice(prefix.length)) || null;
  };
  const tab = after(TAB_PROTOCOL);
  return { ticket: after(TICKET_PROTOCOL), tab: tab !== null && isTabName(tab) ? tab : null };
}

/**
 * Whether a page of this origin may open a connection: our own and the allowed ones. Browsers always
 * name theirs, and other clients, which need not, hold no one's session by accident.
 */
function mayOpen(request: Request, allowed: readonly string[]): boolean {
  const origin = request.headers.get("origin");
  return origin === null || origin === new URL(request.url).origin || allowed.includes(origin);
}

/**
 * Lets a connection in with a ticket that the member's object gave a moment ago, and passes it on to that
 * object, which takes the ticket.
 * @throws ProblemError invalid_request, forbidden, unauthorized, rate_limited
 */
async function openLive({ request }: Asked, env: Env, requestId: string): Promise<Response> {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new ProblemError("invalid_request", { detail: "This address is for WebSockets." });
  }
  if (!mayOpen(request, settingsOf(env).ALLOWED_ORIGINS)) {
    throw new ProblemError("forbidden", {}, { cause: "another origin" });
  }
  const offer = readOffer(request.headers.get("sec-websocket-protocol"));
  if (!offer?.ticket) throw new ProblemError("unauthorized", {}, { cause: "no ticket" });
  const { ticket, tab } = offer;
  const { memberId, nonce } = await readTicket(settingsOf(env), ticket);
  await limitMember(env.RATE_LIMIT, memberId);
  const headers = {
    upgrade: "websocket",
    "x-request-id": requestId,
    [TICKET_HEADER]: nonce,
    ...(tab !== null && { [TAB_HEADER]: tab }),
  };
  return askObject(true, () =>
    memberObject(env, request, memberId).fetch(request.url, { headers }),
  );
}

/** The live connection of a tab, and the ticket for it. */
export const LIVE_ROUTES: readonly (MemberRoute | OwnRoute)[] = [
  {
    method: "GET",
    path: "/api/viva/live",
    caller: "ticket",
    // Counted once the ticket says whose it is.
    limit: null,
    answer: openLive,
  },
  {
    method: "POST",
    path: "/api/viva/live/ticket",
    caller: "member",
    limit: "RATE_LIMIT",
    command: () => ({ kind: "live-ticket" }),
  },
];
