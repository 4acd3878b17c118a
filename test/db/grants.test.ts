import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import type { TestDatabase } from "./support/database.ts";
import { hostedSupabase } from "./support/hosted.ts";
import { openPglite } from "./support/pglite.ts";

/** What a member's token may do at PostgREST; row level security narrows it to their own rows. */
const MEMBERS: Readonly<Record<string, string>> = {
  ai_conversations: "SELECT",
  assessment_responses: "DELETE INSERT SELECT UPDATE",
  assessment_results: "DELETE INSERT SELECT",
  conversation_sessions: "SELECT",
  discovery_sessions: "DELETE INSERT SELECT UPDATE",
  erased_members: "SELECT",
  first_word_by_region: "SELECT",
  first_words: "SELECT",
  member_context_versions: "SELECT",
  model_prices: "SELECT",
  outcomes_by_day: "SELECT",
  token_usage: "SELECT",
  usage_by_day: "SELECT",
  user_profiles: "INSERT SELECT UPDATE",
  vision_refinements: "SELECT UPDATE",
  vision_versions: "DELETE INSERT SELECT UPDATE",
};

/** Relations that the secret key reads only; it reads and writes the rows of all others. */
const SERVER_READS: ReadonlySet<string> = new Set([
  "first_word_by_region",
  "first_words",
  "outcomes_by_day",
  "usage_by_day",
]);

/** Functions that only the server calls, and those that no role of the API calls. */
const NOT_FOR_MEMBERS =
  /^viva_(apply.*|context_changed|erase|forget_context_version|guard_.*|has_factor|keep_scores|member_lock|new_member|operations|placement|refuse_erased|report|rescore|touch|troubles)$/;

interface Right {
  readonly name: string;
  readonly role: string;
  readonly rights: string;
}

describe("on a database set up as a hosted Supabase project", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openPglite();
    await database.exec(hostedSupabase("postgres"));
    await database.exec("set session authorization owner");
    await applyMigrations(database, readMigrations());
  });
  afterAll(() => database.close());

  /** Every right of a role of the API to a table or view; the letters of an ACL cover rights of newer versions. */
  const rightsOf = async (role: string): Promise<Record<string, string>> => {
    const rows = await database.query<Right>(
      `select c.relname as name, string_agg(a.privilege_type, ' ' order by a.privilege_type) as rights
       from pg_class as c, aclexplode(c.relacl) as a
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm', 'p', 'S')
         and a.grantee in (0, $1::regrole)
       group by 1`,
      [role],
    );
    return Object.fromEntries(rows.map(({ name, rights }) => [name, rights]));
  };
  const functionsOf = async (role: string): Promise<string[]> =>
    (
      await database.query<{ name: string }>(
        `select distinct proname as name from pg_proc
         where pronamespace = 'public'::regnamespace and has_function_privilege($1, oid, 'EXECUTE')
         order by 1`,
        [role],
      )
    ).map(({ name }) => name);

  it("a visitor has no right to any table, view, sequence or function", async () => {
    expect(await rightsOf("anon")).toEqual({});
    expect(await functionsOf("anon")).toEqual([]);
  });

  it("a member has the rights that are used, and no other", async () => {
    expect(await rightsOf("authenticated")).toEqual(MEMBERS);
    const called = await functionsOf("authenticated");
    expect(called.filter((name) => NOT_FOR_MEMBERS.test(name))).toEqual([]);
    expect(called).toContain("viva_context");
  });

  it("the server reads and writes rows, and empties no table at once", async () => {
    const rights = await rightsOf("service_role");
    expect(rights).toMatchObject({ token_usage: "DELETE INSERT SELECT UPDATE" });
    for (const [name, has] of Object.entries(rights)) {
      if (name === "revoked_tokens") {
        expect(has).toBe("INSERT SELECT UPDATE");
        continue;
      }
      const expected = SERVER_READS.has(name) ? "SELECT" : "DELETE INSERT SELECT UPDATE";
      expect([name, has]).toEqual([name, expected]);
    }
  });
});

describe("a role that migrates and cannot read who has a second factor", () => {
  it.each([
    ["revoke select on auth.mfa_factors from owner", "without the right to the table"],
    ["alter role owner nobypassrls", "bound by its row level security"],
  ])("is told so, and nothing is migrated: %s (%s)", async (so) => {
    const database = await openPglite();
    await database.exec(hostedSupabase("postgres"));
    await database.exec(`${so}; set session authorization owner`);
    await expect(applyMigrations(database, readMigrations())).rejects.toThrow(
      /owner cannot read auth\.mfa_factors/,
    );
    await database.close();
  });
});
