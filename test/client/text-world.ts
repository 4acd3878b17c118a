import { expect } from "vitest";
import { type Api, createApi } from "../../client/api/http.ts";
import { memory } from "../../client/platform/storage.ts";
import { createTextHistory } from "../../client/text/history.ts";
import type { TextDeps } from "../../client/text/text-generation.ts";

interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown> | null;
  readonly key: string | null;
  readonly ifMatch: string | null;
}

/** A server that answers what the test tells it to, and streams if it is told nothing. */
export function server() {
  const asked: Asked[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const encoder = new TextEncoder();
  const answers: (() => Response | Promise<Response>)[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(new URL(String(input), "http://app.test"), init);
    const body = request.method === "GET" ? null : await request.json();
    const [key, ifMatch] = ["idempotency-key", "if-match"].map((name) => request.headers.get(name));
    const path = new URL(request.url).pathname;
    asked.push({ path, body, key: key ?? null, ifMatch: ifMatch ?? null });
    if (path.endsWith("/stop")) return Response.json({});
    const answer = answers.shift();
    if (answer) return answer();
    return new Response(
      new ReadableStream<Uint8Array>({ start: (controller) => void streams.push(controller) }),
    );
  };
  let offset = 0;
  const tokens = { current: async () => "token", renew: async () => null, revoked: () => {} };
  const api: Api = createApi({ tokens, fetch });
  return {
    api,
    asked,
    answer: (...more: (() => Response | Promise<Response>)[]) => void answers.push(...more),
    streamed: (count: number) => expect.poll(() => streams.length).toBe(count),
    cut: () => streams.at(-1)?.error(new TypeError("network")),
    send(...parts: object[]) {
      for (const part of parts) {
        if ((part as { type: string }).type === "start") offset = 0;
        offset += (part as { delta?: string }).delta?.length ?? 0;
        const event = `id: turn:${offset}\ndata: ${JSON.stringify(part)}\n\n`;
        streams.at(-1)?.enqueue(encoder.encode(event));
      }
    },
  };
}

/** What surrounds the texts of a section. */
export function textWorld({ at = server(), storage = memory() } = {}) {
  let ids = 1;
  const deps: TextDeps = {
    history: createTextHistory(storage, "texts"),
    api: at.api,
    storage,
    wait: () => new Promise((resolve) => setTimeout(resolve)),
    newId: () => `key-${ids++}`,
    frames: {
      request(callback) {
        callback();
        return 0;
      },
      cancel: () => {},
    },
    network: {
      isOnline: () => true,
      online: async () => {},
      back: () => new Promise(() => {}),
      lost: () => new Promise(() => {}),
    },
  };
  return { at, storage, deps, history: deps.history };
}

export const start = (turnId: string) => ({
  type: "start",
  messageId: `answer-${turnId}`,
  messageMetadata: { conversationId: "vision:v1:fun", turnId },
});
export const words = (delta: string) => ({ type: "text-delta", id: "t", delta });
export const finish = (findings: readonly string[] = [], notes: string | null = null) => ({
  type: "finish",
  messageMetadata: {
    vision: {
      findings: findings.map((message) => ({ rule: "negation", words: [], message })),
      ...{ notes, ownWords: 0.9, refinementId: notes ? "r1" : null },
    },
  },
});
export const refusal = (code: string, status: number) => () =>
  Response.json({ code, status }, { status });
