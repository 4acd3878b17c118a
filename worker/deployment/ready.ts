import { supabaseHeaders } from "../db/supabase.ts";
import { providerAccess } from "../model/provider-config.ts";
import { checkSettings, type Settings } from "../settings.ts";
import { objectsIn } from "./placement.ts";
import { keptJurisdiction } from "./placement-check.ts";
import { isOk, PROBE_TIMEOUT_MS, probeProvider, problemOf, statusOf } from "./probe.ts";

/** Whether a deployment can serve, and what is missing or down where it cannot. */
export interface Readiness {
  readonly ready: boolean;
  /** A sentence each; never a value of a setting. */
  readonly problems: readonly string[];
}

/** How long an answer is used again, in milliseconds: anyone may ask, and each asking costs two requests. */
const READY_CACHE_MS = 10_000;

async function probeSupabase({ SUPABASE_URL, SUPABASE_SECRET_KEY }: Settings) {
  const url = `${SUPABASE_URL}/rest/v1/model_prices?select=model&limit=1`;
  const status = await statusOf(url, { headers: supabaseHeaders(SUPABASE_SECRET_KEY) });
  return isOk(status) ? null : problemOf("Supabase", status);
}

/** Whether members' objects can, and do, live where the settings say; Postgres away is told by another probe. */
async function probePlacement(env: object, settings: Settings): Promise<string | null> {
  const { JURISDICTION: jurisdiction } = settings;
  try {
    if (jurisdiction) objectsIn(env as Env, jurisdiction);
  } catch {
    return `JURISDICTION is ${jurisdiction}, and there are no jurisdictions here: leave it empty`;
  }
  const kept = await keptJurisdiction(settings, PROBE_TIMEOUT_MS);
  if (kept === null || kept === (jurisdiction ?? "")) return null;
  return "JURISDICTION is not what it was when the first members came: set it back";
}

async function probeAll(env: object, settings: Settings): Promise<string[]> {
  const found = await Promise.all([
    probeSupabase(settings),
    probeProvider(providerAccess(settings)),
    probePlacement(env, settings),
  ]);
  return found.filter((problem) => problem !== null);
}

let last: { readonly at: number; readonly readiness: Readiness } | undefined;

/** Checks settings, Supabase and the provider, at most once in ten seconds per isolate. */
export async function readiness(env: object, now: number): Promise<Readiness> {
  // An answer of the future comes from a clock that was set back: it would be used for as long.
  if (last && now >= last.at && now - last.at < READY_CACHE_MS) return last.readiness;
  const { settings, problems } = checkSettings(env as Record<string, unknown>);
  const all = settings ? await probeAll(env, settings) : problems;
  const result = { ready: all.length === 0, problems: all };
  last = { at: now, readiness: result };
  return result;
}
