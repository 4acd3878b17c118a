import { describe, expect, it } from "vitest";
import { type Api, createApi } from "../../client/api/http.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import { createTextHistory } from "../../client/text/history.ts";
import { amountLabel } from "../../client/vision/refine-request.ts";
import { createRefinement } from "../../client/vision/refinement.ts";

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

const START = {
  type: "start",
  messageId: "answer-1",
  messageMetadata: { conversationId: "conversation-1", turnId: "turn-1" },
};
const ABOUT = {
  category: "fun",
  refinementId: "refinement-1",
  notes: "More of the ocean.",
  findings: [{ rule: "negation", message: "Says what is not." }],
  ownWords: 0.8,
};
const FINISH = { type: "finish", messageMetadata: { vision: ABOUT } };

/** A server that streams what the test tells it to. */
function server() {
  const asked: {
    path: string;
    body: unknown;
    ifMatch: string | null;
    key: string | null;
  }[] = [];
  const streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  let opened = () => {};
  const encoder = new TextEncoder();
  let refusal: Response | null = null;
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(new URL(String(input), "http://app.test"), init);
    const { pathname: path } = new URL(request.url);
    const body = request.method === "GET" ? null : await request.json();
    const { headers } = request;
    asked.push({
      path,
      body,
      ifMatch: headers.get("if-match"),
      key: headers.get("idempotency-key"),
    });
    if (path.endsWith("/stop")) return Response.json({});
    if (refusal) return refusal;
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => void streams.push(controller),
    });
    opened();
    return new Response(stream);
  };
  let offset = 0;
  const api: Api = createApi({
    tokens: { current: async () => "token", renew: async () => null, revoked: () => {} },
    fetch,
  });
  return {
    api,
    asked,
    refuse: (response: Response | null) => {
      refusal = response;
    },
    /** Resolves when the next stream is asked for. */
    next: () =>
      new Promise<void>((resolve) => {
        opened = resolve;
      }),
    send(...parts: object[]) {
      for (const part of parts) {
        const delta = (part as { delta?: string }).delta;
        if ((part as { type: string }).type === "start") offset = 0;
        offset += delta?.length ?? 0;
        const event = `id: turn-1:${offset}\ndata: ${JSON.stringify(part)}\n\n`;
        streams.at(-1)?.enqueue(encoder.encode(event));
      }
    },
    cut: () => streams.at(-1)?.error(new TypeError("network")),
  };
}

const words = (delta: string) => ({ type: "text-delta", id: "t", delta });

