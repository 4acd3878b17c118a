/** A row of the table of problem codes. */
interface ProblemRow {
  readonly status: number;
  /** A sentence a member may read: what happened and what to do next. */
  readonly detail: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
}

/** Every problem that the API answers with: one table for server, client, documentation and tests. */
export const PROBLEMS = {
  invalid_json: {
    status: 400,
    detail: "The request's body is not valid JSON.",
    retryable: false,
  },
  invalid_request: {
    status: 400,
    detail: "Some fields of the request are missing or not as expected.",
    retryable: false,
  },
  unknown_category: {
    status: 400,
    detail: "There is no life category of this name.",
    retryable: false,
  },
  unknown_phase: {
    status: 400,
    detail: "There is no phase of this name. The phases are contrast, peak and specific.",
    retryable: false,
  },
  message_empty: {
    status: 400,
    detail: "Write a message first, then send it.",
    retryable: false,
  },
  message_too_long: {
    status: 400,
    detail: "A message can have up to 8,000 characters. Shorten it or send it in two.",
    retryable: false,
  },
  unauthorized: {
    status: 401,
    detail: "Please sign in to go on.",
    retryable: false,
  },
  token_expired: {
    status: 401,
    detail: "Your session has expired. Please sign in again.",
    retryable: false,
  },
  session_revoked: {
    status: 401,
    detail: "You signed out on all devices. Please sign in again.",
    retryable: false,
  },
  insufficient_aal: {
    status: 401,
    detail: "Sign in again and enter the code from your authenticator app.",
    retryable: false,
  },
  credits_exhausted: {
    status: 402,
    detail: "Your Creation Credits for this month are used up. They renew on the 1st.",
    retryable: false,
  },
  forbidden: {
    status: 403,
    detail: "This is not allowed for your account.",
    retryable: false,
  },
  reauthentication_needed: {
    status: 403,
    detail: "Give your password again first, then go on.",
    retryable: false,
  },
  profile_incomplete: {
    status: 403,
    detail: "Complete your Life Profile to 70 % first.",
    retryable: false,
  },
  not_found: {
    status: 404,
    detail: "There is nothing here, or it is not yours.",
    retryable: false,
  },
  method_not_allowed: {
    status: 405,
    detail: "This address does not take this method.",
    retryable: false,
  },
  not_acceptable: {
    status: 406,
    detail: "An answer comes as text/event-stream or text/plain.",
    retryable: false,
  },
  conflict: {
    status: 409,
    detail: "This does not fit what is stored. Reload and try again.",
    retryable: false,
  },
  precondition_failed: {
    status: 412,
    detail: "This was changed elsewhere in the meantime. Look at the newest state first.",
    retryable: false,
  },
  body_too_large: {
    status: 413,
    detail: "The request is too large.",
    retryable: false,
  },
  unsupported_encoding: {
    status: 415,
    detail: "A request's body comes as it is, or compressed with gzip, deflate or br.",
    retryable: false,
  },
  idempotency_mismatch: {
    status: 422,
    detail: "This Idempotency-Key was used with another request.",
    retryable: false,
  },
  precondition_required: {
    status: 428,
    detail: "Say with If-Match which revision you are changing.",
    retryable: false,
  },
  rate_limited: {
    status: 429,
    detail: "That was a lot at once. Wait a moment and try again.",
    retryable: true,
  },
  internal: {
    status: 500,
    detail: "Something went wrong on our side. Please try again.",
    retryable: true,
  },
  provider_refused: {
    status: 502,
    detail: "VIVA cannot answer right now. Your message is kept; please try again later.",
    retryable: false,
  },
  provider_unavailable: {
    status: 502,
    detail: "VIVA could not be reached. Your message is kept; please try again.",
    retryable: true,
  },
  answer_cut: {
    status: 502,
    detail: "VIVA's answer broke off. What arrived is kept.",
    retryable: true,
  },
  content_filtered: {
    status: 502,
    detail: "VIVA chose not to answer this. Say it in other words, or bring up something else.",
    retryable: false,
  },
  database_unavailable: {
    status: 503,
    detail: "Your data cannot be reached right now. Please try again in a moment.",
    retryable: true,
  },
  provider_busy: {
    status: 503,
    detail: "Many people are talking with VIVA right now. Please try again in a moment.",
    retryable: true,
  },
  misconfigured: {
    status: 503,
    detail: "This service is not set up completely. Its operator can see what is missing.",
    retryable: false,
  },
  provider_timeout: {
    status: 504,
    detail: "VIVA took too long to answer. Your message is kept; please try again.",
    retryable: true,
  },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof PROBLEMS;

/** What each problem is called where it is sent. Apart from the rest, because the client does not need it. */
export const PROBLEM_TITLES: Readonly<Record<ProblemCode, string>> = {
  invalid_json: "Invalid JSON",
  invalid_request: "Invalid request",
  unknown_category: "Unknown category",
  unknown_phase: "Unknown phase",
  message_empty: "Message empty",
  message_too_long: "Message too long",
  unauthorized: "Sign in needed",
  token_expired: "Session expired",
  session_revoked: "Signed out everywhere",
  insufficient_aal: "Second step needed",
  credits_exhausted: "Creation Credits used up",
  reauthentication_needed: "Sign-in too long ago",
  forbidden: "Not allowed",
  profile_incomplete: "Profile incomplete",
  not_found: "Not found",
  method_not_allowed: "Method not allowed",
  not_acceptable: "Not acceptable",
  conflict: "Conflict",
  precondition_failed: "Changed in the meantime",
  body_too_large: "Request too large",
  unsupported_encoding: "Unsupported encoding",
  idempotency_mismatch: "Idempotency key reused",
  precondition_required: "If-Match needed",
  rate_limited: "Too many requests",
  internal: "Something went wrong",
  provider_refused: "VIVA is not available",
  provider_unavailable: "VIVA is not reachable",
  answer_cut: "Answer cut off",
  content_filtered: "VIVA declined",
  database_unavailable: "Data not available",
  provider_busy: "VIVA is busy",
  misconfigured: "Not set up",
  provider_timeout: "VIVA took too long",
};

// Marked as pure, so that the client's build leaves it out.
export const PROBLEM_CODES = /* @__PURE__ */ Object.keys(PROBLEMS) as ProblemCode[];

/** The sentence for an answer that was declined after its first words. */
const DECLINED_MIDWAY =
  "VIVA chose not to go on with this. Say it in other words, or bring up something else.";

/**
 * What a member reads of a turn that failed.
 * @param midway whether it failed after its first words
 */
export function failureDetail(code: ProblemCode, midway: boolean): string {
  return midway && code === "content_filtered" ? DECLINED_MIDWAY : PROBLEMS[code].detail;
}

/** One field of a request that is not as it should be. */
export interface FieldError {
  /** Dotted path into the request's body, e.g. `messages.0.role`. */
  readonly path: string;
  readonly message: string;
}

/** What a particular problem adds to its row of the table. */
export interface ProblemExtras {
  readonly detail?: string;
  /** Seconds until a retry makes sense; also sent as `Retry-After`. */
  readonly retryAfter?: number;
  readonly errors?: readonly FieldError[];
  /** Further members, such as `credits` of a 402 or `missing` of a 403 profile_incomplete. */
  readonly [member: string]: unknown;
}

/** A problem as it is sent: RFC 9457 with `code`, `requestId` and `retryable`. */
export interface Problem extends ProblemExtras {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance?: string;
  readonly code: ProblemCode;
  readonly requestId?: string;
  readonly retryable: boolean;
}

/** Where a problem occurred. */
export interface ProblemPlace {
  readonly requestId?: string;
  /** The path of the request, or `/api/turns/<id>` for a turn. */
  readonly instance?: string;
}

/** The problem of a code, ready to be sent. */
export function problem(
  code: ProblemCode,
  extras: ProblemExtras = {},
  place: ProblemPlace = {},
): Problem {
  const { status, retryable } = PROBLEMS[code];
  // The one thing of the table that a particular problem may say better.
  const { detail = PROBLEMS[code].detail, ...more } = extras;
  return {
    ...more,
    type: `urn:viva:problem:${code}`,
    title: PROBLEM_TITLES[code],
    status,
    detail,
    code,
    retryable,
    ...place,
  };
}

/** A refusal on its way to the border, where it becomes a problem answer. Its message is for logs only. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, extras: ProblemExtras = {}, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.extras = extras;
  }
}
