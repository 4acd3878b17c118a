/** A link from an e-mail: one to follow, or one that leads nowhere, with the reason for the member. */
export type Link =
  | { readonly kind: "code" }
  | { readonly kind: "refused"; readonly because: string };

const EXPIRED = "This link has expired or was used already. Ask for a new one.";
const ELSEWHERE = "Open the link in the browser where you asked for it, or ask for a new one here.";

/** Why a link did not work, by Supabase's error code. */
const REFUSALS: Readonly<Record<string, string>> = {
  otp_expired: EXPIRED,
  flow_state_expired: EXPIRED,
  flow_state_not_found: EXPIRED,
  bad_code_verifier: ELSEWHERE,
  pkce_code_verifier_not_found: ELSEWHERE,
  user_banned: "This account cannot be used at the moment.",
  signup_disabled: "New accounts cannot be created here at the moment.",
};

/** The sentence for an error code; what the address itself says of the error is never shown. */
export function linkRefusal(code: string | null | undefined): string {
  return REFUSALS[code ?? ""] ?? "This link did not work. Ask for a new one.";
}

/**
 * The link that a page was opened by, if it was. Only one with a code is followed: a code is worth
 * something only in the browser that asked for it. A token in an address could be anybody's, and who
 * follows such a link would write into that somebody's account.
 */
export function linkIn({ pathname, search, hash }: Location): Link | null {
  const query = new URLSearchParams(search);
  const fragment = new URLSearchParams(hash.slice(1));
  for (const parameters of [fragment, query]) {
    if (parameters.has("error_code") || parameters.has("error_description")) {
      return { kind: "refused", because: linkRefusal(parameters.get("error_code")) };
    }
  }
  if (fragment.has("access_token")) return { kind: "refused", because: ELSEWHERE };
  return pathname === "/" && query.has("code") ? { kind: "code" } : null;
}
