import { Agent, request } from "node:http";

/** A request to measure. */
export interface Call {
  url: string;
  headers: Record<string, string>;
  body: string;
  /** Text in the response at which the first word has arrived; "" = its first byte. */
  firstWord: string;
}

/** What a client saw, in milliseconds since it sent the request. */
export interface Seen {
  status: number;
  /** When it was sent, by `performance.now()`. */
  sentAt: number;
  firstWordMs: number;
  endMs: number;
  /** The whole body, to tell what went wrong. */
  text: string;
}

/** A light HTTP client: one pool of connections that stay open, nothing parsed. */
export class LoadClient {
  readonly #agent = new Agent({ keepAlive: true });

  /** Sends one request and reads the answer to its end. Rejects when the connection breaks. */
  send(call: Call): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const body = Buffer.from(call.body);
      const headers = { ...call.headers, "content-length": String(body.length) };
      const outgoing = request(call.url, { method: "POST", agent: this.#agent, headers });
      let firstWordMs = Number.NaN;
      let text = "";
      outgoing.on("error", reject);
      outgoing.on("response", (incoming) => {
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          text += chunk;
          if (Number.isNaN(firstWordMs) && text.includes(call.firstWord)) {
            firstWordMs = performance.now() - begun;
          }
        });
        incoming.on("error", reject);
        incoming.on("end", () => {
          const endMs = performance.now() - begun;
          resolve({ status: incoming.statusCode ?? 0, sentAt: begun, firstWordMs, endMs, text });
        });
      });
      const begun = performance.now();
      outgoing.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
