import { describe, expect, it, vi } from "vitest";
import type { Conversation, Message } from "../../domain/messages.ts";
import { conversation, liveStream, memory, setUp, stored } from "./chat-world.ts";

const by = (turnId: string, message: Message): Message => ({
  ...message,
  metadata: { ...message.metadata, turnId },
});

const welcome = by("t0", stored("a0", "assistant", "Welcome."));
const asked = by("t2", stored("m2", "user", "From the other tab."));
const growing: Message = {
  ...by("t2", stored("a2", "assistant", "Rivers ")),
  metadata: { ...welcome.metadata, turnId: "t2", status: "streaming" },
};
const RUNNING = conversation([welcome, asked, growing], { id: "t2", messageId: "a2", base: 0 });
const ENDED = conversation([welcome, asked, by("t2", stored("a2", "assistant", "Rivers run."))]);

/** A chat with a record that changes. */
function world(begin: Conversation = conversation([welcome]), storage = memory()) {
  const record = { now: begin };
  return { record, ...setUp(() => record.now, storage) };
}

describe("a turn of another tab", () => {
  it("is shown with its message, and its answer as it is written", async () => {
    const { chat, record, asked: requests, answer, list, until } = world();
    await chat.open();
    const [first] = chat.messages.value;
    record.now = RUNNING;
    expect(await chat.isNews("t2")).toBe(true);
    await chat.catchUp();
    const stream = liveStream("t2");
    answer(stream.response);
    stream.begin("a2");
    stream.say("Rivers run");
    const growth = () => chat.growth(chat.messages.value.at(-1)?.key ?? "")?.text();
    await vi.waitFor(() => expect(growth()).toBe("Rivers run"));
    stream.say(".");
    stream.finish();
    await until(() => !chat.answering.value);
    expect(list()).toEqual([
      ["a0", "Welcome.", "complete"],
      ["m2", "From the other tab.", "complete"],
      ["a2", "Rivers run.", "complete"],
    ]);
    expect(requests.map(({ path }) => path)).toEqual(["/api/viva/chat/c1/stream"]);
    // What stood there is the same bubble, and the same message.
    expect(chat.messages.value[0]).toBe(first);
    expect(await chat.isNews("t2")).toBe(false);
  });

  it("is shown where it has ended meanwhile", async () => {
    const { chat, record, list, asked: requests } = world();
    await chat.open();
    record.now = ENDED;
    expect(await chat.isNews("t2")).toBe(true);
    await chat.catchUp();
    expect(list().slice(1)).toEqual([
      ["m2", "From the other tab.", "complete"],
      ["a2", "Rivers run.", "complete"],
    ]);
    expect(requests).toEqual([]);
  });

  it("waits for what this tab has on its way", async () => {
    const { chat, record, answer, list, until } = world();
    await chat.open();
    void chat.send("From here.");
    const mine = liveStream("t1");
    answer(mine.response);
    mine.begin("a1");
    mine.say("A part");
    await until(() => chat.messages.value.at(-1)?.status === "streaming");
    record.now = ENDED;
    const news = chat.isNews("t2");
    const caughtUp = chat.catchUp();
    mine.abort("superseded");
    expect(await news).toBe(true);
    await caughtUp;
    expect(list().map(([id]) => id)).toEqual(["a0", "m2", "a2"]);
  });

  it("is none where the chat asked for it itself, however early it is heard of", async () => {
    const { chat, answer, until, record } = world();
    await chat.open();
    void chat.send("From here.");
    const early = chat.isNews("t1");
    const stream = liveStream("t1");
    answer(stream.response);
    stream.begin("a1");
    expect(await early).toBe(false);
    stream.say("Yes.");
    stream.finish();
    await until(() => !chat.answering.value);
    // The record would say otherwise, and is not asked.
    record.now = ENDED;
    expect(await chat.isNews("t1")).toBe(false);
    expect(chat.messages.value.map(({ id }) => id)).not.toContain("m2");
  });
});

describe("catching up", () => {
  it("keeps what the member is changing, as long as it is their last message", async () => {
    const { chat, record } = world(ENDED);
    await chat.open();
    chat.edit("m2");
    chat.holdEdit("From the other tab, changed.");
    await chat.catchUp();
    expect(chat.editing.value).toEqual({ messageId: "m2", text: "From the other tab." });
    record.now = conversation([...ENDED.messages, by("t3", stored("m3", "user", "More."))]);
    await chat.catchUp();
    expect(chat.editing.value).toBeNull();
    // The words are not lost: they stand as a message that was not sent.
    expect(chat.messages.value.at(-1)).toMatchObject({
      ...{ text: "From the other tab, changed.", status: "failed", unsent: true },
    });
  });

  it("leaves what waits to be sent where it is, and sends nothing by itself", async () => {
    const { chat, record, list, goOffline, asked: requests } = world();
    await chat.open();
    goOffline();
    await chat.send("Later.");
    record.now = ENDED;
    await chat.catchUp();
    expect(list().map(([, text, status]) => [text, status])).toEqual([
      ["Welcome.", "complete"],
      ["From the other tab.", "complete"],
      ["Rivers run.", "complete"],
      ["Later.", "queued"],
    ]);
    expect(requests).toEqual([]);
  });

  it("greets nobody on that account, and changes nothing where the record cannot be read", async () => {
    const { chat, record, list, asked: requests } = world();
    await chat.open();
    record.now = { code: "not_found", status: 404 } as unknown as Conversation;
    expect(await chat.catchUp()).toMatchObject({ code: "not_found" });
    expect(list()).toEqual([["a0", "Welcome.", "complete"]]);
    record.now = conversation([]);
    await chat.catchUp();
    expect(list()).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("ends with the chat", async () => {
    const { chat, record } = world();
    await chat.open();
    chat.close();
    record.now = ENDED;
    await chat.catchUp();
    expect(await chat.isNews("t2")).toBe(false);
    expect(chat.messages.value).toHaveLength(1);
  });
});
