import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { planAssessments } from "../../migrations/backfill/assessments.ts";
import {
  byCategory,
  type OlderRow,
  type Refusal,
  timeIn,
} from "../../migrations/backfill/older.ts";
import { planProfile } from "../../migrations/backfill/profiles.ts";
import { openSource } from "../../migrations/backfill/source.ts";
import { derivedId, planTalks } from "../../migrations/backfill/talks.ts";
import { planUsage } from "../../migrations/backfill/usage.ts";
import { planVisions, type VisionsThere } from "../../migrations/backfill/visions.ts";
import type { TestDatabase } from "./support/database.ts";
import { uuid } from "./support/older.ts";
import { openPglite } from "./support/pglite.ts";

const MEMBER = uuid(1);
const AT = "2025-06-01T12:00:00Z";

/** Refusals as they were noted, to be looked at. */
function noting(): { refuse: (refusal: Refusal) => void; noted: string[] } {
  const noted: string[] = [];
  return { noted, refuse: ({ id, reason }) => noted.push(`${id}: ${reason}`) };
}

describe("names of columns", () => {
  it("stand for the domain's keys, and the newer one wins unless it is blank", () => {
    expect(
      byCategory({
        introduction: "a",
        romance: "b",
        love: "c",
        work: " ",
        business: "d",
        stuff: null,
      }),
    ).toEqual({ forward: "a", love: "c", work: "d", stuff: null });
    expect(byCategory({ love_romance_story: "a", fun_story: "b", fun: "c" }, "_story")).toEqual({
      love: "a",
      fun: "b",
    });
  });

  it("of times without a zone mean UTC", () => {
    expect(timeIn({ at: "2025-06-01T12:00:00.123456" }, "at")).toBe("2025-06-01T12:00:00.123456Z");
    expect(timeIn({ at: "2025-06-01T12:00:00+02:00" }, "at")).toBe("2025-06-01T12:00:00+02:00");
    expect(timeIn({ at: "soon" }, "at")).toBeNull();
    expect(timeIn({ at: "2025-13-45" }, "at")).toBeNull();
  });
});

describe("a profile", () => {
  it("is read whatever types and spellings its columns had", () => {
    const { refuse, noted } = noting();
    const older = {
      ...{
        has_kids: 1,
        children_count: 0,
        name: "Mia Ng",
        job_title: "Weaver",
        hobbies: ["a", "", "a"],
      },
      ...{ household_income: "prefer not to say", relationship_status: "in a relationship" },
      ...{ exercise_frequency: "3–4x", living_situation: "RENT", date_of_birth: "1990-02-30" },
    };
    expect(planProfile(MEMBER, older, refuse).fields).toEqual({
      ...{ has_children: true, number_of_children: 0, full_name: "Mia Ng", occupation: "Weaver" },
      ...{ hobbies: ["a"], household_income: "Prefer not to say" },
      ...{
        relationship_status: "In a Relationship",
        exercise_frequency: "3-4x",
        living_situation: "Rent",
      },
    });
    expect(noted).toEqual([`${MEMBER}: must be a date, YYYY-MM-DD`]);
  });
});

