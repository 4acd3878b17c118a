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
