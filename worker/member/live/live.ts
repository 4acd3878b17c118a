import { ClientFrame, type LiveChange, type LiveFrame, parseFrame } from "../../../domain/live.ts";
import {
  FRAME_BYTES,
  FRAMES_PER_SECOND,
  isTabName,
  LIVE_CLOSE,
  LIVE_PROTOCOL,
  PING,
  PONG,
} from "../../../domain/live-line.ts";
import { ProblemError } from "../../../domain/problems.ts";
import type { Caller } from "../../auth/verify.ts";
import { reasonOf, securityEvent } from "../../http/security-log.ts";

/** What a connection remembers of itself while the object sleeps. */
interface Attachment {
  readonly memberId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly tab: string | null;
  /** Counts the member's connections, so that the oldest is known. */
  readonly opened: number;
  /** The number of the last frame that was sent. */
  readonly seq: number;
}

/** What the connections need of the world around them. */
export interface LivePorts {
  readonly sockets: Pick<
    DurableObjectState,
    "acceptWebSocket" | "getWebSockets" | "setWebSocketAutoResponse"
  >;
  /** @throws ProblemError for a token that does not hold */
  readonly verify: (token: string) => Promise<Caller>;
  /** Makes sure that the object wakes in time, also where it may have to wake for other things before. */
  readonly wakeBy: (time: number) => Promise<void>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The most connections of one member. */
  readonly most: () => number;
}

type Frame = LiveFrame extends infer One
  ? One extends LiveFrame
    ? Omit<One, "seq">
    : never
  : never;

const encoder = new TextEncoder();

/**
 * The live connections of a member's tabs and devices, which hibernate: all that is known of one is
 * kept with it. They carry what has changed, never what was said.
 */
export class Live {
  readonly #ports: LivePorts;
  /** When the frames of the last second came, by connection. An object that sleeps has had none. */
  readonly #came = new WeakMap<WebSocket, number[]>();
  /** When something changed the last time, as far as is known. */
  #changedAt: number | null = null;

  constructor(ports: LivePorts) {
    this.#ports = ports;
    ports.sockets.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
  }

  /** Opens a connection of a verified member; where there are too many, the oldest gives way. */
  open({ id: memberId, expiresAt }: Caller, tab: string | null): Response {
    const { sockets, most } = this.#ports;
    this.closeExpired();
    const open = this.#open().sort(([, a], [, b]) => a.opened - b.opened);
    for (const [socket] of open.slice(0, Math.max(0, open.length - most() + 1))) {
      end(socket, LIVE_CLOSE.crowded, "too many connections");
    }
    const { 0: client, 1: server } = new WebSocketPair();
    sockets.acceptWebSocket(server);
    const attachment: Attachment = {
      memberId,
      expiresAt: expiresAt * 1_000,
      tab: tab !== null && isTabName(tab) ? tab : null,
      opened: (open.at(-1)?.[1].opened ?? 0) + 1,
      seq: 0,
    };
    this.#ready(server, attachment);
    return new Response(null, {
      status: 101,
      webSocket: client,
      headers: { "sec-websocket-protocol": LIVE_PROTOCOL },
    });
  }

  /** Whether anyone listens. */
  get heard(): boolean {
    return this.#ports.sockets.getWebSockets().length > 0;
  }

