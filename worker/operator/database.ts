import { ProblemError } from "../../domain/problems.ts";
import { asService, DatabaseError } from "../db/supabase.ts";
import { log } from "../platform/log.ts";
import type { Settings } from "../settings.ts";

/** Seconds until a database that did not answer is worth another try. */
const RETRY_AFTER = 5;

/**
 * What an operator can do about a call that failed; null where the usual sentence says it.
 * @param timedOut whether we stopped waiting
 */
function detailOf({ code, status }: DatabaseError, timedOut: boolean): string | null {
  // PostgREST for a function it does not know.
  if (code === "PGRST202" || status === 404) {
    return "The database lacks what this page reads. Apply the migrations: npm run db:migrate.";
  }
  if (status === 401 || status === 403) {
    return "The database refuses the secret key. Check SUPABASE_SECRET_KEY.";
  }
  // It, or we, ended the statement because it took too long.
  if (code === "57014" || timedOut) return "The database took too long. Ask for fewer days.";
  return null;
}

/**
 * Calls a function of the database with the secret key, for an operator who has been let in.
 * @throws ProblemError database_unavailable, with what the operator can do where that is known
 */
export async function askDatabase<Result>(
  settings: Settings,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<Result> {
  const began = Date.now();
  try {
    return await asService(settings)<Result>(name, args, settings.DATABASE_TIMEOUT_MS);
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    const { code, status } = error;
    log("database_refused", { name, state: code, status });
    const timedOut = status === 0 && Date.now() - began >= settings.DATABASE_TIMEOUT_MS;
    const detail = detailOf(error, timedOut) ?? "The database cannot be reached right now.";
    throw new ProblemError(
      "database_unavailable",
      { detail, retryAfter: RETRY_AFTER },
      { cause: error },
    );
  }
}
