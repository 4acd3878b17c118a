import { afterEach, beforeEach, vi } from "vitest";
import { mendModel } from "./model.ts";
import { mendSupabase } from "./supabase.ts";

// What the Worker logs is looked at where a test is about it, and else only noise.
beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) {
    vi.spyOn(console, level).mockImplementation(() => {});
  }
});

// No test leaves its outage to the next one.
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([mendModel(), mendSupabase()]);
});
