import { describe, expect, it, vi } from "vitest";
import type { ProblemError } from "../../domain/problems.ts";
import { DatabaseError } from "../../worker/db/supabase.ts";
import { callOf } from "../../worker/journey/database.ts";

/** What a member is told where a call fails with this. */
async function told(code: string, status: number): Promise<ProblemError> {
  const failing = callOf(() => Promise.reject(new DatabaseError(code, status, "its own text")), 10);
  return failing("viva_anything").then(
    () => {
      throw new Error("it did not fail");
    },
    (error: ProblemError) => error,
  );
}

describe("a call to the database that fails", () => {
  it.each([
    // No answer: the connection, or our own time-out.
    ["", 0, "database_unavailable"],
    ["20", 0, "database_unavailable"],
    ["", 500, "database_unavailable"],
    ["XX000", 500, "database_unavailable"],
    ["PGRST002", 503, "database_unavailable"],
    ["53300", 503, "database_unavailable"],
    ["57014", 500, "database_unavailable"],
    ["", 429, "database_unavailable"],
    ["PGRST301", 401, "unauthorized"],
    ["PGRST303", 401, "unauthorized"],
    ["42501", 403, "forbidden"],
    ["PT404", 404, "not_found"],
    ["PT409", 409, "conflict"],
    ["PT412", 412, "precondition_failed"],
    ["23505", 409, "conflict"],
    ["23503", 409, "conflict"],
    ["23514", 400, "invalid_request"],
    ["22P02", 400, "invalid_request"],
    ["42703", 400, "internal"],
    ["PGRST202", 404, "internal"],
  ])("as %j with status %i is %s", async (code, status, expected) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const problem = await told(code, status);
    expect(problem).toMatchObject({ name: "ProblemError", code: expected });
    expect(problem.extras).toEqual(expected === "database_unavailable" ? { retryAfter: 5 } : {});
    // What the border should have kept out, or nobody expected, is for the operator.
    const logged = expected === "internal" || expected === "invalid_request";
    expect(log).toHaveBeenCalledTimes(logged ? 1 : 0);
    log.mockRestore();
  });
});
