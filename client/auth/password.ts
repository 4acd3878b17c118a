import { setRecovering, tokens } from "./session.ts";
import { attempt, refusal, type SignInResult, withCaptcha } from "./sign-in.ts";

/** Where links in e-mails lead; the project's list of redirect addresses must hold it. */
const home = () => `${location.origin}/`;

/**
 * Has a link sent with which a new password can be set. Whether there is such an account is not told.
 * Never throws.
 */
export function requestReset(
  email: string,
  _password: string,
  captcha: string | null = null,
): Promise<SignInResult> {
  return attempt(async (client) => {
    const options = { redirectTo: home(), ...withCaptcha(captcha) };
    const { error } = await client.resetPasswordForEmail(email, options);
    return error ? refusal(error) : { kind: "confirm", email };
  });
}

/** Has a link sent that signs in without a password. Whether there is such an account is not told. Never throws. */
export function requestLink(
  email: string,
  _password: string,
  captcha: string | null = null,
): Promise<SignInResult> {
  return attempt(async (client) => {
    const { error } = await client.signInWithOtp({
      email,
      options: { emailRedirectTo: home(), shouldCreateUser: false, ...withCaptcha(captcha) },
    });
    // For want of an account: the same answer as with one.
    const unknown = error?.code === "otp_disabled" || error?.code === "user_not_found";
    return error && !unknown ? refusal(error) : { kind: "confirm", email };
  });
}

/** Sets a new password for who came by a link. Never throws. */
export function setPassword(password: string): Promise<SignInResult> {
  return attempt(async (client) => {
    // The library takes the token that is stored, whatever its age.
    await tokens.current();
    const { error } = await client.updateUser({ password });
    if (error) return refusal(error);
    setRecovering(false);
    return { kind: "in" };
  });
}