function setUp({ at = server(), storage = memory() } = {}) {
  let ids = 1;
  const refinement = createRefinement("vision-1", "fun", "place", {
    newId: () => `key-${ids++}`,
    history: createTextHistory(storage, "texts"),
    api: at.api,
    storage,
    wait: () => new Promise((resolve) => setTimeout(resolve)),
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
  return { at, storage, refinement };
}

const settled = (refinement: ReturnType<typeof createRefinement>) =>
  expect.poll(() => refinement.state.value.kind);

describe("refining a section with VIVA", () => {
  it("asks for what the member said, about the revision they see, and grows", async () => {
    const { at, refinement } = setUp();
    refinement.change({ instructions: "The ocean.", amount: 70, tone: "encouraging" });
    const asking = refinement.ask(4);
    await at.next();
    at.send(START, words("I swim "));
    await expect
      .poll(() => refinement.state.value.kind === "writing" && refinement.state.value.growth.text())
      .toBe("I swim ");
    at.send(words("in the ocean."), FINISH);
    await asking;
    expect(at.asked[0]).toEqual({
      path: "/api/visions/vision-1/sections/fun/refine",
      ...{ ifMatch: '"v4"', key: "key-1" },
      body: {
        ...{ instructions: "The ocean.", amount: 70, tone: "encouraging" },
        intensity: "moderate",
      },
    });
    expect(refinement.state.value).toEqual({ kind: "proposed", problem: null });
    const { category: _, ...about } = ABOUT;
    expect(refinement.proposals.value).toEqual([{ text: "I swim in the ocean.", ...about }]);
  });

  it("stops where the member says so, also before the turn has begun", async () => {
    const { at, refinement } = setUp();
    const asking = refinement.ask(1);
    await at.next();
    refinement.stop();
    at.send(START);
    await expect.poll(() => at.asked.at(-1)?.path).toBe("/api/viva/chat/conversation-1/stop");
    at.send({ type: "abort" });
    await asking;
    expect(refinement.state.value).toEqual({ kind: "asking", problem: null });
  });

  it("stops although nothing tells of the turn", async () => {
    const { at, refinement } = setUp();
    const asking = refinement.ask(1);
    await at.next();
    refinement.stop();
    await expect
      .poll(() => at.asked.at(-1)?.path)
      .toBe("/api/viva/chat/vision%3Avision-1%3Afun/stop");
    at.send(START, { type: "abort" });
    await asking;
    expect(refinement.state.value).toEqual({ kind: "asking", problem: null });
  });

  it("takes a lost stream up again", async () => {
    const { at, refinement } = setUp();
    const asking = refinement.ask(1);
    await at.next();
    at.send(START, words("I swim"));
    await expect
      .poll(() => refinement.state.value.kind === "writing" && refinement.state.value.growth.text())
      .toBe("I swim");
    const again = at.next();
    at.cut();
    await again;
    expect(at.asked.at(-1)?.path).toBe("/api/viva/chat/conversation-1/stream");
    at.send(START, words("I swim far."), FINISH);
    await asking;
    expect(refinement.proposals.value[0]?.text).toBe("I swim far.");
  });

  it("goes on after a reload, and keeps a proposal over one", async () => {
    const { at, storage, refinement } = setUp();
    void refinement.ask(1);
    await at.next();
    at.send(START, words("I sw"));
    await expect.poll(() => storage.getItem("place")).toContain("turn-1");
    refinement.close();

    const second = setUp({ at, storage });
    await at.next();
    at.send(START, words("I swim."), FINISH);
    await settled(second.refinement).toBe("proposed");

    const third = setUp({ at, storage });
    expect(third.refinement.state.value.kind).toBe("proposed");
    expect(third.refinement.proposals.value[0]).toMatchObject({
      ...{ text: "I swim.", refinementId: "refinement-1", notes: "More of the ocean." },
    });
    third.refinement.done();
    expect(storage.getItem("place")).toBeNull();
  });

  it("is asked and charged once if its answer is lost: sent again, after a reload, by the member", async () => {
    const { at, storage, refinement } = setUp();
    const lost = at.next();
    void refinement.ask(1);
    await lost;
    const again = at.next();
    at.cut();
    await again;
    refinement.close();
    const reloaded = at.next();
    const second = setUp({ at, storage });
    await reloaded;
    expect(at.asked.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1"]);
    expect(at.asked[2]).toEqual(at.asked[0]);
    at.send(START, words("I swim."), FINISH);
    await settled(second.refinement).toBe("proposed");

    const third = setUp();
    third.at.refuse(Response.json({ code: "provider_busy", status: 503 }, { status: 503 }));
    await third.refinement.ask(1);
    third.at.refuse(Response.json({ code: "provider_busy", status: 503 }, { status: 503 }));
    await third.refinement.ask(1);
    third.refinement.change({ instructions: "The ocean." });
    third.at.refuse(Response.json({ code: "provider_busy", status: 503 }, { status: 503 }));
    await third.refinement.ask(1);
    expect(third.at.asked.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-2"]);
  });

  it("says why nothing came, and keeps what was asked for", async () => {
    const { at, refinement } = setUp();
    refinement.change({ instructions: "The ocean." });
    at.refuse(Response.json({ code: "provider_busy", status: 503 }, { status: 503 }));
    await refinement.ask(1);
    expect(refinement.state.value).toMatchObject({
      ...{ kind: "asking", problem: { code: "provider_busy", retryable: true } },
    });
    expect(refinement.request.value.instructions).toBe("The ocean.");
  });

  it("puts a second text beside the first", async () => {
    const { at, refinement } = setUp();
    const first = refinement.ask(1);
    await at.next();
    at.send(START, words("I never rest."), FINISH);
    await first;
    const second = refinement.askSecond(1);
    await at.next();
    at.send(START, words("I move."), FINISH);
    await second;
    expect(refinement.proposals.value.map(({ text }) => text)).toEqual([
      "I never rest.",
      "I move.",
    ]);
    // What that one missed is known to the server: the wish stays the member's own.
    expect(at.asked.at(-1)?.body).toEqual({ ...Object(at.asked[0]?.body), second: true });
  });

  it("keeps the first text where the second one fails", async () => {
    const { at, refinement } = setUp();
    const first = refinement.ask(1);
    await at.next();
    at.send(START, words("I rest."), FINISH);
    await first;
    at.refuse(Response.json({ code: "provider_timeout", status: 504 }, { status: 504 }));
    await refinement.askSecond(1);
    expect(refinement.state.value).toMatchObject({
      ...{ kind: "proposed", problem: { code: "provider_timeout" } },
    });
    expect(refinement.proposals.value).toHaveLength(1);
  });

  it("begins anew where the browser kept something odd", () => {
    const storage = memory();
    storage.setItem(
      "place",
      '{"request":{"amount":"lots","tone":"loud"},"proposals":[{}],"turn":7}',
    );
    const { refinement } = setUp({ storage });
    expect(refinement.isOpen()).toBe(false);
  });
});

it("has words for every amount", () => {
  for (let amount = 0; amount <= 100; amount += 5) expect(amountLabel(amount)).not.toBe("");
});
