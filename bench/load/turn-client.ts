import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { readServerTiming, type ToldTimes } from "./split.ts";
import { readEnding } from "./stream.ts";

/** How a turn went. Times are of `performance.now()`. */
export interface TurnSeen {
  readonly sent: number;
  /** Null where no word came. */
  readonly firstWord: number | null;
  readonly ended: number;
  readonly told: ToldTimes;
  /** Cloudflare's data centre, of `CF-Ray`; empty where there is none. */
  readonly colo: string;
  /** What went wrong: a problem's code, `http_<status>`, `stream_cut`, `client_timeout`, `network_<code>`. */
  readonly error: string | null;
}

/** What the event stream begins its first word with. */
const FIRST_TEXT = '"type":"text-delta"';
/** A problem's body is read no further than this. */
const PROBLEM_CHARACTERS = 10_000;
const NOTHING_TOLD: ToldTimes = { auth: null, oursMs: null, upstreamMs: null };

/** Sends turns to one deployment and reads their event streams to the end; connections stay open. */
export class TurnClient {
  readonly #url: URL;
  readonly #agent: HttpAgent;
  readonly #timeoutMs: number;

  /** @param timeoutMs how long a turn may take in all */
  constructor(origin: string, timeoutMs: number) {
    this.#url = new URL("/api/viva/chat", origin);
    const secure = this.#url.protocol === "https:";
    this.#agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
    this.#timeoutMs = timeoutMs;
  }

  /** One turn. Never rejects: what goes wrong is what is to be counted. */
  send(token: string, body: object): Promise<TurnSeen> {
    return new Promise((resolve) => {
      const payload = Buffer.from(JSON.stringify(body));
      const send = this.#url.protocol === "https:" ? httpsRequest : httpRequest;
      let firstWord: number | null = null;
      let text = "";
      let colo = "";
      const outgoing = send(this.#url, {
        method: "POST",
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${token}`,
          accept: "text/event-stream",
          "content-type": "application/json",
          "content-length": String(payload.length),
        },
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const done = (error: string | null, told = NOTHING_TOLD): void =>
        resolve({ sent, firstWord, ended: performance.now(), told, colo, error });
      const broken = (error: NodeJS.ErrnoException): void =>
        done(
          error.name === "AbortError" || error.name === "TimeoutError"
            ? "client_timeout"
            : `network_${error.code ?? "error"}`,
        );
      outgoing.on("error", broken);
      outgoing.on("response", (incoming) => {
        colo = coloOf(incoming);
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => {
          if (firstWord === null && incoming.statusCode === 200) {
            // The mark may lie across two chunks: only what a part of it can be in is searched again.
            const searched = text.slice(-FIRST_TEXT.length) + chunk;
            if (searched.includes(FIRST_TEXT)) firstWord = performance.now();
          }
          text += chunk;
        });
        incoming.on("error", broken);
        incoming.on("end", () => {
          if (incoming.statusCode !== 200) {
            done(problemCode(text) ?? `http_${incoming.statusCode}`);
            return;
          }
          const { auth = null } = readServerTiming(String(incoming.headers["server-timing"] ?? ""));
          const ending = readEnding(text);
          done(ending.error, { auth, ...ending.timings });
        });
      });
      const sent = performance.now();
      outgoing.end(payload);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function coloOf(incoming: IncomingMessage): string {
  return /-([A-Z]{3})$/.exec(String(incoming.headers["cf-ray"] ?? ""))?.[1] ?? "";
}

function problemCode(text: string): string | null {
  return /"code":\s*"(\w{1,64})"/.exec(text.slice(0, PROBLEM_CHARACTERS))?.[1] ?? null;
}
