import { describe, expect, it } from "vitest";
import type { Credits } from "../../domain/credits.ts";
import type { Conversation, Turn } from "../../domain/messages.ts";
import { call, chat, EVENTS, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { forgetMemory, type Member, newMember } from "./support/members.ts";
import { modelRequests, requestsTo, setModel } from "./support/model.ts";
import { useSettings } from "./support/settings.ts";
import { partOf, readEvents, readWords } from "./support/streams.ts";
import { eventually, query } from "./support/supabase.ts";
import {
  ask,
  booked,
  copied,
  OWN,
  spend,
  step,
  text,
  withDraft,
  withText,
} from "./support/writing.ts";

const LIMIT = 10_000;

const left = async (member: Member) =>
  (await getJson<{ credits: Credits }>(member, "/api/usage")).credits.left;

const stop = (member: Member, id: string) =>
  call(`/api/viva/chat/${id}/stop`, {
    method: "POST",
    headers: { authorization: `Bearer ${member.token}` },
  });

/** Answers of a request that is made so many times at once. */
const atOnce = (times: number, make: (n: number) => Promise<Response>) =>
  Promise.all(
    Array.from({ length: times }, async (_, n) => {
      const response = await make(n);
      await response.text();
      return response.status;
    }),
  );

/** The tokens that requests had in and out, as the model's own log has them. */
const unitsOf = (requests: Awaited<ReturnType<typeof modelRequests>>) =>
  requests.map(({ body }) => JSON.stringify(body.messages).length);

describe("discovery's questions", () => {
  it("keep to the limits of turns: many at once are few, and each is charged", async () => {
    const { member, vision } = await withDraft();
    await setModel({ ttftMs: 100 });
    const statuses = await atOnce(30, () =>
      ask(member, vision, "submit_step_1", { selections: ["dancing"], customInput: OWN }),
    );
    // Nobody is refused: what the model is not asked is offered from the tables.
    expect(new Set(statuses)).toEqual(new Set([200]));
    const asked = await modelRequests(member.id);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.length).toBeLessThanOrEqual(20);
    const rows = await booked(member);
    expect(rows).toHaveLength(asked.length);
    const charged = rows.reduce(
      (sum, { metadata }) => sum + (metadata as { credits: number }).credits,
      0,
    );
    expect(charged).toBeGreaterThanOrEqual(asked.length);
    expect(await left(member)).toBe(LIMIT - charged);
  });

  it("are no more than twenty a minute, one after the other, together with turns", async () => {
    const { member, vision } = await withDraft();
    await setModel({ tokens: 1, ttftMs: 0 });
    for (let n = 0; n < 24; n += 1) {
      await step(member, vision, "submit_step_1", { selections: ["dancing"], customInput: OWN });
    }
    expect(await modelRequests(member.id)).toHaveLength(20);
    const turn = await chat(member, say("Hello"), WORDS);
    expect((await problemOf(turn)).code).toBe("rate_limited");
    expect(turn.headers.get("retry-after")).toMatch(/^\d+$/);
  });

  it("hold their cost: of many at once on the last credit one is asked", async () => {
    const { member, vision } = await withDraft();
    await setModel({ ttftMs: 200 });
    await spend(member, LIMIT - 1);
    await atOnce(5, () => ask(member, vision, "submit_step_1", { customInput: OWN }));
    expect(await modelRequests(member.id)).toHaveLength(1);
    expect(await left(member)).toBe(0);
  });

  it.each([
    ["is no JSON", { tokens: 5 }],
    ["is cut", { fault: "drop", at: 3 }],
    ["is withheld", { fault: "content_filter", at: 0 }],
  ] as const)("are charged also if the answer %s", async (_name, model) => {
    const { member, vision } = await withDraft();
    await setModel(model);
    await step(member, vision, "submit_step_1", { customInput: OWN });
    const asked = await modelRequests(member.id);
    expect(asked.length).toBeGreaterThan(0);
    await copied(member);
    expect(await left(member)).toBeLessThanOrEqual(LIMIT - asked.length);
  });
});

