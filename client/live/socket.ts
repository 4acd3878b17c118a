import { type LiveChange, LiveFrame, parseFrame } from "../../domain/live.ts";
import {
  LIVE_CLOSE,
  LIVE_PROTOCOL,
  PING,
  PONG,
  TAB_PROTOCOL,
  TICKET_PROTOCOL,
} from "../../domain/live-line.ts";
import { pauseMs } from "../../domain/retry.ts";
import type { Tokens } from "../api/http.ts";

/** A WebSocket, as far as it is needed here. */
export type Socket = Pick<WebSocket, "send" | "close" | "addEventListener">;

/** What surrounds a live line; everything that differs between a browser and a test. */
export interface LineDeps {
  /** Opens a connection with these subprotocols. */
  connect(protocols: string[]): Socket;
  readonly tokens: Pick<Tokens, "current" | "renew">;
  /** Asks the server for a ticket, which opens one connection. */
  ticket(): Promise<string>;
  /** The name of this tab. */
  readonly tab: string;
  /** Asks the server in the ordinary way, which renews a token that is refused and ends a session that is over. */
  probe(): Promise<unknown>;
  /** Resolves once the member looks at the page and there is a connection (at once where both hold), or with the signal. */
  awake(signal: AbortSignal): Promise<void>;
  /** Resolves when the member comes back to the page the next time, or with the signal. */
  returned(signal: AbortSignal): Promise<void>;
  /** Whether the member looks at the page. */
  isVisible(): boolean;
  /** Resolves after the time, or sooner when connection or member come back. */
  pause(ms: number): Promise<void>;
  /** Calls back after the time; the returned function calls that off. */
  later(ms: number, run: () => void): () => void;
  /** Milliseconds since the first of what is shown was asked for. */
  age(): number;
  /** At least 0, less than 1. */
  random(): number;
  /** Something has changed. */
  changed(change: LiveChange): void;
  /** It is not known what has changed: everything that is shown is to be read again. */
  missed(): void;
}

/** The line over which this tab hears what has changed elsewhere. */
export interface Line {
  /** The session has a newer token: the line lasts longer with it. */
  renew(token: string): void;
  /** Hangs up for good. */
  close(): void;
}

/** How often the line is asked whether it stands, and how long it may take to say so. */
const PULSE_MS = 30_000;
const PULSE_PATIENCE_MS = 10_000;
/** How long before its end a token is renewed, and by how much tabs differ in that. */
const RENEW_BEFORE_MS = 25_000;
const RENEW_SPREAD_MS = 10_000;

/** How a connection came to its end. */
interface Ended {
  /** Whether it had stood. */
  readonly stood: boolean;
  /** The code of its closing; 0 for none. */
  readonly code: number;
}

/** Opens the line and keeps it open for as long as the session lasts. */
export function openLine(deps: LineDeps): Line {
  const over = new AbortController();
  const { signal } = over;
  /** The connection that stands, with the token that it has. */
  let standing: { readonly socket: Socket; token: string } | null = null;
  /** Whether one has stood before: what changed since it ended is not known. */
  let stoodBefore = false;

  /** One connection, to its end. */
  function stay(token: string, ticket: string): Promise<Ended> {
    return new Promise((resolve) => {
      const timers = new Set<() => void>();
      let seq = 0;
      let stood = false;
      let heard = true;
      const names = [LIVE_PROTOCOL, TICKET_PROTOCOL + ticket, TAB_PROTOCOL + deps.tab];
      const socket = deps.connect(names);

      function end(code: number): void {
        for (const cancel of timers) cancel();
        signal.removeEventListener("abort", hangUp);
        if (standing?.socket === socket) standing = null;
        resolve({ stood, code });
      }

      function hangUp(): void {
        socket.close();
        // A line that is dead may take minutes to be closed.
        end(0);
      }

      function later(ms: number, run: () => void): () => void {
        const cancel = deps.later(ms, () => {
          timers.delete(cancel);
          run();
        });
        timers.add(cancel);
        return cancel;
      }

      function pulse(): void {
        heard = false;
        socket.send(PING);
        later(PULSE_PATIENCE_MS, () => (heard ? later(PULSE_MS, pulse) : hangUp()));
      }

      let renewal = () => {};
      function renewBefore(expiresInMs: number): void {
        renewal();
        const ms = expiresInMs - RENEW_BEFORE_MS + deps.random() * RENEW_SPREAD_MS;
        renewal = later(Math.max(0, ms), () => {
          // Nobody looks: the line may end, and begins anew when somebody does.
          if (deps.isVisible()) void deps.tokens.renew(standing?.token ?? token).catch(() => {});
        });
      }

      function take(frame: LiveFrame): void {
        if (frame.seq !== seq + 1 && seq > 0) deps.missed();
        const first = seq === 0;
        seq = frame.seq;
        if (frame.type !== "ready") {
          deps.changed(frame);
          return;
        }
        renewBefore(frame.expiresInMs);
        if (!first) return;
        stood = true;
        standing = { socket, token };
        later(PULSE_MS, pulse);
        const { quietMs } = frame;
        // The frame's own way here is not counted: at worst something is read that has not changed.
        const behind = quietMs !== null && quietMs < deps.age();
        if (stoodBefore || behind) deps.missed();
        stoodBefore = true;
      }

      socket.addEventListener("message", ({ data }) => {
        heard = true;
        if (data === PONG || typeof data !== "string") return;
        const frame = parseFrame(LiveFrame, data);
        // What this page does not know yet leaves a gap in the numbers, and is made good with it.
        if (frame) take(frame);
      });
      socket.addEventListener("close", ({ code }) => end(code));
      signal.addEventListener("abort", hangUp);
    });
  }

  async function attempt(): Promise<Ended> {
    try {
      if ((await deps.tokens.current()) !== null && !signal.aborted) {
        const ticket = await deps.ticket();
        // Asking may have renewed it.
        const token = await deps.tokens.current();
        if (token !== null && !signal.aborted) return await stay(token, ticket);
      }
    } catch {
      // Neither token, ticket nor socket to be had: the next attempt may fare better.
    }
    return { stood: false, code: 0 };
  }

  async function run(): Promise<void> {
    let expired = false;
    for (let failures = 0; ; failures += 1) {
      await deps.awake(signal);
      if (expired) await deps.probe().catch(() => {});
      if (signal.aborted) return;
      const { stood, code } = await attempt();
      expired = code === LIVE_CLOSE.expired;
      if (signal.aborted) return;
      if (stood) failures = 0;
      if (code === LIVE_CLOSE.crowded) await deps.returned(signal);
      // A browser does not say why a connection was refused; an ordinary request does.
      const refused = code === LIVE_CLOSE.revoked || (!stood && failures % 3 === 2);
      if (refused) await deps.probe().catch(() => {});
      if (!signal.aborted) await deps.pause(pauseMs("live", failures, { random: deps.random() }));
    }
  }

  void run();
  return {
    renew(token) {
      if (!standing || standing.token === token) return;
      standing.token = token;
      standing.socket.send(JSON.stringify({ type: "renew", token }));
    },
    close: () => over.abort(),
  };
}
