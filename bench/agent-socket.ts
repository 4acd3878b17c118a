import type { Seen } from "./client.ts";

/** A message as the AI SDK's clients keep it. */
export interface ClientMessage {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly parts: readonly { readonly type: "text"; readonly text: string }[];
}

/** What the agent sends for a turn: one event of the AI SDK's stream in each. */
interface Frame {
  readonly type: string;
  readonly id: string;
  readonly body: string;
  readonly done: boolean;
  readonly error?: boolean;
}

/**
 * A socket to an `AIChatAgent`, which asks as its own client does: every turn carries the whole list of
 * messages, answers come as frames of the turn's id.
 */
export class AgentSocket {
  readonly #socket: WebSocket;
  #asked = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @throws when the agent refuses the connection. */
  static open(url: string): Promise<AgentSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.addEventListener("open", () => resolve(new AgentSocket(socket)), { once: true });
      socket.addEventListener("error", () => reject(new Error("the agent refused a socket")), {
        once: true,
      });
    });
  }

  /** One turn. Rejects when the socket is closed, or closes before the answer's end. */
  ask(messages: readonly ClientMessage[]): Promise<Seen> {
    this.#asked += 1;
    const id = `turn-${this.#asked}`;
    const socket = this.#socket;
    const frame = JSON.stringify({
      id,
      init: { method: "POST", body: JSON.stringify({ messages, trigger: "submit-message" }) },
      type: "cf_agent_use_chat_request",
    });
    return new Promise((resolve, reject) => {
      const arrivals: [number, number][] = [];
      const own = `"id":"${id}"`;
      let text = "";
      const end = (): void => {
        socket.removeEventListener("message", hear);
        socket.removeEventListener("close", lost);
      };
      const lost = (): void => {
        end();
        reject(new Error("the agent's socket closed in mid-turn"));
      };
      const hear = ({ data }: MessageEvent): void => {
        if (typeof data !== "string" || !data.includes(own)) return;
        const ms = performance.now() - sentAt;
        text += `${data}\n`;
        arrivals.push([text.length, ms]);
        if (!data.includes('"done":true')) return;
        const last = JSON.parse(data) as Frame;
        end();
        resolve({ status: last.error ? 500 : 200, sentAt, endMs: ms, text, arrivals });
      };
      if (socket.readyState !== WebSocket.OPEN) {
        reject(new Error("the agent's socket has been closed"));
        return;
      }
      socket.addEventListener("message", hear);
      socket.addEventListener("close", lost);
      const sentAt = performance.now();
      socket.send(frame);
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** The id and the text of the answer in a turn's stream, as a client would keep them. */
export function answerOf(text: string): ClientMessage {
  const id = /\\?"messageId\\?":\\?"([^"\\]+)/.exec(text)?.[1] ?? "";
  const deltas = [...text.matchAll(/\\?"delta\\?":\\?"([^"\\]*)/g)].map(([, delta]) => delta);
  return { id, role: "assistant", parts: [{ type: "text", text: deltas.join("") }] };
}
