import { GoTrueClient } from "@supabase/auth-js";
import type { ClientConfig } from "../../domain/messages.ts";
import { storage } from "../platform/storage.ts";
import { libraryStorage, SESSION_KEY } from "./stored.ts";

/** A client whose session nobody else sees: for a sign-in that must be whole before it counts. */
export function createAside(config: ClientConfig): GoTrueClient {
  return new GoTrueClient({
    url: `${config.supabaseUrl}/auth/v1`,
    headers: { apikey: config.supabaseKey },
    storageKey: "viva.aside",
    persistSession: false,
    autoRefreshToken: false,
    detectSessionInUrl: false,
  });
}

/** Supabase's auth client for a deployment. In a chunk of its own: only signing in and links need it. */
export function createAuth(config: ClientConfig): GoTrueClient {
  return new GoTrueClient({
    url: `${config.supabaseUrl}/auth/v1`,
    headers: { apikey: config.supabaseKey },
    storageKey: SESSION_KEY,
    persistSession: true,
    storage: libraryStorage(storage, Date.now),
    // The library would delete the session after any failure: see member-session.ts.
    autoRefreshToken: false,
    detectSessionInUrl: true,
    // A link from an e-mail works only where it was asked for: nobody is signed in to another's
    // account by a link that somebody sent, and no token ever stands in an address.
    flowType: "pkce",
  });
}
