import type { Credits } from "../../domain/credits.ts";
import { type FieldError, PROBLEMS, type ProblemCode } from "../../domain/problems.ts";

/** What went wrong, as the interface shows it: the server's own codes, and those only a client can know. */
export interface ClientProblem {
  readonly code:
    | ProblemCode
    | "offline"
    | "unreachable"
    | "timeout"
    | "broken"
    | "unrenewed"
    | "outdated"
    | "unknown";
  /** A sentence a member may read. */
  readonly detail: string;
  /** HTTP status; 0 where no answer arrived. */
  readonly status: number;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** Seconds until a retry makes sense. */
  readonly retryAfter?: number;
  readonly requestId?: string;
  /** With `credits_exhausted`. */
  readonly credits?: Credits;
  /** Which fields are refused, or missing, and why. */
  readonly errors?: readonly FieldError[];
  /** With `precondition_failed`: what is stored now. Unchecked. */
  readonly current?: unknown;
}

/** A failed request. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: ClientProblem;

  constructor(problem: ClientProblem) {
    super(problem.detail);
    this.problem = problem;
  }
}

const LOCAL = {
  offline: "You are offline. Your words are kept and can be sent once you are connected.",
  unreachable: "The connection failed. Please try again.",
  timeout: "That took too long. Please try again.",
  broken: "The connection broke off before VIVA had finished. Please try again.",
  unrenewed:
    "Your sign-in could not be renewed just now. You are still signed in, and what you wrote is kept.",
  outdated: "A part of this page could not be loaded. What you wrote is kept. Load the page again.",
  unknown: "Something went wrong. Please try again.",
} as const;

/** What became of reads that belong together: a problem of one of them, first one that may pass; null for none. */
export async function problemAmong(
  reads: readonly (Promise<ClientProblem | null> | undefined)[],
): Promise<ClientProblem | null> {
  const problems = (await Promise.all(reads)).filter(
    (found) => found !== null && found !== undefined,
  );
  return problems.find(({ retryable }) => retryable) ?? problems[0] ?? null;
}

/** A problem that this client noticed itself, without an answer from the server. */
export function localProblem(code: keyof typeof LOCAL, status = 0): ClientProblem {
  return { code, detail: LOCAL[code], status, retryable: true };
}

/** Whether a value from outside is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isCredits(value: unknown): value is Credits {
  return (
    isRecord(value) &&
    typeof value.left === "number" &&
    typeof value.limit === "number" &&
    typeof value.renewsAt === "string"
  );
}

function isFieldError(value: unknown): value is FieldError {
  return isRecord(value) && typeof value.path === "string" && typeof value.message === "string";
}

/** Reads a problem object from outside (a response's body, a `data-problem` part). Never throws. */
export function toProblem(value: unknown, status = 0): ClientProblem {
  if (!isRecord(value)) return localProblem("unknown", status);
  const code = typeof value.code === "string" && value.code in PROBLEMS ? value.code : "unknown";
  const row = code === "unknown" ? null : PROBLEMS[code as ProblemCode];
  return {
    code: code as ProblemCode | "unknown",
    detail:
      typeof value.detail === "string" && value.detail !== ""
        ? value.detail
        : (row?.detail ?? LOCAL.unknown),
    status: typeof value.status === "number" ? value.status : status,
    retryable: typeof value.retryable === "boolean" ? value.retryable : (row?.retryable ?? true),
    ...(typeof value.retryAfter === "number" ? { retryAfter: value.retryAfter } : {}),
    ...(typeof value.requestId === "string" ? { requestId: value.requestId } : {}),
    ...(isCredits(value.credits) ? { credits: value.credits } : {}),
    ...(Array.isArray(value.errors) ? { errors: value.errors.filter(isFieldError) } : {}),
    ...(isRecord(value.current) ? { current: value.current } : {}),
  };
}

/** The problem that a thrown value stands for. */
export function problemOf(thrown: unknown): ClientProblem {
  if (thrown instanceof ApiError) return thrown.problem;
  if (thrown instanceof DOMException && thrown.name === "TimeoutError")
    return localProblem("timeout");
  // fetch() rejects with a TypeError when nothing could be reached.
  if (thrown instanceof TypeError) {
    const offline = typeof navigator !== "undefined" && navigator.onLine === false;
    return localProblem(offline ? "offline" : "unreachable");
  }
  return localProblem("unknown");
}

/** The problem that a failed response carries; one of our own where its body is none. */
export async function problemOfResponse(response: Response): Promise<ClientProblem> {
  try {
    return toProblem(await response.json(), response.status);
  } catch {
    return localProblem("unknown", response.status);
  }
}
