import { expect, it } from "vitest";
import { isTotpCode, newTotpSecret, totpCode } from "../../local/supabase/totp.ts";

/** "12345678901234567890" in Base32: the secret of RFC 6238, appendix B. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

it.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_111_111_111, "050471"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
  [20_000_000_000, "353130"],
])("the code of second %d is that of RFC 6238", (seconds, code) => {
  expect(totpCode(SECRET, seconds * 1_000)).toBe(code);
});

it("takes the code of a period before and after, and no other", () => {
  const taken = [-60, -30, 0, 30, 60].filter((skew) =>
    isTotpCode(SECRET, "005924", (1_234_567_890 + skew) * 1_000),
  );
  expect(taken).toEqual([-30, 0, 30]);
});

it("makes secrets that authenticator apps take, each a new one", () => {
  const [one, other] = [newTotpSecret(), newTotpSecret()];
  expect(one).toMatch(/^[A-Z2-7]{32}$/);
  expect(one).not.toBe(other);
});
