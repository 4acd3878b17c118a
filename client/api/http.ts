import { ApiError, problemOf, problemOfResponse } from "./problem.ts";

/** Where a request's token comes from. */
export interface Tokens {
  /** The token to send, good or the best there is; null when nobody is signed in. Never throws. */
  current(): Promise<string | null>;
  /**
   * A token newer than the one the server refused; null if there is none and none can be had.
   * @throws ApiError if none can be had at the moment: the session is kept
   */
  renew(refused: string): Promise<string | null>;
  /** The server says that this session is over for good. */
  revoked(): void;
}

export interface ApiOptions {
  readonly tokens: Tokens;
  readonly fetch?: typeof fetch;
  /** Milliseconds that a request other than a stream may take. */
  readonly timeoutMs?: number;
}

export interface RequestOptions {
  readonly method?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface Api {
  /**
   * A request answered with JSON.
   * @throws ApiError for every failure, a time-out and a lost connection included
   */
  json<T>(path: string, options?: RequestOptions): Promise<T>;
  /**
   * A request whose response is a stream: no time-out, the caller reads the body.
   * @throws ApiError
   */
  open(path: string, options?: RequestOptions): Promise<Response>;
}

/**
 * The one door to the server. Every request carries the member's token and a request id; where the
 * server refuses the token, it is renewed once and the request is sent again.
 */
export function createApi({
  tokens,
  fetch = globalThis.fetch,
  timeoutMs = 15_000,
}: ApiOptions): Api {
  async function attempt(path: string, options: RequestOptions, token: string | null) {
    const { method = options.body === undefined ? "GET" : "POST", body, headers, signal } = options;
    return fetch(path, {
      method,
      headers: {
        "X-Request-Id": crypto.randomUUID(),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  }

  async function open(path: string, options: RequestOptions = {}): Promise<Response> {
    try {
      const token = await tokens.current();
      let response = await attempt(path, options, token);
      if (response.status === 401 && token !== null) {
        const problem = await problemOfResponse(response.clone());
        if (problem.code === "session_revoked") {
          tokens.revoked();
        } else {
          const renewed = await tokens.renew(token);
          if (renewed !== null) {
            await response.body?.cancel();
            response = await attempt(path, options, renewed);
          }
        }
      }
      if (!response.ok) throw new ApiError(await problemOfResponse(response));
      return response;
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError(problemOf(error));
    }
  }

  async function json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
    const response = await open(path, { ...options, signal });
    try {
      return (await response.json()) as T;
    } catch (error) {
      throw new ApiError(problemOf(error));
    }
  }

  return { json, open };
}

/**
 * The token of the session, once the server has taken it: for what asks another server with it, or asks
 * with this token only. Null if nobody is signed in.
 * @throws ApiError
 */
export async function acceptedToken(
  api: Pick<Api, "json">,
  tokens: Pick<Tokens, "current">,
): Promise<string | null> {
  if ((await tokens.current()) === null) return null;
  await api.json("/api/sync");
  return await tokens.current();
}
