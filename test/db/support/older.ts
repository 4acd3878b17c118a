import { LIFE_CATEGORIES } from "../../../domain/categories.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";

/** How the older product named the areas of life in its columns and answers. */
const OLDER_AREAS: Readonly<Record<string, string>> = {
  love: "romance",
  work: "business",
  stuff: "possessions",
};
const areas = LIFE_CATEGORIES.map(({ key }) => OLDER_AREAS[key] ?? key);

/** The tables as the older product had them. */
export const olderTables = (schema: string): string => `
  create schema if not exists ${schema};
  create table ${schema}.user_profiles (
    id uuid primary key default gen_random_uuid(), user_id uuid, first_name text, last_name text,
    email text, birthday timestamp, relationship_status text, partner_name text, has_children text,
    number_of_children text, employment_type text, household_income text, hobbies text,
    ${areas.map((area) => `${area}_story text`).join(", ")}, created_at timestamp, updated_at timestamp);
  create table ${schema}.assessment_results (
    id uuid primary key, user_id uuid, status text, total_score integer, category_scores jsonb,
    created_at timestamp, updated_at timestamp, completed_at timestamp);
  create table ${schema}.assessment_responses (
    id uuid primary key default gen_random_uuid(), assessment_id uuid, question_id text, response_value integer,
    created_at timestamp default now());
  create table ${schema}.vision_versions (
    id uuid primary key, user_id uuid, version_number integer, title text, status text, introduction text,
    ${areas.map((area) => `${area} text`).join(", ")}, closing text, created_at timestamp, updated_at timestamp);
  create table ${schema}.ai_conversations (
    id uuid primary key default gen_random_uuid(), user_id uuid, role text, message text, context jsonb,
    created_at timestamp);
  create table ${schema}.token_usage (
    id uuid primary key default gen_random_uuid(), user_id uuid, action_type text, model_used text,
    prompt_tokens integer, completion_tokens integer, tokens_used integer, cost_estimate numeric,
    success boolean, metadata jsonb, created_at timestamp);
`;

/** An id that tests can name: `uuid(7)`. */
export const uuid = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

const at = (minute: number): string =>
  new Date(Date.UTC(2025, 5, 1, 12, minute)).toISOString().replace("Z", "");

/** The members of the fixture. */
export const MEMBERS = { whole: uuid(1), many: uuid(2), nobody: uuid(3), erased: uuid(4) } as const;

/** Inserts rows as they are, all with the columns of the first. */
async function rows(database: SqlRunner, table: string, all: readonly object[]): Promise<void> {
  const columns = Object.keys(all[0] ?? {}).join(", ");
  await database.query(
    `insert into ${table} (${columns})
     select ${columns} from jsonb_populate_recordset(null::${table}, $1::text::jsonb)`,
    [JSON.stringify(all)],
  );
}

/** A completed assessment's answers, but for so many of them. */
async function answers(
  database: SqlRunner,
  schema: string,
  assessment: string,
  missing = 0,
): Promise<void> {
  const all = areas.flatMap((area) =>
    [1, 2, 3, 4, 5, 6, 7].map((number) => ({
      id: crypto.randomUUID(),
      assessment_id: assessment,
      question_id: `${area}_${number}`,
      // "Not applicable" was an answer that is not there.
      response_value: area === "giving" ? null : 4,
    })),
  );
  await rows(database, `${schema}.assessment_responses`, all.slice(missing));
}

