import { expect, it } from "vitest";
import { LIFE_CATEGORIES } from "../../../domain/categories.ts";
import { greenLine } from "../../../domain/green-line.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, newMember, one, sqlState, type TestDatabase } from "../support/database.ts";

type Answers = Record<string, (number | null)[]>;

/** Seven answers, 1 to 5 each, that add up to a score. */
function sevenFor(score: number): number[] {
  return Array.from({ length: 7 }, (_, index) => Math.floor((score + index) / 7));
}

/** The same seven answers everywhere, with some categories given. */
function everywhere(given: Answers = {}): Answers {
  return Object.fromEntries(LIFE_CATEGORIES.map(({ key }) => [key, given[key] ?? sevenFor(21)]));
}

async function begin(database: SqlRunner, member: string): Promise<string> {
  const sql = "insert into assessment_results (user_id) values ($1) returning id";
  return (await as(database, member, (db) => one<{ id: string }>(db, sql, [member]))).id;
}

async function answer(database: SqlRunner, member: string, id: string, answers: Answers) {
  const rows = Object.entries(answers).flatMap(([category, values]) =>
    values.map((value, index) => ({ question_key: `${category}_${index + 1}`, value })),
  );
  await as(database, member, (db) =>
    db.query(
      `insert into assessment_responses (assessment_id, user_id, question_key, value)
       select $1, $2, question_key, value
       from json_to_recordset($3::text::json) as answers (question_key text, value smallint)
       on conflict (assessment_id, question_key) do update set value = excluded.value`,
      [id, member, JSON.stringify(rows)],
    ),
  );
}

interface Result {
  category_scores: Record<string, number>;
  green_line_status: Record<string, string>;
  total_score: number;
  completed_at: unknown;
}

const read = (database: SqlRunner, id: string) =>
  one<Result>(database, "select * from assessment_results where id = $1", [id]);

const complete = (database: SqlRunner, member: string, id: string) =>
  as(database, member, (db) => db.query("select viva_complete_assessment($1)", [id]));

