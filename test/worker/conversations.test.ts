import { describe, expect, it } from "vitest";
import type { Conversation, ConversationSummary, Page, Turn } from "../../domain/messages.ts";
import { chat, EVENTS, get, getJson, say, WORDS } from "./support/api.ts";
import { forgetMemory, newMember } from "./support/members.ts";
import { modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, StreamReader, textOf } from "./support/streams.ts";

type List = Page<ConversationSummary>;

describe("the list of conversations", () => {
  it("is newest first, by the last message, and comes in pages without a gap", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    for (const id of ["a", "b", "c", "d", "e", "b"]) {
      await readWords(await chat(member, say(`To ${id}`, { id }), WORDS));
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    const sizes: number[] = [];
    while (cursor !== null) {
      const more: string = cursor === "" ? "" : `&cursor=${cursor}`;
      const page: List = await getJson<List>(member, `/api/conversations?limit=2${more}`);
      sizes.push(page.items.length);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(["b", "e", "d", "c", "a"]);
    expect(sizes).toEqual([2, 2, 1]);
    const whole = await getJson<List>(member, "/api/conversations");
    expect(whole.items.map(({ id }) => id)).toEqual(seen);
    expect(whole.nextCursor).toBeNull();
  });

  it("keeps its place when something newer comes between two pages", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    for (const id of ["a", "b", "c"]) await readWords(await chat(member, say("Hi", { id }), WORDS));
    const first = await getJson<List>(member, "/api/conversations?limit=2");
    await readWords(await chat(member, say("Hi", { id: "d" }), WORDS));
    const path = `/api/conversations?limit=2&cursor=${first.nextCursor}`;
    expect((await getJson<List>(member, path)).items.map(({ id }) => id)).toEqual(["a"]);
  });

  it("says what each is about", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    const text = `  ${"A long first message about dancing ".repeat(4)}`;
    const more = { id: "talk", visionBuildPhase: "specific", context: { category: "FUN" } };
    await readWords(await chat(member, say(text, more), WORDS));
    const { items } = await getJson<List>(member, "/api/conversations");
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ id: "talk", category: "fun", phase: "specific" });
    expect(items[0]?.title).toMatch(/^A long first message .*…$/);
    expect(items[0]?.title.length).toBeLessThanOrEqual(60);
    expect(new Date(items[0]?.createdAt ?? "").toISOString()).toBe(items[0]?.createdAt);
  });
});

describe("a conversation read back", () => {
  it("has every message in order, under the ids that the client saw", async () => {
    const member = await newMember();
    const answers: [id: string, text: string][] = [];
    for (const n of [1, 2, 3]) {
      const body = say(`Message ${n}: I love rivers.`, { id: "talk" }, `m-${n}`);
      const events = await readEvents(await chat(member, body, EVENTS));
      answers.push([partOf(events, "start").messageId, textOf(events)]);
    }
    // Read from storage, not from memory.
    await forgetMemory();
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.runningTurn).toBeNull();
    const flat = talk.messages.map(({ id, role, parts }) => [id, role, parts]);
    expect(flat).toEqual(
      answers.flatMap(([id, text], index) => [
        [
          `m-${index + 1}`,
          "user",
          [{ type: "text", text: `Message ${index + 1}: I love rivers.` }],
        ],
        [id, "assistant", [{ type: "text", text }]],
      ]),
    );
    expect(talk.messages.map(({ metadata }) => metadata.position)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(new Set(talk.messages.map(({ metadata }) => metadata.status))).toEqual(
      new Set(["complete"]),
    );
    for (const { metadata } of talk.messages) {
      expect(new Date(metadata.createdAt).toISOString()).toBe(metadata.createdAt);
    }
  });

  it("shows the answer that is being written, as far as it has come", async () => {
    const member = await newMember();
    await setModel({ tokens: 60, gapMs: 20 });
    const response = await chat(member, say("Hello", { id: "talk" }, "m-1"), EVENTS);
    const reader = new StreamReader(response);
    const start = await reader.until((text) => text.includes('"delta":"w3"') || / w3/.test(text));
    const during = await getJson<Conversation>(member, "/api/conversations/talk");
    const turnId = response.headers.get("x-turn-id");
    const answer = during.messages.at(-1);
    expect(during.runningTurn).toEqual({ id: turnId, messageId: answer?.id, base: 0 });
    expect(start).toContain(`"messageId":"${answer?.id}"`);
    expect(answer?.parts[0]?.text).toMatch(/^w1 w2 w3/);
    expect(answer?.metadata).toMatchObject({ status: "streaming", position: 1, turnId });
    const turn = await getJson<Turn>(member, `/api/turns/${turnId}`);
    expect(turn).toMatchObject({ state: "streaming", conversationId: "talk", usage: null });
    await reader.rest();
    const after = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(after.messages.at(-1)?.parts[0]?.text).toMatch(/ w60$/);
    expect(after.messages.at(-1)?.id).toBe(answer?.id);
  });

  it("takes any id the client could make up, URL-encoded", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    const id = "Größe/1?x=%20#🌊 '\";--";
    await readWords(await chat(member, say("Hello", { id }), WORDS));
    const talk = await getJson<Conversation>(
      member,
      `/api/conversations/${encodeURIComponent(id)}`,
    );
    expect(talk.id).toBe(id);
  });
});

