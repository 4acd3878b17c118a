import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, migrationName, readMigrations } from "../../migrations/apply.ts";
import { schemaRules } from "./rules/index.ts";
import { catalogOf } from "./support/catalog.ts";
import { as, makeReady, newMember, type TestDatabase } from "./support/database.ts";
import { hostedSupabase } from "./support/hosted.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";

const bin = findPostgres();
const why = bin ?? "skipped: no initdb and postgres in /usr/lib/postgresql/*/bin or on the PATH";

describe.skipIf(!bin)(`on PostgreSQL (${why})`, () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
  });
  afterAll(() => server?.stop());

  describe("from empty", () => {
    let database: TestDatabase;
    beforeAll(async () => {
      database = await server.create("viva");
      await applyMigrations(database, readMigrations());
    });
    afterAll(() => database?.close());
    schemaRules(() => database);
  });

  describe("set up as hosted Supabase is, by its migrating role", () => {
    let database: TestDatabase;
    beforeAll(async () => {
      const admin = await server.create("hosted");
      await admin.exec(hostedSupabase("hosted"));
      await admin.close();
      database = await server.connect("hosted", "owner");
      await database.query(
        "insert into auth.users (id, email) values (gen_random_uuid(), 'there@before.test')",
      );
      await applyMigrations(database, readMigrations());
    });
    afterAll(() => database?.close());

    it("gives a profile to those who were there before", async () => {
      const before =
        "select p.email, v.version from user_profiles as p join member_context_versions as v using (user_id) where email like 'there@%'";
      expect(await database.query(before)).toEqual([{ email: "there@before.test", version: 1 }]);
    });

    it("lets auth's own role make and delete an account, with all that hangs on it", async () => {
      const auth = await server.connect("hosted");
      await auth.exec("set role supabase_auth_admin");
      const id = await newMember(auth);
      await makeReady(database, id);
      await as(database, id, (own) =>
        own.query("insert into vision_versions (user_id) values ($1)", [id]),
      );
      await auth.query("delete from auth.users where id = $1", [id]);
      await auth.close();
      for (const table of ["user_profiles", "vision_versions", "member_context_versions"]) {
        expect(await database.query(`select 1 from ${table} where user_id = $1`, [id])).toEqual([]);
      }
    });
    schemaRules(() => database);
  });

  describe("npm run db:migrate", () => {
    let database: TestDatabase;
    const migrateAs = async (more: Record<string, string>, url: string, ...args: string[]) => {
      const env = { ...process.env, ...server.environment, DATABASE_URL: url, ...more };
      const command = ["migrations/migrate.ts", ...args];
      const run = promisify(execFile)(process.execPath, command, { env });
      return run.catch((error: { code: number; stdout: string; stderr: string }) => error);
    };
    const migrate = (url: string, ...args: string[]) => migrateAs({}, url, ...args);
    const names = readMigrations().map(migrationName);
    beforeAll(async () => {
      database = await server.create("command");
    });
    afterAll(() => database?.close());

    it("says what it would do and does nothing, then what it did", async () => {
      const before = await catalogOf(database);
      expect(await migrate("postgres:///command", "--dry-run")).toMatchObject({
        stdout: `${names.map((name) => `would apply ${name}\n`).join("")}Nothing was changed: what could be tried ran in one transaction, which was rolled back.\n`,
        stderr: "",
      });
      expect(await catalogOf(database)).toEqual(before);
      expect(await migrate("postgres:///command")).toMatchObject({
        stdout: `${names.map((name) => `applied ${name}\n`).join("")}The database is up to date.\n`,
      });
      for (const args of [[], ["--dry-run"]]) {
        const again = await migrate("postgres:///command", ...args);
        expect(again).toMatchObject({ stdout: "Nothing to apply.\n" });
      }
    });

    it("does not migrate where --dry-run is misspelt", async () => {
      await server.create("misspelt").then((made) => made.close());
      const run = await migrate("postgres:///misspelt", "--dryrun");
      expect(run).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/Usage: /) });
      const misspelt = await server.connect("misspelt");
      expect(await misspelt.query("select to_regclass('public.user_profiles') as found")).toEqual([
        { found: null },
      ]);
      await misspelt.close();
    });

    it("says what is wrong with an address, without the password in it", async () => {
      const { PGHOST: home = "" } = server.environment;
      await database.exec(
        "create role guarded login password 'right'; create role closed nologin; create role weak login; create role outside login",
      );
      const rules = join(home, "data", "pg_hba.conf");
      writeFileSync(
        rules,
        `local all guarded scram-sha-256\nlocal all outside reject\n${readFileSync(rules, "utf8")}`,
      );
      await database.query("select pg_reload_conf()");
      const user = (PGUSER: string) => ({ PGUSER, PGPASSWORD: "wrong" });
      const cases: [url: string, said: RegExp, more?: Record<string, string>][] = [
        ["postgres:///nowhere", /there is no such database/],
        ["postgres:///command", /user or password is wrong/, user("guarded")],
        ["postgres:///command", /this user is not let in/, user("outside")],
        ["postgres:///command", /this user is not let in/, user("closed")],
        ["postgres:///command", /this user is not let in/, user("nobody")],
        ["postgres://u:wrong@127.0.0.1:1/command", /nothing listens there/],
        ["postgres://u:wrong@nowhere.invalid/command", /its host/],
        ["https://u:wrong@project.supabase.co", /is the address of a web server/],
        ["postgres://u:wr#ng/wrong@host/command", /percent-encoded/],
        ["not an address wrong", /is no connection string: it has the form/],
        ["mysql://u:wrong@host/command", /is no connection string/],
      ];
      for (const [url, said, more = {}] of cases) {
        for (const args of [[], ["--dry-run"]]) {
          const { stdout, stderr, code } = (await migrateAs(more, url, ...args)) as {
            stdout: string;
            stderr: string;
            code?: number;
          };
          expect([url, code, stdout]).toEqual([url, 1, ""]);
          expect(stderr).toMatch(said);
          expect(stderr.trim().split("\n")).toHaveLength(1);
          expect(stderr.replace("user or password is wrong", "")).not.toContain("wrong");
        }
      }
    });

    it("says who may migrate where this user may not", async () => {
      const fresh = await server.create("others");
      for (const args of [[], ["--dry-run"]]) {
        expect(await migrateAs({ PGUSER: "weak" }, "postgres:///others", ...args)).toMatchObject({
          code: 1,
          stderr:
            "The migrations' history cannot be used: permission denied for database others: migrate as the role that owns the database (on Supabase: postgres)\n",
        });
      }
      await fresh.close();
      expect(await migrateAs({ PGUSER: "weak" }, "postgres:///command")).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/history cannot be used: .*migrate as the role that owns/),
      });
    });

    it("applies what is missing beneath nothing it does not know", async () => {
      await database.exec(
        "insert into supabase_migrations.schema_migrations (version) values ('29990101000000'); delete from supabase_migrations.schema_migrations where name = 'outbox'",
      );
      for (const args of [[], ["--dry-run"]]) {
        expect(await migrate("postgres:///command", ...args)).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(
            /not known here \(29990101000000\).*Nothing was applied\.\n$/,
          ),
        });
      }
    });
  });
});
