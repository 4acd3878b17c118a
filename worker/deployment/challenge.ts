import { ProblemError } from "../../domain/problems.ts";
import { settingsOf } from "../settings.ts";

const encoder = new TextEncoder();

/** What a challenge may be: long enough that no answer can be prepared, short enough to be no burden. */
const NONCE = /^[\w-]{16,128}$/;

/**
 * Answers a load tester who asks whether this deployment's operator wants to be tested: the
 * HMAC-SHA-256 of the nonce under LOAD_TEST_CHALLENGE, in hex.
 * @returns null where the operator has not switched load tests on
 * @throws ProblemError invalid_request for a nonce that is none
 */
export async function answerChallenge(env: object, nonce: string): Promise<string | null> {
  const { LOAD_TEST_CHALLENGE: secret } = settingsOf(env);
  if (!NONCE.test(nonce)) {
    const message = "16 to 128 letters, digits, - or _";
    throw new ProblemError("invalid_request", { errors: [{ path: "challenge", message }] });
  }
  if (secret === undefined) return null;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, [
    "sign",
  ]);
  const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(nonce)));
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
