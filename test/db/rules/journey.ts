import { expect, it } from "vitest";
import type { SqlRunner } from "../../../migrations/apply.ts";
import {
  as,
  newMember,
  one,
  readyMember,
  sqlState,
  type TestDatabase,
} from "../support/database.ts";

interface Vision {
  readonly id: string;
  readonly revision: number;
  readonly state: string;
  readonly versionNumber: number | null;
  readonly parentId: string | null;
  readonly sections: Record<string, string>;
  readonly prints: Record<string, string>;
  readonly parentPrints: Record<string, string>;
}

interface Answer {
  readonly outcome: string;
  readonly vision: Vision;
  readonly context?: {
    readonly version: number;
    readonly draft: unknown;
    readonly active: unknown;
  };
}

/** Calls a function of the journey as a member. Objects are passed as JSON. */
async function call<Result = Answer>(
  database: SqlRunner,
  member: string,
  name: string,
  ...args: unknown[]
): Promise<Result> {
  const json = (value: unknown) => value !== null && typeof value === "object";
  const list = args.map((value, index) => `$${index + 1}${json(value) ? "::text::jsonb" : ""}`);
  const values = args.map((value) => (json(value) ? JSON.stringify(value) : value));
  const sql = `select public.${name}(${list.join(", ")})::text as answer`;
  const { answer } = await as(database, member, (own) => one<{ answer: string }>(own, sql, values));
  return JSON.parse(answer);
}

const begin = async (database: SqlRunner, member: string, text?: string) => {
  const { vision } = await call(database, member, "viva_begin_vision");
  if (text === undefined) return vision;
  return (
    await call(database, member, "viva_write_vision", vision.id, vision.revision, { fun: text })
  ).vision;
};

const versions = (database: SqlRunner, member: string) =>
  database.query(
    `select state, version_number as number, fun from vision_versions
     where user_id = $1 order by created_at`,
    [member],
  );

/** A member with an active version and a draft that differs from it. */
async function withDraft(database: SqlRunner) {
  const member = await readyMember(database);
  const { id, revision } = await begin(database, member, "I dance.");
  await call(database, member, "viva_commit_draft", id, revision);
  return { member, draft: await begin(database, member, "I sing.") };
}

