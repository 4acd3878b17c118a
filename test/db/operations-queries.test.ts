import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyMigrations, readMigrations } from "../../migrations/apply.ts";
import { newMember, type TestDatabase } from "./support/database.ts";
import { openPglite } from "./support/pglite.ts";

const TEXT = readFileSync(new URL("../../OPERATIONS.md", import.meta.url), "utf8");

/** The queries of OPERATIONS.md, by what their first line calls them. */
const QUERIES = Array.from(
  TEXT.matchAll(/```sql\n-- ([^\n]+)\n([\s\S]*?)```/g),
  ([, name = "", sql = ""]) => [name, sql] as const,
);
const alarms = new Map(QUERIES.filter(([name]) => name.startsWith("alarm: ")));
const shown = QUERIES.filter(([name]) => name.startsWith("show: "));

/** Requests of some days ago, each with what differs from an ordinary one. */
const book = (database: TestDatabase, count: number, daysAgo: number, over: object = {}) =>
  database.query(
    `insert into token_usage
     select (r).* from generate_series(1, $1) as n, jsonb_populate_record(null::token_usage,
       jsonb_build_object('id', gen_random_uuid(), 'turn_id', n || ' ' || gen_random_uuid(), 'created_at',
         now() - $2 * interval '1 day') || $3::text::jsonb) as r`,
    [
      count,
      daysAgo,
      JSON.stringify({
        ...{ attempt: 1, action_type: "chat_conversation", model_used: "gpt-6-luna" },
        ...{ input_tokens: 1_000, cached_input_tokens: 600, output_tokens: 100, estimated: false },
        ...{ cost_micro_usd: 150, success: true, first_token_ms: 300, region: "Bavaria" },
        ...{ metadata: { state: "complete", oursMs: 2, country: "DE" }, ...over },
      }),
    ],
  );

let database: TestDatabase;
let member: string;
beforeAll(async () => {
  database = await openPglite();
  await applyMigrations(database, readMigrations());
  member = await newMember(database);
  for (const daysAgo of [0, 1, 2, 3, 7]) await book(database, 400, daysAgo);
});
afterAll(() => database?.close());

/** Whether an alarm goes off, after something happened that is undone again. */
async function rings(name: string, happens: () => Promise<unknown>): Promise<boolean> {
  await database.exec("begin");
  try {
    await happens();
    return (await database.query(alarms.get(`alarm: ${name}`) ?? "")).length > 0;
  } finally {
    await database.exec("rollback");
  }
}

const report = (kind: string, minutesAgo: number) =>
  database.query(
    `insert into session_troubles (user_id, kind, count, since)
     values ($1, $2, 1, now() - $3 * interval '1 minute')`,
    [member, kind, minutesAgo],
  );

describe("the queries of OPERATIONS.md", () => {
  it("are all known here", () => {
    expect([...alarms.keys()]).toEqual(
      ["troubles", "cost", "books", "cache", "hedges"].map((name) => `alarm: ${name}`),
    );
    expect(shown.length).toBe(6);
    const rest = QUERIES.filter(([name]) => !/^(alarm|show): /.test(name));
    expect(new Set(rest.map(([name]) => name))).toEqual(new Set(["Analytics Engine"]));
  });

  it.each(shown)("%s: runs", async (_name, sql) => {
    expect(await database.query(sql)).toBeInstanceOf(Array);
  });

  it.each([...alarms])("%s: is quiet where all is well", async (_name, sql) => {
    expect(await database.query(sql)).toEqual([]);
  });

  const goesOff: [name: string, what: string, happens: () => Promise<unknown>][] = [
    ["troubles", "rows that were refused just now", () => report("refused", 1)],
    ["troubles", "a backlog that has stood for long", () => report("backlog", 61)],
    [
      "cost",
      "a day that is far dearer",
      () => book(database, 10, 0, { cost_micro_usd: 2_000_000 }),
    ],
    ["books", "a model without a price", () => book(database, 1, 0, { cost_micro_usd: null })],
    ["books", "a provider that does not tell", () => book(database, 40, 1, { estimated: true })],
    [
      "cache",
      "a prompt that begins anew each time",
      () => book(database, 2_000, 1, { cached_input_tokens: 0 }),
    ],
    [
      "hedges",
      "a threshold that is too low",
      () => book(database, 30, 1, { metadata: { hedged: true, wonBy: 2, state: "complete" } }),
    ],
  ];
  it.each(goesOff)("alarm: %s goes off for %s", async (name, _what, happens) => {
    expect(await rings(name, happens)).toBe(true);
  });

  const quiet: [name: string, what: string, happens: () => Promise<unknown>][] = [
    ["troubles", "a backlog of some minutes", () => report("backlog", 59)],
    [
      "cost",
      "a day that is dearer by little",
      () => book(database, 10, 0, { cost_micro_usd: 900 }),
    ],
    ["books", "an estimate now and then", () => book(database, 10, 1, { estimated: true })],
    [
      "hedges",
      "a hedge now and then",
      () => book(database, 10, 1, { metadata: { hedged: true, wonBy: 1, state: "complete" } }),
    ],
  ];
  it.each(quiet)("alarm: %s stays quiet for %s", async (name, _what, happens) => {
    expect(await rings(name, happens)).toBe(false);
  });
});
