import type { GoTrueClient } from "@supabase/auth-js";
import { problemOf } from "../api/problem.ts";
import { adoptSession, aside, auth, member, syncSession } from "./session.ts";
import { factorOf } from "./stored.ts";

/** What a sign-in or sign-up came to: signed in, one more step for the member, or a sentence why not. */
export type SignInResult =
  | { readonly kind: "in" }
  | { readonly kind: "confirm"; readonly email: string }
  | { readonly kind: "refused"; readonly detail: string };

const REFUSALS: Readonly<Record<string, string>> = {
  invalid_credentials: "E-mail and password do not match. Check both and try again.",
  email_not_confirmed: "Confirm your e-mail address first: we sent you a link.",
  user_already_exists: "There is an account with this e-mail already. Sign in instead.",
  email_exists: "There is an account with this e-mail already. Sign in instead.",
  captcha_failed: "The check that you are a person did not pass. Do it again, then try again.",
  weak_password: "Choose a stronger password.",
  same_password: "This is the password you had. Choose another one.",
  reauthentication_needed: "Ask for a new link and set the password with it.",
  session_not_found: "This link has expired. Ask for a new one.",
  email_address_invalid: "This e-mail address does not look right.",
  validation_failed: "This e-mail address does not look right.",
  signup_disabled: "New accounts cannot be created here at the moment.",
  mfa_verification_failed: "This code is not right, or it has run out. Enter the newest one.",
  mfa_challenge_expired: "That took too long. Enter the newest code.",
  mfa_totp_enroll_not_enabled: "Two-step sign-in cannot be turned on here at the moment.",
  mfa_totp_verify_not_enabled: "Codes cannot be checked here at the moment.",
  mfa_factor_not_found: "This two-step sign-in is gone. Sign in again.",
  mfa_verification_rejected: "This code was not accepted. Sign in again.",
  too_many_enrolled_mfa_factors: "You have as many authenticator apps here as are possible.",
  insufficient_aal: "Sign in again with a code from your authenticator app first.",
  over_request_rate_limit: "Too many attempts. Wait a moment and try again.",
  over_email_send_rate_limit: "Too many attempts. Wait a moment and try again.",
};

/** What is wrong with a password, by Supabase's reasons for `weak_password`. */
const WEAK: Readonly<Record<string, string>> = {
  pwned:
    "This password is known from a leak on some website. Choose one that you use nowhere else.",
  length: "This password is too short. Choose a longer one.",
  characters: "Mix small and capital letters, digits and symbols in your password.",
};

/** All that is wrong with a password, or null if the server did not say. */
function weakness(reasons: unknown): string | null {
  const sentences = Array.isArray(reasons) ? reasons.flatMap((one) => WEAK[String(one)] ?? []) : [];
  return sentences.length > 0 ? sentences.join(" ") : null;
}

/** What an error of the auth library is to the member. */
export function refusal(error: {
  code?: string | undefined;
  status?: number | undefined;
  /** Of `weak_password`: what is wrong with it. */
  reasons?: unknown;
}): SignInResult {
  const known = weakness(error.reasons) ?? REFUSALS[error.code ?? ""];
  if (known) return { kind: "refused", detail: known };
  const rejected = error.status !== undefined && error.status >= 400 && error.status < 500;
  return {
    kind: "refused",
    detail: rejected
      ? "E-mail or password was not accepted. Check both and try again."
      : "Signing in is not possible right now. Please try again in a moment.",
  };
}

/** Does something with the auth library, and takes over what came of it. Never throws. */
export async function attempt(
  act: (client: GoTrueClient) => Promise<SignInResult>,
): Promise<SignInResult> {
  try {
    const result = await act(await auth());
    syncSession();
    return result;
  } catch (error) {
    return { kind: "refused", detail: problemOf(error).detail };
  }
}

/** What a captcha adds to a request, if the deployment asks for one. */
export function withCaptcha(token: string | null): { readonly captchaToken?: string } {
  return token === null ? {} : { captchaToken: token };
}

/** Signs a member in. Never throws. */
export function signIn(
  email: string,
  password: string,
  captcha: string | null = null,
): Promise<SignInResult> {
  return attempt(async (client) => {
    const options = withCaptcha(captcha);
    const { error } = await client.signInWithPassword({ email, password, options });
    return error ? refusal(error) : { kind: "in" };
  });
}

/**
 * Signs the member in once more, for what asks for a sign-in of a moment ago. The new session counts once it is
 * whole: until then the old one stays. Never throws.
 * @param code of the authenticator app, if the member has a second step
 */
export function signInAgain(
  password: string,
  captcha: string | null,
  code = "",
): Promise<SignInResult> {
  return attempt(async () => {
    const client = await aside();
    const email = member.peek()?.email ?? "";
    const options = withCaptcha(captcha);
    const { data, error } = await client.signInWithPassword({ email, password, options });
    if (error?.code === "invalid_credentials") {
      return { kind: "refused", detail: "This is not your password. Check it and try again." };
    }
    if (error) return refusal(error);
    const factorId = factorOf({ ...data.user });
    if (factorId !== null) {
      const step = await client.mfa.challengeAndVerify({ factorId, code });
      if (step.error) return refusal(step.error);
    }
    const { data: made } = await client.getSession();
    adoptSession({ ...(made.session ?? data.session) });
    return { kind: "in" };
  });
}

/** Creates an account and signs in, where the deployment asks for no confirmation. Never throws. */
export function signUp(
  email: string,
  password: string,
  captcha: string | null = null,
): Promise<SignInResult> {
  return attempt(async (client) => {
    const { data, error } = await client.signUp({
      email,
      password,
      options: { emailRedirectTo: `${location.origin}/`, ...withCaptcha(captcha) },
    });
    if (error) return refusal(error);
    return data.session ? { kind: "in" } : { kind: "confirm", email };
  });
}
