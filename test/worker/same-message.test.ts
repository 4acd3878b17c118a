import { describe, expect, it } from "vitest";
import type { Conversation } from "../../domain/messages.ts";
import { chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { newMember } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, StreamReader, shapeOf, textOf } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";

describe("the same message is one turn", () => {
  it("when it is sent several times at once: one request, one answer for all", async () => {
    const member = await newMember();
    await setModel({ tokens: 30, ttftMs: 150, gapMs: 5 });
    const body = say("Hello", { id: "talk" }, "m-1");
    const [one, two, three] = await Promise.all([
      chat(member, body, EVENTS),
      chat(member, body, WORDS),
      chat(member, body, EVENTS),
    ]);
    const [events, words, more] = await Promise.all([
      readEvents(one),
      readWords(two),
      readEvents(three),
    ]);
    expect(words).toMatch(/^w1 .* w30$/);
    expect(textOf(events)).toBe(words);
    expect(textOf(more)).toBe(words);
    const turns = [one, two, three].map(({ headers }) => headers.get("x-turn-id"));
    expect(new Set(turns).size).toBe(1);
    expect(await modelRequests(member.id)).toHaveLength(1);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages).toHaveLength(2);
  });

  it("when it comes while its answer is being written: read from the first word on", async () => {
    const member = await newMember();
    await setModel({ tokens: 40, gapMs: 15 });
    const body = say("Hello", { id: "talk" }, "m-1");
    const first = new StreamReader(await chat(member, body, WORDS));
    await first.until((text) => text.includes("w5"));
    const second = await readWords(await chat(member, body, WORDS));
    expect(second).toMatch(/^w1 w2 .* w40$/);
    expect(await first.rest()).toBe(second);
    expect(await modelRequests(member.id)).toHaveLength(1);
  });

  it("when it comes again later: the stored answer, under the same ids, free of charge", async () => {
    const member = await newMember();
    const body = say("I love rivers.", { id: "talk" }, "m-1");
    const first = await readEvents(await chat(member, body, EVENTS));
    const again = await readEvents(await chat(member, body, EVENTS));
    expect(shapeOf(again)).toEqual(shapeOf(first));
    expect(textOf(again)).toBe(textOf(first));
    expect(partOf(again, "start").messageId).toBe(partOf(first, "start").messageId);
    expect(partOf(again, "finish").finishReason).toBe("stop");
    const [now, then] = [partOf(again, "finish"), partOf(first, "finish")];
    expect(now.messageMetadata.usage).toEqual(then.messageMetadata.usage);
    expect(await readWords(await chat(member, body, WORDS))).toBe(textOf(first));
    expect(await modelRequests(member.id)).toHaveLength(1);
    await eventually(async () => {
      const rows = await query("select id from token_usage where user_id = $1", [member.id]);
      expect(rows).toHaveLength(1);
    });
  });

  it("but not with another text: 409, while it runs and after", async () => {
    const member = await newMember();
    await setModel({ tokens: 20, gapMs: 15 });
    const first = new StreamReader(await chat(member, say("One", { id: "talk" }, "m-1"), WORDS));
    const other = say("Two", { id: "talk" }, "m-1");
    const during = await chat(member, other, WORDS);
    expect([during.status, (await problemOf(during)).code]).toEqual([409, "conflict"]);
    expect(await first.rest()).toMatch(/ w20$/);
    const after = await chat(member, other, EVENTS);
    expect([after.status, (await problemOf(after)).code]).toEqual([409, "conflict"]);
    expect(await modelRequests(member.id)).toHaveLength(1);
  });

  it("but not under the id of an answer", async () => {
    const member = await newMember();
    const events = await readEvents(await chat(member, say("One", { id: "talk" }, "m-1"), EVENTS));
    const answerId = partOf(events, "start").messageId;
    const response = await chat(member, say("Two", { id: "talk" }, answerId), WORDS);
    expect(response.status).toBe(409);
  });

  it("but in another conversation the same id is another message", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await readWords(await chat(member, say("Hello", { id: "talk-1" }, "m-1"), WORDS));
    await readWords(await chat(member, say("Hello", { id: "talk-2" }, "m-1"), WORDS));
    expect(await modelRequests(member.id)).toHaveLength(2);
    await eventually(async () => {
      const rows = await query("select id from ai_conversations where user_id = $1", [member.id]);
      expect(rows).toHaveLength(4);
    });
  });

  it("but without an id it is always new", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    for (const expected of [2, 4]) {
      await readWords(await chat(member, say("Hello", { id: "talk" }), WORDS));
      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(talk.messages).toHaveLength(expected);
    }
    expect(await modelRequests(member.id)).toHaveLength(2);
  });
});

