import { computed, signal } from "@preact/signals";
import type { GoTrueClient } from "@supabase/auth-js";
import type { Tokens } from "../api/http.ts";
import { ApiError, localProblem } from "../api/problem.ts";
import { config } from "../config.ts";
import { navigate } from "../router.ts";
import { storage } from "../storage.ts";
import { type Link, linkIn, linkRefusal } from "./link.ts";
import { isFresh, type Member, parseSession, SESSION_KEY, type StoredSession } from "./stored.ts";

function read(): StoredSession | null {
  return parseSession(storage.getItem(SESSION_KEY));
}

const session = signal<StoredSession | null>(read());

/** Who is signed in; null when nobody is. */
export const member = computed<Member | null>(() => session.value?.member ?? null, {
  name: "member",
});

/** The token of the session; null when nobody is signed in. */
export const accessToken = computed<string | null>(() => session.value?.accessToken ?? null);

/** Why the last session ended without the member asking, for the sign-in page; empty otherwise. */
export const endedBecause = signal("");

/** Where it is kept that a new password is awaited, so that a reload does not forget it. */
const RECOVERY_KEY = "viva.recovery";

/** Whether the member came by a link to set a new password, and has not set one yet. */
export const recovering = signal(storage.getItem(RECOVERY_KEY) !== null);

/** Whether a link from an e-mail is being followed. */
export const arriving = signal(false);

/** Notes that a new password is awaited, or no longer is. */
export function setRecovering(awaited: boolean): void {
  if (awaited) storage.setItem(RECOVERY_KEY, "1");
  else storage.removeItem(RECOVERY_KEY);
  recovering.value = awaited;
}

let library: Promise<GoTrueClient> | null = null;

/**
 * Loads the auth library; the first call fetches its chunk and the configuration.
 * @throws ApiError when either cannot be had; the next call tries again
 */
export function auth(): Promise<GoTrueClient> {
  library ??= Promise.all([import("./library.ts"), config()])
    .then(([{ createAuth }, settings]) => {
      const client = createAuth(settings);
      client.onAuthStateChange((event) => {
        if (event === "PASSWORD_RECOVERY") setRecovering(true);
        sync();
      });
      return client;
    })
    .catch((error: unknown) => {
      library = null;
      throw error instanceof ApiError ? error : new ApiError(localProblem("unreachable"));
    });
  return library;
}

/** Takes over what the storage holds now: after the library, or another tab, changed it. */
function sync(): void {
  const stored = read();
  if (stored?.accessToken === session.peek()?.accessToken) return;
  // The same person with a newer token keeps the same member object, so that nothing re-renders.
  const known = session.peek()?.member;
  session.value =
    stored && known && known.id === stored.member.id && known.email === stored.member.email
      ? { ...stored, member: known }
      : stored;
  if (stored) endedBecause.value = "";
}

/** Follows sign-ins and sign-outs of other tabs, and takes over a session from a link in an e-mail. */
export function watchSession(): void {
  addEventListener("storage", (event) => {
    if (event.key === SESSION_KEY || event.key === null) sync();
  });
  const link = linkIn(location);
  if (link) void take(link);
}

/** Follows a link from an e-mail, or says why it leads nowhere. */
async function take(link: Link): Promise<void> {
  if (link.kind === "refused") {
    navigate(location.pathname, { replace: true });
    endedBecause.value = link.because;
    return;
  }
  arriving.value = true;
  try {
    const client = await auth();
    const { error } = await client.initialize();
    // A code that was asked for elsewhere is not even tried, and stays where it is.
    const untried = new URLSearchParams(location.search).has("code");
    const code = error ? error.code : untried ? "pkce_code_verifier_not_found" : null;
    endedBecause.value = code === null ? "" : linkRefusal(code);
    sync();
    navigate(location.pathname, { replace: true });
  } catch (error) {
    // The link stays in the address: loading the page again follows it again.
    const { detail } = error instanceof ApiError ? error.problem : localProblem("unknown");
    endedBecause.value = detail;
  } finally {
    arriving.value = false;
  }
}

