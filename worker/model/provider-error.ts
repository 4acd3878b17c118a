import type { ProblemCode } from "../../domain/problems.ts";

/** Whether, and how, asking a second time could help. */
export interface SecondChance {
  /** Milliseconds to wait before. */
  readonly afterMs: number;
  /** Whether another model could answer where this one does not. */
  readonly otherModel: boolean;
  /** Whether nothing but another model could. */
  readonly onlyOtherModel?: boolean;
}

/** Why a request to the provider gave no (whole) answer. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code: ProblemCode;
  /** Seconds until the member's own retry makes sense. */
  readonly retryAfter: number | undefined;
  /** Null where a second request would meet the same answer. */
  readonly secondChance: SecondChance | null;

  constructor(
    code: ProblemCode,
    facts: { retryAfter?: number; secondChance?: SecondChance; cause?: unknown } = {},
  ) {
    super(code, { cause: facts.cause });
    this.code = code;
    this.retryAfter = facts.retryAfter;
    this.secondChance = facts.secondChance ?? null;
  }
}

/** Longest wait we pass on, in seconds. */
const RETRY_AFTER_MAX = 300;
/** What we tell a member to wait where the provider says nothing, in seconds. */
const RETRY_AFTER_USUAL = 5;
/** Longest wait before the first word that a second request is worth, in milliseconds. */
const SHORT_WAIT_MS = 2_000;
/** Wait before asking a server again that has just failed, in milliseconds. */
const AFTER_FAILURE_MS = 200;

const AT_ONCE: SecondChance = { afterMs: 0, otherModel: true };
const SOON: SecondChance = { afterMs: AFTER_FAILURE_MS, otherModel: true };

function retryAfterOf(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const value = headers.get("retry-after");
  const seconds = Number(value);
  if (value === null || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return seconds;
}

/** Too many requests: a second one only after a short wait that the provider itself names. */
function busy(status: number, asked: number | undefined, cause: unknown): ProviderError {
  const retryAfter = Math.min(Math.ceil(asked ?? RETRY_AFTER_USUAL), RETRY_AFTER_MAX);
  const waitMs = asked === undefined ? null : asked * 1000;
  const short = waitMs !== null && waitMs <= SHORT_WAIT_MS;
  if (short)
    return new ProviderError("provider_busy", {
      retryAfter,
      secondChance: { afterMs: waitMs, otherModel: true },
      cause,
    });
  // A server that is overloaded (503) may have room again at once; a limit (429) has not.
  if (status === 503 && waitMs === null) {
    return new ProviderError("provider_busy", { retryAfter, secondChance: SOON, cause });
  }
  return new ProviderError("provider_busy", { retryAfter, cause });
}

/** A first word that did not come in time, or a stream that broke before it. */
export function timeout(): ProviderError {
  return new ProviderError("provider_timeout", { secondChance: AT_ONCE });
}

/** A stream that ended before its answer did. */
export function cut(cause?: unknown): ProviderError {
  return new ProviderError("answer_cut", { secondChance: AT_ONCE, cause });
}

/** The model declined, or the provider's filter did: nobody is asked again, as the answer would be the same. */
export function declined(cause?: unknown): ProviderError {
  return new ProviderError("content_filtered", { cause });
}

/** How providers name it in an error's codes that they withhold an answer to such a prompt. */
const DECLINE_CODE =
  /content_?(?:filter|policy|moderation)|guardrail|hooks_failed|responsible_?ai|data_?inspection|(?:policy|safety)_?violation|^(?:safety|refusal|sensitive|moderation|prohibited_content|invalid_prompt)/i;
/** How they say it in words. */
const DECLINE_WORDS =
  /content[ _]?(?:management[ _])?polic|content[ _]filter|guardrail[ _](?:policy|triggered|intervened)|blocked due to security|(?:usage|safety) polic|safety system|(?:was|been|is) flagged|requires moderation/i;
/** What an error may hold its inner error in. */
const INNER = ["error", "innererror", "inner_error"];

/**
 * Whether an error says that the provider withholds an answer to what was asked. Reads its codes (those
 * of inner errors too), and its words if they are all there is.
 */
export function isDecline(error: unknown, depth = 0): boolean {
  if (typeof error === "string") return DECLINE_WORDS.test(error);
  if (typeof error !== "object" || error === null || depth > 3) return false;
  if (Array.isArray(error)) return error.some((item) => isDecline(item, depth + 1));
  const fields = error as Readonly<Record<string, unknown>>;
  const codes = [fields.code, fields.type].filter((code) => typeof code === "string");
  if (codes.some((code) => DECLINE_CODE.test(code))) return true;
  const said = [fields.message, fields.text].filter((text) => typeof text === "string");
  if (said.some((text) => DECLINE_WORDS.test(text))) return true;
  return INNER.some((name) => isDecline(fields[name], depth + 1));
}

/** Status codes of errors that are about what was asked, and so may be a decline. */
const ABOUT_THE_PROMPT: readonly number[] = [400, 403, 422, 424, 451];
/** What gateways answer whose own filter withholds something. */
const FILTERED = 446;

/**
 * What an error of the provider means to the member. A quota that is used up or a wrong key is the
 * operator's to mend (`provider_refused`); too many requests pass (`provider_busy`).
 */
export function providerError(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const { status, code, headers } = (cause ?? {}) as {
    status?: number;
    code?: string | null;
    headers?: unknown;
  };
  if (status === undefined) {
    return new ProviderError("provider_unavailable", { secondChance: AT_ONCE, cause });
  }
  if ((status === 429 && code !== "insufficient_quota") || status === 503) {
    return busy(status, retryAfterOf(headers), cause);
  }
  if (status === 408 || status === 504) {
    return new ProviderError("provider_timeout", { secondChance: AT_ONCE, cause });
  }
  if (status >= 500)
    return new ProviderError("provider_unavailable", { secondChance: SOON, cause });
  const aboutThePrompt = ABOUT_THE_PROMPT.includes(status);
  if (status === FILTERED || (aboutThePrompt && isDecline(cause))) return declined(cause);
  // A model that is gone: only another one helps, and only where the operator has named one.
  if (status === 404)
    return new ProviderError("provider_refused", {
      secondChance: { afterMs: 0, otherModel: true, onlyOtherModel: true },
      cause,
    });
  return new ProviderError("provider_refused", { cause });
}
