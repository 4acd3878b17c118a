import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import { as, one, type TestDatabase } from "./support/database.ts";
import { message } from "./support/outbox.ts";
import { openPglite } from "./support/pglite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";

const MEMBERS = 2_000;
const MESSAGES_EACH = 10;

/** Members with a profile, a completed assessment, a vision and a conversation. */
const FILL = `
  insert into auth.users (id, email)
    select md5('m' || n)::uuid, 'm' || n || '@example.test' from generate_series(1, ${MEMBERS}) as n;
  insert into vision_versions (user_id, fun)
    select md5('m' || n)::uuid, 'I dance.' from generate_series(1, ${MEMBERS}) as n;
  insert into assessment_results (user_id)
    select md5('m' || n)::uuid from generate_series(1, ${MEMBERS}) as n;
  insert into conversation_sessions (id, user_id, client_id, phase, title, created_at, updated_at)
    select viva_uuid('conversation', md5('m' || n)::uuid::text, 'talk'), md5('m' || n)::uuid, 'talk',
      'contrast', 'Talk', now(), now() from generate_series(1, ${MEMBERS}) as n;
  insert into ai_conversations (id, user_id, conversation_id, client_id, role, message, status, position, created_at)
    select gen_random_uuid(), md5('m' || n)::uuid,
      viva_uuid('conversation', md5('m' || n)::uuid::text, 'talk'), 'c' || p, 'user', 'I walk by the sea.', 'complete', p,
      now()
    from generate_series(1, ${MEMBERS}) as n, generate_series(0, ${MESSAGES_EACH - 1}) as p;
`;

/** Tables that grow with the members. */
const TABLES = [
  "user_profiles",
  "assessment_results",
  "vision_versions",
  "conversation_sessions",
  "ai_conversations",
  "member_context_versions",
];

/** Sequential scans of the tables so far, by table. */
async function scans(database: TestDatabase): Promise<Record<string, number>> {
  await database.query("select pg_stat_force_next_flush()");
  await database.query("select pg_stat_clear_snapshot()");
  const rows = await database.query<{ table: string; scans: number }>(
    `select relname as table, seq_scan::integer as scans from pg_stat_user_tables
     where relname = any ($1) order by relname`,
    [TABLES],
  );
  return Object.fromEntries(rows.map(({ table, scans: n }) => [table, n]));
}

/** With this many members nothing that one of them asks for reads a whole table. */
function planRules(database: () => TestDatabase): void {
  const member = async (n: number) => {
    const { id } = await one<{ id: string }>(database(), "select md5($1)::uuid as id", [`m${n}`]);
    return id;
  };

  it("counts a scan where there is one", async () => {
    const before = await scans(database());
    await database().query("select count(*) from ai_conversations where message = 'nowhere'");
    const after = await scans(database());
    expect(after.ai_conversations).toBeGreaterThan(before.ai_conversations ?? 0);
  });

  it.each([
    ["the context", "select viva_context()"],
    ["what fills a new object", "select viva_open()"],
    ["a page of a conversation", "select viva_conversation_page('talk')"],
    ["the profile", "select viva_profile()"],
    ["the versions", "select viva_visions(30)"],
    ["the assessment", "select viva_assessment(false)"],
  ])("reads %s by index", async (_what, sql) => {
    const id = await member(700);
    // The first call plans; what it looks up in the catalog is not counted here.
    await as(database(), id, (own) => own.query(sql));
    const before = await scans(database());
    await as(database(), id, (own) => own.query(sql));
    expect(await scans(database())).toEqual(before);
  });

  it("applies the outbox by index", async () => {
    const id = await member(701);
    const apply = (position: number) =>
      as(database(), "service_role", (own) =>
        own.query("select viva_apply($1, $2::text::json)", [
          id,
          JSON.stringify([message(position, { conversationId: "talk", position })]),
        ]),
      );
    await apply(20);
    const before = await scans(database());
    await apply(21);
    expect(await scans(database())).toEqual(before);
  });
}

async function fill(database: TestDatabase): Promise<TestDatabase> {
  await applyMigrations(database, readMigrations());
  await database.exec(FILL);
  await database.exec("analyze");
  return database;
}

describe(`with ${MEMBERS} members on PGlite`, () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await fill(await openPglite());
  });
  afterAll(() => database?.close());
  planRules(() => database);
});

const bin = findPostgres();

describe.skipIf(!bin)(`with ${MEMBERS} members on PostgreSQL`, () => {
  let server: PostgresServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
    database = await fill(await server.create("plans"));
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });
  planRules(() => database);
});
