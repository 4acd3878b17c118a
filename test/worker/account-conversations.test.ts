import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type {
  Conversation,
  ConversationSummary,
  FoundConversation,
  Page,
  SyncState,
} from "../../domain/messages.ts";
import { call, chat, EVENTS, get, getJson, problemOf, say, WORDS } from "./support/api.ts";
import { refusal, send, sendJson } from "./support/journey.ts";
import { forgetMemory, type Member, newMember, objectOf } from "./support/members.ts";
import { setModel } from "./support/model.ts";
import { parseEvents, readWords, StreamReader, shapeOf } from "./support/streams.ts";
import { countRpc, eventually, mendSupabase, query, setSupabase } from "./support/supabase.ts";

const TALK = "/api/conversations/talk";

/** Says something in a conversation and reads the answer. */
async function talk(member: Member, id: string, text: string): Promise<void> {
  await readWords(await chat(member, say(text, { id }), WORDS));
}

const list = (member: Member) =>
  getJson<Page<ConversationSummary>>(member, "/api/conversations").then(({ items }) => items);
const SEARCH = "/api/conversations/search";
const search = (member: Member, q: string, more: object = {}) =>
  sendJson<Page<FoundConversation>>(member, "POST", SEARCH, { q, ...more });
const found = async (member: Member, question: string) =>
  (await search(member, question)).items.map(({ id }) => id);

const sent = (member: Member) =>
  eventually(async () =>
    expect(await getJson<SyncState>(member, "/api/sync")).toMatchObject({ pending: 0, failed: 0 }),
  );

/** Takes everything from a member's object, once Postgres has it: as after a move to another region. */
async function emptyObject(member: Member): Promise<void> {
  await sent(member);
  await runInDurableObject(objectOf(member), async (_object, { storage }) => {
    await storage.deleteAlarm();
    await storage.deleteAll();
  });
  await forgetMemory();
}

/** What Postgres has of the member's conversation. */
const inPostgres = (member: Member) =>
  query<{ title: string | null; deleted: boolean; messages: number }>(
    `select title, deleted_at is not null as deleted,
       (select count(*)::int from ai_conversations as m where m.conversation_id = c.id) as messages
     from conversation_sessions as c where user_id = $1 and client_id = 'talk'`,
    [member.id],
  );

describe("searching conversations", () => {
  it("finds all words in one message or the title, whatever their case and accents", async () => {
    const member = await newMember();
    await setModel({ tokens: 2 });
    await talk(member, "café", "A small Café by the RIVER, with my sister Zoë");
    await talk(member, "bike", "My bicycle waits by the river");
    expect(await found(member, "river")).toEqual(["bike", "café"]);
    expect(await found(member, "CAFE zoe")).toEqual(["café"]);
    expect(await found(member, "  bicy   ri ")).toEqual(["bike"]);
    expect(await found(member, "bicycle sister")).toEqual([]);
    expect(await found(member, "100%_")).toEqual([]);
    const [hit] = (await search(member, "sister")).items;
    expect(hit?.match).toMatchObject({ role: "user" });
    expect(hit?.match?.text).toContain("sister Zoë");
    expect(await found(member, "w2")).toEqual(["bike", "café"]);
    expect(await found(member, "   ")).toEqual(["bike", "café"]);
  });

  it("goes page by page, newest first, and finds a title that was given", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    for (const id of ["a", "b", "c"]) await talk(member, id, `Sailing ${id}`);
    const first = await search(member, "sailing", { limit: 2 });
    expect(first.items.map(({ id }) => id)).toEqual(["c", "b"]);
    const rest = await search(member, "sailing", { limit: 2, cursor: first.nextCursor });
    expect([rest.items.map(({ id }) => id), rest.nextCursor]).toEqual([["a"], null]);
    await sendJson(member, "PATCH", "/api/conversations/b", { title: "Summer plans" });
    const titled = await search(member, "summer");
    expect(titled.items).toMatchObject([{ id: "b", title: "Summer plans", match: null }]);
  });

  it("finds what only Postgres has, once read it stays, and without it nothing is missing in silence", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await talk(member, "talk", "Lemon trees");
    await emptyObject(member);
    await list(member);
    const opened = await countRpc(member.id, "viva_conversation_page");
    await setSupabase({ down: true });
    expect((await problemOf(await send(member, "POST", SEARCH, { q: "lemon" }))).code).toBe(
      "database_unavailable",
    );
    await mendSupabase();
    expect(await found(member, "lemon")).toEqual(["talk"]);
    await setSupabase({ down: true });
    expect(await found(member, "lemon")).toEqual(["talk"]);
    expect(await countRpc(member.id, "viva_conversation_page")).toBe(opened);
  });

  it("sees nothing of another member, of what was replaced, and refuses a question too long", async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    await setModel({ tokens: 1 });
    await readWords(await chat(ada, say("Lemons", { id: "talk" }, "m-1"), WORDS));
    const edit = say("Oranges", { id: "talk", messageId: "m-1" }, "m-1");
    await readWords(await chat(ada, edit, WORDS));
    expect(await found(ada, "oranges")).toEqual(["talk"]);
    expect((await search(ada, "lemons")).items).toMatchObject([{ match: null }]);
    expect(await found(ben, "oranges")).toEqual([]);
    const long = send(ada, "POST", SEARCH, { q: "x".repeat(201) });
    expect((await refusal(long)).brief).toEqual([400, "invalid_request", ["q"]]);
  });
});

