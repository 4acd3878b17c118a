import { expect, it } from "vitest";
import { COMPLETION_FIELDS, PROFILE_CHOICES, profileCompletion } from "../../../domain/profile.ts";
import {
  as,
  newMember,
  one,
  readyMember,
  sqlState,
  type TestDatabase,
} from "../support/database.ts";

/** The Life Profile and the account it belongs to. */
export function accountRules(database: () => TestDatabase): void {
  it("makes a profile with the account, in which only the e-mail is filled in", async () => {
    const member = await newMember(database());
    const row = await one(database(), "select * from user_profiles where user_id = $1", [member]);
    const { user_id, email, created_at, updated_at, ...rest } = row;
    expect(user_id).toBe(member);
    expect(email).toBe(`${member}@example.test`);
    expect(Object.keys(rest)).toEqual(
      expect.arrayContaining(COMPLETION_FIELDS.filter((f) => f !== "email")),
    );
    expect(Object.values(rest).every((value) => value === null)).toBe(true);
    expect(profileCompletion(row)).toMatchObject({ completion: 5 });
  });

  it("takes the allowed values of every choice and no others", async () => {
    const member = await readyMember(database());
    const set = (field: string, value: string) =>
      as(database(), member, (db) =>
        db.query(`update user_profiles set ${field} = $2 where user_id = $1`, [member, value]),
      );
    for (const [field, values] of Object.entries(PROFILE_CHOICES)) {
      for (const value of values) await set(field, value);
      const kept = await one(
        database(),
        `select ${field} as value from user_profiles where user_id = $1`,
        [member],
      );
      expect(kept.value).toBe(values.at(-1));
      expect(await sqlState(set(field, "Something else"))).toBe("23514");
      expect(await sqlState(set(field, ""))).toBe("23514");
    }
  });

  it("keeps hobbies as a list without holes", async () => {
    const member = await readyMember(database());
    const set = (list: string) =>
      database().query(
        `update user_profiles set hobbies = ${list} where user_id = $1 returning hobbies`,
        [member],
      );
    expect(await set("array['pottery', 'running']")).toEqual([{ hobbies: ["pottery", "running"] }]);
    expect(await set("array[]::text[]")).toEqual([{ hobbies: [] }]);
    expect(await sqlState(set("array['pottery', null]"))).toBe("23514");
    expect(await sqlState(set("array_fill('x'::text, array[51])"))).toBe("23514");
  });

  it("deletes everything with the account, except the books", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await as(db, member, async (mine) => {
      const draft = await one<{ id: string }>(
        mine,
        "insert into vision_versions (user_id, fun) values ($1, 'I play') returning id",
        [member],
      );
      await mine.query("select viva_commit_vision($1)", [draft.id]);
      const next = await one<{ id: string }>(
        mine,
        "insert into vision_versions (user_id, parent_id) values ($1, $2) returning id",
        [member, draft.id],
      );
      await mine.query(
        "insert into discovery_sessions (user_id, vision_id, category, state) values ($1, $2, 'fun', '{}')",
        [member, next.id],
      );
      const assessment = await one<{ id: string }>(
        mine,
        "insert into assessment_results (user_id) values ($1) returning id",
        [member],
      );
      await mine.query(
        `insert into assessment_responses (assessment_id, user_id, question_key, value)
         select $1, $2, concat(area, '_', n), 4
         from unnest(array['fun','health','travel','love','family','social','home','work','money','stuff','giving','spirituality']) as area,
              generate_series(1, 7) as n`,
        [assessment.id, member],
      );
      await mine.query("select viva_complete_assessment($1)", [assessment.id]);
      return draft;
    });
    await db.query(
      "insert into vision_refinements (user_id, vision_id, category, after) values ($1, $2, 'fun', 'I dance')",
      [member, vision.id],
    );
    const now = new Date().toISOString();
    const [conversation, message, usage] = await db.query<{ r: unknown }>(
      "select json_array_elements(viva_apply($1, $2)::json) as r",
      [
        member,
        JSON.stringify([
          { seq: 1, kind: "conversation", id: "c", createdAt: now, updatedAt: now },
          {
            seq: 2,
            kind: "message",
            conversationId: "c",
            id: "m",
            role: "user",
            text: "Hello",
            status: "complete",
            position: 0,
            createdAt: now,
          },
          {
            seq: 3,
            kind: "usage",
            turnId: member,
            attempt: 1,
            conversationId: "c",
            actionType: "chat_conversation",
            model: "gpt-6-luna",
            inputTokens: 1,
            cachedInputTokens: 0,
            outputTokens: 1,
            estimated: false,
            costMicroUsd: 1,
            success: true,
            createdAt: now,
          },
        ]),
      ],
    );
    expect([conversation, message, usage].every((row) => row)).toBe(true);
    expect(vision.id).toBeTruthy();

    await db.query("delete from auth.users where id = $1", [member]);

    for (const table of [
      "user_profiles",
      "vision_versions",
      "vision_refinements",
      "discovery_sessions",
      "vision_numbers",
      "assessment_results",
      "assessment_responses",
      "conversation_sessions",
      "ai_conversations",
      "member_context_versions",
    ]) {
      expect(await db.query(`select 1 from ${table} where user_id = $1`, [member]), table).toEqual(
        [],
      );
    }
    expect(
      await db.query("select user_id, output_tokens from token_usage where turn_id = $1", [member]),
    ).toEqual([{ user_id: null, output_tokens: 1 }]);
  });
}
