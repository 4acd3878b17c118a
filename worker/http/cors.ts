/** Headers that a page of another origin may read. */
const EXPOSED = "X-Conversation-Id, X-Turn-Id, X-Request-Id, Server-Timing, ETag, Retry-After";
const ALLOWED_HEADERS =
  "Authorization, Content-Type, Accept, X-Request-Id, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID";
const ALLOWED_METHODS = "GET, POST, PATCH, DELETE, OPTIONS";
const PREFLIGHT_SECONDS = "86400";

/** The request's origin where it is one of the allowed ones. */
function allowedOrigin(request: Request, origins: readonly string[]): string | null {
  const origin = request.headers.get("origin");
  return origin !== null && origins.includes(origin) ? origin : null;
}

/** The answer to a preflight: always 204, and permission only for allowed origins. */
export function preflight(request: Request, origins: readonly string[]): Response {
  const headers = new Headers({ vary: "Origin" });
  const origin = allowedOrigin(request, origins);
  if (origin !== null) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-allow-methods", ALLOWED_METHODS);
    headers.set("access-control-allow-headers", ALLOWED_HEADERS);
    headers.set("access-control-max-age", PREFLIGHT_SECONDS);
  }
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
