import { invalidField } from "../../domain/requests.ts";
import type { Idempotency } from "../commands.ts";

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/;

/**
 * The request's Idempotency-Key with a hash of what it asks, so that the same key with another body shows.
 * @throws ProblemError invalid_request for a key that is none
 */
export async function idempotencyOf(request: Request, asked: unknown): Promise<Idempotency | null> {
  const key = request.headers.get("idempotency-key");
  if (key === null) return null;
  if (!IDEMPOTENCY_KEY.test(key)) throw invalidField("Idempotency-Key", "1-255 visible characters");
  const bytes = new TextEncoder().encode(JSON.stringify(asked));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { key, body: Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("") };
}
