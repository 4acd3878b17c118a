import { describe, expect, it } from "vitest";
import { createWriting } from "../../client/create/writing.ts";
import { memory } from "../../client/platform/storage.ts";
import type { TextDeps, TextGeneration } from "../../client/text/text-generation.ts";
import { FIRST_REQUEST } from "../../client/vision/refine-request.ts";
import { createRefinement } from "../../client/vision/refinement.ts";
import { finish, refusal, start, textWorld, words } from "./text-world.ts";

/** A text generation as every member meets it: what is asked does not matter here. */
interface Texts extends Omit<TextGeneration<unknown, unknown>, "ask"> {
  ask(): Promise<void>;
  askElse(): Promise<void>;
}

function writing(deps: TextDeps): Texts {
  const texts = createWriting("v1", "fun", "place", deps);
  const ask = (rhythm: string) => texts.ask({ kind: "new", rhythm });
  return { ...texts, ask: () => ask("daily"), askElse: () => ask("weekly") } as Texts;
}

function refinement(deps: TextDeps): Texts {
  const texts = createRefinement("v1", "fun", "place", deps);
  const ask = (revision: number) => texts.ask({ request: FIRST_REQUEST, revision, second: false });
  return { ...texts, ask: () => ask(1), askElse: () => ask(2) } as Texts;
}

const STOP = "/api/viva/chat/vision%3Av1%3Afun/stop";
const STREAM = "/api/viva/chat/vision%3Av1%3Afun/stream";

