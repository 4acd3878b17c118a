import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemberContext } from "../../domain/context.ts";
import {
  applyMigrations,
  type Migration,
  migrationName,
  readMigrations,
} from "../../migrations/apply.ts";
import { BASELINE } from "../../migrations/baseline.ts";
import { dryRun } from "../../migrations/dry-run.ts";
import { as, one, sqlState, type TestDatabase } from "./support/database.ts";
import { type Filled, fill, rowsOf } from "./support/filled.ts";
import { hostedSupabase } from "./support/hosted.ts";
import { apply, conversation, message } from "./support/outbox.ts";
import { openPglite } from "./support/pglite.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./support/postgres.ts";
import { schemaOf } from "./support/schema.ts";

type Rows = Awaited<ReturnType<typeof rowsOf>>;

/** A member who joined when the schema was as a migration had left it. */
interface Joined extends Filled {
  readonly rows: Rows;
}

/** What is said of the rows of a member after all later migrations: what they were, but for what was meant to change. */
function expectedRows(before: Rows): Rows {
  const talks = before.conversation_sessions ?? [];
  const deleted = new Set(talks.filter((row) => row.deleted_at).map(({ id }) => id));
  return {
    ...before,
    ...(before.conversation_sessions && {
      conversation_sessions: talks.map((row) =>
        deleted.has(row.id) ? { ...row, title: null } : row,
      ),
    }),
    ...(before.ai_conversations && {
      ai_conversations: before.ai_conversations
        .filter((row) => !deleted.has(row.conversation_id))
        // Derived anew: from the place, too.
        .map(({ id: _id, ...row }) => row),
    }),
  };
}

/** The files that the baseline replaces, as the version before had them. */
const BEFORE = readMigrations(new URL("before-baseline/", import.meta.url));
/** After these a member joins: the first, one in between, the release, the last before the baseline. */
const JOINED_AT = [
  "20261120090000_foundation",
  "20261123090200_vision_calls",
  "20261123170000_first_words_faster",
  "20261127096200_conversation_pages",
];

/**
 * One database that grew with its members: they joined at several versions of the schema before the baseline, at the
 * baseline, and at each migration after it. All their data went through all that came later.
 */
