import { expect, it } from "vitest";
import type { OperationsOverview, Trouble } from "../../../domain/operations.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, newMember, one, sqlState, type TestDatabase } from "../support/database.ts";
import { apply, conversation, usage } from "../support/outbox.ts";

const SINCE = "2026-11-20T10:00:00.000Z";
const DAY_MS = 86_400_000;

const report = (database: SqlRunner, member: string, troubles: readonly object[]) =>
  as(database, "service_role", async (own) => {
    const sql = "select viva_report($1, $2::text::jsonb) as stored";
    return (await one<{ stored: number }>(own, sql, [member, JSON.stringify(troubles)])).stored;
  });

const refused = (count: number, over: object = {}) => ({
  ...{ kind: "refused", rowKind: "message", code: "23514", count, since: SINCE },
  ...over,
});

/** What stands of a member. */
const troublesOf = (database: SqlRunner, member: string) =>
  database.query(
    "select kind, row_kind, code, count from session_troubles where user_id = $1 order by seq",
    [member],
  );

const document = <Result>(database: SqlRunner, sql: string, params: unknown[] = []) =>
  as(database, "service_role", async (own) => {
    const { text } = await one<{ text: string }>(own, `select ${sql}::text as text`, params);
    return JSON.parse(text) as Result;
  });

const operations = (database: SqlRunner, days: number) =>
  document<OperationsOverview>(database, "viva_operations($1)", [days]);

/** A request of a turn as the session books it. */
const request = (seq: number, metadata: object, over: object = {}) =>
  usage(seq, { metadata: { country: "DE", kind: "message", ...metadata }, ...over });

