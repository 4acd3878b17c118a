import type { LocalDatabase } from "./database.ts";
import { demoActive, demoAnswers, demoDraft, demoProfile } from "./demo-member.ts";
import type { SupabaseKeys } from "./keys.ts";

/** The password of both demo members. */
export const DEMO_PASSWORD = "viva-demo";
/** Has a profile, a completed assessment, an active vision and a draft. */
export const DEMO_EMAIL = "demo@viva.local";
/** Has an account and nothing else. */
export const NEW_EMAIL = "new@viva.local";

const seed = "local/supabase/demo.ts";

/**
 * Puts the demo members into a local database, once in its life: what a developer changes or
 * deletes afterwards stays so. Begun and interrupted, it is completed at the next start.
 */
export async function seedDemo(database: LocalDatabase, keys: SupabaseKeys): Promise<void> {
  const [done] = await database.query(
    "select 1 from supabase_migrations.seed_files where path = $1",
    [seed],
  );
  if (done) return;
  const demo = await signUp(database, keys, DEMO_EMAIL);
  await signUp(database, keys, NEW_EMAIL);
  await database.exec("begin");
  try {
    await asMember(database, demo, () => fillIn(database, demo));
    await database.query(
      "insert into supabase_migrations.seed_files (path, hash) values ($1, 'once')",
      [seed],
    );
    await database.exec("commit");
  } catch (error) {
    await database.exec("rollback");
    throw error;
  }
}

/** @returns the id of the account, made through the auth API as any other. */
async function signUp(database: LocalDatabase, keys: SupabaseKeys, email: string): Promise<string> {
  const find = async () =>
    (await database.query<{ id: string }>("select id from auth.users where email = $1", [email]))[0]
      ?.id;
  const existing = await find();
  if (existing) return existing;
  const response = await database.app.fetch(
    new Request("http://127.0.0.1/auth/v1/signup", {
      method: "POST",
      headers: { apikey: keys.publishableKey, "content-type": "application/json" },
      body: JSON.stringify({ email, password: DEMO_PASSWORD }),
    }),
  );
  const created = response.ok ? await find() : undefined;
  if (!created) throw new Error(`The demo member ${email} could not be made: ${response.status}`);
  return created;
}

/** Runs under the rights of a member, so that the demo data is what a member could have written. */
async function asMember(database: LocalDatabase, id: string, work: () => Promise<void>) {
  await database.query(
    "select set_config('request.jwt.claim.sub', $1, true), set_config('role', 'authenticated', true)",
    [id],
  );
  await work();
  await database.query("select set_config('role', 'none', true)");
}

async function fillIn(database: LocalDatabase, user: string): Promise<void> {
  await update(database, "user_profiles", "user_id", user, demoProfile);

  const assessment = await returnedId(
    database,
    "insert into assessment_results (user_id) values ($1) returning id",
    [user],
  );
  const answers = Object.entries(demoAnswers).flatMap(([category, values]) =>
    values.map((value, index) => ({ question_key: `${category}_${index + 1}`, value })),
  );
  await database.query(
    `insert into assessment_responses (assessment_id, user_id, question_key, value)
     select $1, $2, question_key, value
     from json_to_recordset($3) as answers (question_key text, value smallint)`,
    [assessment, user, JSON.stringify(answers)],
  );
  await database.query("select viva_complete_assessment($1)", [assessment]);

  const active = await returnedId(
    database,
    "insert into vision_versions (user_id, title) values ($1, 'The Life I Choose') returning id",
    [user],
  );
  await update(database, "vision_versions", "id", active, demoActive);
  await database.query("select viva_commit_vision($1)", [active]);
  const draft = await returnedId(
    database,
    `insert into vision_versions (user_id, parent_id, title)
     values ($1, $2, 'The Life I Choose') returning id`,
    [user, active],
  );
  await update(database, "vision_versions", "id", draft, { ...demoActive, ...demoDraft });
}

/** Sets the columns of one row; names come from this folder's own data. */
async function update(
  database: LocalDatabase,
  table: string,
  key: string,
  id: string,
  values: Record<string, unknown>,
): Promise<void> {
  const columns = Object.keys(values).map((column, index) => `${column} = $${index + 2}`);
  await database.query(`update ${table} set ${columns.join(", ")} where ${key} = $1`, [
    id,
    ...Object.values(values),
  ]);
}

async function returnedId(
  database: LocalDatabase,
  sql: string,
  params: unknown[],
): Promise<string> {
  const [row] = await database.query<{ id: string }>(sql, params);
  if (!row) throw new Error(`No row came back from: ${sql}`);
  return row.id;
}
