import { expect, it } from "vitest";
import { LIFE_CATEGORIES } from "../../../domain/categories.ts";
import type { MemberContext } from "../../../domain/context.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, newMember, one, readyMember, type TestDatabase } from "../support/database.ts";

const mine = async (database: SqlRunner, member: string): Promise<MemberContext> =>
  (
    await as(database, member, (db) =>
      one<{ context: MemberContext }>(db, "select viva_context() as context"),
    )
  ).context;

const seenBy = async (database: SqlRunner, who: string, member: string): Promise<MemberContext> =>
  (
    await as(database, who, (db) =>
      one<{ context: MemberContext }>(db, "select viva_context($1) as context", [member]),
    )
  ).context;

const nothing = { profile: null, assessment: null, active: null, draft: null };

async function answerAll(database: SqlRunner, member: string, value: number): Promise<string> {
  return as(database, member, async (db) => {
    const { id } = await one<{ id: string }>(
      db,
      "insert into assessment_results (user_id) values ($1) returning id",
      [member],
    );
    await db.query(
      `insert into assessment_responses (assessment_id, user_id, question_key, value)
       select $1, $2, concat(area, '_', n), $3::int
       from unnest($4::text[]) as area, generate_series(1, 7) as n`,
      [id, member, value, LIFE_CATEGORIES.map(({ key }) => key)],
    );
    return id;
  });
}

/** `viva_context` and its version. */
export function contextRules(database: () => TestDatabase): void {
  it("says what is known, in one call", async () => {
    const db = database();
    const member = await readyMember(db);
    await as(db, member, async (own) => {
      await own.query(
        `update user_profiles set first_name = 'Maya', full_name = 'Maya Torres', phone = '+1 555 0100',
           date_of_birth = '1988-04-17', has_children = false, hobbies = array['pottery'],
           fun_story = repeat('x', 5000), work_story = 'Clay' where user_id = $1`,
        [member],
      );
      const first = await one<{ id: string }>(
        own,
        "insert into vision_versions (user_id, fun, health) values ($1, repeat('é', 5000), E' \\n ') returning id",
        [member],
      );
      await own.query("select viva_commit_vision($1)", [first.id]);
      await own.query(
        "insert into vision_versions (user_id, parent_id, love) values ($1, $2, 'I choose Daniel')",
        [member, first.id],
      );
    });
    const assessment = await answerAll(db, member, 4);
    await as(db, member, (own) => own.query("select viva_complete_assessment($1)", [assessment]));

    const context = await mine(db, member);
    expect(context.profile).toMatchObject({
      ...{
        first_name: "Maya",
        full_name: "Maya Torres",
        date_of_birth: "1988-04-17",
        has_children: false,
      },
      ...{ hobbies: ["pottery"], work_story: "Clay", city: "Lund", number_of_children: null },
    });
    expect(context.profile).not.toHaveProperty("phone");
    expect(context.profile).not.toHaveProperty("email");
    expect(context.profile?.fun_story).toHaveLength(1200);
    for (const { key } of LIFE_CATEGORIES) expect(context.profile).toHaveProperty(`${key}_story`);
    expect(context.assessment).toMatchObject({
      id: assessment,
      totalScore: 336,
      categoryScores: { fun: 28 },
      greenLine: { giving: "above" },
    });
    expect(Date.parse(context.assessment?.completedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(context.active).toMatchObject({ versionNumber: 1 });
    expect(Object.keys(context.active?.sections ?? {})).toEqual(["fun"]);
    expect(context.active?.sections.fun).toHaveLength(2000);
    expect(context.draft).toMatchObject({
      parentId: context.active?.id,
      sections: { love: "I choose Daniel" },
    });
    expect(await seenBy(db, "service_role", member)).toEqual(context);
  });

  it("shows a member nothing of another, and version 0 where nothing is known", async () => {
    const db = database();
    const [member, other] = [await newMember(db), await newMember(db)];
    expect(await seenBy(db, other, member)).toEqual({ version: 0, ...nothing });
    expect(await seenBy(db, "service_role", crypto.randomUUID())).toEqual({
      version: 0,
      ...nothing,
    });
    expect(await mine(db, member)).toMatchObject({
      version: 1,
      assessment: null,
      active: null,
      draft: null,
    });
  });

  it("reads the newest completed assessment, past an unfinished one", async () => {
    const db = database();
    const member = await readyMember(db);
    const complete = (id: string) =>
      as(db, member, (own) => own.query("select viva_complete_assessment($1)", [id]));
    await complete(await answerAll(db, member, 2));
    const newer = await answerAll(db, member, 3);
    await complete(newer);
    await answerAll(db, member, 5);
    expect((await mine(db, member)).assessment).toMatchObject({ id: newer, totalScore: 252 });
  });

  it("grows its version with every change that matters, and only with those", async () => {
    const db = database();
    const member = await readyMember(db);
    const steps: [string, "grows" | "stays", (own: SqlRunner) => Promise<unknown>][] = [];
    const step = (
      name: string,
      what: "grows" | "stays",
      run: (own: SqlRunner) => Promise<unknown>,
    ) => steps.push([name, what, run]);
    let assessment = "";
    step("profile edited", "grows", (own) =>
      own.query("update user_profiles set first_name = 'Maya' where user_id = $1", [member]),
    );
    step("draft begun", "grows", (own) =>
      own.query("insert into vision_versions (user_id) values ($1)", [member]),
    );
    step("draft written", "grows", (own) =>
      own.query("update vision_versions set fun = 'I play' where user_id = $1", [member]),
    );
    step("draft committed", "grows", (own) =>
      own.query("select viva_commit_vision(id) from vision_versions where user_id = $1", [member]),
    );
    step("second draft", "grows", (own) =>
      own.query("insert into vision_versions (user_id) values ($1)", [member]),
    );
    step("draft discarded", "grows", (own) =>
      own.query("delete from vision_versions where user_id = $1 and state = 'draft'", [member]),
    );
    step("third draft", "grows", (own) =>
      own.query("insert into vision_versions (user_id, fun) values ($1, 'I sing')", [member]),
    );
    step("third committed", "grows", (own) =>
      own.query(
        "select viva_commit_vision(id) from vision_versions where user_id = $1 and state = 'draft'",
        [member],
      ),
    );
    step("history deleted", "stays", (own) =>
      own.query("delete from vision_versions where user_id = $1 and state = 'history'", [member]),
    );
    step("assessment begun", "stays", async (own) => {
      assessment = (
        await one<{ id: string }>(
          own,
          "insert into assessment_results (user_id) values ($1) returning id",
          [member],
        )
      ).id;
    });
    step("statements answered", "stays", (own) =>
      own.query(
        `insert into assessment_responses (assessment_id, user_id, question_key, value)
         select $1, $2, concat(area, '_', n), 3 from unnest($3::text[]) as area, generate_series(1, 7) as n`,
        [assessment, member, LIFE_CATEGORIES.map(({ key }) => key)],
      ),
    );
    step("assessment completed", "grows", (own) =>
      own.query("select viva_complete_assessment($1)", [assessment]),
    );
    step("nothing", "stays", async () => {});

    let version = (await mine(db, member)).version;
    for (const [name, what, run] of steps) {
      await as(db, member, run);
      const next = (await mine(db, member)).version;
      if (what === "grows") expect(next, name).toBeGreaterThan(version);
      else expect(next, name).toBe(version);
      version = next;
    }
  });
}