  /**
   * Tells all tabs and devices of the member what has changed. To be called once it is written: the
   * platform holds a frame back until that is confirmed.
   * @param by the tab that did it and knows; null for none
   */
  tell(change: LiveChange, by: string | null = null): void {
    this.#changedAt = this.#ports.now();
    for (const [socket, attachment] of this.#open()) {
      if (this.#hasExpired(attachment)) end(socket, LIVE_CLOSE.expired, "token expired");
      else if (by === null || attachment.tab !== by) this.#send(socket, attachment, change);
    }
  }

  /** Takes a frame from a client. Anything but a renewal by the same member ends the connection. */
  async receive(socket: WebSocket, message: string | ArrayBuffer): Promise<void> {
    const attachment = attachmentOf(socket);
    if (!attachment) return end(socket, LIVE_CLOSE.policy, "unknown connection");
    if (bytesOf(message) > FRAME_BYTES) return end(socket, LIVE_CLOSE.tooBig, "frame too long");
    if (this.#floods(socket)) return end(socket, LIVE_CLOSE.policy, "too many frames");
    const frame = typeof message === "string" ? parseFrame(ClientFrame, message) : null;
    if (!frame) return end(socket, LIVE_CLOSE.policy, "not a frame");
    try {
      const caller = await this.#ports.verify(frame.token);
      if (caller.id !== attachment.memberId) {
        logRenewal("another member");
        return end(socket, LIVE_CLOSE.policy, "another member");
      }
      // Frames may have been sent in the meantime.
      const now = attachmentOf(socket) ?? attachment;
      this.#ready(socket, { ...now, expiresAt: caller.expiresAt * 1_000 });
    } catch (error) {
      logRenewal(error instanceof ProblemError ? (reasonOf(error) ?? error.code) : "unknown");
      if (error instanceof ProblemError && error.code === "session_revoked") {
        return end(socket, LIVE_CLOSE.revoked, "session over");
      }
      // What does not hold changes nothing: the connection lasts as long as its last good token.
      if (this.#hasExpired(attachment)) end(socket, LIVE_CLOSE.expired, "token expired");
    }
  }

  /** A client has closed its connection: the close is answered. */
  left(socket: WebSocket, code: number): void {
    // What only the platform may say (no code, a connection that broke) cannot be said again.
    end(socket, code === 1005 || code === 1006 || code === 1015 ? 1000 : code, "");
  }

  /** Ends all connections: the session is over, or the account is gone. */
  closeAll(code: number = LIVE_CLOSE.revoked, reason = "session over"): void {
    for (const [socket] of this.#open()) end(socket, code, reason);
  }

  /** Ends the connections whose time has come, and has the object woken for the next one. */
  closeExpired(): void {
    let next = Number.POSITIVE_INFINITY;
    for (const [socket, attachment] of this.#open()) {
      if (this.#hasExpired(attachment)) end(socket, LIVE_CLOSE.expired, "token expired");
      else next = Math.min(next, attachment.expiresAt);
    }
    if (Number.isFinite(next)) this.#wakeBy(next);
  }

  #open(): [WebSocket, Attachment][] {
    return this.#ports.sockets.getWebSockets().flatMap((socket) => {
      const attachment = socket.readyState === WebSocket.OPEN ? attachmentOf(socket) : null;
      return attachment ? [[socket, attachment] as [WebSocket, Attachment]] : [];
    });
  }

  #ready(socket: WebSocket, attachment: Attachment): void {
    const { now } = this.#ports;
    this.#send(socket, attachment, {
      type: "ready",
      expiresInMs: Math.max(0, attachment.expiresAt - now()),
      quietMs: this.#changedAt === null ? null : Math.max(0, now() - this.#changedAt),
    });
    this.#wakeBy(attachment.expiresAt);
  }

  #send(socket: WebSocket, attachment: Attachment, frame: Frame): void {
    const seq = attachment.seq + 1;
    try {
      socket.serializeAttachment({ ...attachment, seq } satisfies Attachment);
      socket.send(JSON.stringify({ seq, ...frame }));
    } catch {
      // It has gone meanwhile; with its next connection the client reads everything again.
    }
  }

  #wakeBy(time: number): void {
    // Where the alarm cannot be set, the connection ends with the next thing that happens.
    void this.#ports.wakeBy(time).catch(() => {});
  }

  #hasExpired({ expiresAt }: Attachment): boolean {
    return expiresAt <= this.#ports.now();
  }

  #floods(socket: WebSocket): boolean {
    const now = this.#ports.now();
    const recent = (this.#came.get(socket) ?? []).filter((time) => now - time < 1_000);
    recent.push(now);
    this.#came.set(socket, recent);
    return recent.length > FRAMES_PER_SECOND;
  }
}

/** A token that came over an open connection was refused. */
function logRenewal(reason: string): void {
  securityEvent("renewal_refused", reason, { reason, route: "/api/viva/live" });
}

function attachmentOf(socket: WebSocket): Attachment | null {
  return (socket.deserializeAttachment() as Attachment | null) ?? null;
}

/** The length of a frame in bytes; of a long text at least its length in characters, which is enough. */
function bytesOf(message: string | ArrayBuffer): number {
  if (typeof message !== "string") return message.byteLength;
  return message.length > FRAME_BYTES ? message.length : encoder.encode(message).byteLength;
}

function end(socket: WebSocket, code: number, reason: string): void {
  try {
    socket.close(code, reason);
  } catch {
    // It has ended already.
  }
}