describe("renaming a conversation", () => {
  it("keeps its place in the list and its messages, here and in Postgres", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    for (const id of ["talk", "newer"]) await talk(member, id, `About ${id}`);
    const renamed = await sendJson<ConversationSummary>(member, "PATCH", TALK, {
      title: "  My\n rivers ",
    });
    expect(renamed).toMatchObject({ id: "talk", title: "My rivers" });
    expect((await list(member)).map(({ id, title }) => [id, title])).toEqual([
      ["newer", "About newer"],
      ["talk", "My rivers"],
    ]);
    await talk(member, "talk", "Go on");
    expect((await getJson<Conversation>(member, TALK)).title).toBe("My rivers");
    await eventually(async () =>
      expect(await inPostgres(member)).toEqual([
        { title: "My rivers", deleted: false, messages: 4 },
      ]),
    );
  });

  it("refuses what is no title and what is not theirs, and changes nothing", async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    await setModel({ tokens: 1 });
    await talk(ada, "talk", "Rivers");
    const refused = async (member: Member, body: unknown, path = TALK) =>
      (await refusal(send(member, "PATCH", path, body))).brief;
    for (const title of ["", "  ", "x".repeat(201), null, 7]) {
      expect(await refused(ada, { title })).toEqual([400, "invalid_request", ["title"]]);
    }
    expect(await refused(ada, {})).toEqual([400, "invalid_request", ["title"]]);
    expect(await refused(ada, { title: "A", category: "fun" })).toEqual([
      400,
      "invalid_request",
      ["category"],
    ]);
    expect(await refused(ada, "{")).toEqual([400, "invalid_json", []]);
    expect(await refused(ben, { title: "Mine" })).toEqual([404, "not_found", []]);
    expect(await refused(ada, { title: "A" }, "/api/conversations/none")).toEqual([
      404,
      "not_found",
      [],
    ]);
    expect((await getJson<Conversation>(ada, TALK)).title).toBe("Rivers");
  });
});

describe("deleting a conversation", () => {
  it("leaves nothing to read, here and in Postgres, and keeps the books", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await talk(member, "talk", "A secret river");
    const turn = await chat(member, say("More", { id: "talk" }), WORDS);
    await readWords(turn);
    const before = await getJson(member, "/api/usage");
    expect((await send(member, "DELETE", TALK)).status).toBe(204);
    expect(await list(member)).toEqual([]);
    expect(await found(member, "river")).toEqual([]);
    for (const path of [TALK, `/api/turns/${turn.headers.get("x-turn-id")}`]) {
      expect((await get(member, path)).status).toBe(404);
    }
    expect((await get(member, "/api/viva/chat/talk/stream")).status).toBe(204);
    expect(await getJson(member, "/api/usage")).toEqual(before);
    await eventually(async () =>
      expect(await inPostgres(member)).toEqual([{ title: null, deleted: true, messages: 0 }]),
    );
    await runInDurableObject(objectOf(member), (_object, { storage }) => {
      for (const table of ["messages", "turns"]) {
        expect(storage.sql.exec(`SELECT * FROM ${table}`).toArray()).toEqual([]);
      }
    });
  });

  it("ends the answer that is being written first", async () => {
    const member = await newMember();
    await setModel({ tokens: 400, gapMs: 20 });
    const reader = new StreamReader(await chat(member, say("Hello", { id: "talk" }), EVENTS));
    await reader.until((text) => text.includes("text-delta"));
    expect((await send(member, "DELETE", TALK)).status).toBe(204);
    expect(shapeOf(parseEvents(await reader.rest())).slice(-3)).toEqual([
      "message-metadata",
      "abort",
      "[DONE]",
    ]);
    expect((await get(member, TALK)).status).toBe(404);
    await sent(member);
    expect(await inPostgres(member)).toEqual([{ title: null, deleted: true, messages: 0 }]);
    const books = await query("select 1 from token_usage where user_id = $1", [member.id]);
    expect(books).toHaveLength(1);
  });

  it("is for good: no chat, rename or second deletion, also for an object that is new", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await talk(member, "talk", "Rivers");
    await send(member, "DELETE", TALK);
    const gone = async () => {
      const asked = [
        chat(member, say("Again", { id: "talk" }), WORDS),
        send(member, "PATCH", TALK, { title: "Again" }),
        send(member, "DELETE", TALK),
        send(member, "POST", `${TALK}/draft`),
        get(member, TALK),
      ];
      for (const response of await Promise.all(asked)) expect(response.status).toBe(404);
    };
    await gone();
    await sent(member);
    await forgetMemory();
    await gone();
    await emptyObject(member);
    await gone();
    await sent(member);
    expect(await inPostgres(member)).toEqual([{ title: null, deleted: true, messages: 0 }]);
    // Without an id a talk in the same place begins anew.
    const anew = await chat(member, say("Again"), WORDS);
    await readWords(anew);
    expect(anew.headers.get("x-conversation-id")).not.toBe("talk");
  });

  it("waits for Postgres where that is away", async () => {
    const member = await newMember();
    await setModel({ tokens: 1 });
    await talk(member, "talk", "Rivers");
    await sent(member);
    await setSupabase({ down: true });
    expect((await send(member, "DELETE", TALK)).status).toBe(204);
    expect(await list(member)).toEqual([]);
    await mendSupabase();
    await eventually(async () =>
      expect(await inPostgres(member)).toEqual([{ title: null, deleted: true, messages: 0 }]),
    );
  });

  it("is for their own alone", async () => {
    const [ada, ben] = [await newMember(), await newMember()];
    await setModel({ tokens: 1 });
    await talk(ada, "talk", "Rivers");
    expect((await send(ben, "DELETE", TALK)).status).toBe(404);
    expect((await call(TALK, { method: "DELETE" })).status).toBe(401);
    expect((await send(ada, "DELETE", "/api/conversations/vision%3Ax%3Afun")).status).toBe(404);
    expect((await getJson<Conversation>(ada, TALK)).messages).toHaveLength(2);
  });
});
