import type { RequestHeader } from "./operations.ts";

const header = (description: string, schema: object = { type: "string" }) => ({
  description,
  schema,
});

/** Response headers by the kind of answer that they come with. */
export const HEADERS = {
  always: { "X-Request-Id": header("The request's id: the client's own, or a new one.") },
  retryAfter: {
    "Retry-After": header("Seconds until a retry makes sense.", { type: "integer", minimum: 0 }),
  },
  tag: { ETag: header("The version's revision, for `If-Match`.") },
  stream: {
    "X-Conversation-Id": header("The conversation's id, URL-encoded."),
    "X-Turn-Id": header("The turn's id."),
    "Server-Timing": header("What is known of the timings when headers leave."),
  },
} as const;

/** Request headers as parameters. */
export const REQUEST_HEADERS: Readonly<Record<RequestHeader, Readonly<Record<string, unknown>>>> = {
  "if-match": {
    name: "If-Match",
    in: "header",
    required: true,
    description: "The revision that the client has seen.",
    schema: { type: "string", pattern: '^(W/)?"v[1-9][0-9]{0,8}"$' },
  },
  "idempotency-key": {
    name: "Idempotency-Key",
    in: "header",
    required: false,
    description: "Makes a retry safe: the same key with the same body is the same turn.",
    schema: { type: "string", pattern: "^[!-~]{1,255}$" },
  },
  "last-event-id": {
    name: "Last-Event-ID",
    in: "header",
    required: false,
    description: "The id of the last event that was read: only what comes after it is sent.",
    schema: { type: "string" },
  },
};
