import { asHosted } from "./as-hosted.ts";
import { type LocalDatabase, openDatabase } from "./database.ts";
import { seedDemo } from "./demo.ts";
import { answerFactors, askerOf, hasFactor, refused } from "./factors.ts";
import { listen } from "./http.ts";
import { loadKeys, type SupabaseKeys } from "./keys.ts";
import { lockFolder } from "./lock.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { Outage } from "./outage.ts";

export interface SupabaseOptions {
  /** Folder of this Supabase alone, made when missing: database, keys, lock. See `supabaseFolder`. */
  dataDir: string;
  /** Port on 127.0.0.1; 0 takes any free one. */
  port: number;
  /** Used in place of the secrets kept in the folder. */
  jwtSecret?: string | undefined;
  publishableKey?: string | undefined;
  secretKey?: string | undefined;
  /** A line for the person at the terminal: slow first start, migrations applied. */
  log?: ((line: string) => void) | undefined;
  /** False leaves out the demo members. */
  demo?: boolean | undefined;
  /** Milliseconds before each REST answer, as if the database were that far away. */
  latencyMs?: number | undefined;
  /** Serves `POST /control {latencyMs?, down?, status?}` for tests and benches. */
  control?: boolean | undefined;
}

/** A running local Supabase. */
export interface LocalSupabase extends SupabaseKeys {
  /** `http://127.0.0.1:<port>`, for supabase-js. */
  url: string;
  port: number;
  /** Runs one statement as the database's owner, past row level security. */
  query<Row = Record<string, unknown>>(sql: string, params?: unknown[]): Promise<Row[]>;
  /** Ends it: port, database and lock are free afterwards. May be called twice. */
  close(): Promise<void>;
}

/**
 * Starts Supabase (auth and REST) on this machine: Supabase Lite over PGlite, with the migrations
 * applied and the demo members in place before the first request is answered.
 *
 * @throws LocalError, whose message says what to do: folder in use or broken, port in use.
 * @throws MigrationError when a migration fails or was changed after it ran.
 */
export async function startSupabase(options: SupabaseOptions): Promise<LocalSupabase> {
  const { dataDir, log = () => {} } = options;
  const lock = lockFolder(dataDir);
  const undo: (() => void | Promise<void>)[] = [() => lock.release()];
  const close = async () => {
    for (let step = undo.pop(); step; step = undo.pop()) await step();
  };
  try {
    const keys = loadKeys(dataDir, options);
    const outage = new Outage(options.latencyMs);
    const opened = Promise.withResolvers<Backend>();
    opened.promise.catch(() => {}); // awaited by requests only; the failure itself is thrown below
    // Bound before the database is opened: a port in use shows at once, early requests wait.
    const listener = await listen(options.port, async (request) => {
      const path = new URL(request.url).pathname;
      if (options.control && path === "/control") return control(request, outage);
      if (request.method === "OPTIONS") return preflight(request);
      const early = await outage.before(path);
      return readable(early ?? (await (await opened.promise).serve(request, path)));
    });
    undo.push(() => listener.close());
    const database = await openDatabase(dataDir, keys, log);
    undo.push(() => database.close());
    const backend = new Backend(database, keys);
    undo.push(() => backend.session.idle());
    if (options.demo !== false) await seedDemo(database, keys);
    const url = `http://127.0.0.1:${listener.port}`;
    lock.describe({ url });
    opened.resolve(backend);
    return {
      ...keys,
      url,
      port: listener.port,
      query: (sql, params) => backend.session.run(() => database.query(sql, params)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Answers from the database. */
class Backend {
  readonly #database: LocalDatabase;
  readonly #keys: SupabaseKeys;
  /**
   * PGlite has one session. Lite sets role and claims of a request in a transaction of it and does
   * not queue: two that overlapped would run under each other's identity.
   */
  readonly session = new OneAtATime();

  constructor(database: LocalDatabase, keys: SupabaseKeys) {
    this.#database = database;
    this.#keys = keys;
  }

  serve(request: Request, path: string): Promise<Response> | Response {
    if (path === "/query") return this.#query(request);
    if (!/^\/(auth|rest)\/v1(\/|$)/.test(path)) {
      return Response.json({ message: "Only /auth/v1 and /rest/v1 are here" }, { status: 404 });
    }
    return this.session.run(async () => {
      const response = path.startsWith("/auth/v1/")
        ? await this.#auth(request, path)
        : await this.#database.app.fetch(request);
      // Read inside the turn: a body still being made would run beside the next request.
      const body = response.body && (await response.arrayBuffer());
      return new Response(body, response);
    });
  }

  /** Lite's auth, with what hosted Supabase has and Lite has not: factors, and what tokens say of them. */
  async #auth(request: Request, path: string): Promise<Response> {
    const database = this.#database;
    const { jwtSecret, publishableKey } = this.#keys;
    const lite = async (asked: Request) =>
      asHosted(await database.app.fetch(asked), database, jwtSecret);
    if (/^\/auth\/v1\/factors(\/|$)/.test(path)) {
      const renew = (refresh_token: string) =>
        lite(
          new Request(new URL("/auth/v1/token?grant_type=refresh_token", request.url), {
            method: "POST",
            headers: { apikey: publishableKey, "content-type": "application/json" },
            body: JSON.stringify({ refresh_token }),
          }),
        );
      const ports = { database, jwtSecret, renew, now: Date.now };
      return await answerFactors(request, path, ports);
    }
    if (path === "/auth/v1/user" && request.method === "PUT") {
      const asker = await askerOf(request, { database, jwtSecret });
      if (asker && asker.aal !== "aal2" && (await hasFactor(database, asker.userId))) {
        return refused(401, "insufficient_aal", "AAL2 session is required to update a password");
      }
    }
    return await lite(request);
  }

  /** `npm run db:query` against a running server. */
  async #query(request: Request): Promise<Response> {
    if (request.method !== "POST" || request.headers.get("apikey") !== this.#keys.secretKey) {
      return Response.json({ message: "Needs the secret key" }, { status: 401 });
    }
    const { sql, params } = (await request.json()) as { sql: string; params?: unknown[] };
    try {
      return Response.json(await this.session.run(() => this.#database.query(sql, params)));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return Response.json({ message }, { status: 400 });
    }
  }
}

/** Browsers ask before they send `apikey`; Lite says 404 for a table it has not met yet. */
function preflight(request: Request): Response {
  const headers = {
    "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
    "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "*",
    "access-control-max-age": "86400",
  };
  return readable(new Response(null, { status: 204, headers }));
}

/** Any origin may read an answer: the client is served from another port, and tokens are no cookies. */
function readable(response: Response): Response {
  response.headers.set("access-control-allow-origin", "*");
  response.headers.set("access-control-expose-headers", "*");
  response.headers.delete("access-control-allow-credentials");
  return response;
}

async function control(request: Request, outage: Outage): Promise<Response> {
  const state = outage.set(await request.json().catch(() => null));
  return state
    ? Response.json(state)
    : Response.json({ message: "Expected {latencyMs?, down?, status?}" }, { status: 400 });
}
