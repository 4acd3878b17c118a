import { PROBLEMS, ProblemError } from "../../domain/problems.ts";

/** Seconds until another attempt makes sense; the binding does not tell. */
const RETRY_AFTER_SECONDS = 10;

/**
 * What stands for the place a request came from: the address that Cloudflare saw, of IPv6 the first
 * 64 bits, which are one household's. Null where nothing says it, as on one's own machine.
 */
export function addressKey(request: Request): string | null {
  const address = request.headers.get("cf-connecting-ip")?.trim().toLowerCase();
  if (!address) return null;
  if (!address.includes(":")) return `ip:${address}`;
  const [head = ""] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  // What `::` leaves out are zeros, as far as these four groups reach.
  const four = Array.from({ length: 4 }, (_, n) => (groups[n] ?? "0").replace(/^0+(?=.)/, ""));
  return `ip:${four.join(":")}`;
}

/**
 * Refuses an address that asks too often without saying rightly who it is.
 * @param scope what is counted apart from all else; by default nothing is
 * @throws ProblemError rate_limited
 */
export async function limitAddress(
  request: Request,
  limit: RateLimit | undefined,
  scope = "",
): Promise<void> {
  const key = addressKey(request);
  if (key === null) return;
  const outcome = await limit?.limit({ key: scope + key });
  if (outcome && !outcome.success) {
    throw new ProblemError("rate_limited", { retryAfter: RETRY_AFTER_SECONDS });
  }
}

/** Routes without a token whose answers cost something, each limited by address. */
export const open =
  <Rest extends readonly unknown[], Answer>(
    handle: (request: Request, env: Env, ...rest: Rest) => Answer,
  ) =>
  async (request: Request, env: Env, ...rest: Rest): Promise<Awaited<Answer>> => {
    await limitAddress(request, env.RATE_LIMIT);
    return await handle(request, env, ...rest);
  };

/**
 * What a refused request is answered: the refusal, or, where an address has had too many of them for
 * want of a valid token, that there were too many. Members with a token are never counted here, also
 * not where they share the address.
 */
export async function refusalOrLimit(
  error: unknown,
  request: Request,
  env: { readonly RATE_LIMIT?: RateLimit },
): Promise<unknown> {
  const nameless = error instanceof ProblemError && PROBLEMS[error.code].status === 401;
  if (!nameless) return error;
  return limitAddress(request, env.RATE_LIMIT).then(
    () => error,
    (limited: unknown) => limited,
  );
}
