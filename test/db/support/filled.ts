import { LIFE_CATEGORIES } from "../../../domain/categories.ts";
import type { SqlRunner } from "../../../migrations/apply.ts";
import { as, newMember, one } from "./database.ts";
import { apply, conversation, message, usage } from "./outbox.ts";

/** Every state that a message can be left in. */
const STATUSES = [
  "complete",
  "streaming",
  "stopped",
  "interrupted",
  "superseded",
  "failed",
  "replaced",
] as const;

/** A member with something of everything that the schema knew when they joined. */
export interface Filled {
  readonly id: string;
  /** The rows that the member's session sent. */
  readonly sent: readonly object[];
  /** Credits that these rows say were used. */
  readonly credits: number;
  /** Whether they answered, wrote and talked: what the schema had by then. */
  readonly has: Readonly<Record<"profile" | "assessment" | "vision" | "talk" | "usage", boolean>>;
}

/** Whether the database has a table of this name. */
async function hasTable(database: SqlRunner, name: string): Promise<boolean> {
  const row = await one<{ found: boolean }>(
    database,
    "select to_regclass('public.' || $1::text) is not null as found",
    [name],
  );
  return row.found;
}

/** Makes a member and fills what tables there are, in every state their rows can be in. */
export async function fill(database: SqlRunner): Promise<Filled> {
  const id = await newMember(database);
  const [profile, assessment, vision, talk, used, suggestions] = await Promise.all(
    [
      "user_profiles",
      "assessment_responses",
      "vision_versions",
      "ai_conversations",
      "token_usage",
      "vision_refinements",
    ].map((name) => hasTable(database, name)),
  );
  const has = {
    profile: profile === true,
    assessment: assessment === true,
    vision: vision === true,
    talk: talk === true,
    usage: used === true,
  };
  if (has.profile) await fillProfile(database, id);
  if (has.assessment) await fillAssessments(database, id);
  if (has.vision) await fillVisions(database, id, suggestions === true);
  const sent = has.talk ? await fillTalks(database, id, has.usage) : [];
  return { id, sent, credits: has.usage ? 12 : 0, has };
}

async function fillProfile(database: SqlRunner, id: string): Promise<void> {
  const stories = LIFE_CATEGORIES.map(({ key }) => `${key}_story = 'My ${key}: Zoë’s 夢 🌊'`);
  await as(database, id, (own) =>
    own.query(
      `update user_profiles set first_name = 'Zoë', last_name = 'Ng', full_name = 'Zoë Ng',
         phone = '+46 1', date_of_birth = '1988-02-29', gender = 'female',
         relationship_status = 'In a Relationship', partner_name = 'Bo', has_children = true,
         number_of_children = 2, exercise_frequency = '3-4x', living_situation = 'Rent',
         time_at_location = '3 years', city = 'Malmö', state = 'Skåne', country = 'Sweden',
         employment_type = 'Contractor/Freelancer', occupation = 'Weaver',
         household_income = '<10,000', hobbies = '{chess,"bread, and wine"}',
         travel_frequency = 'Twice a year', spiritual_practice = 'Walking', ${stories.join(", ")}
       where user_id = $1`,
      [id],
    ),
  );
}

/** A completed one, with a category wholly not applicable, and one begun after it. */
async function fillAssessments(database: SqlRunner, id: string): Promise<void> {
  const begin = () =>
    one<{ id: string }>(
      database,
      "insert into assessment_results (user_id) values ($1) returning id",
      [id],
    );
  const answer = (assessment: string, where: string) =>
    database.query(
      `insert into assessment_responses (assessment_id, user_id, question_key, value)
       select $1, $2, area || '_' || n, case when area = 'giving' then null else 1 + (n + length(area)) % 5 end
       from unnest($3::text[]) as area, generate_series(1, 7) as n where ${where}`,
      [assessment, id, LIFE_CATEGORIES.map(({ key }) => key)],
    );
  const whole = await begin();
  await answer(whole.id, "true");
  await as(database, id, (own) => own.query("select viva_complete_assessment($1)", [whole.id]));
  await answer((await begin()).id, "area in ('fun', 'love') and n < 5");
}

/** Two versions of before, one of them without a word where that could be, the active one, a draft. */
async function fillVisions(database: SqlRunner, id: string, suggestions: boolean): Promise<void> {
  const draft = async (parent: string | null, fun: string | null) => {
    const made = await one<{ id: string }>(
      database,
      `insert into vision_versions (user_id, parent_id, title, fun, forward, conclusion)
       values ($1, $2, 'The Life I Choose', $3, $3, $3) returning id`,
      [id, parent, fun],
    );
    return made.id;
  };
  const commit = (vision: string) =>
    as(database, id, (own) => own.query("select viva_commit_vision($1)", [vision]));
  const empty = await draft(null, null);
  // Where an empty one cannot be committed, it gets its word.
  await commit(empty).catch(async () => {
    await database.query("update vision_versions set fun = 'I rest.' where id = $1", [empty]);
    await commit(empty);
  });
  const first = await draft(empty, "I dance.");
  await commit(first);
  const active = await draft(first, "I dance in the kitchen, “schön” 💃.");
  await commit(active);
  const open = await draft(active, `I dance every Friday. ${"Long. ".repeat(2_000)}`);
  if (!suggestions) return;
  for (const outcome of ["proposed", "accepted", "discarded"]) {
    await database.query(
      `insert into vision_refinements (user_id, vision_id, category, before, after, instructions, amount, tone, intensity, viva_notes, outcome)
       values ($1, $2, 'fun', 'I dance.', 'I dance on Fridays.', 'More days', 30, 'balanced', 'gentle', 'The day.', $3)`,
      [id, open, outcome],
    );
  }
  await database.query(
    `insert into discovery_sessions (user_id, vision_id, category, state)
     values ($1, $2, 'fun', '{"step": 2, "picks": ["music"]}')`,
    [id, open],
  );
}

