import { describe, expect, it, vi } from "vitest";
import type { ProblemError } from "../../domain/problems.ts";
import { DatabaseError } from "../../worker/db/supabase.ts";
import { callOf } from "../../worker/member/vision-data/database.ts";

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
    ["", 500, "database_unavailable"],
    ["XX000", 500, "database_unavailable"],
    ["PGRST002", 503, "database_unavailable"],
    ["53300", 503, "database_unavailable"],
    ["57014", 500, "database_unavailable"],
    ["", 429, "database_unavailable"],
    // A paused project, and pages of what stands before it.
    ["", 540, "database_unavailable"],
    ["", 302, "database_unavailable"],
    ["", 200, "database_unavailable"],
    // Locks and deadlocks, whatever status they come with.
    ["40001", 500, "database_unavailable"],
    ["40P01", 400, "database_unavailable"],
    ["55P03", 400, "database_unavailable"],
    ["PT404", 404, "not_found"],
    ["PT409", 409, "conflict"],
    ["PT412", 412, "precondition_failed"],
    ["23505", 409, "conflict"],
    ["23503", 409, "conflict"],
    ["23514", 400, "invalid_request"],
    ["22P02", 400, "invalid_request"],
    ["42501", 403, "forbidden"],
    ["42703", 400, "internal"],
    ["P0001", 400, "internal"],
    ["PGRST102", 400, "internal"],
    ["PGRST202", 404, "internal"],
  ])("as %j with status %i is %s", async (code, status, expected) => {
    const problem = await told(code, status);
    expect(problem).toMatchObject({ name: "ProblemError", code: expected });
    expect(problem.extras).toEqual(expected === "database_unavailable" ? { retryAfter: 5 } : {});
  });

  // The Worker has verified the token before: none of these is the member's fault.
  it.each([
    ["PGRST301", 401, "keys that do not agree"],
    ["PGRST303", 401, "clocks that do not agree"],
    ["42501", 401, "a proxy that takes the token away"],
    ["", 401, "another API key"],
    ["", 402, "a restricted project"],
    ["", 403, "a firewall's page"],
    ["", 404, "another address"],
    ["25006", 405, "a database that can only be read"],
    ["", 413, "a gateway's limit"],
  ])("as %j with status %i, for %s, may pass for the member", async (code, status) => {
    expect(await told(code, status)).toMatchObject({ code: "database_unavailable" });
  });

  it.each([
    ["", 401, true],
    ["", 403, true],
    ["25006", 405, true],
    ["42703", 400, true],
    ["22P02", 400, true],
    ["PT404", 404, false],
    ["42501", 403, false],
    ["", 0, false],
    ["", 429, false],
    ["57014", 500, false],
  ])("as %j with status %i is logged for the operator: %s", async (code, status, logged) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    await told(code, status);
    expect(log).toHaveBeenCalledTimes(logged ? 1 : 0);
    log.mockRestore();
  });
});
