import { expect, it } from "vitest";
import {
  applyMigrations,
  type Migration,
  MigrationError,
  readMigrations,
} from "../../../migrations/apply.ts";
import type { TestDatabase } from "../support/database.ts";

const next = (name: string, sql: string): Migration => ({ version: "29991231235959", name, sql });

/** What holds of a database that was brought up to date already. */
export function migrationRules(database: () => TestDatabase): void {
  const history = () =>
    database().query<{ version: string; name: string; statements: string[] }>(
      "select version, name, statements from supabase_migrations.schema_migrations order by version",
    );

  it("has every file in the history of the Supabase CLI, once", async () => {
    const files = readMigrations();
    expect(files.length).toBeGreaterThan(5);
    expect(await history()).toEqual(
      files.map(({ version, name, sql }) => ({ version, name, statements: [sql] })),
    );
  });

  it("does nothing when it is run again", async () => {
    const before = await history();
    expect(await applyMigrations(database(), readMigrations())).toEqual([]);
    expect(await history()).toEqual(before);
  });

  it("leaves nothing of a migration that fails, and goes on once it is right", async () => {
    const before = await history();
    const broken = next("broken", "create table half (id int); insert into half values ('x');");
    const failure = applyMigrations(database(), [broken]);
    await expect(failure).rejects.toThrow(MigrationError);
    await expect(failure).rejects.toThrow(/29991231235959_broken\.sql failed: .*"x"/);
    expect(await history()).toEqual(before);
    expect(await database().query("select to_regclass('half') as found")).toEqual([
      { found: null },
    ]);

    const right = next(
      "broken",
      "create table half (id int); alter table half enable row level security;",
    );
    expect(await applyMigrations(database(), [right])).toEqual(["29991231235959_broken"]);
    expect(await database().query("select * from half")).toEqual([]);
    await database().exec(
      "drop table half; delete from supabase_migrations.schema_migrations where version = '29991231235959'",
    );
  });

  it("refuses a file that was changed after it ran, and takes one the Supabase CLI applied", async () => {
    const [first] = readMigrations();
    if (!first) throw new Error("no migrations");
    const changed = applyMigrations(database(), [{ ...first, sql: `${first.sql}-- more` }]);
    await expect(changed).rejects.toThrow(/foundation\.sql was changed after it had been applied/);

    const split =
      "update supabase_migrations.schema_migrations set statements = $2 where version = $1";
    await database().query(split, [first.version, ["do 1", "create 2"]]);
    expect(await applyMigrations(database(), readMigrations())).toEqual([]);
    await database().query(split, [first.version, [first.sql]]);
  });

  it("runs once when it is started twice at the same time", async ({ skip }) => {
    const { connect } = database();
    if (!connect) return skip("one connection only: nothing can come at once");
    const others = await Promise.all([connect(), connect()]);
    const once = next("once", "create table once (id int);");
    const applied = await Promise.all(others.map((one) => applyMigrations(one, [once])));
    expect(applied.flat()).toEqual(["29991231235959_once"]);
    await database().exec(
      "drop table once; delete from supabase_migrations.schema_migrations where version = '29991231235959'",
    );
    await Promise.all(others.map((one) => one.close()));
  });
}
