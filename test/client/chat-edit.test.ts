import { describe, expect, it } from "vitest";
import { localProblem } from "../../client/api/problem.ts";
import { conversation, liveStream, memory, REFUSED, setUp, stored } from "./chat-world.ts";

const TALK = () =>
  conversation([
    stored("a0", "assistant", "Welcome."),
    stored("u1", "user", "More music."),
    stored("a1", "assistant", "Which music?"),
  ]);

/** A chat with a message and its answer, the message opened to be changed. */
async function changing(storage = memory()) {
  const world = setUp(TALK, storage);
  await world.chat.open();
  world.chat.edit("u1");
  return { ...world, storage };
}

describe("changing one's last message", () => {
  it("cuts off what followed and asks anew under the same id, once", async () => {
    const { chat, asked, answer, list, until, storage } = await changing();
    expect(chat.editing.value).toEqual({ messageId: "u1", text: "More music." });
    const stream = liveStream("t2");
    answer(stream.response);
    void chat.sendEdit("More dancing.");
    expect(chat.editing.value).toBeNull();
    expect(list()).toEqual([
      ["a0", "Welcome.", "complete"],
      ["u1", "More dancing.", "sending"],
      [expect.any(String), "", "sending"],
    ]);
    stream.begin("a2");
    stream.say("Which dance?");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["u1", "More dancing.", "complete"],
      ["a2", "Which dance?", "complete"],
    ]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.body).toMatchObject({
      trigger: "submit-message",
      messageId: "u1",
      messages: [{ id: "u1", parts: [{ text: "More dancing." }] }],
    });
    expect(storage.texts()).toEqual([]);
  });

  it("puts everything back where the server refuses, and keeps the words", async () => {
    const { chat, answer, list, until, storage } = await changing();
    const before = list();
    answer(REFUSED);
    void chat.sendEdit("More dancing.");
    await until(() => chat.announcement.value === REFUSED.detail);
    await until(() => chat.editing.value !== null);
    expect(list()).toEqual(before);
    expect(chat.editing.value).toEqual({
      messageId: "u1",
      text: "More dancing.",
      problem: REFUSED,
    });

    // Also a reload has them, and what stands is the record.
    const after = setUp(TALK, storage);
    await after.chat.open();
    expect(after.list()).toEqual(before);
    expect(after.chat.editing.value?.text).toBe("More dancing.");
    expect(after.asked).toEqual([]);
    after.chat.cancelEdit();
    expect(after.storage.texts()).toEqual([]);
  });

  it("goes out by itself where nobody knows whether it arrived", async () => {
    const { chat, asked, answer, list, until } = await changing();
    const stream = liveStream("t2");
    answer(localProblem("unreachable"));
    answer(stream.response);
    void chat.sendEdit("More dancing.");
    stream.begin("a2");
    stream.say("Which dance?");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["u1", "More dancing.", "complete"],
      ["a2", "Which dance?", "complete"],
    ]);
    expect(asked.map(({ body }) => [body.messageId, body.messages[0]?.id])).toEqual([
      ["u1", "u1"],
      ["u1", "u1"],
    ]);
  });

  it("waits through a reload without a connection, and then goes out", async () => {
    const storage = memory();
    const before = await changing(storage);
    before.goOffline();
    await before.chat.sendEdit("More dancing.");
    expect(before.list().slice(1)).toEqual([["u1", "More dancing.", "queued"]]);
    before.chat.close();

    const { chat, asked, answer, list, until } = setUp(TALK, storage);
    const stream = liveStream("t2");
    answer(stream.response);
    await chat.open();
    stream.begin("a2");
    stream.say("Which dance?");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["u1", "More dancing.", "complete"],
      ["a2", "Which dance?", "complete"],
    ]);
    expect(asked.map(({ body }) => body.messageId)).toEqual(["u1"]);
    expect(storage.texts()).toEqual([]);
  });

  it("does not cut off a talk that has gone on elsewhere meanwhile", async () => {
    const storage = memory();
    const before = await changing(storage);
    before.goOffline();
    await before.chat.sendEdit("More dancing.");
    before.chat.close();
    const longer = conversation([
      ...TALK().messages,
      stored("u2", "user", "Jazz."),
      stored("a2", "assistant", "Lovely."),
    ]);

    const { chat, asked, list } = setUp(() => longer, storage);
    await chat.open();
    expect(list().slice(3)).toEqual([
      ["u2", "Jazz.", "complete"],
      ["a2", "Lovely.", "complete"],
      [expect.not.stringMatching(/^u1$/), "More dancing.", "failed"],
    ]);
    expect(asked).toEqual([]);
    await expect.poll(storage.texts).toEqual(["More dancing."]);
  });

  it("takes the place of an answer that is still being written, and tells nothing of its end", async () => {
    const { chat, answer, list, until } = setUp(() =>
      conversation([stored("a0", "assistant", "Hi.")]),
    );
    await chat.open();
    const first = liveStream("t1");
    const second = liveStream("t2");
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Which");
    await until(() => chat.messages.value.at(-1)?.status === "streaming");
    const id = chat.messages.value[1]?.id ?? "";
    await until(() => chat.messages.value[1]?.status === "complete");
    chat.edit(id);
    answer(second.response);
    void chat.sendEdit("More dancing.");
    const said: string[] = [];
    chat.announcement.subscribe((sentence) => said.push(sentence));
    first.abort("superseded");
    second.begin("a2");
    second.say("Which dance?");
    second.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      [id, "More dancing.", "complete"],
      ["a2", "Which dance?", "complete"],
    ]);
    expect(said).not.toContain("The answer was stopped.");
  });

  it("shows the end of an answer that came while a refused change had hidden it", async () => {
    const { chat, answer, list, until } = setUp(() =>
      conversation([stored("a0", "assistant", "Hi.")]),
    );
    await chat.open();
    const first = liveStream("t1");
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Which");
    await until(() => chat.messages.value[1]?.status === "complete");
    const id = chat.messages.value[1]?.id ?? "";
    chat.edit(id);
    void chat.sendEdit("More dancing.");
    first.say(" music?");
    first.finish();
    await until(() => chat.messages.value[1]?.edit?.before?.[1]?.status === "complete");
    answer(REFUSED);
    await until(() => chat.editing.value !== null);
    expect(list().slice(1)).toEqual([
      [id, "More music.", "complete"],
      ["a1", "Which music?", "complete"],
    ]);
  });

  it("changes nothing with the same words, or by being given up", async () => {
    const { chat, asked, list, storage } = await changing();
    const before = list();
    chat.holdEdit("More d");
    chat.cancelEdit();
    expect(chat.editing.value).toBeNull();
    chat.edit("u1");
    await chat.sendEdit("More music.");
    expect(list()).toEqual(before);
    expect(asked).toEqual([]);
    await expect.poll(storage.texts).toEqual([]);
  });

  it("keeps over a reload what was begun", async () => {
    const storage = memory();
    const before = await changing(storage);
    before.chat.holdEdit("More danc");
    const after = setUp(TALK, storage);
    await after.chat.open();
    expect(after.chat.editing.value).toMatchObject({ messageId: "u1", text: "More danc" });
  });

  it("is given up by writing on", async () => {
    const { chat } = await changing();
    void chat.send("And jazz.");
    expect(chat.editing.value).toBeNull();
  });

  it("is for the last message only, and for none that is on its way", async () => {
    const talk = conversation([
      ...TALK().messages,
      stored("u2", "user", "Jazz."),
      stored("a2", "assistant", "Lovely."),
    ]);
    const { chat } = setUp(() => talk);
    await chat.open();
    chat.edit("u1");
    expect(chat.editing.value).toBeNull();
    chat.edit("a2");
    expect(chat.editing.value).toBeNull();
    chat.edit("u2");
    expect(chat.editing.value?.messageId).toBe("u2");
    void chat.send("And more.");
    chat.edit("u2");
    chat.edit(chat.messages.value.at(-2)?.id ?? "");
    expect(chat.editing.value).toBeNull();
  });

  it("changes a message that was refused, whether or not the server has it after all", async () => {
    const { chat, asked, answer, list, until, storage } = setUp(TALK);
    await chat.open();
    answer(REFUSED);
    void chat.send("Mroe jazz.");
    await until(() => chat.messages.value.at(-1)?.status === "failed");
    chat.edit("id-1");
    answer(REFUSED);
    void chat.sendEdit("More jazz.");
    await until(() => chat.messages.value.at(-1)?.text === "More jazz.");
    await until(() => chat.messages.value.at(-1)?.status === "failed");
    expect(storage.texts()).toEqual(["More jazz."]);
    const stream = liveStream("t2");
    answer(stream.response);
    chat.retry("id-1");
    stream.begin("a2");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(3)).toEqual([
      ["id-1", "More jazz.", "complete"],
      ["a2", "Yes!", "complete"],
    ]);
    expect(asked.map(({ body }) => body.messageId)).toEqual([undefined, "id-1", "id-1"]);
  });
});