describe("visions", () => {
  const none: VisionsThere = {
    ids: new Set(),
    numbers: new Set(),
    lastNumber: 0,
    draft: false,
    active: false,
  };
  const plan = (rows: OlderRow[], there: Partial<VisionsThere> = {}, noted: string[] = []) =>
    planVisions(
      MEMBER,
      rows.map((row) => ({ created_at: AT, romance: "We dance.", ...row })),
      { ...none, ...there },
      ({ id, reason }) => noted.push(`${id}: ${reason}`),
    ).map(({ id, state, version_number }) => [id, state, version_number]);

  it("are what their flags say, and the newest state of what they are", () => {
    expect(
      plan([
        { id: uuid(1), is_draft: false, is_active: false, version_number: 1 },
        { id: uuid(2), is_draft: false, is_active: true, version_number: 2, status: "draft" },
        { id: uuid(3), is_draft: true, is_active: false, version_number: 3 },
      ]),
    ).toEqual([
      [uuid(1), "history", 1],
      [uuid(2), "active", 2],
      [uuid(3), "draft", null],
    ]);
    expect(plan([{ id: uuid(1), state: "history", status: "active", version_number: 7 }])).toEqual([
      [uuid(1), "history", 7],
    ]);
  });

  it("stand behind what the member has made since, with numbers that were never given", () => {
    const there = {
      draft: true,
      active: true,
      numbers: new Set([1]),
      lastNumber: 4,
      ids: new Set([uuid(9)]),
    };
    const rows = [
      { id: uuid(1), status: "complete", version_number: 1 },
      { id: uuid(2), status: "draft" },
      { id: uuid(9), status: "complete", version_number: 9 },
    ];
    expect(plan(rows, there)).toEqual([
      [uuid(1), "history", 10],
      [uuid(2), "history", 11],
    ]);
  });

  it("without text are a draft only where there is nothing else", () => {
    const empty = { romance: " " };
    expect(plan([{ id: uuid(1), status: "draft", ...empty }])).toEqual([[uuid(1), "draft", null]]);
    const noted: string[] = [];
    const rows = [
      { id: uuid(1), status: "draft" },
      { id: uuid(2), status: "draft", ...empty, created_at: "2025-07-01T00:00:00Z" },
    ];
    expect(plan(rows, {}, noted)).toEqual([[uuid(1), "draft", null]]);
    expect(noted).toEqual([`${uuid(2)}: a draft without text beside another draft`]);
  });

  it("keep their parent only where that is there", () => {
    const rows = [
      { id: uuid(1), status: "complete", created_at: AT, fun: "x" },
      { id: uuid(2), status: "draft", parent_id: uuid(1), created_at: AT, fun: "x" },
      { id: uuid(3), status: "archived", parent_id: uuid(77), created_at: AT, fun: "x" },
    ];
    const planned = planVisions(MEMBER, rows, none, () => {});
    expect(planned.map(({ parent_id }) => parent_id)).toEqual([null, uuid(1), null]);
  });

  it("that cannot be read are refused with the reason", () => {
    const { noted } = noting();
    expect(
      plan(
        [{ id: 7 }, { id: uuid(2) }, { id: uuid(3), status: "draft", created_at: null }],
        {},
        noted,
      ),
    ).toEqual([]);
    expect(noted).toEqual([
      "7: its id is no UUID",
      `${uuid(2)}: its status is unknown`,
      `${uuid(3)}: it has no time`,
    ]);
  });
});

describe("what was said", () => {
  const said = (id: string, more: OlderRow = {}) => ({
    ...{ id, role: "user", message: `Words ${id}`, created_at: AT, ...more },
  });

  it("stays in the conversation that it names, beside what is there", () => {
    const there = new Map([
      ["talk", { deleted: false, nextPosition: 5, messages: new Set(["a"]) }],
      ["gone", { deleted: true, nextPosition: 2, messages: new Set<string>() }],
    ]);
    const rows = [
      said("b", { conversation_id: "talk", created_at: "2025-06-01T12:00:01Z" }),
      said("a", { conversation_id: "talk" }),
      said("c", { conversation_id: "gone" }),
    ];
    const [talk, ...others] = planTalks(MEMBER, rows, there, () => {});
    expect(others).toEqual([]);
    expect(talk).toMatchObject({
      id: derivedId("conversation", MEMBER, "talk"),
      client_id: "talk",
      title: "Words a",
      messages: [
        { client_id: "b", position: 5, id: derivedId("message", MEMBER, "talk", "b", "5") },
      ],
    });
  });

  it("has its question before its answer where both have one time, and an honest status", () => {
    const rows = [
      said("z", { role: "VIVA", status: "streaming" }),
      said("y", { status: "sent", context: '{"category":"Business / Career","phase":"SPECIFIC"}' }),
      said("x", {
        role: "ai",
        status: "stopped",
        metadata: { category: "career", phase: "specific" },
      }),
    ];
    const talks = planTalks(MEMBER, rows, new Map(), () => {});
    expect(talks.map(({ client_id, category, phase }) => [client_id, category, phase])).toEqual([
      ["older-talk", null, null],
      ["older-work-specific", "work", "specific"],
    ]);
    const messages = talks.flatMap((talk) => talk.messages);
    expect(messages.map(({ client_id, role, status }) => [client_id, role, status])).toEqual([
      ["z", "assistant", "interrupted"],
      ["y", "user", "complete"],
      ["x", "assistant", "stopped"],
    ]);
  });
});

