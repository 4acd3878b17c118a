import { beforeAll, expect, it } from "vitest";
import type { SqlRunner } from "../../../migrations/apply.ts";
import {
  as,
  newMember,
  one,
  readyMember,
  sqlState,
  type TestDatabase,
} from "../support/database.ts";
import { apply, conversation, message, refinement, usage } from "../support/outbox.ts";

/** The second from which on this member's tokens are good again. */
const BEFORE = 1_800_000_000;
const OLD = { iat: BEFORE - 1 };
const NEW = { iat: BEFORE };

/** A member who signed out everywhere: the database refuses tokens of before, as the Worker does. */
export function revokedTokenRules(database: () => TestDatabase): void {
  let [member, vision, assessment] = ["", "", ""];
  const withToken = <T>(token: object, work: (own: SqlRunner) => Promise<T>) =>
    as(database(), member, work, token);

  beforeAll(async () => {
    const db = database();
    member = await readyMember(db);
    await withToken(NEW, async (own) => {
      const begun = "select viva_begin_vision() -> 'vision' ->> 'id' as id";
      vision = (await one<{ id: string }>(own, begun)).id;
      await own.query('select viva_write_vision($1, 1, \'{"fun": "I dance."}\')', [vision]);
      await own.query("select viva_commit_vision($1)", [vision]);
      await own.query("select viva_begin_vision()");
      await own.query("select viva_keep_discovery($1, 'fun', '{\"step\": 2}')", [vision]);
      await own.query("select viva_answer('{\"fun_1\": 4}')");
      assessment = (await one<{ id: string }>(own, "select id from assessment_results")).id;
    });
    const rows = [conversation(1), message(2), refinement(3, { visionId: vision }), usage(4)];
    await apply(db, member, rows);
    await apply(db, member, [{ seq: 5, kind: "revocation", before: BEFORE }]);
    await db.query("insert into erased_members (user_id, generation) values ($1, 1)", [member]);
  });

  it("binds every table that members reach, also one that is made one day", async () => {
    const tables = await database().query<{ name: string; bound: boolean }>(
      `select tablename as name, bool_or(permissive = 'RESTRICTIVE' and cmd = 'ALL'
         and qual like '%SELECT%viva_token_holds%' and with_check like '%SELECT%viva_token_holds%') as bound
       from pg_policies where schemaname = 'public' and 'authenticated' = any (roles) group by 1`,
    );
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter(({ bound }) => !bound)).toEqual([]);
  });

  it("shows nothing to a token of before, in no table and by no function", async () => {
    const tables = await database().query<{ name: string }>(
      `select distinct tablename as name from pg_policies
       where schemaname = 'public' and 'authenticated' = any (roles)`,
    );
    for (const { name } of tables) {
      const read = (token: object) =>
        withToken(token, (own) => own.query(`select 1 from ${name} limit 1`));
      expect([name, await read(OLD)]).toEqual([name, []]);
      expect([name, await read(NEW)]).not.toEqual([name, []]);
      // A token that does not say when it was issued is one of before.
      expect([name, await read({})]).toEqual([name, []]);
    }
    const everything = await withToken(OLD, (own) =>
      one<{ text: string }>(
        own,
        "select (viva_export() || viva_open() || viva_export_page('conversations'))::text as text",
      ),
    );
    expect(everything.text).not.toMatch(/dance|talk|@example/);
  });

  it("lets a token of before write nothing, and re-create nothing", async () => {
    const db = database();
    const other = await newMember(db);
    const inserts = [
      ["insert into user_profiles (user_id) values ($1)", "42501"],
      // The gate of visions, which reads the profile, is asked before row level security: it sees none.
      ["insert into vision_versions (user_id) values ($1)", "PT403"],
      ["insert into assessment_results (user_id) values ($1)", "42501"],
    ] as const;
    await db.query("delete from user_profiles where user_id = $1", [member]);
    for (const [sql, state] of inserts) {
      expect([sql, await sqlState(withToken(OLD, (own) => own.query(sql, [member])))]).toEqual([
        sql,
        state,
      ]);
    }
    for (const sql of [
      "update vision_versions set fun = 'I sing' returning 1",
      "delete from vision_versions returning 1",
      "delete from discovery_sessions returning 1",
    ]) {
      expect(await withToken(OLD, (own) => own.query(sql))).toEqual([]);
    }
    expect(await withToken(NEW, (own) => own.query(inserts[0][0], [member]))).toEqual([]);
    // It is this member's tokens, not everybody's.
    const theirs = await as(db, other, (own) => own.query("select 1 from user_profiles"), OLD);
    expect(theirs).toHaveLength(1);
  });

  it("is asked by every function that row level security does not bind", async () => {
    const found = await database().query<{ name: string }>(
      `select proname as name from pg_proc
       where pronamespace = 'public'::regnamespace and prosecdef
         and has_function_privilege('authenticated', oid, 'execute') order by 1`,
    );
    expect(found.map(({ name }) => name)).toEqual([
      "viva_account",
      "viva_commit_vision",
      "viva_complete_assessment",
      "viva_end_session",
      "viva_sessions",
      "viva_token_holds",
    ]);
    for (const sql of ["viva_sessions()", "viva_end_session(gen_random_uuid())"]) {
      expect(await sqlState(withToken(OLD, (own) => own.query(`select ${sql}`)))).toBe("PT401");
    }
    // Both answer what there is when they are asked again.
    const commit = (own: SqlRunner) => own.query("select viva_commit_vision($1)", [vision]);
    const complete = (own: SqlRunner) =>
      own.query("select viva_complete_assessment($1)", [assessment]);
    const account = (own: SqlRunner) => one<{ a: unknown }>(own, "select viva_account() as a");
    expect((await withToken(OLD, account)).a).toBeNull();
    expect((await withToken(NEW, account)).a).toMatchObject({ email: `${member}@example.test` });
    expect(await sqlState(withToken(OLD, commit))).toBe("PT401");
    expect(await sqlState(withToken(OLD, complete))).toBe("PT401");
    expect(await sqlState(withToken(NEW, commit))).toBe("none");
    expect(await sqlState(withToken(NEW, complete))).toBe("PT409");
  });

  it("is looked up once for a statement, however many rows it reads", async () => {
    const plan = await withToken(NEW, (own) =>
      own.query<Record<string, string>>("explain select * from ai_conversations"),
    );
    const text = plan.map((row) => Object.values(row)[0]).join("\n");
    expect(text).toContain("InitPlan");
    expect(text).not.toMatch(/Filter:.*viva_token_holds/);
  });

  it("is never taken back, and holds up no account that is gone", async () => {
    const db = database();
    await db.query("delete from erased_members where user_id = $1", [member]);
    const [gone, row] = [crypto.randomUUID(), { seq: 1, kind: "revocation", before: BEFORE - 60 }];
    expect(await apply(db, member, [row])).toMatchObject([{ ok: true }]);
    expect(await apply(db, gone, [row])).toMatchObject([{ ok: true }]);
    expect(
      await db.query("select revoked_before::int from revoked_tokens where user_id = any ($1)", [
        [member, gone],
      ]),
    ).toEqual([{ revoked_before: BEFORE }]);
  });
}