describe("a turn read back", () => {
  it("says how long it took and what it used", async () => {
    const member = await newMember();
    await setModel({ ttftMs: 100 });
    const response = await chat(member, say("Hello", { id: "talk" }), EVENTS);
    const finish = partOf(await readEvents(response), "finish").messageMetadata;
    const id = response.headers.get("x-turn-id");
    const turn = await getJson<Turn>(member, `/api/turns/${id}`);
    expect(turn).toEqual({
      id,
      conversationId: "talk",
      messageId: expect.any(String),
      state: "complete",
      errorCode: null,
      timings: finish.timings,
      usage: finish.usage,
    });
    expect(turn.timings.upstreamMs).toBeGreaterThanOrEqual(90);
  });
});

describe("two members", () => {
  it("are never mixed, even under the same ids at the same time", async () => {
    const [ada, ben] = [
      await newMember({ first_name: "Ada" }),
      await newMember({ first_name: "Ben" }),
    ];
    const texts = { ada: "My garden of lemons", ben: "Your mountain of snow" };
    await setModel({ ttftMs: 100 });
    const ask = async (member: typeof ada, text: string) => {
      const response = await chat(member, say(text, { id: "talk" }, "m-1"), EVENTS);
      return [response.headers.get("x-turn-id"), textOf(await readEvents(response))] as const;
    };
    const [[adasTurn, adasAnswer], [bensTurn, bensAnswer]] = await Promise.all([
      ask(ada, texts.ada),
      ask(ben, texts.ben),
    ]);
    expect(adasAnswer).toContain("My garden of lemons");
    expect(bensAnswer).toContain("Your mountain of snow");
    expect(adasTurn).not.toBe(bensTurn);

    for (const [member, own, other] of [
      [ada, "lemons", "snow"],
      [ben, "snow", "lemons"],
    ] as const) {
      const talk = await getJson<Conversation>(member, "/api/conversations/talk");
      expect(JSON.stringify(talk)).toContain(own);
      expect(JSON.stringify(talk)).not.toContain(other);
      const sent = JSON.stringify(await modelRequests(member.id));
      expect(sent).toContain(own);
      expect(sent).not.toContain(other);
    }
    const [request] = await modelRequests(ada.id);
    expect(JSON.stringify(request?.body)).toContain("Ada");
    expect(JSON.stringify(request?.body)).not.toContain("Ben");

    expect((await get(ada, `/api/turns/${bensTurn}`)).status).toBe(404);
    expect((await get(ben, `/api/turns/${adasTurn}`)).status).toBe(404);
  });

  it("do not see each other's conversations", async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    await setModel({ tokens: 1 });
    await readWords(await chat(ada, say("Hello", { id: "hers" }), WORDS));
    expect((await get(ben, "/api/conversations/hers")).status).toBe(404);
    expect(await getJson(ben, "/api/conversations")).toEqual({ items: [], nextCursor: null });
  });
});
