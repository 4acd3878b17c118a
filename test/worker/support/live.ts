import { LiveFrame, parseFrame } from "../../../domain/live.ts";
import { call, ORIGIN } from "./api.ts";
import type { Member } from "./members.ts";

/** A live connection as a tab holds it. */
export interface Line {
  readonly socket: WebSocket;
  /** Every frame so far. */
  readonly frames: LiveFrame[];
  /** The next frame for which something holds, looked for from the last one that was found on. */
  until(holds: (frame: LiveFrame) => boolean): Promise<LiveFrame>;
  /** Why the server ended it. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
}

/** Asks for a ticket. */
export const askTicket = (token: string) =>
  call("/api/viva/live/ticket", {
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
  });

/** A ticket for a live connection. */
export async function ticketFor(token: string): Promise<string> {
  const answer = await askTicket(token);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json<{ ticket: string }>()).ticket;
}

/** Asks for a live connection: with a token for its ticket first, which may be refused. */
export async function askLive(
  token: string | null,
  headers: Record<string, string> = {},
): Promise<Response> {
  const offered = ["viva"];
  if (token !== null) {
    const given = await askTicket(token);
    if (!given.ok) return given;
    offered.push(`ticket.${(await given.json<{ ticket: string }>()).ticket}`);
  }
  return call("/api/viva/live", {
    headers: {
      upgrade: "websocket",
      origin: ORIGIN,
      "sec-websocket-protocol": offered.join(", "),
      ...headers,
    },
  });
}

/** Opens a live connection and waits until it stands. */
export async function openLine(member: Member, tab?: string): Promise<Line> {
  const ticket = await ticketFor(member.token);
  const offered = ["viva", `ticket.${ticket}`, ...(tab === undefined ? [] : [`tab.${tab}`])];
  const response = await askLive(null, { "sec-websocket-protocol": offered.join(", ") });
  const { webSocket } = response;
  if (!webSocket) throw new Error(`${response.status} ${await response.text()}`);
  const line = listen(webSocket);
  await line.until(({ type }) => type === "ready");
  return line;
}

function listen(socket: WebSocket): Line {
  const frames: LiveFrame[] = [];
  const closed = Promise.withResolvers<{ code: number; reason: string }>();
  let looked = 0;
  let look = () => {};
  socket.addEventListener("message", ({ data }) => {
    if (data === "pong") return;
    const frame = parseFrame(LiveFrame, String(data));
    if (!frame) throw new Error(`not a frame: ${data}`);
    frames.push(frame);
    look();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    closed.resolve({ code, reason });
    look();
  });
  socket.accept();
  return {
    socket,
    frames,
    closed: closed.promise,
    until: (holds) =>
      new Promise((resolve, reject) => {
        look = () => {
          while (looked < frames.length) {
            const frame = frames[looked];
            looked += 1;
            if (!frame || !holds(frame)) continue;
            look = () => {};
            return resolve(frame);
          }
          if (socket.readyState === WebSocket.CLOSED) reject(new Error("the line was closed"));
        };
        look();
      }),
  };
}

/** Asks whether the line stands; the answer comes without waking the object. */
export function ping({ socket }: Line): Promise<void> {
  return new Promise((resolve) => {
    socket.addEventListener("message", function heard({ data }) {
      if (data !== "pong") return;
      socket.removeEventListener("message", heard);
      resolve();
    });
    socket.send("ping");
  });
}