describe("the books", () => {
  it("take over a cost only where its unit is known, and a call once", () => {
    const { refuse, noted } = noting();
    const call = { action_type: "chat", model: "gpt-4-turbo", created_at: AT, success: true };
    const rows = [
      { ...call, id: "1", input_tokens: 10, output_tokens: 5, cost_usd: "0.00025" },
      { ...call, id: "2", input_tokens: 10, output_tokens: 6, cost_micro_usd: 250, turn_id: "t" },
      { ...call, id: "3", tokens_used: 15, actual_cost_cents: 3, metadata: { prompt: "words" } },
      { ...call, id: "4", input_tokens: 10, output_tokens: 5, cost_usd: "0.00025" },
      { ...call, id: "5", created_at: null },
    ];
    const planned = planUsage(MEMBER, rows, refuse);
    expect(
      planned.map((row) => [row.turn_id, row.action_type, row.cost_micro_usd, row.estimated]),
    ).toEqual([
      ["older-1", "chat_conversation", 250, false],
      ["t", "chat_conversation", 250, false],
      ["older-3", "chat_conversation", null, true],
    ]);
    expect(planned[2]?.metadata).toEqual({ older: { actual_cost_cents: 3, tokens_used: 15 } });
    expect(noted).toEqual(["4: the same call was booked twice", "5: it has no time"]);
  });
});

describe("assessments", () => {
  it("take the later of two answers, and know what does not apply", () => {
    const { refuse, noted } = noting();
    const answer = (question_key: string, value: unknown, minute: number) => ({
      ...{
        assessment_id: uuid(5),
        question_key,
        value,
        created_at: `2025-06-01T12:0${minute}:00Z`,
      },
    });
    const answers = [
      answer("romance_1", 5, 2),
      answer("love-1", 2, 1),
      answer("career_2", "4", 1),
      answer("possessions_3", "N/A", 1),
      answer("legacy_4", null, 1),
      { ...answer("fun_5", 3, 1), not_applicable: true },
      answer("forward_1", 5, 1),
      answer("fun_6", 0, 1),
    ];
    const [planned] = planAssessments(
      MEMBER,
      [{ id: uuid(5), status: "in_progress", started_at: AT }],
      answers,
      { ids: new Set(), unfinished: false },
      refuse,
    );
    const given = planned?.responses.map(({ question_key, value }) => [question_key, value]) ?? [];
    expect(Object.fromEntries(given)).toEqual({
      ...{ love_1: 5, work_2: 4, stuff_3: null, giving_4: null, fun_5: null },
    });
    expect(noted).toEqual([
      `${uuid(5)}/forward_1: there is no such statement`,
      `${uuid(5)}/fun_6: its answer is none of 1 to 5`,
    ]);
  });

  it("that are unfinished stand back behind one that the member has begun", () => {
    const { refuse, noted } = noting();
    const rows = [{ id: uuid(5), status: "in_progress", created_at: AT }];
    const there = { ids: new Set<string>(), unfinished: true };
    expect(planAssessments(MEMBER, rows, [], there, refuse)).toEqual([]);
    expect(noted).toEqual([`${uuid(5)}: unfinished, and another unfinished one is newer`]);
  });
});

describe("older tables", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openPglite();
    await database.exec(`
      create schema "Old ""one""";
      create table "Old ""one""".user_profiles (id uuid primary key, first_name text);
      create table "Old ""one""".ai_conversations (id bigint, user_id text, message text);
      insert into "Old ""one""".user_profiles select ('00000000-0000-4000-8000-00000000000' || n)::uuid, 'M' || n
        from generate_series(1, 5) as n;
      insert into "Old ""one""".ai_conversations values
        (1, '00000000-0000-4000-8000-000000000003', 'a'), (2, 'somebody', 'b'), (3, null, 'c')`);
  });
  afterAll(() => database?.close());

  it("are read member by member, whatever holds their id, in any schema", async () => {
    const source = await openSource(database, 'Old "one"');
    expect(source.tables).toEqual(["user_profiles", "ai_conversations"]);
    const seen: string[] = [];
    for (;;) {
      const next = await source.membersAfter(seen.at(-1) ?? "", 2);
      if (next.length === 0) break;
      expect(next.length).toBeLessThanOrEqual(2);
      seen.push(...next);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5].map(uuid).concat("somebody"));
    const rows = await source.rowsOf([uuid(3), "somebody"]);
    expect(rows.user_profiles).toMatchObject([{ user_id: uuid(3), first_name: "M3" }]);
    expect(rows.ai_conversations.map(({ id }) => id)).toEqual([1, 2]);
    expect(await source.ownerless()).toEqual({ ai_conversations: 1 });
  });
});
