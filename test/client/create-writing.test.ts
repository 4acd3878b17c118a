import { describe, expect, it } from "vitest";
import { createDiscovery } from "../../client/create/discovery.ts";
import {
  createWriting,
  secondAsk,
  type Writing,
  type WritingAsk,
} from "../../client/create/writing.ts";
import { memory } from "../../client/platform/storage.ts";
import { toProposal } from "../../client/text/proposal.ts";
import { talkId } from "../../domain/talk.ts";
import type { DiscoveryAnswer } from "../../domain/writing.ts";
import { finish, refusal, server, start, textWorld, words } from "./text-world.ts";

// What this writing has in common with every text of VIVA's is in text-generation.test.ts.

function setUp(before: Parameters<typeof textWorld>[0] = {}) {
  const world = textWorld(before);
  let begun = 0;
  const writing = createWriting("v1", "fun", "place", {
    ...world.deps,
    begun: () => {
      begun += 1;
    },
  });
  return { ...world, writing, begun: () => begun };
}
const texts = (writing: Writing) => writing.choice.value.versions.map(({ text }) => text);
const NEW = { kind: "new", rhythm: "daily" } as const;

describe("writing a section's text", () => {
  it("grows, and is there with what VIVA says of it", async () => {
    const { at, writing, begun } = setUp();
    const asking = writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I choose "));
    await expect.poll(() => writing.running.value?.text.text()).toBe("I choose ");
    expect(begun()).toBe(1);
    at.send(words("play."), finish());
    await asking;
    expect(writing.running.value).toBeNull();
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
    expect(writing.choice.value.chosen).toBe(0);
  });

  it("lets the second version go for what the member asks for meanwhile", async () => {
    const { at, writing } = setUp();
    void writing.ask(NEW);
    await at.streamed(1);
    at.send(start("t1"), words("I never rest."), finish(["Say what is."]));
    await at.streamed(2);
    at.send(start("t2"), words("I am"));
    await expect.poll(() => writing.running.value?.text.text()).toBe("I am");
    writing.update({ form: { wish: "the sea" } });
    const better = writing.ask({ kind: "better", instructions: "the sea" });
    await at.streamed(3);
    at.send(start("t3"), words("I rest by the sea."), finish([], "The sea is in."));
    await better;
    expect(texts(writing)).toEqual(["I never rest.", "I rest by the sea."]);
    expect(writing.choice.value.versions[1]).toMatchObject({
      refinementId: "r1",
      made: "better",
    });
    expect(writing.form.value.wish).toBe("");
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
    await expect.poll(() => writing.running.value).toBeNull();
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

describe("what VIVA is asked for", () => {
  it("goes where it belongs", async () => {
    const { at, writing } = setUp();
    const asks: WritingAsk[] = [
      NEW,
      { kind: "better", instructions: " the sea " },
      { kind: "talk", conversationId: talkId("v1", "fun", "peak") },
    ];
    for (const ask of asks) {
      at.answer(refusal("credits_exhausted", 402));
      await writing.ask(ask);
    }
    const about = { visionId: "v1", category: "fun", action: "submit_step_3" };
    expect(at.asked.map(({ path, body }) => [path, body])).toEqual([
      ["/api/vision/chat", { ...about, mode: "new", selections: ["daily"], customInput: "" }],
      ["/api/vision/chat", { ...about, mode: "better", selections: [], customInput: "the sea" }],
      ["/api/conversations/talk%3Av1%3Afun%3Apeak/draft", {}],
    ]);
  });

  it("is a second version only after a text that misses the voice, and only once", () => {
    const text = (findings: number) => ({
      ...toProposal("I rest."),
      findings: Array.from({ length: findings }, () => ({ rule: "negation", message: "?" })),
    });
    expect(secondAsk(NEW, text(1))).toEqual({ kind: "voice" });
    expect(secondAsk(NEW, text(0))).toBeNull();
    expect(secondAsk({ kind: "voice" }, text(1))).toBeNull();
    const talk = { kind: "talk", conversationId: "c" } as const;
    expect(secondAsk(talk, text(1))).toEqual({ ...talk, second: true });
    expect(secondAsk({ ...talk, second: true }, text(1))).toBeNull();
  });

  it("shows a new text beside the one before, until the member chooses", async () => {
    const { at, writing } = setUp();
    const write = async (ask: WritingAsk, turn: string, text: string) => {
      const count = at.asked.length + 1;
      const asking = writing.ask(ask);
      await at.streamed(count);
      at.send(start(turn), words(text), finish());
      await asking;
    };
    await write(NEW, "t1", "a");
    await write({ kind: "talk", conversationId: "c" }, "t2", "b");
    expect(texts(writing)).toEqual(["a", "b"]);
    writing.take("b");
    expect(writing.form.value.taken).toBe("b");
    await write(NEW, "t3", "c");
    expect(texts(writing)).toEqual(["c"]);
    expect(writing.form.value.taken).toBeNull();
    writing.take("c");
    await write({ kind: "better", instructions: "sea" }, "t4", "c by the sea");
    expect(texts(writing)).toEqual(["c", "c by the sea"]);
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
