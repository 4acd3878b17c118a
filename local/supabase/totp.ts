import { createHmac, randomBytes } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** How long a code is good for, in seconds. */
const PERIOD_S = 30;

/** A new secret as authenticator apps take it: 20 random bytes in Base32 (RFC 4648). */
export function newTotpSecret(): string {
  const bits = Array.from(randomBytes(20), (byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join("");
}

function bytesOf(secret: string): Buffer {
  const bits = Array.from(secret, (letter) =>
    ALPHABET.indexOf(letter).toString(2).padStart(5, "0"),
  ).join("");
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/**
 * The code of a secret at a time (RFC 6238: SHA-1, 6 digits, 30 s).
 * @param now Unix milliseconds
 */
export function totpCode(secret: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 1_000 / PERIOD_S)));
  const digest = createHmac("sha1", bytesOf(secret)).update(counter).digest();
  // RFC 4226, section 5.3: the last four bits say where the number begins.
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 0xf) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Whether a code is that of now, of the period before or of the next one, as Supabase takes it. */
export function isTotpCode(secret: string, code: string, now: number): boolean {
  return [-1, 0, 1].some((skew) => totpCode(secret, now + skew * PERIOD_S * 1_000) === code);
}
