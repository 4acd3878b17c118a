import { beforeAll, expect, it } from "vitest";
import { as, readyMember, sqlState, type TestDatabase } from "../support/database.ts";
import { apply, conversation, message, usage } from "../support/outbox.ts";

/** Every table, with how its rows of one member are found. */
const tables: Record<string, string> = {
  user_profiles: "user_id",
  assessment_results: "user_id",
  assessment_responses: "user_id",
  vision_versions: "user_id",
  vision_numbers: "user_id",
  vision_refinements: "user_id",
  discovery_sessions: "user_id",
  conversation_sessions: "user_id",
  ai_conversations: "user_id",
  token_usage: "user_id",
  member_context_versions: "user_id",
  erased_members: "user_id",
  session_troubles: "user_id",
  revoked_tokens: "user_id",
};

/** The counter behind version numbers is the schema's own business, a session's troubles the operator's. */
const hidden: ReadonlySet<string> = new Set([
  "vision_numbers",
  "session_troubles",
  "revoked_tokens",
]);

/** What a member may write in their own rows: all else is denied or does nothing. */
const writable: Record<string, string[]> = {
  user_profiles: ["insert", "update"],
  assessment_results: ["insert", "delete"],
  assessment_responses: ["insert", "update", "delete"],
  vision_versions: ["insert", "update", "delete"],
  vision_refinements: ["update"],
  discovery_sessions: ["insert", "update", "delete"],
};

