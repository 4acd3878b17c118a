import { expect, it } from "vitest";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, one, readyMember, sqlState, type TestDatabase } from "../support/database.ts";
import { apply, refinement, usage } from "../support/outbox.ts";

/** Begins a draft as a member. */
async function draftOf(database: SqlRunner, member: string): Promise<string> {
  const sql = "select viva_begin_vision() -> 'vision' ->> 'id' as id";
  return (await as(database, member, (own) => one<{ id: string }>(own, sql))).id;
}

interface Found {
  readonly profile: Record<string, unknown> | null;
  readonly vision: { readonly id: string; readonly state: string } | null;
  readonly state: unknown;
}

const discovery = (database: SqlRunner, who: string, vision: string, category = "fun") =>
  as(database, who, async (own) => {
    const sql = "select viva_discovery($1, $2)::text as found";
    const { found } = await one<{ found: string }>(own, sql, [vision, category]);
    return JSON.parse(found) as Found;
  });

const keep = (database: SqlRunner, who: string, vision: string, state: unknown, category = "fun") =>
  as(database, who, async (own) => {
    const sql = "select viva_keep_discovery($1, $2, $3::text::jsonb) as kept";
    return (await one<{ kept: boolean }>(own, sql, [vision, category, JSON.stringify(state)])).kept;
  });

const suggestions = (database: SqlRunner, member: string) =>
  database.query("select * from vision_refinements where user_id = $1 order by created_at", [
    member,
  ]);

/** Discovery and the record of suggestions. */
export function writingRules(database: () => TestDatabase): void {
  it("finds profile, version and state of discovery together, and keeps the state", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await draftOf(db, member);
    const begun = await discovery(db, member, vision);
    expect(begun).toMatchObject({ vision: { id: vision, state: "draft" }, state: null });
    expect(begun.profile).toMatchObject({ first_name: "Mia" });
    expect(await keep(db, member, vision, { step: 2 })).toBe(true);
    expect(await keep(db, member, vision, { step: 3 })).toBe(true);
    expect((await discovery(db, member, vision)).state).toEqual({ step: 3 });
    expect((await discovery(db, member, vision, "love")).state).toBeNull();
    const count = "select count(*)::integer as rows from discovery_sessions where user_id = $1";
    expect(await one(db, count, [member])).toEqual({ rows: 1 });
  });

  it("keeps discovery apart from all but its own member", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    const vision = await draftOf(db, member);
    await keep(db, member, vision, { step: 2 });
    expect(await discovery(db, other, vision)).toMatchObject({ vision: null, state: null });
    expect(await keep(db, other, vision, { step: 4 })).toBe(false);
    expect(await keep(db, member, crypto.randomUUID(), { step: 4 })).toBe(false);
    expect((await discovery(db, member, vision)).state).toEqual({ step: 2 });
    for (const who of ["anon", "service_role"]) {
      expect(await sqlState(discovery(db, who, vision))).toBe("42501");
      expect(await sqlState(keep(db, who, vision, { step: 4 }))).toBe("42501");
    }
  });

  it("refuses a state of no section, of another kind, or beyond its size", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await draftOf(db, member);
    const bad = (state: unknown, category?: string) =>
      sqlState(keep(db, member, vision, state, category));
    expect(await bad({ step: 1 }, "sports")).toBe("23514");
    expect(await bad([1])).toBe("23514");
    expect(await bad({ step: 1, own: "x".repeat(65_536) })).toBe("22023");
    expect((await discovery(db, member, vision)).state).toBeNull();
  });

  it("writes a suggestion once, with all that was asked for", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await draftOf(db, member);
    const row = refinement(1, { visionId: vision });
    expect(await apply(db, member, [row])).toEqual([{ seq: 1, ok: true }]);
    const once = await suggestions(db, member);
    expect(once).toMatchObject([
      {
        ...{ id: row.id, vision_id: vision, category: "fun", outcome: "proposed" },
        ...{ before: "I dance.", after: "I dance on Fridays.", instructions: "More days" },
        ...{ amount: 30, tone: "balanced", intensity: "gentle", viva_notes: "I added the day." },
      },
    ]);
    expect(await apply(db, member, [{ ...row, after: "Another" }])).toMatchObject([{ ok: true }]);
    expect(await suggestions(db, member)).toEqual(once);
    const bare = { visionId: vision, before: null, vivaNotes: null };
    expect(await apply(db, member, [refinement(2, bare)])).toMatchObject([{ ok: true }]);
    expect(await suggestions(db, member)).toHaveLength(2);
  });

  it("stays decided where it comes again", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await draftOf(db, member);
    const row = refinement(1, { visionId: vision });
    await apply(db, member, [row]);
    await as(db, member, (own) =>
      own.query("select viva_write_vision($1, 1, $2::text::jsonb, $3)", [
        vision,
        JSON.stringify({ fun: row.after }),
        row.id,
      ]),
    );
    await apply(db, member, [row]);
    expect(await suggestions(db, member)).toMatchObject([{ outcome: "accepted" }]);
  });

  it("passes a suggestion whose version is gone, or another member's: nothing is written", async () => {
    const db = database();
    const [member, other] = [await readyMember(db), await readyMember(db)];
    const [gone, foreign] = [await draftOf(db, member), await draftOf(db, other)];
    await as(db, member, (own) => own.query("select viva_delete_vision($1, 1)", [gone]));
    const rows = [
      refinement(1, { visionId: gone }),
      refinement(2, { visionId: crypto.randomUUID() }),
      refinement(3, { visionId: foreign }),
      usage(4, { actionType: "vision_refinement" }),
    ];
    expect(await apply(db, member, rows)).toEqual([1, 2, 3, 4].map((seq) => ({ seq, ok: true })));
    expect(await suggestions(db, member)).toEqual([]);
    expect(await suggestions(db, other)).toEqual([]);
  });

  it("refuses for good what breaks a rule of the record", async () => {
    const db = database();
    const member = await readyMember(db);
    const vision = await draftOf(db, member);
    for (const [over, sqlstate] of [
      [{ after: "x".repeat(20_001) }, "23514"],
      [{ after: null }, "23502"],
      [{ amount: 101 }, "23514"],
      [{ tone: "funny" }, "23514"],
      [{ id: "no-id" }, "22P02"],
    ] as const) {
      const [result] = await apply(db, member, [refinement(1, { visionId: vision, ...over })]);
      expect(result).toMatchObject({ ok: false, sqlstate });
    }
    expect(await suggestions(db, member)).toEqual([]);
    const sql = "select viva_apply_refinement($1, '{}')";
    for (const who of [member, "anon"]) {
      expect(await sqlState(as(db, who, (own) => own.query(sql, [member])))).toBe("42501");
    }
  });
}
