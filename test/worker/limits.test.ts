import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { type Credits, creditMonth, creditsOf, renewsAt } from "../../domain/credits.ts";
import type { Conversation } from "../../domain/messages.ts";
import { costMicroUsd } from "../../domain/models.ts";
import { chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { mendModel, modelRequests, setModel } from "./support/model.ts";
import { partOf, readEvents, readWords, StreamReader } from "./support/streams.ts";
import { eventually } from "./support/supabase.ts";

const LIMIT = 10_000;

interface Usage {
  readonly credits: Credits;
}

/** Has the member used this many credits in a month, `YYYY-MM`. */
async function spend(member: Member, credits: number, month = creditMonth(Date.now())) {
  await getJson(member, "/api/sync"); // the object exists
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    storage.sql.exec("INSERT OR REPLACE INTO spending VALUES (?, ?)", month, credits);
    await storage.sync();
  });
  // What the object keeps in memory knows nothing of it.
  await forgetMemory();
}

describe("Creation Credits", () => {
  it.each([
    ["words", WORDS],
    ["events", EVENTS],
  ])(
    "that are used up: 402 with what is left, the limit and when they renew (%s)",
    async (_f, accept) => {
      const member = await newMember();
      await spend(member, LIMIT + 20);
      const response = await chat(member, say("Hello", { id: "talk" }), accept);
      expect(response.status).toBe(402);
      const problem = await problemOf(response);
      expect(problem).toMatchObject({
        code: "credits_exhausted",
        retryable: false,
        credits: { left: 0, limit: LIMIT, renewsAt: renewsAt(Date.now()) },
      });
      expect((await get(member, "/api/conversations/talk")).status).toBe(404);
      expect(await modelRequests(member.id)).toEqual([]);
    },
  );

  it("may be overrun by the turn that takes the last one, and by no other", async () => {
    const member = await newMember();
    await setModel({ tokens: 400 });
    await spend(member, LIMIT - 1);
    const events = await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    const { credits, usage } = partOf(events, "finish").messageMetadata;
    expect(usage.credits).toBeGreaterThan(1);
    expect(credits.left).toBe(0);
    expect((await chat(member, say("More", { id: "talk" }), WORDS)).status).toBe(402);
  });

  it("are reserved while a turn runs: two tabs cannot both have the last one", async () => {
    const member = await newMember();
    await setModel({ tokens: 20, gapMs: 15 });
    await spend(member, LIMIT - 1);
    const [one, two] = await Promise.all([
      chat(member, say("One", { id: "talk-1" }), EVENTS),
      chat(member, say("Two", { id: "talk-2" }), EVENTS),
    ]);
    expect([one.status, two.status].sort()).toEqual([200, 402]);
    await Promise.all([one.text(), two.text()]);
    expect(await modelRequests(member.id)).toHaveLength(1);
  });

  it.each([
    ["429", {}],
    ["500", {}],
    ["drop", { at: -1 }],
  ] as const)("of what the provider refused are not charged (%s)", async (fault, more) => {
    const member = await newMember();
    await setModel({ fault, ...more });
    const events = await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    expect(partOf(events, "message-metadata").messageMetadata.credits.left).toBe(LIMIT);
    await mendModel();
    const next = await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    const { credits, usage } = partOf(next, "finish").messageMetadata;
    expect(credits.left).toBe(LIMIT - usage.credits);
  });

  it("are charged for what it accepted, once per turn, though no word came", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: 0 });
    const events = await readEvents(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    const { credits, usage } = partOf(events, "message-metadata").messageMetadata;
    expect(usage).toMatchObject({ estimated: true, outputTokens: 0 });
    expect(usage.inputTokens).toBeGreaterThan(0);
    // Both requests of the turn were accepted: rounded up once.
    const requests = (await modelRequests(member.id)).length;
    const perRequest = costMicroUsd("gpt-6-luna", usage) ?? 0;
    expect(usage.credits).toBe(creditsOf(requests * perRequest));
    expect(credits.left).toBe(LIMIT - usage.credits);
    expect((await getJson<Usage>(member, "/api/usage")).credits.left).toBe(credits.left);
  });

  it("of another month do not count", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await spend(member, LIMIT, "2020-01");
    expect(await readWords(await chat(member, say("Hello"), WORDS))).toBe("w1");
  });

  it("that are used up leave what is free: a known message and a kept greeting", async () => {
    const member = await newMember();
    const greeting = { messages: [], context: { isInitialGreeting: true } };
    const body = say("Hello", { id: "talk" }, "m-1");
    const first = await readWords(await chat(member, { ...greeting, id: "g-1" }, WORDS));
    const answer = await readWords(await chat(member, body, WORDS));
    await spend(member, LIMIT);
    expect(await readWords(await chat(member, { ...greeting, id: "g-2" }, WORDS))).toBe(first);
    expect(await readWords(await chat(member, body, WORDS))).toBe(answer);
    expect((await chat(member, say("New", { id: "talk" }), WORDS)).status).toBe(402);
  });
});

