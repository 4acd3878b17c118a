import {
  type ProblemCode,
  ProblemError,
  type ProblemExtras,
  type ProblemPlace,
  problem,
} from "../../domain/problems.ts";
import { causeOf, log } from "../platform/log.ts";
import { SettingsError } from "../settings.ts";

/** A problem as an answer: `application/problem+json` with the code's status and, where known, `Retry-After` and `RateLimit-*`. */
export function problemResponse(
  code: ProblemCode,
  extras: ProblemExtras = {},
  place: ProblemPlace = {},
): Response {
  const body = problem(code, extras, place);
  const headers = new Headers({
    "content-type": "application/problem+json",
    "cache-control": "no-store",
  });
  if (extras.retryAfter !== undefined) headers.set("retry-after", String(extras.retryAfter));
  if (code === "rate_limited") {
    // Nothing is left; how much there was, where the limit is a number that is known.
    headers.set("ratelimit-remaining", "0");
    if (typeof extras.limit === "number") headers.set("ratelimit-limit", String(extras.limit));
    if (extras.retryAfter !== undefined) headers.set("ratelimit-reset", String(extras.retryAfter));
  }
  // RFC 9110, 15.5.16: tells what the request may use.
  if (code === "unsupported_encoding") headers.set("accept-encoding", "gzip, deflate, br");
  if (Array.isArray(extras.allow)) headers.set("allow", extras.allow.join(", "));
  return new Response(JSON.stringify(body), { status: body.status, headers });
}

/**
 * The answer to whatever was thrown. What is not a refusal of ours is logged and answered as
 * `internal`: an exception's own text never leaves.
 */
export function problemOf(error: unknown, place: ProblemPlace): Response {
  if (error instanceof ProblemError) return problemResponse(error.code, error.extras, place);
  if (error instanceof SettingsError) {
    log("misconfigured", { problems: error.problems }, "error");
    return problemResponse("misconfigured", {}, place);
  }
  const { stack } = error instanceof Error ? error : new Error(String(error));
  log("exception", { ...place, stack, ...causeOf(error) }, "error");
  return problemResponse("internal", {}, place);
}
