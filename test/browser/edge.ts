import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request as ask, createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";

/** What stands between the browser and the Worker. */
export interface Edge {
  readonly url: string;
  /** Ends every open connection without a word. */
  cut(): void;
  /** The addresses asked for with this method whose path begins like this, in order. */
  requests(method: string, path: string): readonly string[];
  /** How many WebSockets stand. */
  sockets(): number;
  /** From now on ends connections on which a request like this comes, and sends none of those on. */
  refuse(method: string, path: string): void;
  /** From now on holds the response to requests like this until it has ended, as a buffering proxy does. */
  buffer(method: string, path: string): void;
  /** Forgets the requests so far; refuses and buffers none any more. */
  forget(): void;
  close(): Promise<void>;
}

const HEADERS = fileURLToPath(new URL("../../client/dist/_headers", import.meta.url));

/** The headers that the built `_headers` file gives to every file. */
function headersOfFiles(): Record<string, string> {
  const [all = ""] = readFileSync(HEADERS, "utf8").split(/\n\n/);
  const lines = all.split("\n").slice(1);
  return Object.fromEntries(
    lines.map((line) =>
      line
        .trim()
        .split(/: (.*)/s)
        .slice(0, 2),
    ),
  );
}

/**
 * A proxy before workerd. It adds what Cloudflare's static assets add to the files (the content
 * security policy above all), and can cut connections in the middle of an answer.
 */
export async function startEdge(port: number): Promise<Edge> {
  let seen: { method: string; url: string }[] = [];
  let buffered: { method: string; path: string } | null = null;
  let refused: { method: string; path: string } | null = null;
  /** Connections that have become WebSockets. */
  const sockets = new Set<Duplex>();
  const headers = headersOfFiles();
  const server = createServer((request, response) => {
    const { method = "GET", url = "/" } = request;
    seen.push({ method, url });
    if (refused?.method === method && url.startsWith(refused.path)) {
      request.socket.destroy();
      return;
    }
    // A connection for each request: one that is used again may be closing at the other end.
    const way = { port, host: "127.0.0.1", agent: false } as const;
    const onward = ask({ ...way, method, path: url, headers: request.headers });
    onward.on("response", (answer) => {
      const more = url.startsWith("/api/") ? {} : headers;
      const held: Buffer[] = [];
      if (buffered?.method === method && url === buffered.path) {
        answer.on("data", (piece: Buffer) => held.push(piece));
        answer.on("end", () => {
          response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...more });
          response.end(Buffer.concat(held));
        });
        answer.on("error", () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, { ...answer.headers, ...more });
      response.flushHeaders();
      answer.pipe(response);
      answer.on("error", () => response.destroy());
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  server.on("upgrade", (request, socket, head) => {
    const { method = "GET", url = "/" } = request;
    seen.push({ method, url });
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    const given = Object.entries(request.headers).map(([name, value]) => `${name}: ${value}`);
    const onward = connect(port, "127.0.0.1", () => {
      onward.write(`${method} ${url} HTTP/1.1\r\n${given.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const end of [socket, onward]) {
      end.on("error", () => {});
      end.on("close", () => (end === socket ? onward : socket).destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  function cut(): void {
    server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
  }
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    cut,
    requests: (method, path) =>
      seen
        .filter((request) => request.method === method && request.url.startsWith(path))
        .map(({ url }) => url),
    sockets: () => sockets.size,
    refuse(method, path) {
      refused = { method, path };
    },
    buffer(method, path) {
      buffered = { method, path };
    },
    forget() {
      seen = [];
      buffered = null;
      refused = null;
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
