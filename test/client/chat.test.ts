import { describe, expect, it } from "vitest";
import type { Api, RequestOptions } from "../../client/api/http.ts";
import { ApiError, type ClientProblem, localProblem, toProblem } from "../../client/api/problem.ts";
import { createChat } from "../../client/chat/chat.ts";
import { createDrafts, type KeyValue } from "../../client/chat/drafts.ts";
import type { Conversation, Message } from "../../domain/messages.ts";

const encoder = new TextEncoder();
const BUSY = toProblem({ code: "provider_busy" }, 503);
const NOT_FOUND = toProblem({ code: "not_found" }, 404);

/** A stream that the test writes to, piece by piece. */
function liveStream() {
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
  });
  const write = (part: object) =>
    controller?.enqueue(encoder.encode(`data: ${JSON.stringify(part)}\n\n`));
  return {
    response: new Response(body),
    begin: (messageId: string) =>
      write({ type: "start", messageId, messageMetadata: { turnId: `turn-of-${messageId}` } }),
    say: (delta: string) => write({ type: "text-delta", id: "text", delta }),
    finish: () => write({ type: "finish", finishReason: "stop" }),
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

function memory(): KeyValue {
  const map = new Map<string, string>();
  return {
    get length() {
      return map.size;
    },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, value),
    removeItem: (key) => void map.delete(key),
  };
}

function stored(id: string, role: Message["role"], text: string): Message {
  return {
    id,
    role,
    parts: [{ type: "text", text }],
    metadata: { turnId: "t", status: "complete", position: 0, createdAt: "2026-11-22T10:00:00Z" },
  };
}

function conversation(
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
    runningTurn: running,
  };
}

interface Asked {
  readonly path: string;
  readonly body: {
    readonly messages: readonly { id: string; parts: { text: string }[] }[];
    readonly context: { readonly category?: string; readonly isInitialGreeting?: boolean };
    readonly visionBuildPhase: string;
  };
}

/** A chat whose server is the test. `answers` are taken one by one by the requests for streams. */
function setUp(record: () => Conversation | ClientProblem, storage = memory()) {
  const asked: Asked[] = [];
  const answers: (Response | ClientProblem)[] = [];
  const waiting: ((answer: Response | ClientProblem) => void)[] = [];
  let connect: () => void = () => {};
  let online: Promise<void> | null = null;
  const unwrap = (answer: Response | ClientProblem): Response => {
    if (answer instanceof Response) return answer;
    throw new ApiError(answer);
  };
  const api: Api = {
    async json<T>() {
      const answer = record();
      if ("code" in answer) throw new ApiError(answer);
      return answer as T;
    },
    async open(path: string, options?: RequestOptions) {
      asked.push({ path, body: options?.body as Asked["body"] });
      const ready = answers.shift();
      return unwrap(ready ?? (await new Promise((resolve) => waiting.push(resolve))));
    },
  };
  let ids = 0;
  const drafts = createDrafts(storage, "ada");
  const chat = createChat(
    "c1",
    { category: "fun", phase: "peak" },
    {
      api,
      drafts,
      frames: {
        request(paint) {
          queueMicrotask(paint);
          return 1;
        },
        cancel: () => {},
      },
      network: { isOnline: () => online === null, online: () => online ?? Promise.resolve() },
      wait: () => Promise.resolve(),
      newId() {
        ids += 1;
        return `id-${ids}`;
      },
      now: () => "2026-11-22T10:00:00Z",
    },
  );
  return {
    chat,
    asked,
    drafts,
    answer(next: Response | ClientProblem) {
      const first = waiting.shift();
      if (first) first(next);
      else answers.push(next);
    },
    goOffline() {
      online = new Promise((resolve) => {
        connect = () => {
          online = null;
          resolve();
        };
      });
    },
    goOnline: () => connect(),
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
          chat.announcement.subscribe(look),
        ];
        stop = () => {
          for (const end of stops) end();
        };
      });
    },
  };
}

const GREETED = () => conversation([stored("a0", "assistant", "Welcome.")]);

