import type { SqlRunner } from "../../../migrations/apply.ts";

/** A database with the migrations applied, however it runs. */
export interface TestDatabase extends SqlRunner {
  /** A second connection for what must hold between two, or null where there is only one. */
  connect: (() => Promise<TestDatabase>) | null;
  close(): Promise<void>;
}

/** Makes an account the way auth does, and with it the member's profile. */
export async function newMember(database: SqlRunner): Promise<string> {
  const id = crypto.randomUUID();
  await database.query("insert into auth.users (id, email) values ($1, $2)", [
    id,
    `${id}@example.test`,
  ]);
  return id;
}

/** A Life Profile that is complete enough to begin a vision, beside the account's e-mail. */
export const READY_PROFILE = {
  ...{ first_name: "Mia", last_name: "Lind", phone: "+46 70", date_of_birth: "1990-02-28" },
  ...{ gender: "female", relationship_status: "Single", has_children: false, city: "Lund" },
  ...{ exercise_frequency: "3-4x", living_situation: "Own", time_at_location: "5 years" },
  ...{ state: "Skåne", country: "Sweden" },
} as const;

/** Fills in a member's profile, so that they may begin a vision. */
export async function makeReady(database: SqlRunner, id: string): Promise<void> {
  const fields = Object.keys(READY_PROFILE).map((field) => `${field} = ready.${field}`);
  await database.query(
    `update user_profiles as p set ${fields.join(", ")}
     from jsonb_populate_record(null::user_profiles, $2::text::jsonb) as ready where p.user_id = $1`,
    [id, JSON.stringify(READY_PROFILE)],
  );
}

/** A member who may begin a vision. */
export async function readyMember(database: SqlRunner): Promise<string> {
  const id = await newMember(database);
  await makeReady(database, id);
  return id;
}

/**
 * Runs work as PostgREST would for a request: in a transaction, under the role and with the claims
 * of the token. A member is given by id.
 * @param more claims, such as when the token was issued
 */
export async function as<T>(
  database: SqlRunner,
  who: string | "anon" | "service_role",
  work: (database: SqlRunner) => Promise<T>,
  more: object = {},
): Promise<T> {
  const role = who === "anon" || who === "service_role" ? who : "authenticated";
  const claims = { ...(role === "authenticated" ? { sub: who, role } : { role }), ...more };
  await database.exec("begin");
  try {
    await database.query(
      `select set_config('request.jwt.claims', $1, true),
              set_config('request.jwt.claim.sub', $2, true),
              set_config('role', $3, true)`,
      [JSON.stringify(claims), "sub" in claims ? claims.sub : "", role],
    );
    const result = await work(database);
    await database.exec("commit");
    return result;
  } catch (error) {
    await database.exec("rollback");
    throw error;
  }
}

/** The SQLSTATE that work fails with, or "none" when it does not fail. */
export async function sqlState(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "none";
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

/** The first row of an answer. */
export async function one<Row = Record<string, unknown>>(
  database: SqlRunner,
  sql: string,
  params: unknown[] = [],
): Promise<Row> {
  const [row] = await database.query<Row>(sql, params);
  if (row === undefined) throw new Error(`No row: ${sql}`);
  return row;
}
