import { afterEach, vi } from "vitest";
import { mendModel } from "./model.ts";
import { mendSupabase } from "./supabase.ts";

// What the Worker logs is only noise here; a test that is about it puts a spy in its place.
for (const level of ["log", "warn", "error"] as const) console[level] = () => {};

// No test leaves its outage to the next one.
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([mendModel(), mendSupabase()]);
});
