import * as v from "valibot";
import { type ProblemCode, ProblemError } from "../../../domain/problems.ts";
import { DatabaseError, type Rpc } from "../../db/supabase.ts";
import { log } from "../../platform/log.ts";

/**
 * Calls a function of the database as the member.
 * @throws ProblemError
 */
export type Call = (name: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;

/** Seconds until a database that did not answer is worth another try. */
const RETRY_AFTER = 5;

/** Refusals that are about the request: raised by our functions, and broken constraints. */
const REFUSALS: readonly [pattern: RegExp, code: ProblemCode][] = [
  [/^PT403$/, "profile_incomplete"],
  [/^PT404$/, "not_found"],
  [/^PT409$/, "conflict"],
  [/^PT412$/, "precondition_failed"],
  // A rule that the border did not know of.
  [/^(22...|23502|23514)$/, "invalid_request"],
  [/^(23503|23505)$/, "conflict"],
];
/** A statement or a call that does not fit the schema: a fault of ours. */
const OURS = /^(42...|P0...|PGRST1..|PGRST20[0-9])$/;

/**
 * What a failed call is to the member. Only a refusal in the database's own words is about them or their
 * request. Their token was verified before, so that a 401 says that keys or clocks of the deployment do
 * not agree; a page of a gateway, a paused or read-only database and whatever else may pass.
 */
function codeOf({ code, status }: DatabaseError): ProblemCode {
  for (const [pattern, found] of REFUSALS) if (pattern.test(code)) return found;
  if (status === 401) return "database_unavailable";
  if (code === "42501") return "forbidden";
  return OURS.test(code) ? "internal" : "database_unavailable";
}

/** A failed call of a function as the problem that it is for the member. */
function problemOfDatabase(name: string, error: DatabaseError): ProblemError {
  const code = codeOf(error);
  const { code: state, status } = error;
  // What passes by itself is no news; everything else the operator has to mend, and can see here. The
  // database's message may quote a member.
  const passes = status === 0 || status === 429 || status >= 500;
  const mend =
    code === "database_unavailable" ? !passes : /^(internal|invalid_request)$/.test(code);
  if (mend) log("database_refused", { name, state, status }, "error");
  const extras = code === "database_unavailable" ? { retryAfter: RETRY_AFTER } : {};
  return new ProblemError(code, extras, { cause: error });
}

/**
 * Reads what a function answered.
 * @throws ProblemError database_unavailable for anything else: it came from something before the database
 */
export function readRow<Schema extends v.GenericSchema>(
  schema: Schema,
  answer: unknown,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, answer);
  if (parsed.success) return parsed.output;
  const issues = parsed.issues.map((issue) => v.getDotPath(issue) ?? "");
  log("database_answer_unknown", { issues: issues.slice(0, 5) }, "error");
  throw new ProblemError("database_unavailable", { retryAfter: RETRY_AFTER });
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