/** Fills the older tables: one member with all that is good, one with what breaks the rules, one without an account. */
export async function fillOlder(database: SqlRunner, schema: string): Promise<void> {
  const { whole, many, nobody, erased } = MEMBERS;
  await rows(database, `${schema}.user_profiles`, [
    {
      ...{
        id: uuid(11),
        user_id: whole,
        first_name: "Mia",
        last_name: "Ng",
        birthday: "1988-02-29T00:00:00",
      },
      ...{
        relationship_status: "married",
        partner_name: "Bo",
        has_children: "yes",
        number_of_children: "2",
      },
      ...{
        employment_type: "business owner",
        household_income: "100,000–249,999",
        hobbies: "chess, bread",
      },
      ...{ romance_story: "We dance.", business_story: "I weave.", possessions_story: "A loom." },
      ...{ fun_story: "  ", updated_at: at(1) },
    },
    {
      ...{
        id: uuid(12),
        user_id: many,
        first_name: "Ada",
        last_name: null,
        birthday: "1850-01-01T00:00:00",
      },
      ...{
        relationship_status: "It's complicated",
        partner_name: null,
        has_children: "no",
        number_of_children: "many",
      },
      ...{ employment_type: null, household_income: null, hobbies: null },
      ...{ romance_story: "x".repeat(20_001), business_story: null, possessions_story: null },
      ...{ fun_story: "I play.", updated_at: at(1) },
    },
    ...[nobody, erased].map((user_id, index) => ({
      id: uuid(13 + index),
      user_id,
      first_name: "Gone",
    })),
  ]);
  await rows(
    database,
    `${schema}.assessment_results`,
    [
      { id: uuid(21), user_id: whole, status: "completed", total_score: 9, completed_at: at(30) },
      { id: uuid(22), user_id: whole, status: "completed", total_score: 9, completed_at: null },
      { id: uuid(23), user_id: whole, status: "in_progress" },
      { id: uuid(24), user_id: many, status: "completed", completed_at: at(30) },
      { id: uuid(25), user_id: many, status: "in_progress" },
      { id: uuid(26), user_id: many, status: "in_progress" },
    ].map((row, index) => ({
      ...{ total_score: null, completed_at: null, ...row },
      ...{ created_at: at(index), updated_at: at(index + 10) },
    })),
  );
  for (const id of [21, 22]) await answers(database, schema, uuid(id));
  await answers(database, schema, uuid(24), 3);
  await rows(database, `${schema}.assessment_responses`, [
    ...[1, 2, 9].map((number) => ({
      ...{
        id: uuid(300 + number),
        assessment_id: uuid(23),
        question_id: `romance_${number}`,
        response_value: 5,
      },
    })),
    { id: uuid(390), assessment_id: uuid(23), question_id: "fun_1", response_value: 11 },
  ]);
  const vision = (
    id: number,
    user_id: string,
    number: number | null,
    status: string,
    more = {},
  ) => ({
    ...{ id: uuid(id), user_id, version_number: number, title: "The Life I Choose", status },
    ...{
      introduction: `Opening ${id}`,
      romance: `We dance ${id}`,
      business: null,
      possessions: "A loom",
      closing: "So it is",
    },
    ...{ created_at: at(id), updated_at: at(id), ...more },
  });
  const blank = { introduction: null, romance: " ", possessions: null, closing: null };
  await rows(database, `${schema}.vision_versions`, [
    vision(41, whole, 1, "complete"),
    vision(42, whole, 2, "complete"),
    vision(43, whole, 3, "draft"),
    vision(44, many, 1, "complete"),
    vision(45, many, 1, "complete"),
    vision(46, many, null, "draft"),
    vision(47, many, null, "draft"),
    vision(48, many, null, "draft", blank),
    vision(49, many, 2, "mystery"),
    vision(50, many, 4, "complete", { introduction: "x".repeat(20_001) }),
    vision(51, nobody, 1, "complete"),
  ]);
  const said = (
    id: number,
    user_id: string,
    role: string,
    message: string | null,
    context = {},
  ) => ({
    ...{ id: uuid(id), user_id, role, message, context, created_at: at(id) },
  });
  const romance = { category: "Love / Romance", visionBuildPhase: "peak" };
  await rows(database, `${schema}.ai_conversations`, [
    said(61, whole, "user", "START_SESSION", romance),
    said(63, whole, "viva", "What a joy 💃", romance),
    said(62, whole, "user", "I love to dance", romance),
    said(64, whole, "user", "Hello there"),
    said(65, many, "system", "You are VIVA"),
    said(66, many, "user", ""),
    said(67, many, "assistant", "y".repeat(262_145)),
    said(68, many, "assistant", "Welcome", { category: "luck" }),
    said(69, erased, "user", "Words that were erased"),
  ]);
  const used = (id: number, user_id: string | null, more: object = {}) => ({
    ...{ id: uuid(id), user_id, action_type: "chat_conversation", model_used: "gpt-4-turbo" },
    ...{ prompt_tokens: 900, completion_tokens: 100, tokens_used: 1_000, cost_estimate: 12 },
    ...{
      success: true,
      metadata: { prompt: "secret words", credits: 9 },
      created_at: at(id),
      ...more,
    },
  });
  await rows(database, `${schema}.token_usage`, [
    used(81, whole),
    used(82, whole, { created_at: at(81) }),
    used(83, whole, { prompt_tokens: null, completion_tokens: null }),
    used(84, many, { action_type: "assessment_scoring" }),
    used(85, null),
    used(86, null, { success: false }),
  ]);
}