function end(because: string): void {
  endedBecause.value = because;
  setRecovering(false);
  storage.removeItem(SESSION_KEY);
  session.value = null;
}

const ENDED = "Your session has ended. Sign in again to go on; nothing you wrote is lost.";

let renewing: Promise<string | null> | null = null;

/**
 * A new token for the session. One request, however many callers wait for it.
 * @throws ApiError when Supabase could not be reached: the session is kept
 */
async function renew(): Promise<string | null> {
  renewing ??= (async () => {
    const client = await auth();
    const { data, error } = await client.refreshSession();
    if (data.session) {
      sync();
      return data.session.access_token;
    }
    // 4xx other than 429: the refresh token is not accepted any more. All else may pass.
    const status = error?.status ?? 0;
    if (error?.name === "AuthSessionMissingError" || (status >= 400 && status < 429)) {
      // Another tab may have renewed it in the meantime and won.
      const stored = read();
      if (stored && isFresh(stored, Date.now())) {
        sync();
        return stored.accessToken;
      }
      end(ENDED);
      return null;
    }
    throw new ApiError(localProblem("unreachable", status));
  })().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** The tokens of this session, for the API. */
export const tokens: Tokens = {
  async current() {
    const now = session.peek();
    if (!now) return null;
    return isFresh(now, Date.now()) ? now.accessToken : renew();
  },
  async renew(refused) {
    sync();
    const now = session.peek();
    if (now && now.accessToken !== refused && isFresh(now, Date.now())) return now.accessToken;
    return renew();
  },
  revoked() {
    // Who has left already needs no reason.
    if (session.peek()) end("You signed out on all devices. Sign in again to go on.");
  },
};

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
  weak_password: "Choose a stronger password.",
  same_password: "This is the password you had. Choose another one.",
  reauthentication_needed: "Ask for a new link and set the password with it.",
  session_not_found: "This link has expired. Ask for a new one.",
  email_address_invalid: "This e-mail address does not look right.",
  validation_failed: "This e-mail address does not look right.",
  signup_disabled: "New accounts cannot be created here at the moment.",
  over_request_rate_limit: "Too many attempts. Wait a moment and try again.",
  over_email_send_rate_limit: "Too many attempts. Wait a moment and try again.",
};

/** What an error of the auth library is to the member. */
export function refusal(error: {
  code?: string | undefined;
  status?: number | undefined;
}): SignInResult {
  const known = REFUSALS[error.code ?? ""];
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
    sync();
    return result;
  } catch (error) {
    const detail =
      error instanceof ApiError ? error.problem.detail : localProblem("unknown").detail;
    return { kind: "refused", detail };
  }
}

/** Signs a member in. Never throws. */
export function signIn(email: string, password: string): Promise<SignInResult> {
  return attempt(async (client) => {
    const { error } = await client.signInWithPassword({ email, password });
    return error ? refusal(error) : { kind: "in" };
  });
}

/** Creates an account and signs in, where the deployment asks for no confirmation. Never throws. */
export function signUp(email: string, password: string): Promise<SignInResult> {
  return attempt(async (client) => {
    const { data, error } = await client.signUp({
      email,
      password,
      options: { emailRedirectTo: `${location.origin}/` },
    });
    if (error) return refusal(error);
    return data.session ? { kind: "in" } : { kind: "confirm", email };
  });
}

/** How long a sign-out waits for the server. */
const SIGN_OUT_PATIENCE_MS = 3_000;

/** Signs this device out, also without a connection. @param because what the sign-in page says of it */
export async function signOut(because = ""): Promise<void> {
  const revoked = auth().then((client) => client.signOut({ scope: "local" }));
  const patience = new Promise((resolve) => setTimeout(resolve, SIGN_OUT_PATIENCE_MS));
  // Where the server cannot be told, its token runs out by itself; this device forgets it now.
  await Promise.race([revoked.catch(() => {}), patience]);
  end(because);
}
