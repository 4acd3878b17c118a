import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { LocalError } from "../local-error.ts";

/** Answers one request; a rejection becomes a 500 without details. */
export type Handler = (request: Request) => Promise<Response>;

/** A listening server on the loopback interface. */
export interface Listener {
  port: number;
  /** Ends it at once, open connections too. */
  close(): Promise<void>;
}

/** Thrown by a handler that wants the connection cut without an answer. */
export class Hangup extends Error {}

/**
 * Serves a fetch-style handler on 127.0.0.1. Bodies are read whole: this serves one developer.
 *
 * @param port 0 takes any free one
 * @throws LocalError when the port is in use.
 */
export async function listen(port: number, handler: Handler): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    void answer(handler, incoming, outgoing);
  });
  await bind(server, port);
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function bind(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new LocalError(
              `Port ${port} is in use: stop what listens there, or set SUPABASE_PORT to another one (0 takes any free port).`,
            )
          : error,
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function answer(handler: Handler, incoming: IncomingMessage, outgoing: ServerResponse) {
  try {
    const response = await handler(await toRequest(incoming));
    const body = Buffer.from(await response.arrayBuffer());
    const headers: Record<string, string | string[]> = Object.fromEntries(response.headers);
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) headers["set-cookie"] = cookies;
    delete headers["transfer-encoding"];
    if (response.body) headers["content-length"] = String(body.byteLength);
    outgoing.writeHead(response.status, headers).end(body);
  } catch (error) {
    if (!(error instanceof Hangup) && !outgoing.headersSent) {
      outgoing.writeHead(500, { "content-type": "application/json" });
      outgoing.end(JSON.stringify({ message: "Internal error of the local Supabase" }));
      return;
    }
    incoming.socket.destroy();
  }
}

async function toRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(", ") : value);
  }
  const method = incoming.method ?? "GET";
  const url = new URL(incoming.url ?? "/", `http://${incoming.headers.host ?? "127.0.0.1"}`);
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(chunks);
  return new Request(url, { method, headers, body: body && body.length > 0 ? body : null });
}
