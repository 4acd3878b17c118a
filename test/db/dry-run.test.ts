import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  applyMigrations,
  type Migration,
  MigrationError,
  migrationName,
  readMigrations,
} from "../../migrations/apply.ts";
import { dryRun } from "../../migrations/dry-run.ts";
import { describeDryRun } from "../../migrations/migrate.ts";
import { ownTransactionIn, statementsOf } from "../../migrations/statements.ts";
import { catalogOf } from "./support/catalog.ts";
import { newMember, one, type TestDatabase } from "./support/database.ts";
import { openPglite } from "./support/pglite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";

const later = (number: number, sql: string): Migration => ({
  version: `2999010100000${number}`,
  name: `later_${number}`,
  sql,
});
const fine = later(1, "create table fine (id int);");

/** What a dry run promises, of an empty database, one in between and one that is up to date. */
function dryRunRules(database: () => TestDatabase): void {
  const ours = readMigrations();
  const names = ours.map(migrationName);

  /** Runs it, and holds the catalog and the history against what they were. */
  async function tried(migrations: Migration[]) {
    const before = await catalogOf(database());
    const run = await dryRun(database(), migrations);
    expect(await catalogOf(database())).toEqual(before);
    expect(await one(database(), "select pg_current_xact_id_if_assigned()::text as id")).toEqual({
      id: null,
    });
    return run;
  }

  it("tries all from empty, in order, and leaves it empty", async () => {
    const { trials, unknownLater } = await tried(ours);
    expect(trials).toEqual(names.map((name) => ({ name, outcome: "runs", reason: "" })));
    expect(unknownLater).toEqual([]);
    expect(await database().query("select to_regclass('public.user_profiles') as found")).toEqual([
      { found: null },
    ]);
  });

  it("tries only what is missing, against the data that is there, and leaves the data", async () => {
    await applyMigrations(database(), ours.slice(0, 8));
    const member = await newMember(database());
    const data = () => database().query("select * from user_profiles order by user_id");
    const before = await data();
    const { trials } = await tried(ours);
    expect(trials.map(({ name }) => name)).toEqual(names.slice(8));
    expect(trials.every(({ outcome }) => outcome === "runs")).toBe(true);
    expect(await data()).toEqual(before);
    expect(before).toMatchObject([{ user_id: member }]);
    // What it said is what happens.
    expect(await applyMigrations(database(), ours)).toEqual(names.slice(8));
    expect(await tried(ours)).toEqual({ trials: [], unknownLater: [] });
  });

  it("names the one that would fail, why, and what was not tried after it", async () => {
    const broken = later(2, "insert into fine values ('x');");
    const run = await tried([...ours, fine, broken, later(3, "create table more (id int);")]);
    expect(run.trials).toEqual([
      { name: "29990101000001_later_1", outcome: "runs", reason: "" },
      {
        name: "29990101000002_later_2",
        outcome: "fails",
        reason: expect.stringMatching(/invalid input syntax .*"x"/),
      },
      {
        name: "29990101000003_later_3",
        outcome: "untried",
        reason: "comes after 29990101000002_later_2",
      },
    ]);
    const { lines, ok } = describeDryRun(run);
    expect(ok).toBe(false);
    expect(lines.slice(0, 1)).toEqual(["would apply 29990101000001_later_1"]);
    expect(lines[1]).toMatch(/^would fail {2}29990101000002_later_2: invalid input/);
    expect(lines.at(-1)).toMatch(/^Nothing was changed: /);
  });

  it("does not try what no transaction takes back, and says so", async () => {
    const commits = later(2, "create table half (id int); commit; create table other (id int);");
    const concurrently = later(2, "create index\n concurrently fine_ids on fine (id);");
    for (const [migration, said] of [
      [commits, '"commit" cannot be rolled back'],
      [concurrently, '"create index concurrently fine_ids on fine (id)" cannot be rolled back'],
    ] as const) {
      const run = await tried([...ours, fine, migration]);
      expect(run.trials.map(({ outcome, reason }) => [outcome, reason])).toEqual([
        ["runs", ""],
        ["untried", said],
      ]);
      expect(describeDryRun(run).ok).toBe(true);
    }
    const alone = describeDryRun(await tried([...ours, commits]));
    expect(alone.lines.at(-1)).toBe("Nothing was changed, and nothing could be tried.");
  });

  it("does not call wrong what only a commit in between makes right", async () => {
    await database().exec("create type mood as enum ('calm')");
    const run = await tried([
      ...ours,
      later(1, "alter type mood add value 'glad';"),
      later(2, "create table days (mood mood default 'glad');"),
    ]);
    expect(run.trials).toMatchObject([
      { outcome: "runs" },
      { outcome: "untried", reason: expect.stringMatching(/^needs those before it/) },
    ]);
    await database().exec("drop type mood");
  });

  it("refuses a file that was changed, before it tries anything", async () => {
    const changed = ours.map((one) =>
      one.name === "assessments" ? { ...one, sql: `${one.sql}--` } : one,
    );
    const failure = tried([...changed, fine]);
    await expect(failure).rejects.toThrow(MigrationError);
    await expect(failure).rejects.toThrow(/assessments\.sql was changed after it had been applied/);
    await expect(applyMigrations(database(), [...changed, fine])).rejects.toThrow(/was changed/);
  });

  it("knows a database that is ahead: fine where nothing is missing, refused where something is", async () => {
    await applyMigrations(database(), [...ours, fine]);
    const run = await tried(ours);
    expect(run).toEqual({ trials: [], unknownLater: [fine.version] });
    expect(describeDryRun(run).lines).toEqual([
      `note: the database has ${fine.version}, which is later than all that is known here`,
      "Nothing to apply.",
    ]);
    expect(await applyMigrations(database(), ours)).toEqual([]);
    const beneath: Migration = { version: "20991231000000", name: "beneath", sql: "select 1" };
    for (const run of [dryRun, applyMigrations]) {
      await expect(run(database(), [...ours, beneath])).rejects.toThrow(
        /has later migrations that are not known here \(29990101000001\), and 1 of those here are missing/,
      );
    }
    await database().exec(
      "drop table fine; delete from supabase_migrations.schema_migrations where version > '2999'",
    );
  });
}

