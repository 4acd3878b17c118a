/** The subprotocol that the server answers with. */
export const LIVE_PROTOCOL = "viva";
/**
 * How a client shows its ticket in the list of subprotocols: a browser can set no header here. A ticket is
 * good once, for half a minute: what stands here is logged by proxies.
 */
export const TICKET_PROTOCOL = "ticket.";
/** How a client may name its tab there, so that it is not told what it did itself. */
export const TAB_PROTOCOL = "tab.";
/** The same name with a request that changes something. */
export const TAB_HEADER = "x-viva-tab";

/** Asked by a client whether the line stands; answered without waking anyone. */
export const PING = "ping";
export const PONG = "pong";

/** The most bytes of a frame from a client. */
export const FRAME_BYTES = 4096;
/** The most frames from a client in one second. */
export const FRAMES_PER_SECOND = 10;

/** Why the server ends a live connection. */
export const LIVE_CLOSE = {
  /** A frame that is none of ours, or too many of them. */
  policy: 1008,
  /** A frame that is too long. */
  tooBig: 1009,
  /** The token has expired and was not renewed. */
  expired: 4401,
  /** The session is over for good. */
  revoked: 4403,
  /** The member has opened more connections than are allowed; this was the oldest. */
  crowded: 4429,
} as const;

/** Whether a text can name a tab. */
export function isTabName(text: string): boolean {
  return /^[\w-]{1,64}$/.test(text);
}
