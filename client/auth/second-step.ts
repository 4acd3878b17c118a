import { config } from "../api/config.ts";
import { accessToken, tokens } from "./session.ts";
import { attempt, refusal, type SignInResult } from "./sign-in.ts";

/** An authenticator app that a member has added. */
export interface Factor {
  readonly id: string;
  readonly name: string;
  /** ISO time. */
  readonly since: string;
}

/** What an authenticator app needs: a picture to scan, or the secret to type. */
export interface NewFactor {
  readonly id: string;
  /** A `data:` address. The server's SVG is shown as an image only: nothing in it can run or load anything. */
  readonly picture: string;
  readonly secret: string;
}

/** A code as it was typed or pasted, without blanks; null if it is none. */
export function codeIn(text: string): string | null {
  const digits = text.replace(/[\s-]/g, "");
  return /^\d{6}$/.test(digits) ? digits : null;
}

/** The address of a picture that the auth library gives; empty for anything else. */
export function pictureOf(given: string): string {
  const [, svg] = /^data:image\/svg\+xml;utf-8,([\s\S]*)$/.exec(given) ?? [];
  return svg ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}` : "";
}

/** Takes the second step of a sign-in, or makes a new factor count. Never throws. */
export function giveCode(factorId: string, code: string): Promise<SignInResult> {
  return attempt(async (client) => {
    await tokens.current();
    // A challenge of its own for each code: none can have run out meanwhile.
    const { error } = await client.mfa.challengeAndVerify({ factorId, code });
    return error ? refusal(error) : { kind: "in" };
  });
}

/** The member's authenticator apps; null if the auth server has no second step. Rejects if it cannot be asked. */
export async function listFactors(): Promise<readonly Factor[] | null> {
  const token = await tokens.current();
  const { supabaseUrl, supabaseKey } = await config();
  const headers = { apikey: supabaseKey, Authorization: `Bearer ${token}` };
  const ask = (path: string) =>
    fetch(`${supabaseUrl}/auth/v1/${path}`, { headers, signal: AbortSignal.timeout(10_000) });
  const answer = await ask("user");
  if (!answer.ok) throw new Error("the factors could not be read");
  const user = (await answer.json()) as {
    factors?: {
      id: string;
      friendly_name?: string;
      status: string;
      created_at: string;
      factor_type: string;
    }[];
  };
  const factors = (user.factors ?? [])
    .filter(({ status, factor_type }) => status === "verified" && factor_type === "totp")
    .map(({ id, friendly_name, created_at }) => ({
      ...{ id, name: friendly_name || "Authenticator app", since: created_at },
    }));
  if (factors.length > 0) return factors;
  // Supabase answers 405 to a GET there; a server that knows no factors has no such path.
  const there = await ask("factors").catch(() => null);
  return there?.status === 404 ? null : [];
}

/** Begins to add an authenticator app; it counts once a code of it was given. Never rejects. */
export async function addFactor(): Promise<NewFactor | { readonly refused: string }> {
  let made: NewFactor | null = null;
  const result = await attempt(async (client) => {
    await tokens.current();
    // What was begun before and left is in the way of its name.
    const friendlyName = `Authenticator app, ${new Date().toISOString().slice(0, 19).replace("T", " ")}`;
    const { data, error } = await client.mfa.enroll({
      ...{ factorType: "totp", issuer: "VibrationFit", friendlyName },
    });
    if (error) return refusal(error);
    made = { id: data.id, picture: pictureOf(data.totp.qr_code), secret: data.totp.secret };
    return { kind: "in" };
  });
  if (made) return made;
  return { refused: result.kind === "refused" ? result.detail : "" };
}

/** Removes an authenticator app. Never throws. */
export function removeFactor(factorId: string): Promise<SignInResult> {
  return attempt(async (client) => {
    await tokens.current();
    const { error } = await client.mfa.unenroll({ factorId });
    if (error) return refusal(error);
    // The next token tells how many steps are asked for from now on.
    const token = accessToken.peek();
    if (token !== null) await tokens.renew(token);
    return { kind: "in" };
  });
}
