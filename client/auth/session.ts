import { computed, signal } from "@preact/signals";
import type { GoTrueClient } from "@supabase/auth-js";
import { config } from "../api/config.ts";
import type { Tokens } from "../api/http.ts";
import { lazy } from "../api/lazy.ts";
import { problemOf } from "../api/problem.ts";
import { storage } from "../platform/storage.ts";
import { navigate } from "../router.ts";
import { alone } from "./alone.ts";
import { type Link, linkIn, linkRefusal } from "./link.ts";
import { createMemberSession } from "./member-session.ts";
import { refresh } from "./refresh.ts";
import { keepSession, type Member, SESSION_KEY } from "./stored.ts";

const session = createMemberSession({
  storage,
  alone,
  refresh: (refreshToken) => refresh(refreshToken, config, (input, init) => fetch(input, init)),
  now: Date.now,
  steady: () => performance.now(),
});

/** Who is signed in; null when nobody is. */
export const member = computed<Member | null>(() => session.current.value?.member ?? null, {
  name: "member",
});

/** The token of the session; null when nobody is signed in. */
export const accessToken = computed(() => session.current.value?.accessToken ?? null);

/** The id of the factor whose code a sign-in awaits; null if it awaits none. */
export const awaitedFactor = computed(() => session.awaiting.value?.factorId ?? null);

/** The member's own factor; null if they sign in with one step. */
export const ownFactor = computed(() => session.current.value?.factorId ?? null);

/** Why the last session ended without the member asking, for the sign-in page; empty otherwise. */
export const { endedBecause } = session;

/** The tokens of this session, for the API. */
export const tokens: Tokens = session.tokens;

/** Takes over what the storage holds now, after the auth library changed it. */
export const syncSession = session.sync;

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

// Who is signed out has no password to set.
accessToken.subscribe((token) => {
  if (token === null && !session.awaiting.peek() && recovering.peek()) setRecovering(false);
});

/** Takes over a session that was made beside the stored one. */
export function adoptSession(made: Readonly<Record<string, unknown>>): void {
  keepSession(storage, made, Date.now());
  session.sync();
}

const loadLibrary = lazy(() => import("./library.ts"));
let library: Promise<GoTrueClient> | null = null;

/**
 * Loads the auth library; the first call fetches its chunk and the configuration.
 * @throws ApiError when either cannot be had; the next call tries again
 */
export function auth(): Promise<GoTrueClient> {
  library ??= Promise.all([loadLibrary(), config()])
    .then(([{ createAuth }, settings]) => {
      const client = createAuth(settings);
      client.onAuthStateChange((event) => {
        if (event === "PASSWORD_RECOVERY") setRecovering(true);
        session.sync();
      });
      return client;
    })
    .catch((error: unknown) => {
      library = null;
      throw error;
    });
  return library;
}

/** A client beside the session. @throws ApiError if its code or the configuration cannot be had */
export async function aside(): Promise<GoTrueClient> {
  const [{ createAside }, settings] = await Promise.all([loadLibrary(), config()]);
  return createAside(settings);
}

/** Follows sign-ins and sign-outs of other tabs, and takes over a session from a link in an e-mail. */
export function watchSession(): void {
  addEventListener("storage", (event) => {
    if (event.key === SESSION_KEY || event.key === null) session.sync();
  });
  const link = linkIn(location);
  if (link) void take(link);
}

/** Follows a link from an e-mail, or says why it leads nowhere. */
async function take(link: Link): Promise<void> {
  if (link.kind === "refused") {
    navigate(location.pathname, { replace: true });
    session.explain(link.because);
    return;
  }
  arriving.value = true;
  try {
    const client = await auth();
    const { error } = await client.initialize();
    // A code that was asked for elsewhere is not even tried, and stays where it is.
    const untried = new URLSearchParams(location.search).has("code");
    const code = error ? error.code : untried ? "pkce_code_verifier_not_found" : null;
    session.explain(code === null ? "" : linkRefusal(code));
    session.sync();
    navigate(location.pathname, { replace: true });
  } catch (error) {
    // The link stays in the address: loading the page again follows it again.
    session.explain(problemOf(error).detail);
  } finally {
    arriving.value = false;
  }
}

/** How long a sign-out waits for the server. */
const SIGN_OUT_PATIENCE_MS = 3_000;

/** Signs this device out, also without a connection. @param because what the sign-in page says of it */
export async function signOut(because = ""): Promise<void> {
  // The server takes only a token that is still good.
  const revoked = tokens.current().then(async (token) => {
    if (token !== null || session.awaiting.peek()) await (await auth()).signOut({ scope: "local" });
  });
  const patience = new Promise((resolve) => setTimeout(resolve, SIGN_OUT_PATIENCE_MS));
  // Where the server cannot be told, its token runs out by itself; this device forgets it now.
  await Promise.race([revoked.catch(() => {}), patience]);
  session.end(because);
}
