import type { ProblemCode } from "../../domain/problems.ts";

/** Why a request to the provider gave no (whole) answer. */
export class ProviderError extends Error {
  override readonly name = "ProviderError";
  readonly code: ProblemCode;
  /** Seconds the provider asked to wait. */
  readonly retryAfter: number | undefined;

  constructor(code: ProblemCode, retryAfter?: number, options?: ErrorOptions) {
    super(code, options);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Longest wait we pass on, in seconds. */
const RETRY_AFTER_MAX = 300;

function retryAfterOf(headers: unknown): number | undefined {
  if (!(headers instanceof Headers)) return undefined;
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const seconds = Number(value);
  if (!Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(Math.ceil(seconds), RETRY_AFTER_MAX);
}

/**
 * What an error of the SDK means to the member. A quota that is used up or a wrong key is the
 * operator's to mend (`provider_refused`); too many requests pass (`provider_busy`).
 */
export function providerError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  const { status, code, headers } = (error ?? {}) as {
    status?: number;
    code?: string | null;
    headers?: unknown;
  };
  const cause = { cause: error };
  if (status === undefined) return new ProviderError("provider_unavailable", undefined, cause);
  if (status === 429 && code !== "insufficient_quota") {
    return new ProviderError("provider_busy", retryAfterOf(headers) ?? 5, cause);
  }
  if (status === 503) return new ProviderError("provider_busy", retryAfterOf(headers) ?? 5, cause);
  if (status === 408 || status === 504)
    return new ProviderError("provider_timeout", undefined, cause);
  if (status >= 500) return new ProviderError("provider_unavailable", undefined, cause);
  if (status === 400 && code === "content_filter") {
    return new ProviderError("content_filtered", undefined, cause);
  }
  return new ProviderError("provider_refused", undefined, cause);
}
