import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import { schemaRules } from "./rules/index.ts";
import { as, newMember, type TestDatabase } from "./support/database.ts";
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

  it("is brought up to date by npm run db:migrate, which says what it did", async () => {
    const database = await server.create("command");
    const migrate = async (url: string) => {
      const env = { ...process.env, ...server.environment, DATABASE_URL: url };
      const run = promisify(execFile)(process.execPath, ["migrations/migrate.ts"], { env });
      return run.catch((error: { code: number; stderr: string }) => ({ ...error, stdout: "" }));
    };
    const names = readMigrations().map(({ version, name }) => `applied ${version}_${name}\n`);
    expect(await migrate("postgres:///command")).toMatchObject({
      stdout: `${names.join("")}The database is up to date.\n`,
    });
    expect(await migrate("postgres:///command")).toMatchObject({ stdout: "Nothing to apply.\n" });
    expect(await migrate("postgres:///nowhere")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^The database of DATABASE_URL cannot be reached \(.*\): check .*\.\n$/,
      ),
    });
    await database.close();
  });
});
