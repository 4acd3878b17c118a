import type { Api } from "../api/http.ts";
import { ApiError, localProblem } from "../api/problem.ts";

/** What the sign-in page says after it. */
export const SIGNED_OUT_EVERYWHERE =
  "You signed out on all devices. Sign in again to go on; your conversations are kept.";

/** What the auth library says went wrong. */
interface EndingError {
  readonly name: string;
  readonly status?: number | undefined;
}

/** The part of Supabase's auth library that ends sessions by a token. */
interface SessionEnder {
  signOut(token: string, scope: "global"): Promise<{ readonly error: EndingError | null }>;
}

interface EverywhereDeps {
  readonly api: Pick<Api, "json">;
  /** The token of this session; null where it is over. */
  readonly token: () => Promise<string | null>;
  readonly sessions: () => Promise<SessionEnder>;
  /** Signs out of this device. */
  readonly leave: (because: string) => Promise<void>;
}

/** Whether there was no such session any more: as when it is done for the second time. */
function hadEnded({ name, status = 0 }: EndingError): boolean {
  return name === "AuthSessionMissingError" || [401, 403, 404].includes(status);
}

/**
 * Signs a member out on all devices: first every session loses the means to renew itself, then every
 * token that was issued until now is refused, then this device forgets its own. What fails can be
 * tried again, as often as need be.
 * @throws ApiError where it is not done; the member is still signed in here then
 */
export async function signOutEverywhere(deps: EverywhereDeps): Promise<void> {
  const { api, token, sessions, leave } = deps;
  const current = await token();
  if (current !== null) {
    const { error } = await (await sessions()).signOut(current, "global");
    if (error && !hadEnded(error)) {
      throw new ApiError(localProblem("unreachable", error.status ?? 0));
    }
    await api.json("/api/sessions/revoke", { method: "POST" });
  }
  await leave(SIGNED_OUT_EVERYWHERE);
}