describe("a dry run on PGlite", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openPglite();
  });
  afterAll(() => database?.close());
  dryRunRules(() => database);
});

const bin = findPostgres();

describe.skipIf(!bin)("a dry run on PostgreSQL", () => {
  let server: PostgresServer;
  let database: TestDatabase;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
    database = await server.create("dry");
  });
  afterAll(async () => {
    await database?.close();
    await server?.stop();
  });
  dryRunRules(() => database);

  it("waits for nobody: a table in use is named after a while", async () => {
    const other = await server.connect("dry");
    await other.exec("begin; lock table vision_versions in share mode");
    const waits = later(1, "alter table vision_versions add column mood text;");
    const { trials } = await dryRun(database, [...readMigrations(), waits]);
    expect(trials).toMatchObject([
      { outcome: "fails", reason: expect.stringContaining("somebody is using that table") },
    ]);
    await other.exec("rollback");
    await other.close();
  });
});

describe("the statements of a script", () => {
  it("are told apart past comments, quotes and bodies of functions", () => {
    const script = `
      -- commit;
      /* rollback; /* vacuum; */ commit; */
      create function f() returns void language plpgsql as $body$ begin commit; end $body$;
      do $$ begin null; end $$; insert into t values ('a;''b; commit;'), (e'\\'; vacuum;');
      create table "begin;" (id int)`;
    expect(statementsOf(script)).toEqual([
      "create function f() returns void language plpgsql as ''",
      "do ''",
      "insert into t values (''), ('')",
      'create table "begin;" (id int)',
    ]);
    expect(ownTransactionIn(script)).toBeNull();
  });

  it.each([
    "commit",
    "COMMIT AND CHAIN",
    "rollback",
    "begin",
    "start transaction isolation level serializable",
    "end",
    "vacuum full t",
    "create unique index concurrently i on t (a)",
    "drop index concurrently i",
    "reindex table concurrently t",
    "alter system set work_mem = '1GB'",
    "create database other",
  ])("know: %s", (statement) => {
    expect(ownTransactionIn(`select 1; ${statement}; select 2`)).toBe(
      statement.replaceAll("'1GB'", "''"),
    );
  });

  it.each([
    "savepoint a; rollback to a",
    "rollback to savepoint a",
    "create index i on t (a)",
    "select 'commit'",
    "endless()",
  ])("do not mistake: %s", (statement) => {
    expect(ownTransactionIn(statement)).toBeNull();
  });

  it("of all our migrations can be taken back", () => {
    for (const { name, sql } of readMigrations()) {
      expect([name, ownTransactionIn(sql)]).toEqual([name, null]);
    }
  });
});