/** Row level security, with every table privilege granted as Supabase Lite does: nothing else may be needed. */
export function accessRules(database: () => TestDatabase): void {
  let [alba, bela] = ["", ""];

  beforeAll(async () => {
    const db = database();
    await db.exec("grant all on all tables in schema public to anon, authenticated, service_role");
    [alba, bela] = [await readyMember(db), await readyMember(db)];
    for (const member of [alba, bela]) {
      await as(db, member, async (own) => {
        const [active] = await own.query<{ id: string }>(
          "insert into vision_versions (user_id, fun) values ($1, 'I play') returning id",
          [member],
        );
        await own.query("select viva_commit_vision($1)", [active?.id]);
        const [draft] = await own.query<{ id: string }>(
          "insert into vision_versions (user_id) values ($1) returning id",
          [member],
        );
        await own.query(
          "insert into discovery_sessions (user_id, vision_id, category, state) values ($1, $2, 'fun', '{}')",
          [member, draft?.id],
        );
        await own.query("insert into assessment_results (user_id) values ($1)", [member]);
        await own.query(
          `insert into assessment_responses (assessment_id, user_id, question_key, value)
           select id, user_id, 'fun_1', 3 from assessment_results`,
        );
      });
      await db.query(
        `insert into vision_refinements (user_id, vision_id, category, after)
         select user_id, id, 'fun', 'I dance' from vision_versions
         where user_id = $1 and state = 'draft'`,
        [member],
      );
      await apply(db, member, [conversation(1), message(2), usage(3)]);
      // As of a member who erased everything later on.
      await db.query("insert into erased_members (user_id, generation) values ($1, 1)", [member]);
      await db.query("insert into revoked_tokens (user_id, revoked_before) values ($1, 0)", [
        member,
      ]);
      await db.query(
        "insert into session_troubles (user_id, kind, count, since) values ($1, 'refused', 1, now())",
        [member],
      );
    }
  });

  it("stands on every table there is, and is never bypassed by a view", async () => {
    const found = await database().query<{ name: string; secured: boolean }>(
      `select relname as name, relrowsecurity as secured from pg_class
       where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`,
    );
    expect(found).toEqual(
      [...Object.keys(tables), "deployment", "model_prices"]
        .sort()
        .map((name) => ({ name, secured: true })),
    );
    const views = await database().query<{ name: string; options: string[] }>(
      "select relname as name, reloptions as options from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm') order by 1",
    );
    expect(views).toEqual(
      ["first_word_by_region", "first_words", "outcomes_by_day", "usage_by_day"].map((name) => ({
        name,
        options: ["security_invoker=true"],
      })),
    );
  });

  it.each(Object.keys(tables))(
    "%s: a member sees their own rows and nobody else's, a visitor none",
    async (table) => {
      const db = database();
      const all = await db.query<{ user_id: string }>(
        `select user_id from ${table} where user_id in ($1, $2)`,
        [alba, bela],
      );
      expect(new Set(all.map((row) => row.user_id))).toEqual(new Set([alba, bela]));
      const seen = await as(db, alba, (own) =>
        own.query<{ user_id: string }>(`select user_id from ${table}`),
      );
      const expected = hidden.has(table) ? [] : [alba];
      expect([...new Set(seen.map((row) => row.user_id))]).toEqual(expected);
      expect(await as(db, "anon", (none) => none.query(`select 1 from ${table}`))).toEqual([]);
    },
  );

  it.each(Object.keys(tables))("%s: nobody changes another's rows", async (table) => {
    const db = database();
    const read = () => db.query(`select * from ${table} where user_id = $1 order by 1`, [alba]);
    const before = await read();
    for (const who of [bela, "anon"]) {
      const update = `update ${table} set user_id = user_id where user_id = $1 returning 1`;
      const remove = `delete from ${table} where user_id = $1 returning 1`;
      for (const sql of [update, remove]) {
        expect(await as(db, who, (theirs) => theirs.query(sql, [alba])), sql).toEqual([]);
      }
      // In Alba's name, with a row of their own as the pattern.
      const [row] = await db.query<Record<string, unknown>>(
        `select * from ${table} where user_id = $1`,
        [bela],
      );
      const copy = JSON.stringify({
        ...row,
        user_id: alba,
        id: crypto.randomUUID(),
        state: "draft",
        version_number: null,
      });
      const forge = `insert into ${table} select * from json_populate_record(null::${table}, $1::text::json)`;
      // By row level security, or by the gate, which knows no profile of another's.
      const state = await sqlState(as(db, who, (theirs) => theirs.query(forge, [copy])));
      expect(["42501", "PT403"], forge).toContain(state);
    }
    expect(await read()).toEqual(before);
  });

  it.each(Object.keys(tables))(
    "%s: a member writes what is theirs to write, and no more",
    async (table) => {
      const db = database();
      const may = (what: string) => writable[table]?.includes(what) === true;
      const attempt = (sql: string) =>
        as(db, alba, async (own) => {
          const rows = await own.query(`${sql} returning 1`, [alba]);
          await own.exec("rollback; begin");
          return rows.length > 0;
        });
      const where =
        table === "vision_versions" ? "user_id = $1 and state = 'draft'" : "user_id = $1";
      expect(await attempt(`update ${table} set user_id = user_id where ${where}`), "update").toBe(
        may("update"),
      );
      expect(await attempt(`delete from ${table} where ${where}`), "delete").toBe(may("delete"));
      if (!may("insert")) {
        const [row] = await db.query<Record<string, unknown>>(
          `select * from ${table} where user_id = $1`,
          [alba],
        );
        const copy = JSON.stringify({ ...row, id: crypto.randomUUID() });
        const forge = `insert into ${table} select * from json_populate_record(null::${table}, $1::text::json)`;
        expect(await sqlState(as(db, alba, (own) => own.query(forge, [copy])))).toBe("42501");
      }
    },
  );

  it("gives nobody a row by changing its owner", async () => {
    const db = database();
    for (const table of ["user_profiles", "vision_versions", "assessment_responses"]) {
      const give = `update ${table} set user_id = $2 where user_id = $1`;
      const where = table === "vision_versions" ? " and state = 'draft'" : "";
      const state = await sqlState(as(db, alba, (own) => own.query(give + where, [alba, bela])));
      expect(["42501", "PT409"], table).toContain(state);
    }
  });

  it("shows prices to members, writable by nobody, and only one's own share of the percentiles", async () => {
    const db = database();
    expect(await as(db, alba, (own) => own.query("select 1 from model_prices"))).not.toEqual([]);
    expect(await as(db, "anon", (none) => none.query("select 1 from model_prices"))).toEqual([]);
    const change = "update model_prices set input_per_million = 0 returning 1";
    expect(await as(db, alba, (own) => own.query(change))).toEqual([]);
    const insert =
      "insert into model_prices (model, input_per_million, output_per_million) values ('free', 0, 0)";
    expect(await sqlState(as(db, alba, (own) => own.query(insert)))).toBe("42501");
    const share = await as(db, alba, (own) =>
      own.query("select sum(requests)::int as requests from first_word_by_region"),
    );
    expect(share).toEqual([{ requests: 1 }]);
    expect(
      await as(db, "anon", (none) => none.query("select 1 from first_word_by_region")),
    ).toEqual([]);
  });

  it("keeps functions to those they are for", async () => {
    const db = database();
    const callable = async (role: string) =>
      (
        await db.query<{ name: string }>(
          `select proname as name from pg_proc
           where pronamespace = 'public'::regnamespace and proname like 'viva\\_%' and has_function_privilege($1, oid, 'execute')
             and (prosecdef or proname like 'viva\\_apply%' or proname in ('viva_context', 'viva_refuse_erased'))
           order by 1`,
          [role],
        )
      ).map((row) => row.name);
    expect(await callable("anon")).toEqual([]);
    expect(await callable("authenticated")).toEqual([
      "viva_account",
      "viva_commit_vision",
      "viva_complete_assessment",
      "viva_context",
      "viva_end_session",
      "viva_sessions",
      "viva_token_holds",
    ]);
    expect(await callable("service_role")).toEqual([
      "viva_apply",
      "viva_apply_batch",
      "viva_apply_conversation",
      "viva_apply_forget",
      "viva_apply_message",
      "viva_apply_refinement",
      "viva_apply_revocation",
      "viva_apply_row",
      "viva_apply_usage",
      "viva_context",
      "viva_erase",
      "viva_has_factor",
      "viva_refuse_erased",
      "viva_token_holds",
    ]);
    expect(
      await sqlState(as(db, alba, (own) => own.query("select viva_apply($1, '[]')", [alba]))),
    ).toBe("42501");
    expect(
      await sqlState(as(db, "anon", (none) => none.query("select viva_context($1)", [alba]))),
    ).toBe("42501");
  });

  it("looks nothing up by a path that a caller chose, and lends an owner's rights only where it must", async () => {
    const functions = await database().query<{ name: string; config: string[]; definer: boolean }>(
      `select proname as name, proconfig as config, prosecdef as definer from pg_proc
       where pronamespace = 'public'::regnamespace and proname like 'viva\\_%' order by 1`,
    );
    expect(functions.length).toBeGreaterThan(30);
    for (const { name, config } of functions) {
      expect([name, config[0]]).toEqual([name, 'search_path=""']);
    }
    // Two calls of members', the erasure, the questions whether a token holds, and triggers that write what their statement may not.
    expect(functions.filter(({ definer }) => definer).map(({ name }) => name)).toEqual([
      "viva_account",
      "viva_commit_vision",
      "viva_complete_assessment",
      "viva_context_changed",
      "viva_end_session",
      "viva_erase",
      "viva_forget_context_version",
      "viva_forget_texts",
      "viva_guard_response",
      "viva_has_factor",
      "viva_keep_credits",
      "viva_new_member",
      "viva_rescore",
      "viva_sessions",
      "viva_token_holds",
      "viva_usage_without_member",
    ]);
  });
}