/** What the member's session calls to read and write profile, assessment and visions. */
export function journeyRules(database: () => TestDatabase): void {
  it("edits the profile field by field, and writes nothing where nothing changes", async () => {
    const db = database();
    const member = await newMember(db);
    interface Edited {
      profile: Record<string, unknown>;
      context: { version: number; profile: unknown } | null;
    }
    const edit = (changes: object) => call<Edited>(db, member, "viva_edit_profile", changes);
    const changes = { first_name: "Mia", hobbies: ["b", "a"], has_children: false };
    const { profile, context } = await edit({ ...changes, date_of_birth: "1990-02-28" });
    expect(profile).toMatchObject({ ...changes, date_of_birth: "1990-02-28", city: null });
    expect(Object.keys(profile)).not.toContain("user_id");
    expect(context).toMatchObject({ version: 2, profile: { first_name: "Mia" } });
    expect(await edit(changes)).toEqual({ profile, context: null });
    expect((await edit({ hobbies: ["a", "b"], first_name: null })).profile).toMatchObject({
      first_name: null,
      hobbies: ["a", "b"],
    });
    const other = await readyMember(db);
    expect(await sqlState(edit({ no_field: 1 }))).toBe("42703");
    await edit({ user_id: other, city: "Lund" });
    expect(
      await db.query("select user_id from user_profiles where city = 'Lund' and user_id = $1", [
        member,
      ]),
    ).toHaveLength(1);
  });

  it("begins one assessment, and answers what is in progress before what is completed", async () => {
    const db = database();
    const member = await readyMember(db);
    interface Answered {
      outcome: string;
      assessment: { id: string; responses: object } | null;
    }
    const answer = (responses: object, id: string | null = null) =>
      call<Answered>(db, member, "viva_answer", responses, id);
    const first = await answer({ fun_1: 5, fun_2: null });
    expect(first).toMatchObject({
      outcome: "written",
      assessment: { responses: { fun_1: 5, fun_2: null } },
    });
    const { assessment } = await answer({ fun_1: 4 });
    expect(assessment).toMatchObject({
      id: first.assessment?.id,
      responses: { fun_1: 4, fun_2: null },
    });
    expect(await call(db, member, "viva_finish_assessment")).toMatchObject({
      outcome: "unanswered",
      unanswered: expect.arrayContaining(["fun_3", "spirituality_7"]),
    });
    expect(await answer({ fun_1: 4 }, crypto.randomUUID())).toMatchObject({ outcome: "not_found" });
    expect(await sqlState(answer({ forward_1: 4 }))).toBe("23514");
    expect(await sqlState(answer({ fun_1: 6 }))).toBe("23514");
  });

  it("has prints that are equal where texts are", async () => {
    const db = database();
    const { member, draft } = await withDraft(db);
    expect(draft.prints).not.toEqual(draft.parentPrints);
    const { vision } = await call(db, member, "viva_write_vision", draft.id, draft.revision, {
      fun: "I dance.",
      love: " ",
    });
    expect(vision.prints).toEqual(vision.parentPrints);
    expect(Object.keys(vision.sections)).toEqual(["fun"]);
  });

  it("says why a write does not apply, and changes nothing then", async () => {
    const db = database();
    const { member, draft } = await withDraft(db);
    const other = await readyMember(db);
    const before = await versions(db, member);
    const text = { fun: "I jump." };
    const outcome = async (who: string, name: string, ...args: unknown[]) =>
      (await call(db, who, name, ...args)).outcome;
    const { id, revision, parentId } = draft;
    const active = 2;
    expect(await outcome(other, "viva_write_vision", id, revision, text)).toBe("not_found");
    expect(await outcome(other, "viva_delete_vision", id, revision)).toBe("not_found");
    expect(await outcome(other, "viva_commit_draft", id, revision)).toBe("not_found");
    expect(await outcome(other, "viva_begin_vision", id)).toBe("not_found");
    expect(await outcome(member, "viva_write_vision", id, revision - 1, text)).toBe("stale");
    expect(await outcome(member, "viva_delete_vision", id, revision - 1)).toBe("stale");
    expect(await outcome(member, "viva_commit_draft", id, revision - 1)).toBe("stale");
    expect(await outcome(member, "viva_write_vision", parentId, active + 1, text)).toBe(
      "read_only",
    );
    expect(await outcome(member, "viva_delete_vision", parentId, active + 1)).toBe("read_only");
    expect(await outcome(member, "viva_begin_vision", parentId)).toBe("exists");
    const forged = { fun: "I sing.", state: "active", version_number: 9, user_id: other };
    expect(await outcome(member, "viva_write_vision", id, revision, forged)).toBe("unchanged");
    expect(await versions(db, member)).toEqual(before);
  });

  it("commits no draft without any text, whoever asks", async () => {
    const db = database();
    const member = await readyMember(db);
    const draft = await begin(db, member, " \n");
    expect(await call(db, member, "viva_commit_draft", draft.id, draft.revision)).toMatchObject({
      outcome: "empty",
    });
    const direct = as(db, member, (own) => own.query("select viva_commit_vision($1)", [draft.id]));
    expect(await sqlState(direct)).toBe("PT409");
    expect(await versions(db, member)).toMatchObject([{ state: "draft", number: null }]);
  });

  it("leaves draft and active version as they are where a commit breaks in the middle", async () => {
    const db = database();
    const { member, draft } = await withDraft(db);
    const before = await versions(db, member);
    await db.exec(
      `create function public.break_commit() returns trigger language plpgsql as $$
       begin raise exception 'broken' using errcode = '58000'; end $$;
       create trigger break_commit after update on public.vision_versions for each row
         when (new.state = 'active' and old.state = 'draft') execute function public.break_commit();`,
    );
    try {
      const broken = call(db, member, "viva_commit_draft", draft.id, draft.revision);
      expect(await sqlState(broken)).toBe("58000");
    } finally {
      await db.exec(
        "drop trigger break_commit on public.vision_versions; drop function public.break_commit();",
      );
    }
    expect(await versions(db, member)).toEqual(before);
    // Not even the number was used up.
    const { vision } = await call(db, member, "viva_commit_draft", draft.id, draft.revision);
    expect(vision).toMatchObject({ state: "active", versionNumber: 2 });
  });

  it("leaves them so where the connection is lost in the middle", async ({ skip }) => {
    const db = database();
    if (!db.connect) return skip("one connection only: nothing can be lost");
    const { member, draft } = await withDraft(db);
    const before = await versions(db, member);
    const [lost, holder] = await Promise.all([db.connect(), db.connect()]);
    try {
      const { pid } = await one<{ pid: number }>(lost, "select pg_backend_pid() as pid");
      // The old active version is held: the commit has given the number and waits in the middle.
      await holder.exec("begin");
      await holder.query("select from vision_versions where id = $1 for update", [draft.parentId]);
      const broken = sqlState(
        call(lost, member, "viva_commit_draft", draft.id, draft.revision),
      ).catch((error: Error) => error.message);
      await expect
        .poll(() =>
          db.query("select wait_event_type as on from pg_stat_activity where pid = $1", [pid]),
        )
        .toEqual([{ on: "Lock" }]);
      await db.query("select pg_terminate_backend($1)", [pid]);
      await holder.exec("rollback");
      expect(await broken).not.toBe("none");
    } finally {
      await Promise.allSettled([lost.close(), holder.close()]);
    }
    expect(await versions(db, member)).toEqual(before);
    const { vision } = await call(db, member, "viva_commit_draft", draft.id, draft.revision);
    expect(vision).toMatchObject({ state: "active", versionNumber: 2 });
  });

  it("lets one of many writes through that come at once", async ({ skip }) => {
    const db = database();
    if (!db.connect) return skip("one connection only: nothing can come at once");
    const member = await readyMember(db);
    const others = await Promise.all([db.connect(), db.connect(), db.connect(), db.connect()]);
    try {
      const outcomes = async (name: string, args: (index: number) => unknown[]) => {
        const answers = await Promise.all(
          others.map((other, index) => call(other, member, name, ...args(index))),
        );
        expect(new Set(answers.map(({ vision }) => vision.id)).size).toBe(1);
        return answers.map(({ outcome }) => outcome).sort();
      };
      expect(await outcomes("viva_begin_vision", () => [])).toEqual([
        "created",
        "exists",
        "exists",
        "exists",
      ]);
      const { id, revision } = await begin(db, member);
      const texts = (index: number) => [id, revision, { fun: `I sing ${index}.` }];
      expect(await outcomes("viva_write_vision", texts)).toEqual([
        "stale",
        "stale",
        "stale",
        "written",
      ]);
      const all = await outcomes("viva_commit_draft", () => [id, revision + 1]);
      expect(all).toEqual(Array(4).fill("committed"));
      expect(await versions(db, member)).toMatchObject([{ state: "active", number: 1 }]);
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });

  it("keeps a suggestion as it was, decided about once, with its version", async () => {
    const db = database();
    const { member, draft } = await withDraft(db);
    const insert = `insert into vision_refinements
      (user_id, vision_id, category, before, after, instructions, amount, tone, intensity, viva_notes)
      values ($1, $2, 'fun', 'I sing.', 'I sing at dawn.', 'more senses', 40, 'balanced', 'gentle', 'Dawn is yours.')
      returning id`;
    const asMember = <Row>(sql: string, params: unknown[]) =>
      as(db, member, (own) => own.query<Row>(sql, params));
    // A suggestion comes by the outbox: a member makes none.
    expect(await sqlState(asMember(insert, [member, draft.id]))).toBe("42501");
    const [made] = await db.query<{ id: string }>(insert, [member, draft.id]);
    const set = (change: string) =>
      sqlState(asMember(`update vision_refinements set ${change} where id = $1`, [made?.id]));
    for (const change of ["after = 'x'", "viva_notes = null", "amount = 0", "category = 'love'"]) {
      expect(await set(change), change).toBe("PT409");
    }
    expect(await set("outcome = 'discarded'")).toBe("none");
    expect(await set("outcome = 'accepted'")).toBe("PT409");
    for (const [column, value] of [
      ["category", "'luck'"],
      ["amount", "101"],
      ["tone", "'harsh'"],
      ["intensity", "'extreme'"],
    ]) {
      const bad = `insert into vision_refinements (user_id, vision_id, category, after) values ($1, $2, 'fun', 'x') returning id`;
      const [row] = await db.query<{ id: string }>(bad, [member, draft.id]);
      const wrong = `update vision_refinements set ${column} = ${value} where id = $1`;
      expect(await sqlState(db.query(wrong, [row?.id])), column).toBe("23514");
    }
    const other = await readyMember(db);
    expect(await sqlState(db.query(insert, [other, draft.id]))).toBe("23503");
    const progress = "insert into discovery_sessions (user_id, vision_id, category, state)";
    await asMember(`${progress} values ($1, $2, 'fun', '{"step": 2}')`, [member, draft.id]);
    expect(
      await sqlState(asMember(`${progress} values ($1, $2, 'love', '[]')`, [member, draft.id])),
    ).toBe("23514");
    await call(db, member, "viva_delete_vision", draft.id, draft.revision);
    for (const table of ["vision_refinements", "discovery_sessions"]) {
      expect(await db.query(`select 1 from ${table} where user_id = $1`, [member])).toEqual([]);
    }
  });

  it("answers nothing to a visitor", async () => {
    const db = database();
    for (const name of ["viva_profile", "viva_assessment", "viva_begin_vision"]) {
      const asked = as(db, "anon", (none) => none.query(`select public.${name}()`));
      expect(await sqlState(asked), name).toBe("42501");
    }
  });
}
