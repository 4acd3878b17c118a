import { describe, expect, it } from "vitest";
import {
  PROBLEM_TITLES,
  PROBLEMS,
  type ProblemCode,
  ProblemError,
  problem,
} from "../../domain/problems.ts";

/** The codes of the contract by status. */
const CONTRACT: Readonly<Record<number, readonly string[]>> = {
  400: [
    "invalid_json",
    "invalid_request",
    "unknown_category",
    "unknown_phase",
    "message_empty",
    "message_too_long",
  ],
  401: ["unauthorized", "token_expired", "session_revoked"],
  402: ["credits_exhausted"],
  403: ["forbidden", "profile_incomplete"],
  404: ["not_found"],
  405: ["method_not_allowed"],
  406: ["not_acceptable"],
  409: ["conflict"],
  412: ["precondition_failed"],
  413: ["body_too_large"],
  422: ["idempotency_mismatch"],
  428: ["precondition_required"],
  429: ["rate_limited"],
  500: ["internal"],
  502: ["provider_refused", "provider_unavailable", "answer_cut", "content_filtered"],
  503: ["provider_busy", "database_unavailable", "misconfigured"],
  504: ["provider_timeout"],
};

describe("the table of problems", () => {
  it.each(Object.entries(CONTRACT))("has the codes of status %s", (status, codes) => {
    for (const code of codes) expect(PROBLEMS[code as ProblemCode]?.status).toBe(Number(status));
  });

  it.each(Object.entries(PROBLEMS))(
    "%s tells a member what happened, in a sentence",
    (code, row) => {
      expect(row.detail).toMatch(/^[A-Z].*\.$/);
      expect(PROBLEM_TITLES[code as ProblemCode]).not.toBe("");
      expect(row.detail).not.toMatch(/exception|token|undefined|null|bot\b/i);
    },
  );

  it("makes a problem of a code", () => {
    expect(
      problem("provider_busy", { retryAfter: 3 }, { requestId: "r", instance: "/api/x" }),
    ).toEqual({
      type: "urn:viva:problem:provider_busy",
      title: "VIVA is busy",
      status: 503,
      detail: PROBLEMS.provider_busy.detail,
      code: "provider_busy",
      retryable: true,
      retryAfter: 3,
      requestId: "r",
      instance: "/api/x",
    });
  });

  it("lets nothing override what the code means", () => {
    const extras = { status: 200, code: "internal", retryable: true };
    const made = problem("not_found", extras as never);
    const kept = { status: made.status, code: made.code, retryable: made.retryable };
    // Extras are the caller's own data: they must not be able to contradict the table.
    expect(kept).toEqual({ status: 404, code: "not_found", retryable: false });
  });

  it("keeps the cause of a refusal for the log, and out of its message", () => {
    const cause = new Error("secret");
    const error = new ProblemError("internal", {}, { cause });
    expect([error.message, error.cause]).toEqual(["internal", cause]);
  });
});