describe("a chat", () => {
  it("shows the record, and greets only where there is none", async () => {
    const { chat, asked, list } = setUp(GREETED);
    await chat.open();
    expect(list()).toEqual([["a0", "Welcome.", "complete"]]);
    expect(asked).toEqual([]);
  });

  it("begins an empty conversation with the greeting", async () => {
    const { chat, asked, answer, list, until } = setUp(() => NOT_FOUND);
    const stream = liveStream();
    await chat.open();
    answer(stream.response);
    stream.begin("a1");
    stream.say("Welcome, ");
    stream.say("Ada.");
    stream.finish();
    await until(() => chat.announcement.value === "VIVA has answered.");
    expect(list()).toEqual([["a1", "Welcome, Ada.", "complete"]]);
    expect(asked[0]?.body).toMatchObject({
      id: "c1",
      messages: [],
      visionBuildPhase: "peak",
      context: { category: "fun", isInitialGreeting: true },
    });
  });

  it("offers a failed greeting again", async () => {
    const { chat, answer, list, until } = setUp(() => NOT_FOUND);
    answer(BUSY);
    await chat.open();
    await until(() => chat.greetingProblem.value !== null);
    expect(list()).toEqual([]);
    const stream = liveStream();
    answer(stream.response);
    chat.greetAgain();
    stream.begin("a1");
    stream.say("Welcome.");
    stream.finish();
    await until(() => chat.announcement.value === "VIVA has answered.");
    expect(chat.greetingProblem.value).toBeNull();
  });

  it("has message and answer's place on the list when `send` returns", async () => {
    const { chat, list } = setUp(GREETED);
    await chat.open();
    chat.send("More music.");
    expect(list().slice(1)).toEqual([
      ["id-1", "More music.", "sending"],
      [expect.any(String), "", "sending"],
    ]);
  });

  it("sends a message whose greeting is on its way once that has ended", async () => {
    const { chat, asked, answer, until } = setUp(() => NOT_FOUND);
    const greeting = liveStream();
    await chat.open();
    answer(greeting.response);
    chat.send("More music.");
    await until(() => chat.messages.value.some(({ status }) => status === "queued"));
    expect(asked).toHaveLength(1);
    greeting.begin("a1");
    greeting.say("Welcome.");
    greeting.finish();
    await until(() =>
      chat.messages.value.some(
        ({ text, status }) => text === "More music." && status === "sending",
      ),
    );
    expect(asked[1]?.body.messages[0]?.parts[0]?.text).toBe("More music.");
  });

  it("keeps a failed message, and sends it again under the same id", async () => {
    const { chat, asked, answer, list, until, drafts } = setUp(GREETED);
    await chat.open();
    answer(BUSY);
    chat.send("More music.");
    await until(() => chat.messages.value.at(-1)?.status === "failed");
    expect(list().slice(1)).toEqual([["id-1", "More music.", "failed"]]);
    expect(chat.messages.value.at(-1)?.problem).toEqual(BUSY);
    expect(chat.announcement.value).toBe(BUSY.detail);
    expect(drafts.unsent("c1")).toHaveLength(1);

    const stream = liveStream();
    answer(stream.response);
    chat.retry("id-1");
    stream.begin("a1");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["id-1", "More music.", "complete"],
      ["a1", "Yes!", "complete"],
    ]);
    expect(asked.map(({ body }) => body.messages[0]?.id)).toEqual(["id-1", "id-1"]);
    expect(drafts.unsent("c1")).toEqual([]);
  });

  it("brings back after a reload what the server never had", async () => {
    const storage = memory();
    const before = setUp(GREETED, storage);
    await before.chat.open();
    before.answer(localProblem("unreachable"));
    before.chat.send("More music.");
    await before.until(() => before.chat.messages.value.at(-1)?.status === "failed");

    const after = setUp(GREETED, storage);
    await after.chat.open();
    expect(after.list().at(-1)).toEqual(["id-1", "More music.", "failed"]);
    expect(after.chat.messages.value.at(-1)?.problem?.detail).toBe("This message was not sent.");
  });

  it("keeps the words of an answer that failed half-way, with the reason", async () => {
    const { chat, answer, list, until } = setUp(GREETED);
    const cut = toProblem({ code: "answer_cut" }, 502);
    const stream = liveStream();
    await chat.open();
    answer(stream.response);
    chat.send("More music.");
    stream.begin("a1");
    stream.say("Half an");
    stream.fail(cut);
    await until(() => chat.messages.value.at(-1)?.status === "interrupted");
    expect(list().at(-1)).toEqual(["a1", "Half an", "interrupted"]);
    expect(chat.messages.value.at(-1)?.problem).toEqual(cut);
  });

  it("takes up a dropped stream by itself, each word once", async () => {
    const { chat, asked, answer, list, until } = setUp(GREETED);
    const first = liveStream();
    const second = liveStream();
    await chat.open();
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Half an");
    await until(() => chat.announcement.value === "VIVA is answering.");
    answer(second.response);
    first.drop();
    second.begin("a1");
    second.say("Half an ");
    second.say("answer, and the rest.");
    second.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half an answer, and the rest.", "complete"]);
    expect(asked.map(({ path }) => path)).toEqual(["/api/viva/chat", "/api/viva/chat/c1/stream"]);
  });

  it("reads a dropped answer from the record once its turn is over", async () => {
    let record = GREETED();
    const { chat, answer, list, until } = setUp(() => record);
    const stream = liveStream();
    await chat.open();
    answer(stream.response);
    chat.send("More music.");
    stream.begin("a1");
    stream.say("Half");
    await until(() => chat.announcement.value === "VIVA is answering.");
    record = conversation([...record.messages, stored("a1", "assistant", "Half and whole.")]);
    answer(new Response(null, { status: 204 }));
    stream.drop();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half and whole.", "complete"]);
  });

  it("gives up a dropped answer at once that the server does not have", async () => {
    const { chat, asked, answer, list, until } = setUp(GREETED);
    const stream = liveStream();
    await chat.open();
    answer(stream.response);
    chat.send("More music.");
    stream.begin("a1");
    stream.say("Half");
    await until(() => chat.announcement.value === "VIVA is answering.");
    answer(new Response(null, { status: 204 }));
    stream.drop();
    await until(() => chat.messages.value.at(-1)?.status === "interrupted");
    expect(list().at(-1)).toEqual(["a1", "Half", "interrupted"]);
    expect(asked).toHaveLength(2);
  });

  it("says so where the server stays out of reach", async () => {
    const { chat, answer, list, until } = setUp(GREETED);
    const stream = liveStream();
    await chat.open();
    answer(stream.response);
    chat.send("More music.");
    stream.begin("a1");
    stream.say("Half");
    await until(() => chat.announcement.value === "VIVA is answering.");
    for (let attempt = 0; attempt < 8; attempt += 1) answer(localProblem("unreachable"));
    stream.drop();
    await until(() => chat.messages.value.at(-1)?.status === "interrupted");
    expect(list().at(-1)).toEqual(["a1", "Half", "interrupted"]);
    expect(chat.messages.value.at(-1)?.problem?.status).toBe(0);
  });

  it("listens on to a turn that ran through a reload", async () => {
    const record = conversation([stored("u1", "user", "More music.")], {
      id: "t1",
      messageId: "a1",
    });
    const { chat, asked, answer, list, until } = setUp(() => record);
    const stream = liveStream();
    answer(stream.response);
    await chat.open();
    stream.begin("a1");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list()).toEqual([
      ["u1", "More music.", "complete"],
      ["a1", "Yes!", "complete"],
    ]);
    expect(asked.map(({ path }) => path)).toEqual(["/api/viva/chat/c1/stream"]);
  });

  it("offers a stored message again that no one answered", async () => {
    const { chat, list } = setUp(() => conversation([stored("u1", "user", "More music.")]));
    await chat.open();
    expect(list()).toEqual([["u1", "More music.", "failed"]]);
    expect(chat.messages.value[0]?.problem?.retryable).toBe(true);
  });

  it("holds a message back while there is no connection, and then sends it", async () => {
    const { chat, asked, answer, until, goOffline, goOnline } = setUp(GREETED);
    const stream = liveStream();
    await chat.open();
    goOffline();
    chat.send("More music.");
    await until(() => chat.messages.value[1]?.status === "queued");
    expect(asked).toEqual([]);
    answer(stream.response);
    goOnline();
    stream.begin("a1");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(asked).toHaveLength(1);
  });

  it("tells an answer that was overtaken from one that was stopped", async () => {
    const { chat, answer, list, until } = setUp(GREETED);
    const first = liveStream();
    const second = liveStream();
    await chat.open();
    answer(first.response);
    chat.send("One.");
    first.begin("a1");
    first.say("About one");
    await until(() => chat.announcement.value === "VIVA is answering.");
    answer(second.response);
    chat.send("Two.");
    first.abort("superseded");
    second.begin("a2");
    second.say("About two");
    second.abort("stopped");
    await until(() => chat.messages.value.at(-1)?.status === "stopped");
    expect(
      list()
        .slice(1)
        .map(([, text, status]) => [text, status]),
    ).toEqual([
      ["One.", "complete"],
      ["About one", "superseded"],
      ["Two.", "complete"],
      ["About two", "stopped"],
    ]);
  });

  it("says why the record could not be read, and reads it when asked again", async () => {
    let record: Conversation | ClientProblem = BUSY;
    const { chat, list } = setUp(() => record);
    await chat.open();
    expect(chat.load.value).toEqual({ kind: "failed", problem: BUSY });
    record = GREETED();
    await chat.open();
    expect(chat.load.value.kind).toBe("ready");
    expect(list()).toHaveLength(1);
  });
});
