import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { RecordedCall } from "./provided.ts";

export interface RecordingProxy {
  url: string;
  /** Resolves once all that was passed on is answered, so that its target can be closed after it. */
  close(): Promise<void>;
}

interface ProxyOptions {
  /** Where calls go, `http://host:port`. */
  target: string;
  /** Served at `/auth/v1/.well-known/jwks.json`, as hosted Supabase does and the local one does not. */
  jwks: unknown;
  secretKey: string;
}

/** The member's id in a token, unverified: whom a call was meant for. */
function subjectOf(authorization: string): string | null {
  const payload = authorization.split(".")[1];
  if (payload === undefined) return null;
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")).sub ?? null;
  } catch {
    return null;
  }
}

function memberOf(call: IncomingMessage, body: Buffer): string | null {
  const subject = subjectOf(call.headers.authorization ?? "");
  if (subject !== null || body.length === 0) return subject;
  try {
    return JSON.parse(body.toString("utf8")).p_user ?? null;
  } catch {
    return null;
  }
}

/**
 * Stands before Supabase, passes everything on and remembers it: `GET /recorded?member=<id>` tells
 * what was asked for a member, so that tests can count without touching the code under test.
 */
export async function startRecordingProxy(options: ProxyOptions): Promise<RecordingProxy> {
  const calls: RecordedCall[] = [];
  /** What has been passed on and is not answered yet. */
  const open = new Set<Promise<void>>();

  function pass(call: IncomingMessage, body: Buffer, answer: ServerResponse): void {
    const url = new URL(call.url ?? "/", options.target);
    const { host: _, ...headers } = call.headers;
    const answered = Promise.withResolvers<void>();
    open.add(answered.promise);
    answered.promise.finally(() => open.delete(answered.promise));
    const onward = request(url, { method: call.method ?? "GET", headers }, (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    });
    // An outage looks the same from this side: the connection is cut without an answer.
    onward.on("error", () => call.socket.destroy());
    onward.on("close", () => answered.resolve());
    onward.end(body);
  }

  const server = createServer(async (call, answer) => {
    const chunks: Buffer[] = [];
    for await (const chunk of call) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const url = new URL(call.url ?? "/", options.target);
    if (url.pathname === "/recorded") {
      const member = url.searchParams.get("member");
      const found = calls.filter((one) => member === null || one.member === member);
      answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(found));
      return;
    }
    calls.push({
      at: Date.now(),
      method: call.method ?? "GET",
      path: url.pathname + url.search,
      member: memberOf(call, body),
      asService: call.headers.apikey === options.secretKey,
    });
    if (url.pathname === "/auth/v1/.well-known/jwks.json") {
      answer
        .writeHead(200, { "content-type": "application/json" })
        .end(JSON.stringify(options.jwks));
      return;
    }
    pass(call, body, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await Promise.all([closed, ...open]);
    },
  };
}
