import { expect, it } from "vitest";
import { CATEGORY_KEYS } from "../../../domain/categories.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, one, readyMember, sqlState, type TestDatabase } from "../support/database.ts";

interface Vision {
  id: string;
  state: string;
  version_number: number | null;
  revision: number;
  parent_id: string | null;
  [column: string]: unknown;
}

const draft = (database: SqlRunner, member: string, parent: string | null = null) =>
  as(database, member, (db) =>
    one<Vision>(
      db,
      "insert into vision_versions (user_id, parent_id, fun) values ($1, $2, 'I play') returning *",
      [member, parent],
    ),
  );

const commit = (database: SqlRunner, member: string, id: string, revision: number | null = null) =>
  as(database, member, (db) =>
    one<Vision>(db, "select * from viva_commit_vision($1, $2)", [id, revision]),
  );

const read = (database: SqlRunner, id: string) =>
  one<Vision>(database, "select * from vision_versions where id = $1", [id]);

const write = (database: SqlRunner, who: string, id: string, set: string) =>
  as(database, who, (db) =>
    one<Vision>(db, `update vision_versions set ${set} where id = $1 returning *`, [id]),
  );

const discard = (database: SqlRunner, member: string, id: string) =>
  as(database, member, (db) =>
    db.query("delete from vision_versions where id = $1 returning id", [id]),
  );

/** Drafts, commits and versions of the Life Vision. */
export function visionRules(database: () => TestDatabase): void {
  it("has a text column for each of the 14 sections, up to 20,000 characters", async () => {
    const member = await readyMember(database());
    const { id } = await draft(database(), member);
    for (const key of CATEGORY_KEYS) {
      const full = await write(database(), member, id, `${key} = repeat('é', 20000)`);
      expect(String(full[key])).toHaveLength(20000);
      expect(
        await sqlState(write(database(), member, id, `${key} = repeat('é', 20001)`)),
        key,
      ).toBe("23514");
    }
  });

  it("counts a revision up with every update, whatever the writer says", async () => {
    const member = await readyMember(database());
    const { id, revision } = await draft(database(), member);
    expect(revision).toBe(1);
    expect((await write(database(), member, id, "fun = 'I dance'")).revision).toBe(2);
    expect((await write(database(), member, id, "fun = 'I sing', revision = 99")).revision).toBe(3);
    expect((await write(database(), "service_role", id, "title = 'Mine'")).revision).toBe(4);
  });

  it("commits: the draft becomes active, the active one history, numbers never come twice", async () => {
    const db = database();
    const member = await readyMember(db);
    const first = await draft(db, member);
    expect(first).toMatchObject({ state: "draft", version_number: null });
    expect(await commit(db, member, first.id)).toMatchObject({
      state: "active",
      version_number: 1,
    });
    const second = await draft(db, member, first.id);
    expect(await commit(db, member, second.id)).toMatchObject({
      state: "active",
      version_number: 2,
    });
    expect(await read(db, first.id)).toMatchObject({ state: "history", version_number: 1 });
    const third = await draft(db, member, second.id);
    await commit(db, member, third.id);
    expect(await discard(db, member, second.id)).toEqual([{ id: second.id }]);
    expect(await read(db, third.id)).toMatchObject({
      state: "active",
      version_number: 3,
      parent_id: null,
    });
    // The counter outlives even the version with the highest number.
    await db.query("delete from vision_versions where id = $1", [third.id]);
    const fourth = await draft(db, member);
    expect((await commit(db, member, fourth.id)).version_number).toBe(4);
    // Again: nothing happens a second time.
    expect(await commit(db, member, fourth.id)).toMatchObject({
      state: "active",
      version_number: 4,
    });
    expect(await sqlState(commit(db, member, first.id))).toBe("PT409");
  });

  it("commits only what the member saw, and only their own", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    const { id } = await draft(db, member);
    await write(db, member, id, "fun = 'I dance'");
    expect(await sqlState(commit(db, member, id, 1))).toBe("PT412");
    expect(await sqlState(commit(db, other, id))).toBe("PT404");
    expect(await read(db, id)).toMatchObject({ state: "draft", version_number: null });
    expect(await commit(db, member, id, 2)).toMatchObject({ state: "active", version_number: 1 });
  });

  it("keeps the active version and history as they are", async () => {
    const db = database();
    const member = await readyMember(db);
    const old = await draft(db, member);
    await commit(db, member, old.id);
    const active = await draft(db, member, old.id);
    await commit(db, member, active.id);
    for (const { id } of [old, active]) {
      const before = await read(db, id);
      for (const set of [
        "fun = 'other'",
        "title = 'other'",
        "version_number = 9",
        "state = 'draft', version_number = null",
      ]) {
        expect(await sqlState(write(db, member, id, set)), set).toBe("PT409");
        expect(await sqlState(write(db, "service_role", id, set)), set).toBe("PT409");
      }
      expect(await read(db, id)).toEqual(before);
    }
    expect(await discard(db, member, active.id)).toEqual([]);
    expect(await discard(db, member, old.id)).toEqual([{ id: old.id }]);
  });

  it("lets a member reach another state only by committing", async () => {
    const db = database();
    const member = await readyMember(db);
    const forged =
      "insert into vision_versions (user_id, state, version_number) values ($1, $2, 7)";
    for (const state of ["active", "history"]) {
      expect(await sqlState(as(db, member, (mine) => mine.query(forged, [member, state])))).toBe(
        "PT409",
      );
    }
    const { id } = await draft(db, member);
    for (const set of [
      "state = 'active', version_number = 7",
      "state = 'history', version_number = 7",
    ]) {
      expect(await sqlState(write(db, member, id, set))).toBe("PT409");
    }
  });

  it("has one draft and one active version at most, and parents of the same member", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    const mine = await draft(db, member);
    expect(await sqlState(draft(db, member))).toBe("23505");
    await commit(db, member, mine.id);
    const second =
      "insert into vision_versions (user_id, state, version_number) values ($1, 'active', 50)";
    expect(await sqlState(db.query(second, [member]))).toBe("23505");
    expect(await sqlState(draft(db, other, mine.id))).toBe("23503");
  });

  it("stays so when two requests come at once", async ({ skip }) => {
    const db = database();
    if (!db.connect) return skip("one connection only: nothing can come at once");
    const member = await readyMember(db);
    const others = await Promise.all([db.connect(), db.connect(), db.connect(), db.connect()]);
    try {
      const made = await Promise.all(others.map((one) => sqlState(draft(one, member))));
      expect(made.toSorted()).toEqual(["23505", "23505", "23505", "none"]);
      const { id } = await one<Vision>(db, "select id from vision_versions where user_id = $1", [
        member,
      ]);
      const committed = await Promise.all(others.map((one) => commit(one, member, id)));
      expect(committed.map((row) => row.version_number)).toEqual([1, 1, 1, 1]);
      const states = "select state, version_number from vision_versions where user_id = $1";
      expect(await db.query(states, [member])).toEqual([{ state: "active", version_number: 1 }]);
    } finally {
      await Promise.all(others.map((one) => one.close()));
    }
  });
}
