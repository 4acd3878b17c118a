import { Agent, request } from "node:http";

/** A request to measure. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
}

/** What a client saw of one turn, in milliseconds since it was sent. */
export interface Seen {
  status: number;
  /** When it was sent, by `performance.now()`. */
  sentAt: number;
  endMs: number;
  /** The whole answer, to read its words from when nothing is measured any more. */
  text: string;
  /** For each piece of the answer, how long the text was with it, and when it had arrived. */
  arrivals: readonly (readonly [length: number, ms: number])[];
}

/** A light HTTP client: one pool of connections that stay open, nothing parsed. */
export class LoadClient {
  // workerd closes a connection after 5 s without a request: one that is sent in that moment would fail.
  readonly #agent = new Agent({ keepAlive: true, timeout: 4_000 });

  /** Sends one request and reads the answer to its end. Rejects when the connection breaks. */
  send(call: Call): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(call.body);
      const headers = { ...call.headers, "content-length": String(body.length) };
      const outgoing = request(call.url, { method: "POST", agent: this.#agent, headers });
      const arrivals: [number, number][] = [];
      let text = "";
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
          arrivals.push([text.length, performance.now() - sentAt]);
        });
        incoming.on("error", reject);
        incoming.on("end", () => {
          const endMs = performance.now() - sentAt;
          resolve({ status: incoming.statusCode ?? 0, sentAt, endMs, text, arrivals });
        });
      });
      const sentAt = performance.now();
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
