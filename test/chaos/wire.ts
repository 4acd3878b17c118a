import { Agent, type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { ProblemCode } from "../../domain/problems.ts";

/** The connection ended before an answer had come whole: the network, the platform, or we ourselves. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** An answer whose headers have come. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Pieces of the body as text; throws Broken where it breaks off. */
  readonly pieces: AsyncIterable<string>;
  /** Cuts the connection, as a client does that is gone. */
  drop(): void;
  /** The whole body. @throws Broken */
  text(): Promise<string>;
}

/** A request of a client. */
export interface Call {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Cuts the connection, at whatever point the request is. */
  readonly signal?: AbortSignal;
}

/** Opens the way to the Worker, wherever it listens now. */
export type Origin = () => Promise<string>;

async function* piecesOf(incoming: IncomingMessage): AsyncGenerator<string> {
  incoming.setEncoding("utf8");
  try {
    for await (const piece of incoming) yield piece as string;
  } catch (cause) {
    throw new Broken("the body broke off", { cause });
  }
}

/** Longest wait for the headers of an answer: a turn's time-outs and pauses all together are shorter. */
const PATIENCE_MS = 20_000;

/** One member's way to the Worker. */
export class Wire {
  readonly #origin: Origin;
  readonly #agent: Agent;
  readonly #token: string;
  readonly #stuck: (call: string) => void;

  /** @param stuck told of a request that no answer comes to, though its connection stands */
  constructor(origin: Origin, agent: Agent, token: string, stuck: (call: string) => void) {
    this.#stuck = stuck;
    this.#origin = origin;
    this.#agent = agent;
    this.#token = token;
  }

  /**
   * Sends a request, once the Worker listens.
   * @throws Broken where no answer came
   */
  async open(call: Call): Promise<Answer> {
    const { method, path, signal } = call;
    const origin = await this.#origin();
    const body = call.body === undefined ? undefined : JSON.stringify(call.body);
    const headers = {
      authorization: `Bearer ${this.#token}`,
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
      ...call.headers,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(`${origin}${path}`, { method, headers, agent: this.#agent });
      const cut = (): void => void outgoing.destroy(new Broken("dropped"));
      if (signal?.aborted) cut();
      signal?.addEventListener("abort", cut, { once: true });
      const impatient = setTimeout(() => {
        this.#stuck(`${method} ${path}`);
        cut();
      }, PATIENCE_MS);
      outgoing.once("close", () => {
        clearTimeout(impatient);
        signal?.removeEventListener("abort", cut);
      });
      outgoing.on("error", (cause) => reject(new Broken("no answer", { cause })));
      outgoing.on("response", (incoming) => {
        clearTimeout(impatient);
        // Also where nobody reads it any more.
        incoming.on("error", () => {});
        const pieces = piecesOf(incoming);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          pieces,
          drop: () => void incoming.destroy(),
          text: async () => {
            let text = "";
            for await (const piece of pieces) text += piece;
            return text;
          },
        });
      });
      outgoing.end(body);
    });
  }

  /**
   * Asks until there is an answer: through restarts, and while the Worker says that its database is
   * away.
   */
  async json<Body>(call: Call): Promise<{ status: number; body: Body }> {
    for (let tries = 0; ; tries += 1) {
      try {
        const answer = await this.open(call);
        const body = JSON.parse(await answer.text()) as Body;
        if (codeOf(body) !== "database_unavailable") return { status: answer.status, body };
        await databasePause(tries);
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
      }
    }
  }
}

/** Longer and longer, as every good client waits: all of them at once would keep the database down. */
export function databasePause(tries: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(4_000, 200 * 2 ** tries)));
}

/** The code of a problem; null for any other body. */
export function codeOf(body: unknown): ProblemCode | null {
  const code = (body as { code?: unknown } | null)?.code;
  return typeof code === "string" ? (code as ProblemCode) : null;
}

/** Connections that stay open between requests, as a browser's do. */
export function newAgent(): Agent {
  return new Agent({ keepAlive: true });
}
