import { afterEach, beforeAll, vi } from "vitest";
import { loadSdk } from "../../../worker/model/openai-request.ts";
import { mendModel } from "./model.ts";
import { mendSupabase } from "./supabase.ts";

// What the Worker logs is only noise here; a test that is about it puts a spy in its place.
for (const level of ["log", "warn", "error"] as const) console[level] = () => {};

// Loaded through the test runner it takes a second or two: no test's own time-out should pay for it.
beforeAll(async () => {
  await loadSdk();
});

// No test leaves its outage to the next one.
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([mendModel(), mendSupabase()]);
});
