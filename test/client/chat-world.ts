import type { Api, RequestOptions } from "../../client/api/http.ts";
import { ApiError, type ClientProblem, toProblem } from "../../client/api/problem.ts";
import { createChat } from "../../client/chat/state/chat.ts";
import { createQueue, type QueueStore, type Waiting } from "../../client/chat/state/queue.ts";
import type { Conversation, Message } from "../../domain/messages.ts";

const encoder = new TextEncoder();
export const BUSY = toProblem({ code: "provider_busy" }, 503);
/** A refusal that does not pass by itself. */
export const REFUSED = toProblem({ code: "credits_exhausted" }, 402);
export const NOT_FOUND = toProblem({ code: "not_found" }, 404);

/**
 * A stream that the test writes to, piece by piece.
 * @param from offset in the turn's text that its first piece begins at
 */
export function liveStream(turn = "t1", from = 0) {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  let offset = from;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  const write = (part: object) =>
    controller?.enqueue(encoder.encode(`id: ${turn}:${offset}\ndata: ${JSON.stringify(part)}\n\n`));
  return {
    response: new Response(body),
    begin: (messageId: string) =>
      write({ type: "start", messageId, messageMetadata: { turnId: turn } }),
    say(delta: string) {
      offset += delta.length;
      write({ type: "text-delta", id: "text", delta });
    },
    finish: (finishReason = "stop") => write({ type: "finish", finishReason }),
    abort: (status: string) => {
      write({ type: "message-metadata", messageMetadata: { status } });
      write({ type: "abort" });
    },
    fail: (problem: ClientProblem) => {
      write({ type: "data-problem", data: problem, transient: true });
      write({ type: "error", errorText: problem.detail });
    },
    drop: () => controller?.error(new TypeError("network error")),
  };
}

/** A browser's store; what is in it outlives a page. */
export function memory(): QueueStore & { texts(): string[] } {
  const map = new Map<string, Waiting>();
  return {
    texts: () => [...map.values()].map(({ text }) => text),
    entries: async () => [...map],
    set: async (key, value) => void map.set(key, value),
    remove: async (keys) => {
      for (const key of keys) map.delete(key);
    },
  };
}

export function stored(id: string, role: Message["role"], text: string): Message {
  return {
    id,
    role,
    parts: [{ type: "text", text }],
    metadata: { turnId: "t", status: "complete", position: 0, createdAt: "2026-11-22T10:00:00Z" },
  };
}

export function conversation(
  messages: Message[],
  running: Conversation["runningTurn"] = null,
): Conversation {
  return {
    id: "c1",
    title: "",
    category: "fun",
    phase: "peak",
    createdAt: "2026-11-22T10:00:00Z",
    updatedAt: "2026-11-22T10:00:00Z",
    messages,
    olderBefore: null,
    runningTurn: running,
  };
}

interface Asked {
  readonly path: string;
  readonly body: {
    readonly messages: readonly { id: string; parts: { text: string }[] }[];
    readonly context: { readonly category?: string; readonly isInitialGreeting?: boolean };
    readonly visionBuildPhase: string;
    readonly trigger: string;
    readonly messageId?: string;
    readonly turnId?: string;
  };
}

/** A chat whose server is the test; `record` is what it has of the conversation. `answers` are taken one by one by the requests for streams. */
export function setUp(record: (path: string) => Conversation | ClientProblem, storage = memory()) {
  const asked: Asked[] = [];
  const answers: (Response | ClientProblem)[] = [];
  const waiting: ((answer: Response | ClientProblem) => void)[] = [];
  let online = true;
  const changes = new EventTarget();
  const next = (name: string, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => resolve();
      changes.addEventListener(name, done, { once: true });
      signal.addEventListener("abort", () => {
        changes.removeEventListener(name, done);
        resolve();
      });
    });
  const unwrap = (answer: Response | ClientProblem): Response => {
    if (answer instanceof Response) return answer;
    throw new ApiError(answer);
  };
  const api: Api = {
    async json<T>(path: string, options?: RequestOptions) {
      if (path.endsWith("/stop")) {
        asked.push({ path, body: options?.body as Asked["body"] });
        return {} as T;
      }
      const answer = record(path);
      if ("code" in answer) throw new ApiError(answer);
      return answer as T;
    },
    async open(path: string, options?: RequestOptions) {
      asked.push({ path, body: options?.body as Asked["body"] });
      const ready = answers.shift();
      const answer = ready ?? (await new Promise((resolve) => waiting.push(resolve)));
      return unwrap(answer as Response | ClientProblem);
    },
  };
  /** Pauses so far, in milliseconds; none lasts unless `holdWaits` was called. */
  const waits: number[] = [];
  let held: PromiseWithResolvers<void> | null = null;
  let ids = 0;
  let hoursBack = 0;
  const turns: string[] = [];
  const queue = createQueue(storage, "ada");
  const chat = createChat(
    "c1",
    { category: "fun", phase: "peak" },
    {
      api,
      queue,
      frames: {
        request(paint) {
          queueMicrotask(paint);
          return 1;
        },
        cancel: () => {},
      },
      network: {
        isOnline: () => online,
        online: (signal) => (online ? Promise.resolve() : next("online", signal)),
        back: (signal) => next("online", signal),
        lost: (signal) => next("offline", signal),
      },
      async wait(ms) {
        waits.push(ms);
        await held?.promise;
      },
      onTurn: (_id, _topic, text) => void turns.push(text),
      newId() {
        ids += 1;
        return `id-${ids}`;
      },
      now: () => new Date(Date.UTC(2026, 10, 22, 10 - hoursBack, 0, ids)).toISOString(),
    },
  );
  return {
    chat,
    asked,
    storage,
    /** What the member said with each turn that began. */
    turns,
    answer(next: Response | ClientProblem) {
      const first = waiting.shift();
      if (first) first(next);
      else answers.push(next);
    },
    waits,
    /** From now on a pause goes on until what waits is hurried. */
    holdWaits() {
      held = Promise.withResolvers();
    },
    setClockBack(hours: number) {
      hoursBack = hours;
    },
    goOffline() {
      online = false;
      changes.dispatchEvent(new Event("offline"));
    },
    goOnline() {
      online = true;
      changes.dispatchEvent(new Event("online"));
    },
    list: () => chat.messages.value.map(({ id, text, status }) => [id, text, status]),
    /** Waits until the list of messages is as a check wants it. */
    until(check: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        let stop: (() => void) | undefined;
        const look = () => {
          if (!check()) return;
          resolve();
          queueMicrotask(() => stop?.());
        };
        const stops = [
          chat.messages.subscribe(look),
          chat.greetingProblem.subscribe(look),
          chat.greetingWaits.subscribe(look),
          chat.announcement.subscribe(look),
          chat.editing.subscribe(look),
        ];
        stop = () => {
          for (const end of stops) end();
        };
      });
    },
  };
}

export const GREETED = () => conversation([stored("a0", "assistant", "Welcome.")]);