describe.each([
  ["a text from discovery", writing],
  ["a refinement", refinement],
] as const)("%s", (_name, create) => {
  function setUp(before: Parameters<typeof textWorld>[0] = {}) {
    const world = textWorld(before);
    const texts = create(world.deps);
    return {
      ...world,
      texts,
      written: () => texts.choice.value.versions.map(({ text }) => text),
      seen: () => world.history.texts.value.map(({ text }) => text),
      growing: () => texts.running.value?.text.text(),
    };
  }

  it("grows, and is there with what VIVA says of it", async () => {
    const { at, texts, written, growing } = setUp();
    const asking = texts.ask();
    await at.streamed(1);
    at.send(start("t1"), words("I choose "));
    await expect.poll(growing).toBe("I choose ");
    at.send(words("play."), finish(), words("never read"));
    await asking;
    expect(texts.running.value).toBeNull();
    expect(written()).toEqual(["I choose play."]);
    expect(texts.choice.value.versions[0]).toMatchObject({ ownWords: 0.9, findings: [] });
    expect(at.asked).toHaveLength(1);
  });

  it("is asked once while the member waits for it", async () => {
    const { at, texts } = setUp();
    void texts.ask();
    await at.streamed(1);
    await texts.askElse();
    expect(at.asked).toHaveLength(1);
  });

  it("stops, also before its turn has begun", async () => {
    const { at, texts, written } = setUp();
    const asking = texts.ask();
    await at.streamed(1);
    texts.stop();
    expect(texts.running.value?.stopping).toBe(true);
    at.send(start("t1"));
    await expect.poll(() => at.asked.at(-1)).toMatchObject({ path: STOP, body: { turnId: "t1" } });
    at.send({ type: "abort" });
    await asking;
    expect(texts.problem.value).toBeNull();
    expect(written()).toEqual([]);
  });

  it("stops although nothing tells of its turn", async () => {
    const { at, texts, written } = setUp();
    const asking = texts.ask();
    await at.streamed(1);
    texts.stop();
    await expect.poll(() => at.asked.at(-1)).toMatchObject({ path: STOP });
    expect(at.asked.at(-1)?.body).toEqual({ messageId: null });
    at.send(start("t1"), { type: "abort" });
    await asking;
    expect(written()).toEqual([]);
  });

  it("is sent again under the same key if nothing was heard of it, also after a reload", async () => {
    const { at, storage, texts } = setUp();
    void texts.ask();
    await at.streamed(1);
    at.cut();
    await at.streamed(2);
    texts.close();
    const second = setUp({ at, storage });
    await at.streamed(3);
    expect(at.asked.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1"]);
    expect(at.asked[2]).toEqual(at.asked[0]);
    at.send(start("t1"), words("I play."), finish());
    await expect.poll(second.written).toEqual(["I play."]);
  });

  it("gives up on a server that never says anything, and says so", async () => {
    const { at, texts } = setUp();
    at.answer(
      ...Array.from(
        { length: 9 },
        () => () =>
          new Response(
            new ReadableStream({
              start: (controller) => controller.close(),
            }),
          ),
      ),
    );
    await texts.ask();
    expect(at.asked).toHaveLength(4);
    expect(texts.problem.value?.code).toBe("broken");
  });

  it("takes a lost stream up where it was lost", async () => {
    const { at, texts, written, growing } = setUp();
    const asking = texts.ask();
    await at.streamed(1);
    at.send(start("t1"), words("I pl"));
    await expect.poll(growing).toBe("I pl");
    at.cut();
    await at.streamed(2);
    expect(at.asked.at(-1)?.path).toBe(STREAM);
    at.send(start("t1"), words("I play."), finish());
    await asking;
    expect(written()).toEqual(["I play."]);
  });

  it("is followed again after a reload, and stays until the member has chosen", async () => {
    const { at, storage, texts } = setUp();
    void texts.ask();
    await at.streamed(1);
    at.send(start("t1"), words("I "));
    await expect.poll(() => storage.getItem("place")).toContain("answer-t1");
    texts.close();
    const second = setUp({ at, storage });
    await at.streamed(2);
    expect(at.asked[1]?.path).toBe(STREAM);
    at.send(start("t1"), words("I play."), finish([], "More play."));
    await expect.poll(second.written).toEqual(["I play."]);
    const third = setUp({ at, storage });
    expect(third.texts.choice.value).toEqual(second.texts.choice.value);
    third.texts.clear();
    expect(third.written()).toEqual([]);
    expect(storage.getItem("place")).toBeNull();
  });

  it("is forgotten if the member goes back to the beginning while it is written", async () => {
    const { at, storage, texts } = setUp();
    void texts.ask();
    await at.streamed(1);
    at.send(start("t1"), words("I "));
    await expect.poll(() => storage.getItem("place")).toContain("answer-t1");
    texts.clear();
    expect(texts.running.value).toBeNull();
    expect(storage.getItem("place")).toBeNull();
    expect(setUp({ at, storage }).texts.running.value).toBeNull();
  });

  it("says why it did not come; the same request is charged once, another one again", async () => {
    const { at, texts, written } = setUp();
    at.answer(refusal("provider_busy", 503), refusal("provider_busy", 503));
    await texts.ask();
    expect(texts.problem.value).toMatchObject({ code: "provider_busy", retryable: true });
    texts.again();
    await expect.poll(() => at.asked.length).toBe(2);
    await expect.poll(() => texts.running.value).toBeNull();
    at.answer(refusal("provider_busy", 503));
    await texts.ask();
    const asking = texts.askElse();
    await at.streamed(1);
    expect(texts.problem.value).toBeNull();
    expect(at.asked.map(({ key }) => key)).toEqual(["key-1", "key-1", "key-1", "key-2"]);
    expect(at.asked[1]).toEqual(at.asked[0]);
    at.send(start("t1"), words("I br"), { type: "error", errorText: "cut" });
    await asking;
    // It was a turn of its own, and is charged as one: another attempt is a new one.
    texts.again();
    await at.streamed(2);
    expect(at.asked.at(-1)?.key).toBe("key-3");
    at.send(start("t2"), words("I play."), finish());
    await expect.poll(written).toEqual(["I play."]);
  });

  it("keeps every text that was seen: whole, stopped, broken off, over a reload", async () => {
    const { at, storage, texts, history, seen } = setUp();
    const write = async (turn: string, ...parts: object[]) => {
      const count = at.asked.length + 1;
      const asking = texts.ask();
      await at.streamed(count);
      at.send(start(turn), ...parts);
      await asking;
    };
    await write("t1", words("I play."), finish());
    await write("t2", words("I stopped"), { type: "abort" });
    await write("t3", words("I broke"), { type: "error", errorText: "cut" });
    expect(seen()).toEqual(["I broke", "I stopped", "I play."]);
    expect(setUp({ at, storage }).history.texts.value).toEqual(history.texts.value);
  });

  it("never takes for a text what is none, and shows it until it was read", async () => {
    const { at, storage, texts, written, seen } = setUp();
    const asking = texts.ask();
    await at.streamed(1);
    at.send(start("t1"), words("I am here with you."), { type: "finish", messageMetadata: {} });
    await asking;
    expect([...written(), ...seen()]).toEqual([]);
    expect(texts.problem.value).toBeNull();
    const second = setUp({ at, storage });
    expect(second.texts.reply.value).toBe("I am here with you.");
    second.texts.dismissReply();
    expect(setUp({ at, storage }).texts.reply.value).toBeNull();
    void texts.ask();
    expect(texts.reply.value).toBeNull();
  });

  it("starts empty if the browser stored something odd", () => {
    const storage = memory();
    const odd = ["{", "[]", "7", '{"choice":{"versions":7},"pending":{"ask":{}},"form":[]}'];
    for (const json of [
      ...odd,
      '{"pending":{"key":"k","ask":{"kind":"better"}},"form":{"amount":"x"}}',
    ]) {
      storage.setItem("place", json);
      const { at, texts, written } = setUp({ storage });
      expect([texts.running.value, texts.reply.value, ...written()]).toEqual([null, null]);
      expect(texts.form.value).toEqual(setUp().texts.form.value);
      expect(at.asked).toEqual([]);
    }
    const version = { text: "I play.", made: "?", findings: [{ message: 7 }, null] };
    storage.setItem("place", JSON.stringify({ choice: { versions: [{}, version], chosen: 9 } }));
    expect(setUp({ storage }).texts.choice.value).toMatchObject({
      versions: [{ text: "I play.", made: "new", findings: [] }],
      chosen: 0,
    });
  });
});