/** What an operator sees: figures of everyone, words of nobody. */
export function operationsRules(database: () => TestDatabase): void {
  it("tells ours and the provider's part of the first word apart, by region and day", async () => {
    const db = database();
    const member = await newMember(db);
    const region = `r-${member}`;
    const turnId = crypto.randomUUID();
    await apply(db, member, [
      conversation(1),
      ...Array.from({ length: 101 }, (_, ms) =>
        request(ms + 2, { oursMs: ms / 10, state: "complete" }, { firstTokenMs: 100 + ms, region }),
      ),
      // As the turn measured it, which is more than the sum: an attempt had failed before.
      request(200, { oursMs: 5, firstWordMs: 900 }, { firstTokenMs: 150, region, attempt: 2 }),
      // Nobody waited for these.
      request(201, { state: "lost" }, { firstTokenMs: 9_000, region, turnId }),
      request(202, { kind: "summary" }, { firstTokenMs: 9_000, region }),
      request(203, { kind: "ahead" }, { firstTokenMs: 9_000, region }),
    ]);
    const { requests, country, ...row } = await one(
      db,
      "select * from first_word_by_region where region = $1",
      [region],
    );
    expect([requests, country]).toEqual([102, "DE"]);
    expect(row).toMatchObject({ p50_ms: 150, ours_p50_ms: 5, whole_p50_ms: 155.55 });
    expect(row.p99_ms).toBeCloseTo(198.99, 1);
    expect(row.whole_p99_ms).toBeCloseTo(209.989, 1);
  });

  it("passes over what is no number, and still counts the provider's part", async () => {
    const db = database();
    const member = await newMember(db);
    const region = `r-${member}`;
    const odd = { oursMs: "fast", firstWordMs: null };
    await apply(db, member, [conversation(1), request(2, odd, { firstTokenMs: 70, region })]);
    expect(
      await one(db, "select * from first_word_by_region where region = $1", [region]),
    ).toMatchObject({ requests: 1, p50_ms: 70, ours_p50_ms: null, whole_p50_ms: null });
  });

  it.each(["first_words", "first_word_by_region", "usage_by_day", "outcomes_by_day"])(
    "%s finds its days by index",
    async (view) => {
      const plan = await as(database(), "service_role", async (own) => {
        // So few rows are read faster whole: what counts is that it can.
        await own.exec("set local enable_seqscan = off");
        return own.query(`explain select * from ${view} where day >= (select current_date - 2)`);
      });
      expect(JSON.stringify(plan)).toContain("token_usage_day");
    },
  );

  it("counts outcomes, races, estimates, caches and cost of the last days", async () => {
    const db = database();
    const member = await newMember(db);
    const today = new Date();
    const createdAt = today.toISOString();
    const before = await operations(db, 2);
    const sumOf = ({ days }: OperationsOverview) => {
      const { day: _, ...figures } =
        days.at(-1)?.day === createdAt.slice(0, 10)
          ? (days.at(-1) as OperationsOverview["days"][number])
          : { day: "" };
      return figures as Record<string, number>;
    };
    const [race, other] = [crypto.randomUUID(), crypto.randomUUID()];
    const region = `r-${member}`;
    await apply(db, member, [
      conversation(1),
      request(2, { state: "complete", oursMs: 2 }, { createdAt, region, firstTokenMs: 400 }),
      request(
        3,
        { state: "retried" },
        {
          ...{ createdAt, region, turnId: other, success: false, errorCode: "provider_busy" },
          ...{ firstTokenMs: null, estimated: true, costMicroUsd: null },
        },
      ),
      request(
        4,
        { state: "lost", hedged: true, wonBy: 2 },
        { createdAt, turnId: race, attempt: 1 },
      ),
      request(
        5,
        { state: "complete", hedged: true, wonBy: 2, oursMs: 2 },
        {
          ...{ createdAt, region, turnId: race, attempt: 2, firstTokenMs: 600 },
        },
      ),
      request(6, { kind: "summary" }, { createdAt, region }),
      // Too long ago.
      request(
        7,
        { state: "complete" },
        {
          createdAt: new Date(today.getTime() - 3 * DAY_MS).toISOString(),
          region,
        },
      ),
    ]);
    const after = await operations(db, 2);
    const [was, is] = [sumOf(before), sumOf(after)];
    const grown = Object.fromEntries(
      Object.entries(is).map(([name, value]) => [name, value - (was[name] ?? 0)]),
    );
    expect(grown).toEqual({
      ...{ requests: 5, turns: 4, inputTokens: 4_500, cachedInputTokens: 500, outputTokens: 600 },
      ...{ estimated: 1, unpriced: 1, costMicroUsd: 4 * 141 },
      ...{ hedged: 1, hedgesWon: 1, hedgeCostMicroUsd: 141 },
    });
    const mine = after.firstWord.byRegion.find((row) => row.region === region);
    expect(mine).toEqual({
      ...{ country: "DE", region, requests: 2 },
      whole: { p50: 502, p95: 592, p99: 600 },
      ours: { p50: 2, p95: 2, p99: 2 },
      provider: { p50: 500, p95: 590, p99: 598 },
    });
    const counted = (outcome: string, errorCode: string | null, { outcomes }: OperationsOverview) =>
      outcomes
        .filter((row) => row.outcome === outcome && row.errorCode === errorCode)
        .reduce((sum, row) => sum + row.requests, 0);
    for (const [outcome, code, more] of [
      ["complete", null, 2],
      ["retried", "provider_busy", 1],
      ["lost", null, 1],
      ["aside", null, 1],
    ] as const) {
      const growth = counted(outcome, code, after) - counted(outcome, code, before);
      expect([outcome, growth]).toEqual([outcome, more]);
    }
    expect((await operations(db, 0)).days.length).toBeLessThanOrEqual(1);
  });

  it("answers where nothing has ever been asked", async () => {
    const db = database();
    await as(db, "service_role", async (own) => {
      // For this one look, as in a new deployment.
      await own.query("delete from session_troubles");
      await own.query("delete from token_usage");
      const { text } = await one<{ text: string }>(own, "select viva_operations(14)::text as text");
      const none = { p50: null, p95: null, p99: null };
      expect(JSON.parse(text)).toEqual({
        ...{ days: [], outcomes: [], troubles: [] },
        firstWord: {
          all: { requests: 0, whole: none, ours: none, provider: none },
          ...{ byDay: [], byRegion: [], byRegionAndDay: [], regions: 0 },
        },
      });
      await own.exec("rollback; begin");
    });
  });

  it("keeps of a session's troubles what stands, and nothing once it is mended", async () => {
    const db = database();
    const [member, bystander] = [await newMember(db), await newMember(db)];
    await report(db, bystander, [refused(7)]);
    const backlog = { kind: "backlog", code: "23503", count: 40, since: SINCE };
    expect(await report(db, member, [refused(2), refused(1, { rowKind: "usage" }), backlog])).toBe(
      3,
    );
    const stands = await troublesOf(db, member);
    expect(stands).toEqual([
      { kind: "refused", row_kind: "message", code: "23514", count: 2 },
      { kind: "refused", row_kind: "usage", code: "23514", count: 1 },
      { kind: "backlog", row_kind: "", code: "23503", count: 40 },
    ]);
    const page = await document<Trouble[]>(db, "viva_troubles($1)", [3]);
    expect(page.map(({ memberId, kind }) => [memberId, kind])).toEqual([
      [member, "backlog"],
      [member, "refused"],
      [member, "refused"],
    ]);
    const next = await document<Trouble[]>(db, "viva_troubles($1, $2)", [1, page[2]?.id]);
    expect(next).toMatchObject([{ memberId: bystander, count: 7, rowKind: "message" }]);
    const sums = (await operations(db, 1)).troubles;
    expect(sums.find(({ rowKind }) => rowKind === "message")).toMatchObject({
      ...{ kind: "refused", code: "23514", members: 2, count: 9 },
    });
    expect(await report(db, member, [refused(5)])).toBe(1);
    expect(await troublesOf(db, member)).toEqual([
      { kind: "refused", row_kind: "message", code: "23514", count: 5 },
    ]);
    expect(await report(db, member, [])).toBe(0);
    expect(await troublesOf(db, member)).toEqual([]);
    expect(await troublesOf(db, bystander)).toHaveLength(1);
  });

  it("takes only kinds and codes for troubles: no room for a member's words", async () => {
    const db = database();
    const member = await newMember(db);
    const words = "I love rivers, and Mia.";
    for (const over of [{ kind: words }, { rowKind: words }, { code: words }, { count: 0 }]) {
      expect(await sqlState(report(db, member, [refused(1, over)]))).toBe("23514");
    }
    expect(await troublesOf(db, member)).toEqual([]);
  });

  it("forgets the troubles of who erases everything, or whose account is gone", async () => {
    const db = database();
    const member = await newMember(db);
    await report(db, member, [refused(1)]);
    await as(db, "service_role", (own) => own.query("select viva_erase($1, 1)", [member]));
    expect(await troublesOf(db, member)).toEqual([]);
    await report(db, member, [refused(1)]);
    await db.query("delete from auth.users where id = $1", [member]);
    expect(await troublesOf(db, member)).toEqual([]);
    expect(await report(db, member, [refused(1)])).toBe(0);
  });

  it("is not for members, nor for visitors", async () => {
    const db = database();
    const member = await newMember(db);
    await report(db, member, [refused(1)]);
    await apply(db, member, [conversation(1), usage(2)]);
    /** A one for each row; where a privilege is missing, not even that. Lite grants them all. */
    const seen = (who: string, name: string) =>
      as(db, who, (own) => own.query(`select 1 as seen from ${name}`)).catch(({ code }) => code);
    for (const who of [member, "anon"]) {
      for (const sql of ["viva_operations(1)", "viva_troubles(1)", "viva_report($1, '[]')"]) {
        const params = sql.includes("$1") ? [member] : [];
        const asked = as(db, who, (own) => own.query(`select ${sql}`, params));
        expect(await sqlState(asked), sql).toBe("42501");
      }
      expect(["42501", []]).toContainEqual(await seen(who, "session_troubles"));
    }
    // Of the views members see their own share, as of the table below.
    for (const view of ["first_words", "usage_by_day", "outcomes_by_day"]) {
      expect([view, await seen(member, view)]).toEqual([view, [{ seen: 1 }]]);
      expect(["42501", []]).toContainEqual(await seen("anon", view));
    }
  });
}
