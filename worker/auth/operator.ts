import { ProblemError } from "../../domain/problems.ts";
import { limitAddress } from "../http/rate-limit.ts";
import { settingsOf } from "../settings.ts";

const encoder = new TextEncoder();

/** Compares secrets in constant time: digests have one length, whatever was sent. */
export async function sameSecret(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((text) => crypto.subtle.digest("SHA-256", encoder.encode(text))),
  );
  return a !== undefined && b !== undefined && crypto.subtle.timingSafeEqual(a, b);
}

/**
 * Lets an operator in, by the secret in `X-Ops-Secret`.
 * @throws ProblemError not_found where the deployment has none, forbidden for another one,
 * rate_limited if an address asks too often
 */
export async function admitOperator(
  request: Request,
  env: { readonly RATE_LIMIT?: RateLimit },
): Promise<void> {
  const { OPS_SECRET: secret } = settingsOf(env);
  if (secret === undefined) throw new ProblemError("not_found");
  // Before the comparison: else an address that tries too many would still learn which is right.
  await limitAddress(request, env.RATE_LIMIT);
  const given = request.headers.get("x-ops-secret") ?? "";
  if (await sameSecret(given, secret)) return;
  const detail = "This is not the operator's secret.";
  throw new ProblemError("forbidden", { detail }, { cause: "wrong secret" });
}