/** A talk with messages in all states, one that stands alone, one that was deleted, and what they used. */
async function fillTalks(database: SqlRunner, id: string, used: boolean): Promise<object[]> {
  const deletedAt = "2026-11-21T10:00:00.000Z";
  let seq = 0;
  const next = () => (seq += 1);
  const talk = (over: object) => conversation(next(), over);
  const said = (position: number, over: object) =>
    message(next(), {
      id: `m${position}`,
      position,
      text: `Words ${position} 🌊\nof ${id}`,
      ...over,
    });
  const rows: Row[] = [
    talk({}),
    ...STATUSES.map((status, position) =>
      said(position, { status, role: position % 2 === 0 ? "user" : "assistant" }),
    ),
    talk({ id: "alone / 獨", category: null, phase: null, title: null }),
    said(0, { conversationId: "alone / 獨" }),
    talk({ id: "gone" }),
    said(0, { conversationId: "gone", text: "Words that were deleted" }),
    talk({ id: "gone", deletedAt }),
  ];
  if (used) {
    rows.push(
      usage(next(), { metadata: { credits: 5 } }),
      usage(next(), { attempt: 2, metadata: { credits: 7 }, estimated: true }),
      usage(next(), { success: false, errorCode: "provider_timeout", firstTokenMs: null }),
      usage(next(), { model: "nobody-knows", costMicroUsd: null, conversationId: null }),
      usage(next(), { actionType: "vision_refinement", colo: null, region: null }),
    );
  }
  const { found } = await one<{ found: boolean }>(
    database,
    "select exists (select from pg_proc where proname = 'viva_apply') as found",
  );
  if (!found) {
    for (const row of rows) await insert(database, id, row);
    return rows;
  }
  const results = await apply(database, id, rows);
  if (!results.every(({ ok }) => ok)) throw new Error(JSON.stringify(results));
  return rows;
}

type Row = ReturnType<typeof conversation | typeof message | typeof usage> & {
  readonly kind: string;
};

/** A row as it was written before there was a function for it. */
async function insert(database: SqlRunner, member: string, row: Row): Promise<void> {
  const tables: Record<string, string> = {
    conversation: `insert into conversation_sessions (id, user_id, client_id, category, phase, title, created_at, updated_at, deleted_at)
      select viva_uuid('conversation', $1::text, r ->> 'id'), $1::text::uuid, r ->> 'id', r ->> 'category', r ->> 'phase', r ->> 'title',
        (r ->> 'createdAt')::timestamptz, (r ->> 'updatedAt')::timestamptz, (r ->> 'deletedAt')::timestamptz
      from (select $2::text::jsonb as r) as given
      on conflict (id) do update set deleted_at = excluded.deleted_at`,
    message: `insert into ai_conversations (id, user_id, conversation_id, client_id, role, message, status, position, context, created_at)
      select viva_uuid('message', $1::text, r ->> 'conversationId', r ->> 'id'), $1::text::uuid,
        viva_uuid('conversation', $1::text, r ->> 'conversationId'), r ->> 'id', r ->> 'role', r ->> 'text', r ->> 'status',
        (r ->> 'position')::integer, r -> 'context', (r ->> 'createdAt')::timestamptz
      from (select $2::text::jsonb as r) as given`,
    usage: `insert into token_usage (id, user_id, conversation_id, turn_id, attempt, action_type, model_used, input_tokens,
        cached_input_tokens, output_tokens, estimated, cost_micro_usd, success, error_code, first_token_ms, colo, region, metadata, created_at)
      select viva_uuid('usage', r ->> 'turnId', r ->> 'attempt'), $1::text::uuid, viva_uuid('conversation', $1::text, r ->> 'conversationId'),
        r ->> 'turnId', (r ->> 'attempt')::integer, r ->> 'actionType', r ->> 'model', (r ->> 'inputTokens')::integer,
        (r ->> 'cachedInputTokens')::integer, (r ->> 'outputTokens')::integer, (r ->> 'estimated')::boolean,
        (r ->> 'costMicroUsd')::bigint, (r ->> 'success')::boolean, r ->> 'errorCode',
        round((r ->> 'firstTokenMs')::numeric)::integer, r ->> 'colo', r ->> 'region', r -> 'metadata', (r ->> 'createdAt')::timestamptz
      from (select $2::text::jsonb as r) as given`,
  };
  await database.query(tables[row.kind] ?? "", [member, JSON.stringify(row)]);
}

/** Tables that hold rows of a member, with the order in which their rows are compared. */
const TABLES: Readonly<Record<string, string>> = {
  user_profiles: "user_id",
  assessment_results: "id",
  assessment_responses: "assessment_id, question_key",
  vision_versions: "id",
  vision_numbers: "user_id",
  vision_refinements: "id",
  discovery_sessions: "vision_id, category",
  conversation_sessions: "id",
  ai_conversations: "conversation_id, position",
  token_usage: "id",
  member_context_versions: "user_id",
  session_troubles: "user_id, kind",
  erased_members: "user_id",
};

/** Every row of a member, by table. */
export async function rowsOf(
  database: SqlRunner,
  member: string,
): Promise<Record<string, Record<string, unknown>[]>> {
  const rows: Record<string, Record<string, unknown>[]> = {};
  for (const [table, order] of Object.entries(TABLES)) {
    if (!(await hasTable(database, table))) continue;
    const found = await database.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from ${table} as t where user_id = $1 order by ${order}`,
      [member],
    );
    rows[table] = found.map(({ row }) => row);
  }
  return rows;
}
