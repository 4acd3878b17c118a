import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberContext } from "../../domain/context.ts";
import { LocalError } from "../../local/local-error.ts";
import { applyMigrations, readMigrations, type SqlRunner } from "../../migrations/apply.ts";
import { type BackfillOptions, backfill } from "../../migrations/backfill/run.ts";
import { openSource, type Source } from "../../migrations/backfill/source.ts";
import { catalogOf } from "./support/catalog.ts";
import { as, one, type TestDatabase } from "./support/database.ts";
import { rowsOf } from "./support/filled.ts";
import { hostedSupabase } from "./support/hosted.ts";
import { fillOlder, MEMBERS, olderTables, uuid } from "./support/older.ts";
import { apply, conversation, message } from "./support/outbox.ts";
import { openPglite } from "./support/pglite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";

const OPTIONS: BackfillOptions = { name: "schema older", batch: 2, dryRun: false, told: () => {} };
const { whole, many, nobody, erased } = MEMBERS;

/** The accounts, which are taken over before all else, and one that has erased everything since. */
async function makeAccounts(database: SqlRunner): Promise<void> {
  for (const id of [whole, many, erased]) {
    await database.query("insert into auth.users (id, email) values ($1, $2)", [
      id,
      `${id}@x.test`,
    ]);
  }
  await as(database, "service_role", (server) =>
    server.query("select viva_erase($1, 1)", [erased]),
  );
}

/** Everything of all members, and the books that belong to nobody. */
async function everything(database: SqlRunner): Promise<unknown> {
  const all = [];
  for (const member of [whole, many, nobody, erased]) all.push(await rowsOf(database, member));
  return [all, await database.query("select * from token_usage where user_id is null order by id")];
}

