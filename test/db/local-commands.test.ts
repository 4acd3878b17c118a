import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { supabaseFolder } from "../../local/supabase/folder.ts";
import { lockFolder } from "../../local/supabase/lock.ts";
import { queryLocal } from "../../local/supabase/query.ts";

import { openPgliteFolder } from "../../migrations/local.ts";
import { catalogOf } from "./support/catalog.ts";
import { fillOlder, MEMBERS, olderTables } from "./support/older.ts";

/** `db:migrate` and `db:backfill` on the database of this machine, where no DATABASE_URL is given. */
describe("without DATABASE_URL", () => {
  const root = mkdtempSync(join(tmpdir(), "viva-commands-"));
  const folder = supabaseFolder(root);

  const run = async (script: string, ...args: string[]) => {
    const env = { ...process.env, VIVA_DATA: root, DATABASE_URL: "" };
    const ran = promisify(execFile)(process.execPath, [script, ...args], { env });
    return ran.catch((error: { code: number; stdout: string; stderr: string }) => error);
  };
  const migrate = (...args: string[]) => run("migrations/migrate.ts", ...args);

  /** Looks into the folder while no command has it open. */
  async function inside<Result>(
    work: (database: Awaited<ReturnType<typeof openPgliteFolder>>) => Promise<Result>,
  ): Promise<Result> {
    const database = await openPgliteFolder(folder);
    try {
      return await work(database);
    } finally {
      await database.close();
    }
  }

  beforeAll(async () => {
    // A dry run makes nothing, not even the folder.
    expect(await migrate("--dry-run")).toMatchObject({
      stdout: "There is no local database yet: `npm start` makes it, up to date.\n",
    });
    expect(existsSync(folder)).toBe(false);
    expect((await migrate()).stdout).toContain("The database is up to date.\n");
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  it("a dry run of what is up to date has nothing to apply", async () => {
    expect(await migrate("--dry-run")).toMatchObject({ stdout: "Nothing to apply.\n", stderr: "" });
  });

  it("a dry run tries what is missing and leaves the folder as it was", async () => {
    await inside((database) =>
      database.exec(
        "drop function public.viva_export, public.viva_export_record, public.viva_erase; delete from supabase_migrations.schema_migrations where name = 'member_data'",
      ),
    );
    const before = await inside(catalogOf);
    const said = await migrate("--dry-run");
    expect(said.stdout).toMatch(/^would apply \d{14}_member_data\nNothing was changed: /);
    expect(await inside(catalogOf)).toEqual(before);
    expect((await migrate()).stdout).toMatch(/^applied \d{14}_member_data\n/);
  });

  it("says who has the folder open", async () => {
    const lock = lockFolder(folder);
    expect(await migrate("--dry-run")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(new RegExp(`in use by process ${process.pid}`)),
    });
    lock.release();
  });

  it("a backfill fills it from a schema of its own", async () => {
    await inside(async (database) => {
      await database.exec(olderTables("older"));
      await fillOlder(database, "older");
      await database.query("insert into auth.users (id, email) values ($1, 'mia@example.test')", [
        MEMBERS.whole,
      ]);
    });
    const done = await run("migrations/backfill/backfill.ts", "--from", "older");
    expect(done.stdout).toMatch(/vision_versions +11 read, 3 written, 8 not taken over\n/);
    expect(await queryLocal(folder, "select first_name from user_profiles")).toEqual([
      { first_name: "Mia" },
    ]);
  });
});
