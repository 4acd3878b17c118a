import { expect, it } from "vitest";
import type { SqlRunner } from "../../../migrations/apply.ts";
import {
  as,
  newMember,
  one,
  readyMember,
  sqlState,
  type TestDatabase,
} from "../support/database.ts";
import {
  type Applied,
  apply,
  conversation,
  message,
  refinement,
  usage,
} from "../support/outbox.ts";

type Opened = {
  readonly generation: number;
  readonly creditsUsed: number;
  readonly usage: readonly object[];
  readonly deleted: readonly { readonly id: string }[];
  readonly conversations: readonly { readonly id: string }[];
};

const call = <Result>(database: SqlRunner, who: string, sql: string, params: unknown[] = []) =>
  as(database, who, async (own) => {
    const { result } = await one<{ result: string }>(own, `select ${sql}::text as result`, params);
    return JSON.parse(result) as Result;
  });

const open = (database: SqlRunner, who: string) => call<Opened>(database, who, "viva_open()");
// biome-ignore lint/suspicious/noExplicitAny: a document read by what it has
const exported = (database: SqlRunner, who: string) => call<any>(database, who, "viva_export()");
const erase = (database: SqlRunner, member: string, generation: number) =>
  as(database, "service_role", (own) =>
    own.query("select viva_erase($1, $2)", [member, generation]),
  );

/** A batch of a session that knows of so many erases. */
const applyOf = (database: SqlRunner, member: string, generation: number, rows: unknown) =>
  call<Applied[]>(database, "service_role", "viva_apply($1, $2::text::json, $3)", [
    member,
    JSON.stringify(rows),
    generation,
  ]);

/** Every row that names a member, by table: also of tables that are made one day. */
async function rowsOf(database: SqlRunner, member: string): Promise<Record<string, number>> {
  const tables = await database.query<{ name: string }>(
    `select table_name as name from information_schema.columns
     where table_schema = 'public' and column_name = 'user_id' and table_name in (
       select table_name from information_schema.tables where table_type = 'BASE TABLE')`,
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const sql = `select count(*)::integer as rows from public.${name} where user_id = $1`;
    const { rows } = await one<{ rows: number }>(database, sql, [member]);
    if (rows > 0) counts[name] = rows;
  }
  return counts;
}

/** A member with something in every table. */
async function memberWithEverything(database: SqlRunner) {
  const member = await readyMember(database);
  const vision = await as(database, member, async (own) => {
    await own.query('select viva_edit_profile(\'{"first_name": "Mia"}\')');
    await own.query('select viva_answer(\'{"fun_1": 4, "fun_2": null}\')');
    const begun = "select viva_begin_vision() -> 'vision' ->> 'id' as id";
    const { id } = await one<{ id: string }>(own, begun);
    await own.query('select viva_write_vision($1, 1, \'{"fun": "I dance."}\')', [id]);
    await own.query("select viva_commit_vision($1)", [id]);
    await own.query("select viva_begin_vision()");
    await own.query("select viva_keep_discovery($1, 'fun', '{\"step\": 2}')", [id]);
    return id;
  });
  const books = usage(4);
  await apply(database, member, [
    conversation(1),
    message(2),
    refinement(3, { visionId: vision }),
    books,
  ]);
  return { member, vision, books };
}

