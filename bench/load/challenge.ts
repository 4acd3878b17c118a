import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import * as v from "valibot";
import { LoadError } from "./load-error.ts";

const NONCE_BYTES = 24;
const PATIENCE_MS = 10_000;

const HealthSchema = v.object({ ok: v.literal(true), challenge: v.optional(v.string()) });

/** What a target that knows the secret answers to a nonce: HMAC-SHA-256 in hex. */
export function expectedAnswer(secret: string, nonce: string): string {
  return createHmac("sha256", secret).update(nonce).digest("hex");
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Asks a target whether its operator wants it to be load tested: only such a one can know the secret.
 * @throws LoadError where it cannot be reached, has not switched it on or has another secret
 */
export async function passChallenge(origin: string, secret: string): Promise<void> {
  const nonce = randomBytes(NONCE_BYTES).toString("hex");
  let body: unknown;
  try {
    const response = await fetch(`${origin}/api/health?challenge=${nonce}`, {
      redirect: "error",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    body = await response.json();
  } catch (cause) {
    throw new LoadError(`${origin} does not answer on /api/health: is it this product?`, { cause });
  }
  const health = v.safeParse(HealthSchema, body);
  const answer = health.success ? health.output.challenge : undefined;
  if (answer === undefined) {
    throw new LoadError(
      `${origin} has not switched load tests on: its operator sets LOAD_TEST_CHALLENGE.`,
    );
  }
  if (!same(answer, expectedAnswer(secret, nonce))) {
    throw new LoadError(`${origin} does not know this challenge: its LOAD_TEST_CHALLENGE differs.`);
  }
}
