import { describe, expect, it } from "vitest";
import { type Api, createApi } from "../../client/api/http.ts";
import { createDiscovery } from "../../client/create/discovery.ts";
import { createWriting, type Writing } from "../../client/create/writing.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import { createTextHistory } from "../../client/text/history.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";

function memory(): KeyValue {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

interface Asked {
  readonly path: string;
  readonly body: Record<string, unknown> | null;
  readonly key: string | null;
}

/** A server that answers what the test tells it to, and streams where it tells nothing. */
function server() {
  const asked: Asked[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  const encoder = new TextEncoder();
  const answers: (() => Response | Promise<Response>)[] = [];
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(new URL(String(input), "http://app.test"), init);
    const body = request.method === "GET" ? null : await request.json();
    const key = request.headers.get("idempotency-key");
    asked.push({ path: new URL(request.url).pathname, body, key });
    if (request.url.endsWith("/stop")) return Response.json({});
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

const start = (turnId: string) => ({
  type: "start",
  messageId: `answer-${turnId}`,
  messageMetadata: { conversationId: "vision:v1:fun", turnId },
});
const words = (delta: string) => ({ type: "text-delta", id: "t", delta });
const finish = (findings: readonly string[] = [], notes: string | null = null) => ({
  type: "finish",
  messageMetadata: {
    vision: {
      findings: findings.map((message) => ({ rule: "negation", words: [], message })),
      ...{ notes, ownWords: 0.9, refinementId: notes ? "r1" : null },
    },
  },
});
const refusal = (code: string, status: number) => () => Response.json({ code, status }, { status });

function setUp({ at = server(), storage = memory() } = {}) {
  let ids = 1;
  let begun = 0;
  const history = createTextHistory(storage, "texts");
  const writing = createWriting("v1", "fun", "place", {
    history,
    api: at.api,
    storage,
    wait: () => new Promise((resolve) => setTimeout(resolve)),
    newId: () => `key-${ids++}`,
    begun: () => {
      begun += 1;
    },
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
  });
  return { at, storage, writing, history, begun: () => begun };
}
const texts = (writing: Writing) => writing.choosing.value.versions.map(({ text }) => text);
const NEW = { kind: "new", rhythm: "daily" } as const;

describe("writing a section's text", () => {
  it("grows, and is there with what VIVA says of it", async () => {
    const { at, writing, begun } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I choose "));
    await expect.poll(() => writing.underWay.value?.growth.text()).toBe("I choose ");
    expect(begun()).toBe(1);
    at.send(words("play."), finish());
    await asking;
    expect(writing.underWay.value).toBeNull();
    expect(texts(writing)).toEqual(["I choose play."]);
    expect(at.asked).toHaveLength(1);
    expect(at.asked[0]?.body).toMatchObject({ action: "submit_step_3", selections: ["daily"] });
  });

  it("asks for a second version by itself where the voice is missed, once", async () => {
    const { at, writing } = setUp();
    void writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I never rest."), finish(["Say what is."]));
    await at.streamed(2);
    expect(texts(writing)).toEqual(["I never rest."]);
    at.send(start("t2"), words("I am not still."), finish(["Say what is."]));
    await expect.poll(() => texts(writing)).toEqual(["I never rest.", "I am not still."]);
    expect(at.asked.map(({ body }) => body?.mode)).toEqual(["new", "voice"]);
    // Whoever listened to the first one asks for the same second one.
    expect(at.asked[1]?.key).toBe("second:t1");
    expect(writing.choosing.value.chosen).toBe(0);
  });

  it("lets the second version go for what the member asks for meanwhile", async () => {
    const { at, writing } = setUp();
    void writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I never rest."), finish(["Say what is."]));
    await at.streamed(2);
    at.send(start("t2"), words("I am"));
    await expect.poll(() => writing.underWay.value?.growth.text()).toBe("I am");
    writing.wishFor("the sea");
    const better = writing.ask({ kind: "better", instructions: "the sea" });
    await at.streamed(3);
    at.send(start("t3"), words("I rest by the sea."), finish([], "The sea is in."));
    await better;
    expect(texts(writing)).toEqual(["I never rest.", "I rest by the sea."]);
    expect(writing.choosing.value.versions[1]).toMatchObject({
      refinementId: "r1",
      made: "better",
    });
    expect(writing.wish.value).toBe("");
  });

  it("stops where the member says so, also before the turn has begun", async () => {
    const { at, writing } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    writing.stop();
    at.send(start("t1"));
    await expect.poll(() => at.asked.at(-1)?.path).toBe("/api/viva/chat/vision%3Av1%3Afun/stop");
    at.send({ type: "abort" });
    await asking;
    expect(writing.problem.value).toBeNull();
    expect(texts(writing)).toEqual([]);
  });

  it("stops although nothing tells of the turn", async () => {
    const { at, writing } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    writing.stop();
    await expect.poll(() => at.asked.at(-1)?.path).toBe("/api/viva/chat/vision%3Av1%3Afun/stop");
    at.send(start("t1"), { type: "abort" });
    await asking;
    expect(texts(writing)).toEqual([]);
  });

  it("sends a request of which nothing was heard again, under the same key", async () => {
    const { at, writing } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    at.cut();
    await at.streamed(2);
    at.send(start("t1"), words("I play."), finish());
    await asking;
    expect(at.asked.map(({ key }) => key)).toEqual(["key-1", "key-1"]);
    expect(texts(writing)).toEqual(["I play."]);
  });

  it("takes a lost stream up again", async () => {
    const { at, writing } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I pl"));
    await expect.poll(() => writing.underWay.value?.growth.text()).toBe("I pl");
    at.cut();
    await at.streamed(2);
    expect(at.asked.at(-1)?.path).toBe("/api/viva/chat/vision%3Av1%3Afun/stream");
    at.send(start("t1"), words("I play."), finish());
    await asking;
    expect(texts(writing)).toEqual(["I play."]);
  });

  it("goes on after a reload, before and after the turn has begun", async () => {
    const { at, storage, writing } = setUp();
    void writing.ask(NEW);
    await at.streamed(1);
    writing.close();
    const second = setUp({ at, storage });
    await at.streamed(2);
    expect(at.asked[1]).toEqual(at.asked[0]);
    at.send(start("t1"), words("I "));
    await expect.poll(() => storage.getItem("place")).toContain("answer-t1");
    second.writing.close();
    const third = setUp({ at, storage });
    await at.streamed(3);
    expect(at.asked[2]?.path).toContain("/stream");
    at.send(start("t1"), words("I play."), finish());
    await expect.poll(() => texts(third.writing)).toEqual(["I play."]);
    third.writing.take("I play.");
    expect(setUp({ at, storage }).writing.taken.value).toBe("I play.");
  });

  it("says why nothing came, keeps the texts there are, and asks for the same again", async () => {
    const { at, writing } = setUp();
    at.answer(refusal("credits_exhausted", 402));
    await writing.ask(NEW);
    expect(writing.problem.value?.code).toBe("credits_exhausted");
    writing.again();
    await at.streamed(1);
    at.send(start("t1"), words("I play."), finish());
    await expect.poll(() => texts(writing)).toEqual(["I play."]);
    expect(writing.problem.value).toBeNull();
    expect(at.asked[1]?.body).toEqual(at.asked[0]?.body);
    at.answer(refusal("provider_timeout", 504));
    await writing.ask({ kind: "better", instructions: "sea" });
    expect(texts(writing)).toEqual(["I play."]);
    expect(writing.problem.value?.code).toBe("provider_timeout");
  });

  it("never says that a second version failed: nobody asked for it", async () => {
    const { at, writing } = setUp();
    at.answer(
      () => {
        const events = [start("t1"), words("I never rest."), finish(["Say what is."])];
        return new Response(events.map((part) => `data: ${JSON.stringify(part)}\n\n`).join(""));
      },
      refusal("conflict", 409),
    );
    await writing.ask(NEW);
    await expect.poll(() => at.asked.length).toBe(2);
    await expect.poll(() => writing.underWay.value).toBeNull();
    expect(writing.problem.value).toBeNull();
    expect(texts(writing)).toEqual(["I never rest."]);
  });

  it("knows which text VIVA would begin with", async () => {
    const { at, storage, writing } = setUp();
    void writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I never rest."), finish(["Say what is."]));
    await at.streamed(2);
    at.send(start("t2"), words("I rest."), finish());
    await expect.poll(() => texts(writing)).toHaveLength(2);
    expect(writing.isNewest.value).toBe(true);
    writing.choose(0);
    expect(writing.isNewest.value).toBe(false);
    writing.choose(1);
    expect(setUp({ at, storage }).writing.isNewest.value).toBe(true);
    // One that broke off is none to begin with.
    const better = writing.ask({ kind: "better", instructions: "sea" });
    await at.streamed(3);
    at.send(start("t3"), words("I re"), { type: "abort" });
    await better;
    expect(writing.isNewest.value).toBe(true);
  });

  it("keeps every text that was seen: anew, stopped, broken off, of another device, over a reload", async () => {
    const { at, storage, writing, history } = setUp();
    const seen = () => history.texts.value.map(({ text }) => text);
    const write = async (turn: string, ...parts: object[]) => {
      const count = at.asked.length + 1;
      const asking = writing.ask(NEW);
      await at.streamed(count);
      at.send(start(turn), ...parts);
      await asking;
    };
    await write("t1", words("I play."), finish());
    await write("t2", words("I sing."), finish());
    expect(texts(writing)).toEqual(["I play.", "I sing."]);
    await write("t3", words("I row."), finish());
    expect(texts(writing)).toEqual(["I sing.", "I row."]);
    await write("t4", words("I stopped"), { type: "abort" });
    await write("t5", words("I broke"), { type: "error", errorText: "cut" });
    expect(seen()).toEqual(["I broke", "I stopped", "I row.", "I sing.", "I play."]);
    const second = setUp({ at, storage });
    expect(second.history.texts.value).toEqual(history.texts.value);
    second.writing.bringBack("I play.");
    expect(texts(second.writing)).toEqual(["I row.", "I play."]);

    const elsewhere = setUp();
    const message = (id: string, text: string, status: string) => ({
      ...{ id, role: "assistant", parts: [{ type: "text", text }], metadata: { status } },
    });
    elsewhere.at.answer(() =>
      Response.json({
        messages: [message("a", "I play.", "complete"), message("b", "I si", "stopped")],
        runningTurn: null,
      }),
    );
    await elsewhere.writing.look("vision:v1:fun");
    expect(texts(elsewhere.writing)).toEqual(["I play."]);
    expect(elsewhere.history.texts.value.map(({ text }) => text)).toEqual(["I si", "I play."]);
  });

  it("never takes for vision text what is none", async () => {
    const { at, storage, writing } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I am here with you."), { type: "finish", messageMetadata: {} });
    await asking;
    expect(texts(writing)).toEqual([]);
    expect(setUp({ at, storage }).writing.spoken.value).toBe("I am here with you.");
    void writing.ask(NEW);
    expect(writing.spoken.value).toBeNull();
  });

  it("finds on another device what was written, or is being written", async () => {
    const message = (id: string, role: string, text: string, status = "complete") => ({
      ...{ id, role, parts: [{ type: "text", text }], metadata: { status } },
    });
    const record =
      (runningTurn: object | null, ...messages: object[]) =>
      () =>
        Response.json({ id: "vision:v1:fun", messages, runningTurn });
    const { at, writing } = setUp();
    at.answer(record(null, message("u", "user", "picks"), message("a", "assistant", "I play.")));
    await writing.look("vision:v1:fun");
    expect(texts(writing)).toEqual(["I play."]);

    const running = setUp();
    running.at.answer(record({ id: "t1", messageId: "answer-t1", base: 0 }));
    void running.writing.look("vision:v1:fun");
    await running.at.streamed(1);
    running.at.send(start("t1"), words("I sing."), finish());
    await expect.poll(() => texts(running.writing)).toEqual(["I sing."]);

    const none = setUp();
    none.at.answer(refusal("not_found", 404));
    await none.writing.look("vision:v1:fun");
    expect(none.writing.known.value).toBe(true);

    const lost = setUp();
    lost.at.answer(
      () => Promise.reject(new TypeError("network")),
      record(null, message("a", "assistant", "I sing.")),
    );
    await lost.writing.look("vision:v1:fun");
    expect(lost.writing.known.value).toBe(false);
    expect(lost.writing.problem.value?.code).toBe("unreachable");
    lost.writing.again();
    await expect.poll(() => texts(lost.writing)).toEqual(["I sing."]);
    expect(lost.writing.problem.value).toBeNull();
  });
});

describe("the steps of discovery", () => {
  const tile = (id: string) => ({ id, emoji: "🌊", label: id, sublabel: "" });
  const answer =
    (step: 1 | 2 | 3 | 4, more: Partial<DiscoveryAnswer> = {}) =>
    () =>
      Response.json({
        ...{ step, text: "?", tiles: [], groups: [], options: [], theme: null },
        ...{
          chosen: { selections: [], customInput: "" },
          conversationId: "vision:v1:fun",
          ...more,
        },
      });
  const first = answer(1, { tiles: [tile("a"), tile("b")] });

  it("keep what is chosen until it is sent", async () => {
    const [at, storage] = [server(), memory()];
    const discovery = createDiscovery("v1", "fun", "place", { api: at.api, storage });
    at.answer(first);
    expect(await discovery.show(null)).toBe(1);
    discovery.choose(1, { selections: ["b", "gone"], customInput: " clay " });

    const again = createDiscovery("v1", "fun", "place", { api: at.api, storage });
    at.answer(first, answer(3, { options: [tile("daily")] }));
    await again.show(null);
    expect(again.choices.value[1]).toEqual({ selections: ["b"], customInput: " clay " });
    expect(await again.submit(1)).toBe(3);
    expect(at.asked.at(-1)?.body).toMatchObject({
      ...{ action: "submit_step_1", selections: ["b"], customInput: "clay" },
    });
    expect(storage.length).toBe(0);
    expect(again.open.value).toBe(3);
    expect(again.steps.value[1]?.chosen.selections).toEqual(["b"]);
  });

  it("keep the choice where it was refused, and say why", async () => {
    const [at, storage] = [server(), memory()];
    const discovery = createDiscovery("v1", "fun", "place", { api: at.api, storage });
    at.answer(first, refusal("database_unavailable", 503));
    await discovery.show(null);
    discovery.choose(1, { selections: ["a"], customInput: "" });
    expect(await discovery.submit(1)).toBeNull();
    expect(discovery.problem.value?.code).toBe("database_unavailable");
    expect(discovery.busy.value).toBe(false);
    expect(discovery.choices.value[1]?.selections).toEqual(["a"]);
    expect(storage.getItem("place.1")).toContain('"a"');
  });

  it("forget the later ones where an earlier one is chosen anew", async () => {
    const at = server();
    const discovery = createDiscovery("v1", "fun", "place", { api: at.api, storage: memory() });
    at.answer(answer(4), first, answer(2, { tiles: [tile("a.1")] }));
    await discovery.show(null);
    expect(discovery.open.value).toBe(4);
    await discovery.show(1);
    discovery.choose(1, { selections: ["a"], customInput: "" });
    expect(await discovery.submit(1)).toBe(2);
    expect(discovery.open.value).toBe(2);
    expect(Object.keys(discovery.steps.value)).toEqual(["1", "2"]);
  });

  it("say that a step could not be read, apart from what was chosen", async () => {
    const at = server();
    const discovery = createDiscovery("v1", "fun", "place", { api: at.api, storage: memory() });
    at.answer(refusal("internal", 500));
    expect(await discovery.show(null)).toBeNull();
    expect(discovery.unread.value?.code).toBe("internal");
    expect(discovery.problem.value).toBeNull();
    at.answer(first);
    await discovery.show(null);
    expect(discovery.unread.value).toBeNull();
  });
});