/** Conversations that are deleted, everything in one document, and nothing of it any more. */
export function accountDataRules(database: () => TestDatabase): void {
  it("keeps of a deleted conversation only that it was, whatever comes later", async () => {
    const db = database();
    const member = await readyMember(db);
    await apply(db, member, [conversation(1), message(2), conversation(3, { id: "other" })]);
    const deletedAt = "2026-11-21T10:00:00.000Z";
    await apply(db, member, [conversation(4, { deletedAt })]);
    const late = [
      conversation(5, { title: "Late" }),
      message(6),
      message(7, { id: "m2", position: 1 }),
    ];
    expect(await apply(db, member, late)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    const rows = await db.query(
      "select title, deleted_at is not null as deleted from conversation_sessions where user_id = $1 and client_id = 'talk'",
      [member],
    );
    expect(rows).toEqual([{ title: null, deleted: true }]);
    expect(await rowsOf(db, member)).not.toHaveProperty("ai_conversations");
    const opened = await open(db, member);
    expect(opened.conversations.map(({ id }) => id)).toEqual(["other"]);
    expect(opened.deleted.map(({ id }) => id)).toEqual(["talk"]);
  });

  it("still waits for the conversation of a message that came first", async () => {
    const db = database();
    const member = await readyMember(db);
    expect(await apply(db, member, [message(1)])).toMatchObject([{ ok: false, sqlstate: "23503" }]);
  });

  it("tells what was used this month by day and action, with what VIVA asked by itself in the credits alone", async () => {
    const db = database();
    const member = await readyMember(db);
    const createdAt = new Date().toISOString();
    const of = (credits: number, kind = "message") => ({ metadata: { credits, kind } });
    const turnId = crypto.randomUUID();
    await apply(db, member, [
      conversation(1),
      usage(2, { createdAt, turnId, ...of(0) }),
      usage(3, { createdAt, turnId, attempt: 2, ...of(3) }),
      usage(4, { createdAt, ...of(2) }),
      usage(5, { createdAt, ...of(4, "summary") }),
      usage(6, { createdAt, actionType: "vision_generation", ...of(7, "draft") }),
      usage(7, { createdAt: "2020-01-01T00:00:00Z", ...of(9) }),
    ]);
    const day = createdAt.slice(0, 10);
    const { usage: days } = await open(db, member);
    expect(days).toHaveLength(2);
    expect(days).toEqual(
      expect.arrayContaining([
        { day, action: "chat_conversation", turns: 2, credits: 9 },
        { day, action: "vision_generation", turns: 1, credits: 7 },
      ]),
    );
  });

  it("reads the messages of several conversations, own ones only", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    await apply(db, member, [conversation(1), message(2), conversation(3, { id: "empty" })]);
    const ids = ["talk", "empty", "none"];
    const read = (who: string) =>
      call<Record<string, unknown>>(db, who, "viva_conversations($1)", [ids]);
    expect(await read(member)).toMatchObject({
      talk: [{ id: "m1", text: "I love to dance" }],
      empty: [],
      none: null,
    });
    expect(await read(other)).toEqual({ talk: null, empty: null, none: null });
  });

  it("gives a member everything that is theirs in one document", async () => {
    const db = database();
    const { member, vision, books } = await memberWithEverything(db);
    const other = await newMember(db);
    const everything = await exported(db, member);
    expect(everything).toMatchObject({
      profile: { first_name: "Mia" },
      assessments: [{ responses: { fun_1: 4, fun_2: null }, completedAt: null }],
      visions: [
        { id: vision, state: "active", versionNumber: 1, sections: { fun: "I dance." } },
        { parentId: vision, state: "draft", sections: { fun: "I dance." } },
      ],
      refinements: [{ visionId: vision, after: "I dance on Fridays.", outcome: "proposed" }],
      discovery: [{ visionId: vision, category: "fun", state: { step: 2 } }],
      conversations: [{ id: "talk", messages: [{ id: "m1", text: "I love to dance" }] }],
      usage: [{ turnId: books.turnId, inputTokens: 900 }],
    });
    expect(await exported(db, other)).toMatchObject({
      profile: { first_name: null },
      ...{ assessments: [], visions: [], refinements: [], discovery: [], conversations: [] },
      usage: [],
    });
    for (const who of ["anon", "service_role"])
      expect(await sqlState(exported(db, who))).toBe("42501");
  });

  it("gives each part of it page by page, of 200 items and 1 MB at most, each item once", async () => {
    const db = database();
    const member = await readyMember(db);
    await db.query(
      `insert into token_usage (id, user_id, turn_id, attempt, action_type, model_used, input_tokens,
         cached_input_tokens, output_tokens, estimated, success, created_at)
       select gen_random_uuid(), $1::uuid, gen_random_uuid(), 1, 'chat_conversation', 'model-' || n,
         1, 0, 1, false, true, now()
       from generate_series(1, 401) as n`,
      [member],
    );
    await apply(db, member, [conversation(1), conversation(2, { id: "empty" })]);
    await db.query(
      `insert into ai_conversations (id, user_id, conversation_id, client_id, role, message, status, position,
           created_at)
       select gen_random_uuid(), user_id, id, 'm-' || n, 'user', n || repeat('w', 31000), 'complete', n, now()
       from conversation_sessions, generate_series(0, 99) as n where user_id = $1 and client_id = 'talk'`,
      [member],
    );
    type Page = { items: Record<string, unknown>[]; next: string | null };
    const pagesOf = async (part: string) => {
      const pages: Page[] = [];
      let next: string | null = null;
      do {
        const page: Page = await call(db, member, "viva_export_page($1, $2)", [part, next]);
        expect(page.items.length).toBeLessThanOrEqual(200);
        expect(JSON.stringify(page).length).toBeLessThan(1.1 * 1024 * 1024);
        pages.push(page);
        next = page.next;
      } while (next !== null);
      return pages;
    };
    const usagePages = await pagesOf("usage");
    expect(usagePages.map(({ items }) => items.length)).toEqual([200, 200, 1]);
    const models = usagePages.flatMap(({ items }) => items.map(({ model }) => model));
    expect(new Set(models).size).toBe(401);
    const talk = (await pagesOf("conversations")).flatMap(({ items }) => items);
    const positions = talk.map(
      ({ message: said }) => (said as { position: number } | null)?.position,
    );
    expect(positions.filter((position) => position !== undefined)).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
    expect(positions).toHaveLength(101);
    expect(await sqlState(call(db, member, "viva_export_page('nothing')"))).toBe("22023");
    for (const who of ["anon", "service_role"])
      expect(await sqlState(call(db, who, "viva_export_page('usage')"))).toBe("42501");
    // In one document there is as much as 16 pages hold.
    expect((await exported(db, member)).usage).toHaveLength(401);
    await db.query(
      `insert into ai_conversations (id, user_id, conversation_id, client_id, role, message, status, position,
           created_at)
       select gen_random_uuid(), user_id, id, 'm-' || n, 'user', n || repeat('w', 31000), 'complete', n, now()
       from conversation_sessions, generate_series(100, 700) as n where user_id = $1 and client_id = 'talk'`,
      [member],
    );
    expect(await sqlState(exported(db, member))).toBe("22023");
  });

  it("leaves no row that names a member who erased everything, but the tombstone; books stay", async () => {
    const db = database();
    const { member, books } = await memberWithEverything(db);
    const bystander = await memberWithEverything(db);
    const theirs = await rowsOf(db, bystander.member);
    expect(Object.keys(await rowsOf(db, member)).length).toBeGreaterThanOrEqual(10);
    await erase(db, member, 1);
    expect(await rowsOf(db, member)).toEqual({ erased_members: 1 });
    expect(await rowsOf(db, bystander.member)).toEqual(theirs);
    const kept = await db.query(
      "select user_id, input_tokens from token_usage where turn_id = $1",
      [books.turnId],
    );
    expect(kept).toEqual([{ user_id: null, input_tokens: 900 }]);
    expect((await open(db, member)).generation).toBe(1);
    // The account itself stays, and can begin anew.
    await as(db, member, (own) => own.query('select viva_edit_profile(\'{"city": "Lund"}\')'));
    expect((await exported(db, member)).profile).toMatchObject({ city: "Lund", first_name: null });
  });

  it("refuses what was on its way from before, and lets through what comes after", async () => {
    const db = database();
    const member = await readyMember(db);
    await apply(db, member, [conversation(1)]);
    await erase(db, member, 2);
    for (const generation of [0, 1]) {
      expect(await sqlState(applyOf(db, member, generation, [conversation(1)]))).toBe("PT410");
    }
    expect(await rowsOf(db, member)).toEqual({ erased_members: 1 });
    expect(await applyOf(db, member, 2, [conversation(1)])).toMatchObject([{ ok: true }]);
    // An erase of before leaves alone what came after; the same again erases it.
    await erase(db, member, 1);
    expect(await rowsOf(db, member)).toEqual({ conversation_sessions: 1, erased_members: 1 });
    await erase(db, member, 2);
    expect(await rowsOf(db, member)).toEqual({ erased_members: 1 });
  });

  it("does not give the month's credits back, however often everything is erased", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    const createdAt = new Date().toISOString();
    const used = (credits: number, at = createdAt) =>
      usage(1, { conversationId: "none", createdAt: at, metadata: { credits } });
    const creditsUsed = async () => (await open(db, member)).creditsUsed;
    await apply(db, other, [used(50)]);
    await apply(db, member, [used(3), used(4), used(9, "2020-01-01T00:00:00Z")]);
    await erase(db, member, 1);
    expect(await creditsUsed()).toBe(7);
    // Once more for the same erase, and a new one after more was used.
    await erase(db, member, 1);
    expect(await creditsUsed()).toBe(7);
    await applyOf(db, member, 1, [used(5)]);
    expect(await creditsUsed()).toBe(12);
    await erase(db, member, 2);
    expect(await creditsUsed()).toBe(12);
    expect((await open(db, other)).creditsUsed).toBe(50);
    // A new month begins with none.
    await db.query(
      "update erased_members set credits_month = credits_month - interval '1 month' where user_id = $1",
      [member],
    );
    expect(await creditsUsed()).toBe(0);
    await applyOf(db, member, 2, [used(2)]);
    await erase(db, member, 3);
    expect(await creditsUsed()).toBe(2);
    await db.query("delete from auth.users where id = $1", [member]);
    expect(await rowsOf(db, member)).toEqual({});
  });

  it("erases for the server alone, and for an account that is gone it has nothing to do", async () => {
    const db = database();
    const { member } = await memberWithEverything(db);
    const before = await rowsOf(db, member);
    for (const who of [member, "anon"]) {
      const asked = as(db, who, (own) => own.query("select viva_erase($1, 1)", [member]));
      expect(await sqlState(asked)).toBe("42501");
    }
    expect(await rowsOf(db, member)).toEqual(before);
    expect(await sqlState(erase(db, crypto.randomUUID(), 1))).toBe("none");
    await erase(db, member, 1);
    await db.query("delete from auth.users where id = $1", [member]);
    expect(await rowsOf(db, member)).toEqual({});
  });
}