describe("a new message while an answer is being written", () => {
  it("takes its place: the part is kept, the earlier reader is told", async () => {
    const member = await newMember();
    await setModel({ tokens: 200, gapMs: 20 });
    const first = await chat(member, say("One", { id: "talk" }, "m-1"), EVENTS);
    const reading = new StreamReader(first);
    await reading.until((text) => text.includes('"delta":"w1"'));
    await setModel({ tokens: 3, gapMs: 0 });
    const second = await readWords(await chat(member, say("Two", { id: "talk" }, "m-2"), WORDS));
    expect(second).toBe("w1 w2 w3");

    const ended = await reading.rest();
    expect(ended).toContain('"type":"abort"');
    expect(ended).toMatch(/data: \[DONE\]\n\n$/);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages.map(({ role, metadata }) => [role, metadata.status])).toEqual([
      ["user", "complete"],
      ["assistant", "superseded"],
      ["user", "complete"],
      ["assistant", "complete"],
    ]);
    expect(talk.messages[1]?.parts[0]?.text).toMatch(/^w1/);
    const [aborted, next] = await modelRequests(member.id);
    await eventually(async () => {
      expect((await modelRequests(member.id))[0]?.aborted).toBe(true);
    });
    // What VIVA had said by then is part of what she knows.
    expect(aborted?.id).not.toBe(next?.id);
    const history = next?.body.messages.map(({ content }) => content) ?? [];
    expect(history).toContain("One");
    expect(history).toContain(talk.messages[1]?.parts[0]?.text);
  });

  it("before the first word: the earlier request in words is told by its status", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 400, tokens: 3 });
    const first = chat(member, say("One", { id: "talk" }, "m-1"), WORDS);
    await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(1));
    await setModel({ ttftMs: 0 });
    const second = await readWords(await chat(member, say("Two", { id: "talk" }, "m-2"), WORDS));
    expect(second).toBe("w1 w2 w3");
    const response = await first;
    expect([response.status, (await problemOf(response)).code]).toEqual([409, "conflict"]);
  });
});

describe("the conversation of a message", () => {
  it("without an id is the newest of its category and phase", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    const fun = { context: { category: "Fun / Recreation" } };
    const ask = async (text: string, more: object) => {
      const response = await chat(member, say(text, more), WORDS);
      await readWords(response);
      return response.headers.get("x-conversation-id");
    };
    const first = await ask("One", fun);
    expect(await ask("Two", fun)).toBe(first);
    expect(await ask("Three", { context: { category: "fun" } })).toBe(first);
    const others = [
      await ask("Four", {}),
      await ask("Five", { ...fun, visionBuildPhase: "peak" }),
      await ask("Six", { context: { category: "health" } }),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
    const talk = await getJson<Conversation>(member, `/api/conversations/${first}`);
    expect(talk).toMatchObject({ category: "fun", phase: "contrast", title: "One" });
    expect(talk.messages).toHaveLength(6);
  });

  it("with an id keeps its own category and phase where a request names none", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    const first = { id: "talk", visionBuildPhase: "peak", context: { category: "money" } };
    await readWords(await chat(member, say("One", first), WORDS));
    await readWords(await chat(member, say("Two", { id: "talk" }), WORDS));
    const [, second] = await modelRequests(member.id);
    const note = second?.body.messages.at(-2)?.content;
    expect(note).toContain("Peak Experience, who");
    expect(note).toContain("Money (finances)");
    expect(note).not.toContain("Phase: Contrast");
  });

  it.each([{ context: { category: "fun" } }, { visionBuildPhase: "contrast" }])(
    "refuses to change to %j: 409",
    async (change) => {
      const member = await newMember();
      await setModel({ tokens: 2 });
      const first = { id: "talk", visionBuildPhase: "peak", context: { category: "money" } };
      await readWords(await chat(member, say("One", first), WORDS));
      const response = await chat(member, say("Two", { id: "talk", ...change }), WORDS);
      expect([response.status, (await problemOf(response)).code]).toEqual([409, "conflict"]);
      expect(await modelRequests(member.id)).toHaveLength(1);
    },
  );

  it("gives the model what was said before, oldest first, and a prefix it has seen", async () => {
    const member = await newMember();
    const texts = ["I love rivers.", "And the sea.", "And rain on a roof."];
    const answers: string[] = [];
    for (const text of texts) {
      answers.push(await readWords(await chat(member, say(text, { id: "talk" }), WORDS)));
    }
    const requests = (await modelRequests(member.id)).map(({ body }) => body.messages);
    const last = requests.at(-1) ?? [];
    expect(last.map(({ role }) => role)).toEqual([
      "system",
      "user",
      "user",
      "assistant",
      "user",
      "assistant",
      "system",
      "user",
    ]);
    expect(last.map(({ content }) => content).slice(2, 6)).toEqual([
      texts[0],
      answers[0],
      texts[1],
      answers[1],
    ]);
    expect(last.at(-1)?.content).toBe(texts[2]);
    // All that stood before the phase note is the beginning of the next prompt.
    expect(last.slice(0, 4)).toEqual(requests[1]?.slice(0, 4));
    expect(last.slice(0, 2)).toEqual(requests[0]?.slice(0, 2));
  });
});