/** Answers, scores and completion of the Vibrational Assessment. */
export function assessmentRules(database: () => TestDatabase): void {
  it("draws the Green Line at 28 and 21 of 35", async () => {
    const member = await newMember(database());
    const id = await begin(database(), member);
    const scores = { fun: 35, health: 28, travel: 27, love: 21, family: 20, social: 7 };
    await answer(
      database(),
      member,
      id,
      Object.fromEntries(Object.entries(scores).map(([key, score]) => [key, sevenFor(score)])),
    );
    const result = await read(database(), id);
    expect(result.category_scores).toEqual(scores);
    expect(result.green_line_status).toEqual({
      fun: "above",
      health: "above",
      travel: "transition",
      love: "transition",
      family: "below",
      social: "below",
    });
    expect(result.total_score).toBe(138);
  });

  it("measures by the statements that apply, and agrees with the domain's rule", async () => {
    const member = await newMember(database());
    const id = await begin(database(), member);
    const answers: Answers = {
      fun: [4, 4, 4, 4, 4, null, null],
      health: [4, 4, 4, 4, 3, null, null],
      travel: [3, 3, 3, null, null, null, null],
      love: [3, 3, 2, null, null, null, null],
      family: [null, null, null, null, null, null, 5],
      social: [null, null, null, null, null, null, null],
    };
    await answer(database(), member, id, answers);
    const result = await read(database(), id);
    const expected = Object.entries(answers).flatMap(([key, values]) => {
      const given = values.filter((value) => value !== null);
      const score = given.reduce((sum, value) => sum + value, 0);
      return given.length > 0 ? [[key, score, greenLine(score, given.length)] as const] : [];
    });
    expect(result.category_scores).toEqual(
      Object.fromEntries(expected.map(([key, score]) => [key, score])),
    );
    expect(result.green_line_status).toEqual(
      Object.fromEntries(expected.map(([key, , line]) => [key, line])),
    );
    expect(result.green_line_status).toMatchObject({
      fun: "above",
      health: "transition",
      travel: "transition",
      love: "below",
      family: "above",
    });
    expect(result.green_line_status).not.toHaveProperty("social");
  });

  it("scores a category once all seven statements are answered, and follows every change", async () => {
    const member = await newMember(database());
    const id = await begin(database(), member);
    await answer(database(), member, id, { fun: [5, 5, 5, 5, 5, 5] });
    expect((await read(database(), id)).category_scores).toEqual({});
    await answer(database(), member, id, { fun: [5, 5, 5, 5, 5, 5, 5] });
    expect((await read(database(), id)).category_scores).toEqual({ fun: 35 });
    await answer(database(), member, id, { fun: [1, 1] });
    expect((await read(database(), id)).category_scores).toEqual({ fun: 27 });
    await as(database(), member, (db) =>
      db.query(
        "delete from assessment_responses where assessment_id = $1 and question_key = 'fun_7'",
        [id],
      ),
    );
    expect(await read(database(), id)).toMatchObject({
      category_scores: {},
      green_line_status: {},
      total_score: 0,
    });
  });

  it("lets nobody write a score, not even the server", async () => {
    const member = await newMember(database());
    const id = await begin(database(), member);
    await answer(database(), member, id, { fun: sevenFor(28) });
    await as(database(), "service_role", (db) =>
      db.query(
        `update assessment_results set total_score = 420, category_scores = '{"fun": 35}' where id = $1`,
        [id],
      ),
    );
    expect(await read(database(), id)).toMatchObject({
      total_score: 28,
      category_scores: { fun: 28 },
    });
    const other = await newMember(database());
    const made = await as(database(), other, (db) =>
      one<Result>(
        db,
        `insert into assessment_results (user_id, total_score, green_line_status) values ($1, 420, '{"fun": "above"}') returning *`,
        [other],
      ),
    );
    expect(made).toMatchObject({ total_score: 0, green_line_status: {} });
    const finished = "insert into assessment_results (user_id, completed_at) values ($1, now())";
    const third = await newMember(database());
    expect(await sqlState(as(database(), third, (db) => db.query(finished, [third])))).toBe(
      "PT409",
    );
  });

  it("completes only when all 84 are answered, and names those that are missing", async () => {
    const member = await newMember(database());
    const id = await begin(database(), member);
    await answer(database(), member, id, {
      ...everywhere(),
      fun: [5, 5],
      spirituality: [null, 1, 2, 3, 4, 5],
    });
    const refusal = await complete(database(), member, id).catch((error) => error);
    expect(refusal).toMatchObject({
      code: "PT409",
      detail: "fun_3,fun_4,fun_5,fun_6,fun_7,spirituality_7",
    });
    expect((await read(database(), id)).completed_at).toBeNull();

    await answer(database(), member, id, everywhere());
    await complete(database(), member, id);
    const done = await read(database(), id);
    expect(done.completed_at).not.toBeNull();
    expect(done.total_score).toBe(252);
    await complete(database(), member, id);
    expect(await read(database(), id)).toEqual(done);
  });

  it("never changes a completed one, and lets a new one begin", async () => {
    const db = database();
    const member = await newMember(db);
    const id = await begin(db, member);
    await answer(db, member, id, everywhere({ fun: sevenFor(28) }));
    await complete(db, member, id);
    const before = await read(db, id);
    const at = `where assessment_id = '${id}' and question_key = 'fun_1'`;
    for (const change of [
      `update assessment_responses set value = 1 ${at}`,
      `delete from assessment_responses ${at}`,
    ]) {
      expect(await sqlState(as(db, member, (mine) => mine.query(change)))).toBe("PT409");
      expect(await sqlState(as(db, "service_role", (mine) => mine.query(change)))).toBe("PT409");
    }
    const undo = `update assessment_results set completed_at = null where id = '${id}'`;
    expect(await sqlState(as(db, "service_role", (mine) => mine.query(undo)))).toBe("PT409");
    await as(db, member, (mine) =>
      mine.query("delete from assessment_results where id = $1", [id]),
    );
    expect(await read(db, id)).toEqual(before);

    expect(await begin(db, member)).not.toBe(id);
    expect(await sqlState(begin(db, member))).toBe("23505");
  });

  it("takes no other statement, value or owner", async () => {
    const db = database();
    const [member, other] = [await newMember(db), await newMember(db)];
    const id = await begin(db, member);
    for (const [key, value] of [
      ["fun_0", 3],
      ["fun_8", 3],
      ["forward_1", 3],
      ["fun_1", 0],
      ["fun_1", 6],
    ] as const) {
      const insert = as(db, member, (mine) =>
        mine.query("insert into assessment_responses values ($1, $2, $3, $4)", [
          id,
          member,
          key,
          value,
        ]),
      );
      expect(await sqlState(insert), `${key}=${value}`).toBe("23514");
    }
    const foreign = as(db, other, (theirs) =>
      theirs.query("insert into assessment_responses values ($1, $2, 'fun_1', 3)", [id, other]),
    );
    expect(await sqlState(foreign)).toBe("23503");
    expect(await sqlState(complete(db, other, id))).toBe("PT404");
  });
}
