import { describe, expect, it } from "vitest";
import { type ClientProblem, localProblem, toProblem } from "../../client/api/problem.ts";
import type { Conversation } from "../../domain/messages.ts";
import {
  BUSY,
  conversation,
  GREETED,
  liveStream,
  memory,
  NOT_FOUND,
  REFUSED,
  setUp,
  stored,
} from "./chat-world.ts";

const DOWN = toProblem({ code: "database_unavailable", retryAfter: 5 }, 503);
/** Problems that may pass by themselves, met before the server has taken anything. */
const PASSING: [string, ClientProblem][] = [
  ["a slow database", DOWN],
  ["too many at once", toProblem({ code: "rate_limited", retryAfter: 30 }, 429)],
  ["a gateway's time-out", localProblem("unknown", 504)],
  ["no connection", localProblem("unreachable")],
];

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
    await until(() => chat.announcement.value.startsWith("VIVA: "));
    expect(list()).toEqual([["a1", "Welcome, Ada.", "complete"]]);
    expect(asked[0]?.body).toMatchObject({
      id: "c1",
      messages: [],
      visionBuildPhase: "peak",
      context: { category: "fun", isInitialGreeting: true },
    });
  });

  it.each([
    ["no credits", REFUSED],
    ["a deployment that lacks something", toProblem({ code: "misconfigured" }, 503)],
  ])("offers a greeting again that was refused (%s)", async (_, why) => {
    const { chat, asked, answer, list, until } = setUp(() => NOT_FOUND);
    answer(why);
    await chat.open();
    await until(() => chat.greetingProblem.value !== null);
    expect(list()).toEqual([]);
    expect(chat.greetingWaits.value).toBe(false);
    expect(asked).toHaveLength(1);
    const stream = liveStream();
    answer(stream.response);
    chat.greetAgain();
    stream.begin("a1");
    stream.say("Welcome.");
    stream.finish();
    await until(() => chat.announcement.value.startsWith("VIVA: "));
    expect(chat.greetingProblem.value).toBeNull();
  });

  it.each(PASSING)("asks for a greeting that was not taken (%s) by itself", async (_, why) => {
    const { chat, asked, answer, list, until, waits } = setUp(() => NOT_FOUND);
    const stream = liveStream();
    answer(why);
    answer(why);
    answer(stream.response);
    await chat.open();
    await until(() => chat.greetingWaits.value);
    expect(chat.greetingProblem.value).toEqual(why);
    stream.begin("a1");
    stream.say("Welcome.");
    stream.finish();
    await until(() => chat.announcement.value.startsWith("VIVA: "));
    expect(list()).toEqual([["a1", "Welcome.", "complete"]]);
    expect(asked.map(({ body }) => body.context.isInitialGreeting)).toEqual([true, true, true]);
    expect(chat.greetingProblem.value).toBeNull();
    expect(Math.min(...waits)).toBeGreaterThanOrEqual((why.retryAfter ?? 0) * 1_000);
  });

  it("tries at once what waits where the member asks for it", async () => {
    const { chat, asked, answer, list, until, holdWaits } = setUp(() => NOT_FOUND);
    holdWaits();
    answer(DOWN);
    await chat.open();
    await until(() => chat.greetingWaits.value);
    const greeting = liveStream();
    answer(greeting.response);
    chat.greetAgain();
    greeting.begin("a1");
    greeting.say("Welcome.");
    greeting.finish();
    await until(() => chat.announcement.value.startsWith("VIVA: "));
    answer(DOWN);
    const stream = liveStream("t2");
    chat.send("More music.");
    await until(() => chat.messages.value[1]?.problem === DOWN);
    const { id } = chat.messages.value[1] ?? {};
    answer(stream.response);
    chat.retry(String(id));
    stream.begin("a2");
    await until(() => list()[1]?.[2] === "complete");
    expect(asked).toHaveLength(4);
  });

  it("lets a greeting that waits give way to what the member writes", async () => {
    const { chat, asked, answer, list, until, holdWaits } = setUp(() => NOT_FOUND);
    holdWaits();
    answer(DOWN);
    await chat.open();
    await until(() => chat.greetingWaits.value);
    const stream = liveStream();
    answer(stream.response);
    chat.send("More music.");
    stream.begin("a1");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().map(([, text]) => text)).toEqual(["More music.", "Yes!"]);
    expect(asked.map(({ body }) => body.context.isInitialGreeting)).toEqual([true, undefined]);
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
    const { chat, asked, answer, list, until, storage } = setUp(GREETED);
    await chat.open();
    answer(REFUSED);
    chat.send("More music.");
    await until(() => chat.messages.value.at(-1)?.status === "failed");
    expect(list().slice(1)).toEqual([["id-1", "More music.", "failed"]]);
    expect(chat.messages.value.at(-1)?.problem).toEqual(REFUSED);
    expect(chat.announcement.value).toBe(REFUSED.detail);
    expect(storage.texts()).toEqual(["More music."]);

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
    expect(storage.texts()).toEqual([]);
  });

  it("brings back after a reload what the server refused", async () => {
    const storage = memory();
    const before = setUp(GREETED, storage);
    await before.chat.open();
    before.answer(REFUSED);
    before.chat.send("More music.");
    await before.until(() => before.chat.messages.value.at(-1)?.status === "failed");

    const after = setUp(GREETED, storage);
    await after.chat.open();
    expect(after.list().at(-1)).toEqual(["id-1", "More music.", "failed"]);
    expect(after.chat.messages.value.at(-1)?.problem).toEqual(REFUSED);
    expect(after.asked).toEqual([]);
  });

  it.each(PASSING)("sends by itself what was not taken (%s), under the same id", async (_, why) => {
    const { chat, asked, answer, list, until, storage, waits } = setUp(GREETED);
    await chat.open();
    const stream = liveStream();
    answer(why);
    answer(stream.response);
    chat.send("More music.");
    await until(() => chat.messages.value[1]?.problem === why);
    expect(list()[1]).toEqual(["id-1", "More music.", "queued"]);
    expect(Math.max(...waits, 0)).toBeGreaterThanOrEqual((why.retryAfter ?? 0) * 1_000);
    stream.begin("a1");
    stream.say("Yes!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["id-1", "More music.", "complete"],
      ["a1", "Yes!", "complete"],
    ]);
    expect(asked.map(({ body }) => body.messages[0]?.id)).toEqual(["id-1", "id-1"]);
    expect(storage.texts()).toEqual([]);
  });

  it("keeps the order of what waits over a reload, also if the device's clock is set back", async () => {
    const storage = memory();
    const before = setUp(GREETED, storage);
    await before.chat.open();
    before.goOffline();
    for (const [text, hours] of [
      ["One.", 0],
      ["Two.", 1],
      ["Three.", 5],
    ] as const) {
      before.setClockBack(hours);
      await before.chat.send(text);
    }
    before.chat.close();
    const after = setUp(GREETED, storage);
    after.goOffline();
    await after.chat.open();
    expect(after.list().map(([, text]) => text)).toEqual(["Welcome.", "One.", "Two.", "Three."]);
  });

  it("sends what was queued before a reload once, in order, each after the one before", async () => {
    const storage = memory();
    const before = setUp(GREETED, storage);
    await before.chat.open();
    before.goOffline();
    before.chat.send("One.");
    before.chat.send("Two.");
    expect(before.list().slice(1)).toEqual([
      ["id-1", "One.", "queued"],
      ["id-2", "Two.", "queued"],
    ]);
    before.chat.close();

    const { chat, asked, answer, list, until } = setUp(GREETED, storage);
    const first = liveStream("t1");
    const second = liveStream("t2");
    await chat.open();
    expect(list().at(-1)).toEqual(["id-2", "Two.", "queued"]);
    expect(asked.map(({ body }) => body.messages[0]?.id)).toEqual(["id-1"]);
    answer(first.response);
    first.begin("a1");
    await until(() => list().some(([id, , status]) => id === "id-2" && status === "sending"));
    first.abort("superseded");
    answer(second.response);
    second.begin("a2");
    second.say("Both heard.");
    second.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().slice(1)).toEqual([
      ["id-1", "One.", "complete"],
      ["id-2", "Two.", "complete"],
      ["a2", "Both heard.", "complete"],
    ]);
    expect(asked.map(({ body }) => body.messages[0]?.id)).toEqual(["id-1", "id-2"]);
    expect(storage.texts()).toEqual([]);
  });

  it("stops an answer as soon as its turn has begun, also before the first word", async () => {
    const { chat, asked, answer, list, until, turns } = setUp(GREETED);
    const stream = liveStream("t7");
    await chat.open();
    chat.send("More music.");
    chat.stop();
    // The turn is not known yet: it is named by its message.
    const path = "/api/viva/chat/c1/stop";
    expect(asked[1]).toEqual({ path, body: { messageId: "id-1" } });
    answer(stream.response);
    stream.begin("a1");
    await until(() => chat.announcement.value === "VIVA is answering.");
    stream.abort("stopped");
    await until(() => chat.messages.value.at(-1)?.status === "stopped");
    expect(list().at(-1)).toEqual(["id-1", "More music.", "stopped"]);

    const anew = liveStream("t8");
    answer(anew.response);
    chat.askAnew("id-1");
    anew.begin("a2");
    anew.say("Yes!");
    anew.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    const last = asked.findLast((each) => each.path === "/api/viva/chat");
    expect(last?.body).toMatchObject({ trigger: "regenerate-message", messageId: "id-1" });
    // Each of them made the conversation the newest.
    expect(turns).toEqual(["More music.", ""]);
  });

  it("goes on with an interrupted answer behind its last word", async () => {
    const cut = stored("a1", "assistant", "Half an");
    const record = conversation([
      stored("u1", "user", "More."),
      { ...cut, metadata: { ...cut.metadata, status: "interrupted" } },
    ]);
    const { chat, asked, answer, list, until, turns } = setUp(() => record);
    const stream = liveStream("t2");
    await chat.open();
    answer(stream.response);
    chat.goOn("a1");
    expect(list().at(-1)).toEqual(["a1", "Half an", "sending"]);
    stream.begin("a1");
    stream.say(" answer,");
    stream.say(" whole.");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half an answer, whole.", "complete"]);
    expect(turns).toEqual([""]);
    expect(asked[0]?.body).toMatchObject({
      trigger: "submit-message",
      messageId: "a1",
      messages: [],
    });
  });

  it("leaves an interrupted answer as it was where going on fails", async () => {
    const cut = stored("a1", "assistant", "Half an");
    const record = conversation([{ ...cut, metadata: { ...cut.metadata, status: "interrupted" } }]);
    const { chat, answer, list, until } = setUp(() => record);
    await chat.open();
    answer(BUSY);
    chat.goOn("a1");
    await until(() => chat.messages.value.at(-1)?.status === "interrupted");
    expect(list().at(-1)).toEqual(["a1", "Half an", "interrupted"]);
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
    const first = liveStream("t1");
    const second = liveStream("t1", 7);
    await chat.open();
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Half an");
    await until(() => chat.announcement.value === "VIVA is answering.");
    answer(second.response);
    first.drop();
    second.say(" answer,");
    second.say(" and the rest.");
    second.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half an answer, and the rest.", "complete"]);
    expect(asked.map(({ path }) => path)).toEqual([
      "/api/viva/chat",
      "/api/viva/chat/c1/stream?after=t1:7",
    ]);
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

  it("shows that it is reconnecting for as long as the server is out of reach", async () => {
    const { chat, answer, list, until } = setUp(GREETED);
    const first = liveStream();
    const second = liveStream();
    await chat.open();
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Half");
    await until(() => chat.announcement.value === "VIVA is answering.");
    for (let attempt = 0; attempt < 12; attempt += 1) answer(localProblem("unreachable"));
    first.drop();
    await until(() => chat.messages.value.at(-1)?.lost === true);
    expect(list().at(-1)?.[2]).toBe("streaming");
    // The server has started anew and replays from the beginning.
    answer(second.response);
    second.begin("a1");
    second.say("Half of it");
    second.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half of it", "complete"]);
    expect(chat.messages.value.at(-1)).not.toHaveProperty("lost");
  });

  it("reads from the record what a newer turn has overtaken while the connection was lost", async () => {
    let record = GREETED();
    const { chat, answer, list, until } = setUp(() => record);
    const first = liveStream("t1");
    const other = liveStream("t2");
    await chat.open();
    answer(first.response);
    chat.send("More music.");
    first.begin("a1");
    first.say("Half");
    await until(() => chat.announcement.value === "VIVA is answering.");
    const overtaken = stored("a1", "assistant", "Half of");
    record = conversation([
      ...record.messages,
      { ...overtaken, metadata: { ...overtaken.metadata, status: "superseded" } },
    ]);
    answer(other.response);
    first.drop();
    other.begin("a2");
    other.say("Another answer");
    await until(() => chat.messages.value.at(-1)?.status === "superseded");
    expect(list().at(-1)).toEqual(["a1", "Half of", "superseded"]);
  });

  it("listens on to a turn that ran through a reload", async () => {
    const record = conversation([stored("u1", "user", "More music.")], {
      id: "t1",
      messageId: "a1",
      base: 0,
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

  it("puts what a turn goes on with where the record says that it begins", async () => {
    // The turn that runs began behind "Ha ha"; by its words alone it might as well have begun earlier.
    const text = "Ha ha ha ha";
    const half = stored("a1", "assistant", text);
    const streaming = { ...half, metadata: { ...half.metadata, status: "streaming" as const } };
    let reads = 0;
    const record = conversation([stored("u1", "user", "More."), streaming], {
      ...{ id: "t2", messageId: "a1", base: 5 },
    });
    const { chat, answer, list, until } = setUp(() => {
      reads += 1;
      return record;
    });
    const stream = liveStream("t2");
    answer(stream.response);
    await chat.open();
    expect(chat.growth("a1")?.shown.value).toBe(text);
    stream.begin("a1");
    stream.say(" ha ha ha!");
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Ha ha ha ha ha!", "complete"]);
    // Nothing had to be looked up for that.
    expect(reads).toBe(1);
  });

  it("fits in by its words what another turn has gone on with since the record was read", async () => {
    const half = stored("a1", "assistant", "Half an answer that");
    const streaming = { ...half, metadata: { ...half.metadata, status: "streaming" as const } };
    let record = conversation([stored("u1", "user", "More."), streaming], {
      ...{ id: "t1", messageId: "a1", base: 0 },
    });
    const { chat, answer, list, until } = setUp(() => record);
    const stream = liveStream("t2");
    answer(stream.response);
    await chat.open();
    stream.begin("a1");
    // The first turn ended behind "Half an", and in another tab the member had VIVA go on.
    stream.say(" answer that is");
    stream.say(" whole.");
    const whole = stored("a1", "assistant", "Half an answer that is whole.");
    record = conversation([stored("u1", "user", "More."), whole]);
    stream.finish();
    await until(() => chat.messages.value.at(-1)?.status === "complete");
    expect(list().at(-1)).toEqual(["a1", "Half an answer that is whole.", "complete"]);
  });

  it("offers a stored message again that no one answered", async () => {
    const unanswered = stored("u1", "user", "More music.");
    const { chat, list } = setUp(() => conversation([unanswered]));
    await chat.open();
    expect(list()).toEqual([["u1", "More music.", "stopped"]]);

    const failing = { ...unanswered.metadata, status: "failed" as const };
    const other = setUp(() => conversation([{ ...unanswered, metadata: failing }]));
    await other.chat.open();
    expect(other.list()).toEqual([["u1", "More music.", "failed"]]);
    expect(other.chat.messages.value[0]?.problem?.retryable).toBe(true);
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

  it("reads a record that could not be read by itself, where that may pass", async () => {
    let reads = 0;
    const { chat, list, waits } = setUp(() => {
      reads += 1;
      return reads < 3 ? DOWN : GREETED();
    });
    await chat.open();
    expect(chat.load.value.kind).toBe("ready");
    expect(list()).toHaveLength(1);
    expect(waits).toHaveLength(2);
    expect(Math.min(...waits)).toBe(5_000);
  });

  it("says why the record could not be read, and reads it when asked again", async () => {
    let record: Conversation | ClientProblem = REFUSED;
    const { chat, list } = setUp(() => record);
    await chat.open();
    expect(chat.load.value).toEqual({ kind: "failed", problem: REFUSED });
    record = GREETED();
    await chat.open();
    expect(chat.load.value.kind).toBe("ready");
    expect(list()).toHaveLength(1);
  });
});

describe("a long conversation", () => {
  const ids = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, n) => `m${from + n}`);
  const page = (from: number, to: number): Conversation => ({
    ...conversation(
      ids(from, to).map((id, n) =>
        stored(id, n % 2 === 0 ? "user" : "assistant", `Words of ${id}`),
      ),
    ),
    olderBefore: from === 0 ? null : from,
  });

  /** A chat whose record has so many messages, read by pages of four. */
  function setUpLong() {
    let count = 10;
    let failing: ClientProblem | null = null;
    const paths: string[] = [];
    const world = setUp((path) => {
      paths.push(path);
      if (failing && path.includes("before")) return failing;
      const before = Number(/before=(\d+)/.exec(path)?.[1] ?? count);
      return page(Math.max(0, before - 4), before);
    });
    return {
      ...world,
      paths,
      shown: () => world.chat.messages.value.map(({ id }) => id),
      fail(problem: ClientProblem | null) {
        failing = problem;
      },
      grow(by: number) {
        count += by;
      },
    };
  }

  it("shows its newest messages, and older ones before them as they are asked for", async () => {
    const { chat, shown, paths } = setUpLong();
    await chat.open();
    expect(shown()).toEqual(ids(6, 10));
    expect(chat.older.value).toEqual({ before: 6 });
    // Asked for twice in a row, it is read once.
    await Promise.all([chat.loadOlder(), chat.loadOlder()]);
    expect(shown()).toEqual(ids(2, 10));
    await chat.loadOlder();
    expect(shown()).toEqual(ids(0, 10));
    expect(chat.older.value).toBeNull();
    expect(chat.announcement.value).toBe("Earlier messages are shown above.");
    await chat.loadOlder();
    expect(paths.map((path) => path.split("?")[1])).toEqual([undefined, "before=6", "before=2"]);
  });

  it("keeps older messages on the screen when the newest are read again", async () => {
    const { chat, shown, grow } = setUpLong();
    await chat.open();
    await chat.loadOlder();
    grow(2);
    expect(await chat.catchUp()).toBeNull();
    expect(shown()).toEqual(ids(2, 12));
    expect(chat.older.value).toEqual({ before: 2 });
    // So much is new that the page does not join what is there: nothing is left out in between.
    grow(20);
    await chat.catchUp();
    expect(shown()).toEqual(ids(28, 32));
    expect(chat.older.value).toEqual({ before: 28 });
  });

  it("says why older messages cannot be read, and reads them once they can", async () => {
    const { chat, shown, fail } = setUpLong();
    await chat.open();
    fail(localProblem("unreachable"));
    await chat.loadOlder();
    expect(chat.older.value).toMatchObject({ before: 6, problem: { code: "unreachable" } });
    expect(shown()).toEqual(ids(6, 10));
    fail(null);
    await chat.loadOlder();
    expect(shown()).toEqual(ids(2, 10));
  });
});
