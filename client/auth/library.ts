import { GoTrueClient } from "@supabase/auth-js";
import type { ClientConfig } from "../../domain/messages.ts";
import { storage } from "../storage.ts";
import { SESSION_KEY } from "./stored.ts";

/** Supabase's auth client for a deployment. In a chunk of its own: a page with a fresh token never loads it. */
export function createAuth(config: ClientConfig): GoTrueClient {
  return new GoTrueClient({
    url: `${config.supabaseUrl}/auth/v1`,
    headers: { apikey: config.supabaseKey },
    storageKey: SESSION_KEY,
    persistSession: true,
    storage,
    // Tokens are renewed when a request needs one; a tab in the background asks for nothing.
    autoRefreshToken: false,
    detectSessionInUrl: true,
    // A link from an e-mail works only where it was asked for: nobody is signed in to another's
    // account by a link that somebody sent, and no token ever stands in an address.
    flowType: "pkce",
  });
}