describe("a state that a member has written through the database", () => {
  /** A state as large as the database takes it, in every field. */
  const swollen = (units: number) => {
    const long = (name: string) => `${name} ${"x".repeat(units)}`;
    const tile = (n: number) => ({
      id: `t${n}`,
      emoji: "🎲",
      label: long("l"),
      sublabel: long("s"),
    });
    const tiles = Array.from({ length: 4 }, (_, n) => tile(n));
    return {
      step: 3,
      selections: {
        ...{ picks: tiles, own: long("own"), details: tiles, detailsOwn: long("more") },
        rhythm: "daily",
      },
      second: {
        ...{ step: 2, text: long("text"), tiles, options: [], theme: null },
        groups: [{ of: "t1", question: long("question") }],
      },
      theme: { name: long("name"), evidence: long("evidence") },
    };
  };
  const keep = (member: Member, visionId: string, state: object) =>
    query(
      `insert into discovery_sessions (user_id, vision_id, category, state) values ($1, $2, 'fun', $3)
       on conflict (vision_id, category) do update set state = excluded.state`,
      [member.id, visionId, JSON.stringify(state)],
    );

  it("swells no prompt: of discovery, text, refinement, draft and talk", async () => {
    const { member, vision } = await withText();
    const refine = () =>
      call(`/api/visions/${vision.id}/sections/fun/refine`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${member.token}`,
          "if-match": `"v${vision.revision}"`,
          ...EVENTS,
        },
      });
    const everything = async () => {
      await (await ask(member, vision, "submit_step_2", { selections: ["t1", "t2"] })).text();
      await (await text(member, vision)).text();
      await (await refine()).text();
      const talk = { id: "talk", context: { category: "fun" } };
      await (await chat(member, say("I love to dance.", talk), WORDS)).text();
      const draft = await call("/api/conversations/talk/draft", {
        method: "POST",
        headers: { authorization: `Bearer ${member.token}`, ...EVENTS },
      });
      await draft.text();
      expect(draft.status).toBe(200);
    };
    await keep(member, vision.id, swollen(10));
    await everything();
    const small = unitsOf(await modelRequests(member.id));
    expect(small).toHaveLength(5);
    await keep(member, vision.id, swollen(2_000));
    await everything();
    const large = unitsOf(await modelRequests(member.id)).slice(small.length);
    expect(large).toHaveLength(5);
    // What was chosen takes 6,000 units at most, the theme 400; written as JSON, and with the texts so far.
    large.forEach((units, index) => {
      expect(units - (small[index] ?? 0)).toBeLessThan(9_000);
    });
  });
});

describe("a turn that ends before its first word", () => {
  it("is charged if it was stopped: ten stops do not come for nothing", async () => {
    const member = await newMember();
    await setModel({ fault: "stall", at: -1 });
    for (let n = 1; n <= 3; n += 1) {
      const asked = chat(member, say(`Message ${n}`, { id: "talk" }), EVENTS);
      await eventually(async () => expect(await modelRequests(member.id)).toHaveLength(n));
      const turn: Turn = await (await stop(member, "talk")).json();
      expect(turn).toMatchObject({ state: "stopped", usage: { estimated: true } });
      expect(turn.usage?.inputTokens).toBeGreaterThan(0);
      expect(turn.usage?.credits).toBeGreaterThan(0);
      const events = await readEvents(await asked);
      expect(partOf(events, "message-metadata").messageMetadata.credits.left).toBe(
        await left(member),
      );
    }
    expect(await left(member)).toBeLessThanOrEqual(LIMIT - 3);
    const rows = await booked(member);
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatchObject({ estimated: true });
  });

  it("is charged if a newer message superseded it, until that has used up the credits", async () => {
    const member = await newMember();
    await spend(member, LIMIT - 6);
    await setModel({ fault: "stall", at: 0 });
    const begun: Promise<string>[] = [];
    let response = await chat(member, say("Message", { id: "talk" }), EVENTS);
    while (response.status === 200 && begun.length < 10) {
      begun.push(response.text());
      response = await chat(member, say("Rather", { id: "talk" }), EVENTS);
    }
    expect((await problemOf(response)).code).toBe("credits_exhausted");
    await stop(member, "talk");
    await Promise.all(begun);
    expect(begun.length).toBeGreaterThan(1);
    expect(await left(member)).toBeLessThanOrEqual(6 - begun.length);
  });

  it("costs nothing if no request had left", async () => {
    const member = await newMember();
    await setModel({ fault: "401" });
    await (await chat(member, say("Hello", { id: "talk" }), WORDS)).text();
    expect(await left(member)).toBe(LIMIT);
  });
});

describe("requests to talk and to stop", () => {
  const greeting = (id: string) => ({ id, messages: [], context: { isInitialGreeting: true } });

  it("of one place make one conversation, however many greetings are asked for", async () => {
    const member = await newMember({ first_name: "Mia" });
    const ids = ["one", "two", "three", "four"];
    const conversations = new Set<string | null>();
    for (const id of ids) {
      const response = await chat(member, greeting(id), EVENTS);
      conversations.add(response.headers.get("x-conversation-id"));
      await response.text();
    }
    expect([...conversations]).toEqual(["one"]);
    await copied(member);
    const rows = await query("select client_id from conversation_sessions where user_id = $1", [
      member.id,
    ]);
    expect(rows).toEqual([{ client_id: "one" }]);
  });

  it("under an id that was greeted goes on from that greeting", async () => {
    const member = await newMember({ first_name: "Mia" });
    const first = await readWords(await chat(member, greeting("one"), WORDS));
    await setModel({ tokens: 2 });
    const shown = await readEvents(await chat(member, greeting("two"), EVENTS));
    const { messageId } = partOf(shown, "start");
    // It is read there as it was shown, before anything is said.
    const before = await getJson<Conversation>(member, "/api/conversations/two");
    expect(before.messages).toMatchObject([{ id: messageId, parts: [{ text: first }] }]);
    await readWords(await chat(member, say("I love rivers.", { id: "two" }), WORDS));
    const asked = (await modelRequests(member.id)).at(-1)?.body.messages ?? [];
    expect(asked).toContainEqual({ role: "assistant", content: first });
    const talk = await getJson<Conversation>(member, "/api/conversations/two");
    expect(talk.messages.map(({ role, metadata }) => [role, metadata.position])).toEqual([
      ["assistant", 0],
      ["user", 1],
      ["assistant", 2],
    ]);
    expect(talk.messages[0]?.id).toBe(messageId);
    await readWords(await chat(member, say("And lakes.", { id: "two" }), WORDS));
    const next = (await modelRequests(member.id)).at(-1)?.body.messages ?? [];
    expect(next.filter(({ content }) => content === first)).toHaveLength(1);
    // The empty one is still there for the next visit.
    const again = await chat(member, greeting("three"), WORDS);
    expect(again.headers.get("x-conversation-id")).toBe("one");
    expect(await readWords(again)).toBe(first);
    await copied(member);
  });

  it("lets the greeting of such an id be written anew", async () => {
    const member = await newMember({ first_name: "Mia" });
    await setModel({ tokens: 2 });
    await readWords(await chat(member, greeting("one"), WORDS));
    await readWords(await chat(member, greeting("two"), WORDS));
    await setModel({ tokens: 3 });
    const body = { id: "two", trigger: "regenerate-message", messages: [] };
    expect(await readWords(await chat(member, body, WORDS))).toBe("w1 w2 w3");
    const talk = await getJson<Conversation>(member, "/api/conversations/two");
    expect(talk.messages).toMatchObject([{ parts: [{ text: "w1 w2 w3" }] }]);
  });

  const cases: [name: string, request: (member: Member, n: number) => Promise<Response>][] = [
    ["greetings", (member, n) => chat(member, greeting(`g-${n}`), WORDS)],
    ["replays of a message", (member) => chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS)],
    ["stops", (member) => stop(member, "talk")],
    [
      "requests that are refused",
      (member) => chat(member, say("Hi", { id: "vision:x:fun" }), WORDS),
    ],
  ];
  it.each(cases)("are limited though no model is asked: %s", async (_name, request) => {
    const member = await newMember();
    await setModel({ tokens: 1, ttftMs: 0 });
    await readWords(await chat(member, say("Hello", { id: "talk" }, "m-1"), WORDS));
    let response = await request(member, 0);
    let answered = 1;
    while (response.status !== 429 && answered < 130) {
      await response.text();
      answered += 1;
      response = await request(member, answered);
    }
    expect(response.status).toBe(429);
    expect(answered).toBeGreaterThan(100);
    expect((await problemOf(response)).code).toBe("rate_limited");
    expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    // One for the message, one for a greeting.
    expect((await modelRequests(member.id)).length).toBeLessThanOrEqual(2);
  });
});

describe("a model without a list price", () => {
  it("uses credits at the stated price, and has no cost in the books", async () => {
    const member = await newMember();
    await useSettings(member, { OPENAI_MODEL: "house-model" });
    await spend(member, LIMIT - 3);
    await setModel({ tokens: 5 });
    let status = 200;
    let turns = 0;
    while (status === 200 && turns < 10) {
      const response = await chat(member, say(`Message ${turns}`, { id: "talk" }), WORDS);
      await response.text();
      status = response.status;
      turns += 1;
    }
    expect(status).toBe(402);
    expect(turns).toBeLessThanOrEqual(4);
    expect(await left(member)).toBe(0);
    expect((await requestsTo("house-model")).length).toBeGreaterThan(0);
    const rows = await booked(member);
    for (const row of rows) {
      expect(row).toMatchObject({ cost_micro_usd: null, model_used: "rehearsal-house-model" });
    }
  });

  it("is counted at the operator's price if there is one", async () => {
    const member = await newMember();
    const price = { input: 10, cachedInput: null, output: 30 };
    await useSettings(member, { OPENAI_MODEL: "house-model", UNLISTED_MODEL_PRICE: price });
    await forgetMemory();
    await setModel({ tokens: 5 });
    const events = await readEvents(await chat(member, say("Hello"), EVENTS));
    const { usage, credits } = partOf(events, "finish").messageMetadata;
    const cost = usage.inputTokens * 10 + usage.outputTokens * 30;
    expect(usage.credits).toBe(Math.ceil(cost / 100));
    expect(credits.left).toBe(LIMIT - usage.credits);
  });
});
