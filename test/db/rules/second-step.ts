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
import { apply } from "../support/outbox.ts";

const ONE_STEP = { aal: "aal1" };
const TWO_STEPS = { aal: "aal2" };

/** Whoever has a verified factor reaches nothing with a token that no code was given for. */
export function secondStepRules(database: () => TestDatabase): void {
  let [member, vision, other] = ["", "", ""];
  const withToken = <T>(token: object, work: (own: SqlRunner) => Promise<T>, who = member) =>
    as(database(), who, work, token);
  const addFactor = (status: string, who = member) =>
    database().query(
      "insert into auth.mfa_factors (user_id, status) values ($1, $2::text::auth.factor_status)",
      [who, status],
    );

  beforeAll(async () => {
    const db = database();
    [member, other] = [await readyMember(db), await newMember(db)];
    await withToken(ONE_STEP, async (own) => {
      const begun = "select viva_begin_vision() -> 'vision' ->> 'id' as id";
      vision = (await one<{ id: string }>(own, begun)).id;
      await own.query('select viva_write_vision($1, 1, \'{"fun": "I dance."}\')', [vision]);
    });
    // An auth server without factors has no such table: what went before went well without it.
    await db.exec(`do $$ begin
      if to_regclass('auth.mfa_factors') is null then
        create type auth.factor_status as enum ('unverified', 'verified');
        create table auth.mfa_factors (
          id uuid primary key default gen_random_uuid(), status auth.factor_status not null,
          user_id uuid not null references auth.users (id) on delete cascade);
      end if;
    end $$`);
    await addFactor("unverified", other);
    await addFactor("verified");
    await addFactor("unverified");
  });

  it("is asked for by every table that members reach, in place of an empty answer", async () => {
    const tables = await database().query<{ name: string }>(
      `select distinct tablename as name from pg_policies
       where schemaname = 'public' and 'authenticated' = any (roles)`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const filled = new Set(["user_profiles", "vision_versions", "member_context_versions"]);
    for (const { name } of tables) {
      const read = (own: SqlRunner) => own.query(`select 1 from ${name} limit 1`);
      // A token that does not say how many steps it took has taken one.
      for (const token of [ONE_STEP, {}, { aal: "aal0" }, { aal: null }, { aal: ["aal2"] }]) {
        // A table without a row of the member's may be found empty before anything is asked.
        const rows = withToken(token, read).catch((error: { code: string }) => error.code);
        expect([name, await rows]).toEqual([
          name,
          filled.has(name) ? "PT401" : expect.toBeOneOf(["PT401", []]),
        ]);
      }
      expect([name, await sqlState(withToken(TWO_STEPS, read))]).toEqual([name, "none"]);
    }
  });

  it("is asked for by every function that tells or changes something of the member", async () => {
    for (const call of [
      ...["viva_context()", "viva_open()", "viva_export()", "viva_account()", "viva_sessions()"],
      ...["viva_profile()", "viva_token_holds()"],
      "viva_answer('{\"fun_1\": 3}')",
      ...['viva_edit_profile(\'{"city": "Rome"}\')', "viva_end_session(gen_random_uuid())"],
      `viva_commit_vision('${vision}')`,
      `viva_write_vision('${vision}', 2, '{"fun": "I sing."}')`,
      "viva_complete_assessment(gen_random_uuid())",
    ]) {
      const ask = (own: SqlRunner) => own.query(`select ${call}`);
      expect([call, await sqlState(withToken(ONE_STEP, ask))]).toEqual([call, "PT401"]);
    }
    const { context } = await withToken(TWO_STEPS, (own) =>
      one<{ context: unknown }>(own, "select viva_context() as context"),
    );
    expect(context).toMatchObject({
      profile: { city: "Lund" },
      draft: { sections: { fun: "I dance." } },
    });
  });

  it("lets a token of one step write nothing", async () => {
    for (const sql of [
      "update user_profiles set city = 'Rome'",
      "update vision_versions set fun = 'I sing'",
      "delete from vision_versions",
      "insert into assessment_results (user_id) select auth.uid()",
    ]) {
      expect([sql, await sqlState(withToken(ONE_STEP, (own) => own.query(sql)))]).toEqual([
        sql,
        "PT401",
      ]);
    }
    expect(
      await one(
        database(),
        "select city, fun from user_profiles join vision_versions using (user_id) where user_id = $1",
        [member],
      ),
    ).toEqual({ city: "Lund", fun: "I dance." });
  });

  it("is asked of nobody else: not for a factor that was never verified, nor of the server", async () => {
    const read = (own: SqlRunner) => own.query("select 1 from user_profiles");
    expect(await withToken(ONE_STEP, read, other)).toHaveLength(1);
    expect((await as(database(), "service_role", read)).length).toBeGreaterThan(1);
    // Whether somebody has a factor is nobody's to ask.
    const ask = (own: SqlRunner) => own.query("select viva_has_factor($1)", [member]);
    expect(await sqlState(withToken(TWO_STEPS, ask))).toBe("42501");
    expect(await sqlState(as(database(), "anon", ask))).toBe("42501");
  });

  it("is told to the member's object with each copy, and no longer once the factor is gone", async () => {
    const db = database();
    const told = async (who: string) =>
      (
        await one<{ told: unknown }>(
          db,
          "select viva_apply_batch($1, '[]') -> 'hasFactor' as told",
          [who],
        )
      ).told;
    expect([await told(member), await told(other)]).toEqual([true, false]);
    await db.query("delete from auth.mfa_factors where user_id = $1 and status = 'verified'", [
      member,
    ]);
    expect(await told(member)).toBe(false);
    const read = (own: SqlRunner) => own.query("select 1 from user_profiles");
    expect(await withToken(ONE_STEP, read)).toHaveLength(1);
  });

  it("does not hide that a token was revoked", async () => {
    await addFactor("verified");
    await apply(database(), member, [{ seq: 1, kind: "revocation", before: 100 }]);
    const holds = (token: object) =>
      withToken(token, (own) => one<{ holds: boolean }>(own, "select viva_token_holds() as holds"));
    expect(await holds({ ...ONE_STEP, iat: 99 })).toEqual({ holds: false });
    expect(await holds({ ...TWO_STEPS, iat: 99 })).toEqual({ holds: false });
    expect(await holds({ ...TWO_STEPS, iat: 100 })).toEqual({ holds: true });
  });
}
