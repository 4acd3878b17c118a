import { makeSafe } from "./security-headers.ts";

/** Headers that a page of another origin may read. */
const EXPOSED = "X-Conversation-Id, X-Turn-Id, X-Request-Id, Server-Timing, ETag, Retry-After";
/** Request headers that the API reads. `*` would not cover Authorization. */
const OWN_HEADERS = [
  "authorization",
  "content-type",
  "accept",
  "x-request-id",
  "idempotency-key",
  "if-match",
  "if-none-match",
  "last-event-id",
];
const ALLOWED_METHODS = "GET, HEAD, POST, PATCH, DELETE, OPTIONS";
/** A header's name, at a length that no real one exceeds. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
/** How many headers of a page's own are allowed in one preflight. */
const ASKED_HEADERS = 50;
const PREFLIGHT_SECONDS = "86400";

/** The request's origin where it is one of the allowed ones. */
function allowedOrigin(request: Request, origins: readonly string[]): string | null {
  const origin = request.headers.get("origin");
  return origin !== null && origins.includes(origin) ? origin : null;
}

/** Whether a browser asks what a page of another origin may send. Any other OPTIONS asks for the methods. */
export function isPreflight({ method, headers }: Request): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has(ASKED_METHOD);
}

const ASKED_METHOD = "access-control-request-method";
const ASKED = "access-control-request-headers";

/**
 * The headers that an allowed page may send: those that the API reads, and those that it asks for.
 * Tracing and monitoring libraries add some of their own (`traceparent`, `baggage`, `sentry-trace`),
 * and Firefox asks for `user-agent`; none of them changes what the API does.
 */
function allowedHeaders(request: Request): string {
  const asked = (request.headers.get(ASKED) ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const names = asked.filter((name) => HEADER_NAME.test(name)).slice(0, ASKED_HEADERS);
  return [...new Set([...OWN_HEADERS, ...names])].join(", ");
}

/** The answer to a preflight: always 204, and permission only for allowed origins. */
export function preflight(request: Request, origins: readonly string[]): Response {
  const headers = new Headers({ vary: "Origin, Access-Control-Request-Headers" });
  const origin = allowedOrigin(request, origins);
  if (origin !== null) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", ALLOWED_METHODS);
    headers.set("access-control-allow-headers", allowedHeaders(request));
    headers.set("access-control-max-age", PREFLIGHT_SECONDS);
  }
  makeSafe(headers);
  return new Response(null, { status: 204, headers });
}

/** Adds to an answer's headers what lets an allowed origin read it. */
export function allowOrigin(headers: Headers, request: Request, origins: readonly string[]): void {
  if (!request.headers.has("origin")) return;
  headers.append("vary", "Origin");
  const origin = allowedOrigin(request, origins);
  if (origin === null) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", EXPOSED);
}