describe("changing a message that the server never had", () => {
  it("keeps the message itself where the change is given up", async () => {
    const { chat, answer, list, until, storage } = setUp(TALK);
    await chat.open();
    answer(REFUSED);
    void chat.send("Mroe jazz.");
    await until(() => chat.messages.value.at(-1)?.status === "failed");
    chat.edit("id-1");
    chat.holdEdit("More ja");
    await expect.poll(storage.texts).toEqual(["More ja"]);
    chat.cancelEdit();
    await expect.poll(storage.texts).toEqual(["Mroe jazz."]);
    expect(list().at(-1)).toEqual(["id-1", "Mroe jazz.", "failed"]);
  });
});

describe("an answer that the provider ended early", () => {
  it.each([
    ["length", "VIVA: And then we VIVA's answer reached its full length here."],
    ["content-filter", "VIVA: And then we A content filter ended VIVA's answer here."],
  ])("for its %s is whole, and says so", async (reason, said) => {
    const { chat, answer, until } = setUp(TALK);
    await chat.open();
    const stream = liveStream("t2");
    answer(stream.response);
    void chat.send("Go on.");
    stream.begin("a2");
    stream.say("And then we");
    stream.finish(reason);
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(chat.messages.value.at(-1)?.early).toBe(reason);
    expect(chat.announcement.value).toContain(said);
  });

  it("is told from one that ended by itself", async () => {
    const { chat, answer, until } = setUp(TALK);
    await chat.open();
    const stream = liveStream("t2");
    answer(stream.response);
    void chat.send("Go on.");
    stream.begin("a2");
    stream.say("And then we danced.");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(chat.messages.value.at(-1)).not.toHaveProperty("early");
    expect(chat.announcement.value).toBe("VIVA: And then we danced.");
  });
});