/** What a backfill promises, run from a schema beside ours. */
function backfillRules(open: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  let source: Source;
  const run = (more: Partial<BackfillOptions> = {}) =>
    backfill(source, database, { ...OPTIONS, ...more });

  beforeAll(async () => {
    database = await open();
    await applyMigrations(database, readMigrations());
    await database.exec(olderTables("older"));
    await fillOlder(database, "older");
    await makeAccounts(database);
    source = await openSource(database, "older");
  });
  afterAll(() => database?.close());

  it("says what it would do, and does nothing", async () => {
    const [before, catalog] = [await everything(database), await catalogOf(database)];
    const report = await run({ dryRun: true });
    expect(report.members).toBe(4);
    expect(report.tables.vision_versions).toEqual({ read: 11, written: 7, refused: 4 });
    expect(await everything(database)).toEqual(before);
    expect(await catalogOf(database)).toEqual(catalog);
  });

  it("ends where it is interrupted, between two batches, and goes on from there", async () => {
    const told: number[] = [];
    const interrupted = run({
      batch: 1,
      told: (members) => {
        told.push(members);
        throw new Error("interrupted");
      },
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(told).toEqual([1]);
    expect((await rowsOf(database, whole)).vision_versions).toHaveLength(3);
    expect((await rowsOf(database, many)).vision_versions).toEqual([]);
    const rest = await run();
    expect(rest).toMatchObject({ members: 3, resumed: true });
  });

  it("takes over a profile, by the names and in the form of now", async () => {
    const [profile] = (await rowsOf(database, whole)).user_profiles ?? [];
    expect(profile).toMatchObject({
      ...{ first_name: "Mia", last_name: "Ng", date_of_birth: "1988-02-29" },
      ...{ relationship_status: "Married", partner_name: "Bo", has_children: true },
      ...{ number_of_children: 2, employment_type: "Business Owner" },
      ...{ household_income: "100,000-249,999", hobbies: ["chess", "bread"] },
      ...{ love_story: "We dance.", work_story: "I weave.", stuff_story: "A loom." },
      ...{ fun_story: null, email: `${whole}@x.test` },
    });
  });

  it("takes over assessments with the scores that follow from the answers", async () => {
    const { assessment_results: results = [], assessment_responses: responses = [] } = await rowsOf(
      database,
      whole,
    );
    expect(results.map(({ id, total_score }) => [id, total_score])).toEqual([
      [uuid(21), 11 * 28],
      [uuid(22), 11 * 28],
      [uuid(23), 0],
    ]);
    expect(results[0]?.green_line_status).toMatchObject({ love: "above", work: "above" });
    expect(String(results[0]?.completed_at)).toMatch(/^2025-06-01T12:30:00/);
    // Where it was not noted when: the last that is known.
    expect(String(results[1]?.completed_at)).toMatch(/^2025-06-01T12:11:00/);
    expect(results[2]?.completed_at).toBeNull();
    const begun = responses.filter((row) => row.assessment_id === uuid(23));
    expect(begun.map(({ question_key, value }) => [question_key, value])).toEqual([
      ["love_1", 5],
      ["love_2", 5],
    ]);
  });

  it("takes over visions: one active, one draft, all else history, numbers kept where they are free", async () => {
    const visions = async (member: string) =>
      ((await rowsOf(database, member)).vision_versions ?? []).map(
        ({ id, state, version_number }) => [id, state, version_number],
      );
    expect(await visions(whole)).toEqual([
      [uuid(41), "history", 1],
      [uuid(42), "active", 2],
      [uuid(43), "draft", null],
    ]);
    expect(await visions(many)).toEqual([
      [uuid(44), "history", 1],
      // The second of this number, and a draft beside the newest one, which keeps its words.
      [uuid(45), "active", 5],
      [uuid(46), "history", 6],
      [uuid(47), "draft", null],
    ]);
    const row = await one(
      database,
      "select forward, love, work, stuff, conclusion from vision_versions where id = $1",
      [uuid(42)],
    );
    expect(row).toEqual({
      ...{ forward: "Opening 42", love: "We dance 42", work: null },
      ...{ stuff: "A loom", conclusion: "So it is" },
    });
    // A number that was given is not given again.
    await as(database, many, (own) => own.query("select viva_commit_vision($1)", [uuid(47)]));
    expect((await visions(many)).slice(1)).toEqual([
      [uuid(45), "history", 5],
      [uuid(46), "history", 6],
      [uuid(47), "active", 7],
    ]);
  });

  it("takes over what was said, in conversations and in its order", async () => {
    const talk = (id: string) =>
      as(database, whole, (own) =>
        one<{ talk: unknown }>(own, "select viva_conversation($1) as talk", [id]),
      );
    expect((await talk("older-love-peak")).talk).toMatchObject([
      { id: uuid(62), role: "user", text: "I love to dance", position: 0, status: "complete" },
      { id: uuid(63), role: "assistant", text: "What a joy 💃", position: 1 },
    ]);
    expect((await talk("older-talk")).talk).toMatchObject([{ text: "Hello there" }]);
    const opened = await as(database, whole, (own) =>
      one<{ all: { conversations: object[] } }>(own, "select viva_open() as all"),
    );
    expect(opened.all.conversations).toMatchObject([
      {
        id: "older-love-peak",
        category: "love",
        phase: "peak",
        title: "I love to dance",
        nextPosition: 2,
      },
      { id: "older-talk", category: null, phase: null, title: "Hello there", nextPosition: 1 },
    ]);
    // The session goes on in it.
    const rows = [
      conversation(1, { id: "older-talk" }),
      message(2, { conversationId: "older-talk", position: 1 }),
    ];
    expect(await apply(database, whole, rows)).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it("takes over the books, once each, without words, and charges no credits for them", async () => {
    const { token_usage: books = [] } = await rowsOf(database, whole);
    expect(
      books.map((row) => [row.turn_id, row.input_tokens, row.output_tokens, row.estimated]),
    ).toEqual(
      expect.arrayContaining([
        [`older-${uuid(81)}`, 900, 100, false],
        [`older-${uuid(83)}`, 1_000, 0, true],
      ]),
    );
    expect(books).toHaveLength(2);
    for (const row of books) {
      expect(row).toMatchObject({
        cost_micro_usd: null,
        metadata: { older: { cost_estimate: 12 } },
      });
      expect(JSON.stringify(row)).not.toContain("secret");
    }
    const used = "select viva_credits_used($1, '2025-01-01')::integer as used";
    expect(await one(database, used, [whole])).toEqual({ used: 0 });
    const anonymous =
      "select success from token_usage where user_id is null and turn_id like 'older-%' order by created_at";
    expect(await database.query(anonymous)).toEqual([{ success: true }, { success: false }]);
  });

  it("lists what it did not take over, with the reason and without their words", async () => {
    const refusals = await database.query<Record<string, string>>(
      `select table_name as table, row_id as id, field, reason from viva_backfill.refusals
       order by table_name, row_id, field`,
    );
    const reasons = Object.fromEntries(
      refusals.map(({ table, id, field, reason }) => [`${table} ${id} ${field}`.trim(), reason]),
    );
    const gone = "no account has this id: take over the accounts first";
    expect(reasons).toEqual({
      [`ai_conversations ${uuid(61)}`]: "it asked for a greeting, and nobody said it",
      [`ai_conversations ${uuid(65)}`]:
        "nobody said it: its role is neither the member's nor VIVA's",
      [`ai_conversations ${uuid(66)}`]: "it is empty",
      [`ai_conversations ${uuid(67)}`]: "23514 ai_conversations_message_check",
      [`ai_conversations ${uuid(68)} category`]: "its category is unknown: taken over without one",
      [`ai_conversations ${uuid(69)}`]: "the member has erased everything",
      [`assessment_responses ${uuid(23)}/fun_1`]: "its answer is none of 1 to 5",
      [`assessment_responses ${uuid(23)}/romance_9`]: "there is no such statement",
      [`assessment_results ${uuid(24)}`]: "complete, but 3 statements are unanswered",
      [`assessment_results ${uuid(25)}`]: "unfinished, and another unfinished one is newer",
      [`token_usage ${uuid(82)}`]: "the same call was booked twice",
      [`token_usage ${uuid(84)}`]: "23514 token_usage_action_type_check",
      [`user_profiles ${many} date_of_birth`]: expect.stringContaining("must not be before"),
      [`user_profiles ${many} love_story`]: "at most 20,000 characters",
      [`user_profiles ${many} number_of_children`]: "must be: number",
      [`user_profiles ${many} relationship_status`]: expect.stringContaining("must be one of"),
      [`user_profiles ${uuid(13)}`]: gone,
      [`user_profiles ${uuid(14)}`]: "the member has erased everything",
      [`vision_versions ${uuid(48)}`]: "a draft without text beside another draft",
      [`vision_versions ${uuid(49)}`]: "its status is unknown",
      [`vision_versions ${uuid(50)}`]: "a section is longer than 20,000 characters",
      [`vision_versions ${uuid(51)}`]: gone,
    });
  });

  it("left the rest of a row whose one field broke a rule", async () => {
    const [profile] = (await rowsOf(database, many)).user_profiles ?? [];
    expect(profile).toMatchObject({ first_name: "Ada", has_children: false, fun_story: "I play." });
    expect(profile).toMatchObject({
      date_of_birth: null,
      relationship_status: null,
      love_story: null,
    });
  });

  it("brings nothing back of a member who erased everything", async () => {
    const left = Object.entries(await rowsOf(database, erased)).filter(
      ([, rows]) => rows.length > 0,
    );
    expect(left.map(([table]) => table)).toEqual(["erased_members"]);
  });

  it("changes nothing when it runs again, whatever members have done since", async () => {
    await as(database, whole, (own) =>
      own.query(`select viva_edit_profile('{"first_name": "Maria", "city": null}')`),
    );
    const deletedAt = "2026-11-21T10:00:00Z";
    await apply(database, whole, [conversation(1, { id: "older-love-peak", deletedAt })]);
    // What they throw away stays thrown away.
    await as(database, whole, (own) =>
      own.query("delete from vision_versions where state <> 'active'"),
    );
    const before = await everything(database);
    const report = await run();
    expect(report.resumed).toBe(false);
    expect(Object.values(report.tables).map(({ written }) => written)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(await everything(database)).toEqual(before);
  });

  it("takes over what has come since, past what a member has begun in the meantime", async () => {
    await database.query(
      "delete from assessment_results where user_id = $1 and completed_at is null",
      [many],
    );
    await as(database, many, (own) => own.query(`select viva_answer('{"fun_1": 3}')`));
    const begun =
      "select id, created_at from assessment_results where user_id = $1 and completed_at is null";
    const before = await one<{ id: string }>(database, begun, [many]);
    await database.query(
      `insert into older.assessment_responses (assessment_id, question_id, response_value)
       select $1, 'fun_' || n, 2 from generate_series(1, 7) as n`,
      [uuid(24)],
    );
    await database.query(
      `insert into older.ai_conversations (id, user_id, role, message, context, created_at)
       values ($1, $2, 'user', 'One more thing', '{}', '2025-07-01')`,
      [uuid(70), whole],
    );
    const report = await run();
    expect(report.tables.assessment_results.written).toBe(1);
    expect(report.tables.ai_conversations.written).toBe(1);
    // What they had begun is as it was.
    expect(await one(database, begun, [many])).toEqual(before);
    const answers = "select question_key, value from assessment_responses where assessment_id = $1";
    expect(await database.query(answers, [before.id])).toEqual([
      { question_key: "fun_1", value: 3 },
    ]);
    const last = await one(
      database,
      "select message, position from ai_conversations where user_id = $1 and client_id = $2",
      [whole, uuid(70)],
    );
    expect(last).toEqual({ message: "One more thing", position: 2 });
  });

  it("gives VIVA all of it", async () => {
    const context = await as(database, whole, (own) =>
      one<{ context: MemberContext }>(own, "select viva_context() as context"),
    );
    expect(context.context).toMatchObject({
      profile: { first_name: "Maria", love_story: "We dance." },
      assessment: { id: uuid(21) },
      active: { id: uuid(42) },
      draft: null,
    });
  });

  it("refuses a schema without any of the tables, and one that does not say whose rows are", async () => {
    await expect(openSource(database, "nowhere")).rejects.toThrow(LocalError);
    await database.exec(
      "create schema odd; create table odd.vision_versions (id uuid, owner uuid)",
    );
    await expect(openSource(database, "odd")).rejects.toThrow(/no column user_id/);
  });
}

describe("a backfill on PGlite", () => {
  backfillRules(openPglite);
});

const bin = findPostgres();

describe.skipIf(!bin)("a backfill on PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
  });
  afterAll(() => server?.stop());

  describe("from a schema beside ours", () => {
    backfillRules(() => server.create("filled"));
  });

  describe("by the role that migrates hosted Supabase", () => {
    backfillRules(async () => {
      const admin = await server.create("hosted");
      await admin.exec(hostedSupabase("hosted"));
      await admin.close();
      return server.connect("hosted", "owner");
    });
  });

  describe("by npm run db:backfill, from another database", () => {
    const folder = mkdtempSync(join(tmpdir(), "viva-backfill-"));
    let older: TestDatabase;
    let ours: TestDatabase;
    const command = async (...args: string[]) => {
      const env = { ...process.env, ...server.environment, DATABASE_URL: "postgres:///ours" };
      const run = promisify(execFile)(
        process.execPath,
        ["migrations/backfill/backfill.ts", ...args],
        { env },
      );
      return run.catch((error: { code: number; stdout: string; stderr: string }) => error);
    };
    beforeAll(async () => {
      [older, ours] = [await server.create("older"), await server.create("ours")];
      await older.exec(olderTables("public"));
      await fillOlder(older, "public");
    });
    afterAll(async () => {
      await Promise.all([older?.close(), ours?.close()]);
      rmSync(folder, { recursive: true, force: true });
    });

    it("asks for the migrations first, and for an address that is one", async () => {
      expect(await command("--from", "postgres:///older")).toMatchObject({
        code: 1,
        stderr: "The database is not up to date: run `npm run db:migrate` first.\n",
      });
      await applyMigrations(ours, readMigrations());
      await makeAccounts(ours);
      for (const [args, said] of [
        [[], /--from is missing/],
        [["--from", "public"], /public holds the tables/],
        [["--from", "older", "--schema", "x"], /--schema goes with/],
        [["--from", "postgres:///older", "--batch", "0"], /--batch is/],
        [["--from", "postgres:///older", "--schema", "nowhere"], /none of the tables/],
        [
          ["--from", "postgres:///nowhere"],
          /^The database of --from cannot be reached .*no such database/,
        ],
        [["--from", "https://x.test"], /--from is the address of a web server/],
      ] as const) {
        const run = await command(...args);
        expect(run).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(said) });
      }
    });

    it("says what it would do, does it, and says what it left", async () => {
      const before = await everything(ours);
      const olderBefore = await older.query("select count(*)::int as rows from vision_versions");
      const report = join(folder, "refused.jsonl");
      const tried = await command("--from", "postgres:///older", "--dry-run", "--report", report);
      expect(tried.stdout).toMatch(/vision_versions +11 read, 7 written, 4 not taken over\n/);
      expect(tried.stdout).toMatch(/\nNothing was changed: all of it was rolled back\.\n$/);
      expect(await everything(ours)).toEqual(before);
      const listed = readFileSync(report, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(listed).toContainEqual({
        ...{ table: "vision_versions", id: uuid(49), field: "", reason: "its status is unknown" },
      });
      const done = await command("--from", "postgres:///older", "--batch", "3");
      expect(done.stdout).toMatch(/vision_versions +11 read, 7 written, 4 not taken over\n/);
      expect((await rowsOf(ours, whole)).vision_versions).toHaveLength(3);
      const again = await command("--from", "postgres:///older");
      expect(again.stdout).toMatch(/vision_versions +11 read, 0 written, 4 not taken over\n/);
      expect(await older.query("select count(*)::int as rows from vision_versions")).toEqual(
        olderBefore,
      );
    });

    it("runs once at a time", async () => {
      await ours.query("select pg_advisory_lock(7021988)");
      expect(await command("--from", "postgres:///older")).toMatchObject({
        code: 1,
        stderr: "Another backfill is filling this database.\n",
      });
      await ours.query("select pg_advisory_unlock(7021988)");
    });
  });
});
