import { expect, it } from "vitest";
import { COMPLETION_FIELDS, PROFILE_GATE, profileCompletion } from "../../../domain/profile.ts";
import {
  as,
  newMember,
  one,
  readyMember,
  sqlState,
  type TestDatabase,
} from "../support/database.ts";

/** Tables in which a member may make rows, and what bounds how many. */
const ROWS: Readonly<Record<string, string>> = {
  assessment_responses: "a key for each of 84 statements, in an unfinished assessment",
  assessment_results: "guard_count",
  discovery_sessions: "a key for each section of a version",
  user_profiles: "a row for an account",
  vision_versions: "guard_count",
};

/** What a member writes past the Worker, with their token at PostgREST. */
export function memberWriteRules(database: () => TestDatabase): void {
  it("makes rows only in tables where their number is bounded", async () => {
    const open = await database().query<{ name: string }>(
      `select distinct tablename as name from pg_policies
       where schemaname = 'public' and permissive = 'PERMISSIVE' and cmd in ('INSERT', 'ALL')
       order by 1`,
    );
    expect(open.map(({ name }) => name)).toEqual(Object.keys(ROWS));
    const counted = await database().query<{ name: string }>(
      `select tgrelid::regclass::text as name from pg_trigger where tgname = 'guard_count' order by 1`,
    );
    expect(counted.map(({ name }) => name.replace("public.", ""))).toEqual(
      Object.keys(ROWS).filter((name) => ROWS[name] === "guard_count"),
    );
  });

  it("bounds every text, list and document, and every time is finite", async () => {
    const columns = await database().query<{ at: string; rule: string }>(
      `select c.relname || '.' || a.attname as at, coalesce(string_agg(
         pg_get_constraintdef(r.oid), ' '), '') as rule
       from pg_class as c join pg_attribute as a on a.attrelid = c.oid
         left join pg_constraint as r
           on r.conrelid = c.oid and r.contype = 'c' and a.attnum = any (r.conkey)
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0
         and not a.attisdropped and a.atttypid in ('text'::regtype, 'text[]'::regtype,
           'json'::regtype, 'jsonb'::regtype, 'timestamptz'::regtype, 'date'::regtype)
       group by 1 order by 1`,
    );
    expect(columns.length).toBeGreaterThan(60);
    const bound = /length\(|_size|cardinality|= ANY|~ |isfinite|= '|jsonb_typeof/;
    expect(columns.filter(({ rule }) => !bound.test(rule)).map(({ at }) => at)).toEqual([]);
  });

  it("refuses megabytes in every column that a member may write", async () => {
    const db = database();
    const member = await readyMember(db);
    await as(db, member, async (own) => {
      const vision = await one<{ id: string }>(
        own,
        "insert into vision_versions (user_id) values ($1) returning id",
        [member],
      );
      await own.query(
        "insert into discovery_sessions (user_id, vision_id, category, state) values ($1, $2, 'fun', '{}')",
        [member, vision.id],
      );
      await own.query("select viva_answer('{\"fun_1\": 3}')");
    });
    const columns = await db.query<{ table: string; column: string; type: string }>(
      `select table_name as table, column_name as column, data_type as type
       from information_schema.columns
       where table_schema = 'public' and data_type in ('text', 'jsonb', 'json', 'ARRAY')
         and table_name in (
           select tablename from pg_policies
           where permissive = 'PERMISSIVE' and cmd in ('UPDATE', 'ALL'))`,
    );
    expect(columns.length).toBeGreaterThan(40);
    for (const { table, column, type } of columns) {
      const huge = "repeat(md5(random()::text), 100000)";
      const value =
        type === "text"
          ? huge
          : type === "ARRAY"
            ? `array[${huge}]`
            : `jsonb_build_object('x', ${huge})`;
      const change = `update ${table} set ${column} = ${value} where user_id = $1 returning 1`;
      const rows = as(db, member, (own) => own.query(change, [member]));
      const state = await sqlState(rows);
      // Refused, or none of theirs to change.
      if (state === "none") expect([table, column, await rows]).toEqual([table, column, []]);
    }
  });

  it("sets times itself", async () => {
    const db = database();
    const member = await readyMember(db);
    const times = "values ($1, 'infinity', '-infinity') returning *";
    for (const [table, columns] of [
      ["vision_versions", "created_at, updated_at"],
      ["assessment_results", "created_at, updated_at"],
    ]) {
      const row = await as(db, member, (own) =>
        one<{ finite: boolean }>(
          own,
          `with made as (insert into ${table} (user_id, ${columns}) ${times})
           select isfinite(created_at) and isfinite(updated_at) and created_at = now() as finite
           from made`,
          [member],
        ),
      );
      expect([table, row.finite]).toEqual([table, true]);
    }
    const profile = as(db, member, (own) =>
      own.query(
        "update user_profiles set created_at = 'infinity', updated_at = 'infinity' where user_id = $1",
        [member],
      ),
    );
    expect(await sqlState(profile)).toBe("none");
    expect(
      await one(
        db,
        "select isfinite(created_at) and isfinite(updated_at) as finite from user_profiles where user_id = $1",
        [member],
      ),
    ).toEqual({ finite: true });
    const born = as(db, member, (own) =>
      own.query("update user_profiles set date_of_birth = 'infinity' where user_id = $1", [member]),
    );
    expect(await sqlState(born)).toBe("23514");
  });

  it("knows a profile's completion as the domain does, also of texts that nobody sees", async () => {
    const db = database();
    const member = await newMember(db);
    const values: Record<string, readonly unknown[]> = {
      relationship_status: [null, "Single", "Married"],
      has_children: [null, true, false],
      number_of_children: [null, 0, 2],
      exercise_frequency: [null, "None"],
      living_situation: [null, "Own"],
      employment_type: [null, "Employee"],
      household_income: [null, "<10,000"],
      date_of_birth: [null, "1990-02-28"],
      hobbies: [null, [], ["\u200b"], ["chess"]],
    };
    const texts = [
      null,
      "",
      " ",
      "\u200b\u200d",
      "\u2800",
      "\u00a0\u3164",
      "\t\n",
      "x",
      "夢",
      "👩‍👩‍👧",
      ".",
    ];
    for (let round = 0; round < 40; round += 1) {
      const pick = (from: readonly unknown[], salt: number) =>
        from[(round * 7 + salt * 3) % from.length];
      const fields = [...COMPLETION_FIELDS, "partner_name", "number_of_children"];
      const profile = Object.fromEntries(
        fields.map((field, at) => [field, pick(values[field] ?? texts, at + round)]),
      );
      await db.query(
        `update user_profiles as p set ${fields.map((field) => `${field} = n.${field}`).join(", ")}
         from jsonb_populate_record(null::user_profiles, $1::text::jsonb) as n where p.user_id = $2`,
        [JSON.stringify(profile), member],
      );
      const { known } = await as(db, member, (own) =>
        one<{ known: number }>(own, "select viva_profile_completion() as known"),
      );
      expect([profile, known]).toEqual([profile, profileCompletion(profile).completion]);
    }
  });

  it("opens the way to the vision from the gate on, by whatever door", async () => {
    const db = database();
    const member = await readyMember(db);
    const insert = "insert into vision_versions (user_id) values ($1)";
    const asMember = (sql: string, params: unknown[] = []) =>
      sqlState(as(db, member, (own) => own.query(sql, params)));
    await db.query("update user_profiles set first_name = ' ', city = null where user_id = $1", [
      member,
    ]);
    const { known } = await one<{ known: number }>(
      db,
      "select viva_profile_completion($1) as known",
      [member],
    );
    expect(known).toBeLessThan(PROFILE_GATE);
    expect(await asMember(insert, [member])).toBe("PT403");
    expect(await asMember("select viva_begin_vision()")).toBe("PT403");
    const made = await one<{ id: string }>(db, `${insert} returning id`, [member]);
    expect(await asMember("select viva_keep_discovery($1, 'fun', '{}')", [made.id])).toBe("PT403");
    await db.query(
      "update user_profiles set first_name = 'Mia', city = 'Lund' where user_id = $1",
      [member],
    );
    expect(await asMember("select viva_keep_discovery($1, 'fun', '{}')", [made.id])).toBe("none");
  });

  it("stops at 500 versions and 500 assessments", async () => {
    const db = database();
    const member = await readyMember(db);
    await db.query(
      `insert into vision_versions (user_id, state, version_number)
       select $1, 'history', n from generate_series(1, 500) as n`,
      [member],
    );
    const begin = (sql: string) => sqlState(as(db, member, (own) => own.query(sql)));
    expect(await begin("select viva_begin_vision()")).toBe("PT409");
    await db.query("delete from vision_versions where user_id = $1 and version_number > 499", [
      member,
    ]);
    expect(await begin("select viva_begin_vision()")).toBe("none");
  });
}
