import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { DEMO_EMAIL } from "../local/supabase/demo.ts";

/** How long nothing must happen before the database counts as at rest. */
const REST_MS = 50;

interface Keys {
  jwtSecret: string;
  publishableKey: string;
  secretKey: string;
}

/** A local Supabase some way off. */
export interface FarDatabase extends Keys {
  url: string;
  /** The seeded demo member, whose context every member is given. */
  demoId: string;
  /** Whether anything was read with this token between two points in time of `performance.now()`. */
  readBetween(authorization: string, from: number, to: number): boolean;
  /** From now on every request waits this many milliseconds. */
  setLatency(ms: number): void;
  /** Makes members of these ids. */
  addMembers(ids: readonly string[]): Promise<void>;
  /** Resolves when no request has been under way for a moment: what follows a turn is done. */
  atRest(): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  type: string;
  body: Buffer;
}

/**
 * What is read before or after a turn, the same for every member: nobody here has a conversation that
 * only Postgres knows.
 */
const READS = [
  "/rpc/viva_context",
  "/rpc/viva_open",
  "/rpc/viva_conversation_page",
  "/rpc/viva_placement",
];
/** The outbox's call, with every turn. */
const WRITE = "/rpc/viva_apply_batch";

/** What the door answers to the outbox: every row taken, and the context as all members have it. */
function allTaken(body: Buffer, version: number): Answer {
  const { p_rows } = JSON.parse(body.toString()) as { p_rows: string };
  const rows = JSON.parse(p_rows) as { seq: number }[];
  const answer = { results: rows.map(({ seq }) => ({ seq, ok: true })), contextVersion: version };
  return { status: 200, type: "application/json", body: Buffer.from(JSON.stringify(answer)) };
}

/** The version of the context in an answer to `viva_context` or `viva_open`. */
function versionIn({ body }: Answer): number {
  const row = JSON.parse(body.toString()) as { version?: number; context?: { version?: number } };
  return row.version ?? row.context?.version ?? 0;
}

/**
 * Starts the local Supabase behind a door that lets every request wait `latencyMs`. The members'
 * context is asked of the database once (ask first as the demo member) and then given from memory:
 * PGlite serves one request after the other, and its queue would be measured in place of the
 * Worker. Writes go all the way; with `writes` "taken" the door takes them: a real database is on
 * another machine, and what it needs to write is not to be missing on this one.
 */
export async function startFarDatabase(
  dataDir: string,
  latencyMs: number,
  writes: "kept" | "taken" = "kept",
): Promise<FarDatabase> {
  const thread = new Worker(new URL("database-thread.ts", import.meta.url), {
    workerData: { dataDir },
  });
  const [origin] = (await once(thread, "message")) as [Keys & { url: string }];
  const agent = new Agent({ keepAlive: true });
  const reads: { authorization: string; time: number }[] = [];
  let underway = 0;
  let latency = latencyMs;
  let version = 0;
  const remembered = new Map<string, Answer>();
  let rested: (() => void)[] = [];
  let restTimer: NodeJS.Timeout | undefined;

  const restart = (): void => {
    clearTimeout(restTimer);
    if (underway > 0 || rested.length === 0) return;
    restTimer = setTimeout(() => {
      const waiting = rested;
      rested = [];
      for (const resolve of waiting) resolve();
    }, REST_MS);
  };

  async function forward(incoming: IncomingMessage): Promise<Answer> {
    const body = await buffer(incoming);
    const headers = { ...incoming.headers, "content-length": String(body.length) };
    const outgoing = request(new URL(incoming.url ?? "/", origin.url), {
      method: incoming.method ?? "GET",
      headers,
      agent,
    });
    outgoing.end(body);
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    return {
      status: response.statusCode ?? 502,
      type: response.headers["content-type"] ?? "application/json",
      body: await buffer(response),
    };
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const path = (incoming.url ?? "/").split("?")[0] ?? "/";
    const read = READS.find((name) => path.endsWith(name));
    if (read !== undefined || incoming.method === "GET") {
      const { authorization = "" } = incoming.headers;
      reads.push({ authorization, time: performance.now() });
    }
    // A timer of 0 ms is one of 1 ms.
    if (latency > 0) await new Promise((resolve) => setTimeout(resolve, latency));
    let answer = read === undefined ? undefined : remembered.get(read);
    if (answer) incoming.resume();
    else if (writes === "taken" && path.endsWith(WRITE)) {
      answer = allTaken(await buffer(incoming), version);
    } else answer = await forward(incoming);
    if (read !== undefined && answer.status === 200 && !remembered.has(read)) {
      remembered.set(read, answer);
      if (read === READS[0] || read === READS[1]) version = versionIn(answer);
    }
    outgoing.writeHead(answer.status, { "content-type": answer.type });
    outgoing.end(answer.body);
  }

  const server = createServer({ keepAliveTimeout: 90_000 }, (incoming, outgoing) => {
    underway += 1;
    outgoing.once("close", () => {
      underway -= 1;
      restart();
    });
    serve(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const query = async (sql: string, params: readonly unknown[]): Promise<unknown> => {
    const response = await fetch(`${origin.url}/query`, {
      method: "POST",
      headers: { apikey: origin.secretKey },
      body: JSON.stringify({ sql, params }),
    });
    if (!response.ok) throw new Error(`the database refused: ${await response.text()}`);
    return response.json();
  };
  const demo = (await query("select id from auth.users where email = $1", [DEMO_EMAIL])) as {
    id: string;
  }[];

  return {
    demoId: demo[0]?.id ?? "",
    readBetween: (authorization, from, to) =>
      reads.some(
        (read) => read.authorization === authorization && read.time >= from && read.time <= to,
      ),
    jwtSecret: origin.jwtSecret,
    publishableKey: origin.publishableKey,
    secretKey: origin.secretKey,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setLatency: (ms) => {
      latency = ms;
    },
    addMembers: async (ids) => {
      const sql = `insert into auth.users (id, email)
        select id, id || '@bench.local' from unnest($1::text[]::uuid[]) as id`;
      await query(sql, [`{${ids.join(",")}}`]);
    },
    atRest: () =>
      new Promise((resolve) => {
        rested.push(resolve);
        restart();
      }),
    close: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await thread.terminate();
    },
  };
}
