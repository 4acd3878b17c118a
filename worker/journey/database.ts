import { type ProblemCode, ProblemError } from "../../domain/problems.ts";
import { DatabaseError, type Rpc } from "../db/supabase.ts";

/**
 * Calls a function of the database as the member.
 * @throws ProblemError
 */
export type Call = (name: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Seconds until a database that did not answer is worth another try. */
const RETRY_AFTER = 5;

/** Codes that say what was refused, whatever the status: raised by our functions, and broken constraints. */
const CODES: readonly [pattern: RegExp, code: ProblemCode][] = [
  [/^PT404$/, "not_found"],
  [/^PT409$/, "conflict"],
  [/^PT412$/, "precondition_failed"],
  // A rule that the border did not know of.
  [/^(22...|23502|23514)$/, "invalid_request"],
  [/^(23503|23505)$/, "conflict"],
  [/^42501$/, "forbidden"],
];

function codeOf({ code, status }: DatabaseError): ProblemCode {
  for (const [pattern, found] of CODES) if (pattern.test(code)) return found;
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  // No answer, an error of the server or of what stands before it, too much at once.
  if (status === 0 || status >= 500 || status === 429) return "database_unavailable";
  return "internal";
}

/** A failed call of a function as the problem that it is for the member. */
function problemOfDatabase(name: string, error: DatabaseError): ProblemError {
  const code = codeOf(error);
  if (code === "internal" || code === "invalid_request") {
    // Neither should reach the database: its operator can see what did. The message may quote a member.
    const { code: state, status } = error;
    console.error(JSON.stringify({ event: "database_refused", name, state, status }));
  }
  const extras = code === "database_unavailable" ? { retryAfter: RETRY_AFTER } : {};
  return new ProblemError(code, extras, { cause: error });
}

/** The database for a member's requests, each call bounded in time, each failure a problem. */
export function callOf(rpc: Rpc, timeoutMs: number): Call {
  return async (name, args = {}) => {
    try {
      return await rpc<unknown>(name, args, timeoutMs);
    } catch (error) {
      if (error instanceof DatabaseError) throw problemOfDatabase(name, error);
      throw error;
    }
  };
}