function upgradeRules(open: () => Promise<TestDatabase>): void {
  let database: TestDatabase;
  const joined = new Map<string, Joined>();
  const migrations = readMigrations();
  const baseline = migrations.filter(({ version }) => version <= BASELINE.last);
  const later = migrations.slice(baseline.length);
  const names = [...JOINED_AT, "baseline", ...later.map(migrationName)];
  const from = (name: string): Joined => {
    const found = joined.get(name);
    if (!found) throw new Error(`nobody joined at ${name}`);
    return found;
  };
  const join = async (name: string) => {
    const filled = await fill(database);
    joined.set(name, { ...filled, rows: await rowsOf(database, filled.id) });
  };
  const history = () =>
    database.query(
      "select version, name, statements from supabase_migrations.schema_migrations order by version",
    );

  beforeAll(async () => {
    database = await open();
    for (const [index, migration] of BEFORE.entries()) {
      if (!JOINED_AT.includes(migrationName(migration))) continue;
      await applyMigrations(database, BEFORE.slice(0, index + 1));
      await join(migrationName(migration));
    }
  });
  afterAll(() => database?.close());

  it("takes the baseline for what it replaces, and runs nothing of it", async () => {
    const schema = await schemaOf(database);
    expect(await dryRun(database, baseline)).toEqual({ trials: [], unknownLater: [] });
    expect(await applyMigrations(database, baseline)).toEqual([]);
    expect(await schemaOf(database)).toEqual(schema);
    expect(await history()).toEqual(
      baseline.map(({ version, name, sql }) => ({ version, name, statements: [sql] })),
    );
    await join("baseline");
    for (const [index, migration] of later.entries()) {
      const all = [...baseline, ...later.slice(0, index + 1)];
      expect(await applyMigrations(database, all)).toEqual([migrationName(migration)]);
      await join(migrationName(migration));
    }
    expect(await applyMigrations(database, migrations)).toEqual([]);
  });

  it("was filled with more and more, from a bare account on", () => {
    expect(from(names[0] ?? "").has).toMatchObject({ profile: false, usage: false });
    expect([...joined.keys()]).toEqual(names);
    const last = from(names.at(-1) ?? "").rows;
    expect(last.ai_conversations).toHaveLength(8);
    expect(last.vision_versions).toHaveLength(4);
    expect(last.assessment_responses).toHaveLength(92);
    expect(last.token_usage).toHaveLength(5);
    expect(last.vision_refinements).toHaveLength(3);
  });

  it.each(names)("lost nothing of who joined at %s", async (name) => {
    const { id, rows } = from(name);
    const now = await rowsOf(database, id);
    for (const [table, before] of Object.entries(expectedRows(rows))) {
      expect(now[table], table).toHaveLength(before.length);
      expect(now[table], table).toMatchObject(before);
    }
    expect(now.user_profiles).toHaveLength(1);
    expect(now.member_context_versions).toHaveLength(1);
  });

  it.each(names)("tells VIVA of who joined at %s all there is", async (name) => {
    const { id, has, credits } = from(name);
    const context = await as(database, id, async (own) => {
      const row = await one<{ context: MemberContext }>(own, "select viva_context() as context");
      return row.context;
    });
    expect(context.version).toBeGreaterThan(0);
    expect(context.profile).toMatchObject(has.profile ? { first_name: "Zoë" } : {});
    expect(context.assessment === null).toBe(!has.assessment);
    if (has.assessment) expect(Object.keys(context.assessment?.greenLine ?? {})).toHaveLength(11);
    expect(context.active?.sections.fun).toBe(
      has.vision ? "I dance in the kitchen, “schön” 💃." : undefined,
    );
    if (has.vision) expect(context.draft?.parentId).toBe(context.active?.id);
    const opened = await as(database, id, (own) =>
      one<{ all: Record<string, unknown>; talk: { text: string; position: number }[] | null }>(
        own,
        "select viva_open() as all, viva_conversation('talk') as talk",
      ),
    );
    expect(opened.all.generation).toBe(0);
    expect((opened.all.conversations as { id: string }[]).map((talk) => talk.id).sort()).toEqual(
      has.talk ? ["alone / 獨", "talk"] : [],
    );
    expect(opened.all.deleted).toMatchObject(has.talk ? [{ id: "gone" }] : []);
    expect(opened.talk?.map(({ position }) => position)).toEqual(
      has.talk ? [0, 1, 2, 3, 4, 5, 6] : undefined,
    );
    const used = await as(database, "service_role", (server) =>
      one(server, "select viva_credits_used($1, '2026-01-01')::integer as used", [id]),
    );
    expect(used).toEqual({ used: credits });
  });

  it.each(names)("doubles no row of who joined at %s when it is sent again", async (name) => {
    const { id, sent } = from(name);
    const before = await rowsOf(database, id);
    const results = await apply(database, id, sent);
    expect(results.map(({ ok }) => ok)).toEqual(sent.map(() => true));
    expect(await rowsOf(database, id)).toEqual(before);
  });

  it.each(names)("lets who joined at %s go on", async (name) => {
    const { id, has } = from(name);
    const before = (await rowsOf(database, id)).member_context_versions?.[0]?.version;
    await as(database, id, async (own) => {
      await own.query(`select viva_edit_profile('{"city": "Lund"}')`);
      if (has.assessment) {
        const answers = await own.query<{ key: string }>(
          `select question_key as key from assessment_responses as r
           join assessment_results as a on a.id = r.assessment_id where completed_at is not null`,
        );
        const all = Object.fromEntries(answers.map(({ key }) => [key, 5]));
        await own.query("select viva_answer($1::text::jsonb)", [JSON.stringify(all)]);
        expect(await one(own, "select viva_finish_assessment() ->> 'outcome' as outcome")).toEqual({
          outcome: "completed",
        });
      }
      if (has.vision) {
        const draft = await one<{ id: string; revision: number }>(
          own,
          "select id, revision from vision_versions where state = 'draft'",
        );
        expect(
          await one(
            own,
            "select viva_commit_draft($1, $2) #>> '{vision,versionNumber}' as number",
            [draft.id, draft.revision],
          ),
        ).toEqual({ number: "4" });
      }
    });
    const rows = [conversation(1, { id: "new" }), message(2, { conversationId: "new" })];
    expect(await apply(database, id, rows)).toMatchObject([{ ok: true }, { ok: true }]);
    const after = (await rowsOf(database, id)).member_context_versions?.[0]?.version;
    expect(Number(after)).toBeGreaterThan(Number(before));
  });

  it.each(names)("holds who joined at %s to the rules", async (name) => {
    const { id, has } = from(name);
    const state = (sql: string) => sqlState(database.query(sql, [id]));
    expect(
      await state(
        "update user_profiles set has_children = true, number_of_children = 99 where user_id = $1",
      ),
    ).toBe("23514");
    if (has.vision) {
      expect(
        await state("update vision_versions set fun = 'x' where user_id = $1 and state = 'active'"),
      ).toBe("PT409");
      expect(
        await state(
          "update vision_versions set state = 'active', version_number = 9 where user_id = $1 and state = 'history'",
        ),
      ).toBe("PT409");
    }
    if (has.assessment) {
      expect(
        await state(
          "update assessment_results set total_score = 1 where user_id = $1 and completed_at is not null",
        ),
      ).toBe("PT409");
    }
    if (has.talk) {
      expect(await state("update ai_conversations set status = 'lost' where user_id = $1")).toBe(
        "23514",
      );
    }
    if (has.usage) {
      expect(await state("update token_usage set input_tokens = -1 where user_id = $1")).toBe(
        "23514",
      );
    }
  });

  it.each(names)("erases who joined at %s without a trace of them", async (name) => {
    const { id, has } = from(name);
    await as(database, "service_role", (server) => server.query("select viva_erase($1, 1)", [id]));
    const left = Object.entries(await rowsOf(database, id)).filter(([, rows]) => rows.length > 0);
    expect(left.map(([table]) => table)).toEqual(["erased_members"]);
    const books = await one(
      database,
      "select count(*)::integer as rows from token_usage where user_id is null",
    );
    expect(books.rows).toBeGreaterThanOrEqual(has.usage ? 5 : 0);
  });
}