describe("a member", () => {
  it("may ask for twenty turns a minute, and is told when to go on", async () => {
    const member = await newMember();
    await setModel({ tokens: 1, ttftMs: 0 });
    for (let n = 1; n <= 20; n += 1) {
      await readWords(await chat(member, say(`Message ${n}`, { id: "talk" }), WORDS));
    }
    const response = await chat(member, say("One more", { id: "talk" }), WORDS);
    expect(response.status).toBe(429);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ code: "rate_limited", retryable: true });
    const seconds = Number(response.headers.get("retry-after"));
    expect(seconds).toBe(problem.retryAfter);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    const talk = await getJson<Conversation>(member, "/api/conversations/talk");
    expect(talk.messages).toHaveLength(40);
    // Another member is not affected.
    const other = await newMember();
    expect(await readWords(await chat(other, say("Hello"), WORDS))).toBe("w1");
  });

  it("may have three answers written at once, in three conversations", async () => {
    const member = await newMember();
    await setModel({ tokens: 400, gapMs: 20 });
    const running = await Promise.all(
      ["a", "b", "c"].map((id) => chat(member, say("Hello", { id }), EVENTS)),
    );
    const readers = running.map((response) => new StreamReader(response));
    await Promise.all(readers.map((reader) => reader.until((text) => text.includes("text-delta"))));

    const fourth = await chat(member, say("Hello", { id: "d" }), WORDS);
    expect([fourth.status, (await problemOf(fourth)).code]).toEqual([429, "rate_limited"]);
    expect(fourth.headers.get("retry-after")).toBe("5");

    // A new message where one is being written takes that one's place, and is no fourth.
    await setModel({ tokens: 2, gapMs: 0 });
    expect(await readWords(await chat(member, say("Rather", { id: "a" }), WORDS))).toBe("w1 w2");
    await readers[0]?.rest();
    expect(await readWords(await chat(member, say("Hello", { id: "d" }), WORDS))).toBe("w1 w2");
    for (const id of ["b", "c"]) {
      await readWords(await chat(member, say("Enough", { id }), WORDS));
    }
    await eventually(async () => {
      const talk = await getJson<Conversation>(member, "/api/conversations/b");
      expect(talk.runningTurn).toBeNull();
    });
    await Promise.all([readers[1]?.rest(), readers[2]?.rest()]);
  });

  it("may read 120 times a minute", async () => {
    const member = await newMember();
    let response = await get(member, "/api/sync");
    let answered = 0;
    // The limit's minutes are the clock's: where one begins in between, as many again are free.
    while (response.status === 200 && answered <= 2 * 120) {
      await response.text();
      answered += 1;
      response = await get(member, "/api/sync");
    }
    expect(answered).toBeGreaterThanOrEqual(120);
    expect((await problemOf(response)).code).toBe("rate_limited");
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("10");
  });
});