describe("a filled database, migration by migration, on PGlite", () => {
  upgradeRules(openPglite);
});

describe("the baseline", () => {
  const migrated = async (migrations: Migration[]) => {
    const database = await openPglite();
    await applyMigrations(database, migrations);
    return database;
  };
  const baseline = readMigrations().filter(({ version }) => version <= BASELINE.last);

  it("ends at the schema of the files that it replaces", async () => {
    const [before, now] = await Promise.all([migrated(BEFORE), migrated(baseline)]);
    expect(await schemaOf(now)).toEqual(await schemaOf(before));
    await Promise.all([before.close(), now.close()]);
  });

  it("leaves a database alone that lacks some of them, and says what to do", async () => {
    const database = await migrated(BEFORE.slice(0, 9));
    const before = await schemaOf(database);
    for (const refused of [applyMigrations, dryRun]) {
      await expect(refused(database, readMigrations())).rejects.toThrow(
        /has the migrations up to 20261122230000, .*commit before .*npm run db:reset/,
      );
    }
    expect(await schemaOf(database)).toEqual(before);
    await database.close();
  });

  it("is refused by a copy of the code that is older than the baseline", async () => {
    const database = await migrated(readMigrations());
    await expect(applyMigrations(database, BEFORE)).rejects.toThrow(/up to date first/);
    await database.close();
  });
});

const bin = findPostgres();

describe.skipIf(!bin)("a filled database, migration by migration, on PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres(bin ?? "");
  });
  afterAll(() => server?.stop());

  describe("by its owner", () => {
    upgradeRules(() => server.create("grown"));
  });

  describe("set up as hosted Supabase is, by its migrating role", () => {
    upgradeRules(async () => {
      const admin = await server.create("hosted");
      await admin.exec(hostedSupabase("hosted"));
      await admin.close();
      return server.connect("hosted", "owner");
    });
  });
});
