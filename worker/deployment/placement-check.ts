import { ProblemError } from "../../domain/problems.ts";
import { asService, type Rpc, supabaseHeaders } from "../db/supabase.ts";
import { causeOf, log } from "../platform/log.ts";
import type { Settings } from "../settings.ts";

/** How long after an answer that refuses, or none, Postgres is asked again, in milliseconds. */
const AGAIN_AFTER_MS = 30_000;

/** What is known of where this deployment's objects live. */
interface Known {
  /** `changed`: elsewhere than the settings say. `unknown`: Postgres did not say. */
  readonly state: "same" | "changed" | "unknown";
  readonly at: number;
}

/** What the check works with. */
export interface PlacementPorts {
  /** The database as the service. */
  readonly rpc: Rpc;
  /** As the settings say; empty for anywhere. */
  readonly jurisdiction: string;
  readonly timeoutMs: number;
  /** Milliseconds on a clock. */
  readonly now: () => number;
}

/**
 * Finds out, once, whether this deployment's objects have always lived where its settings say: Postgres
 * remembers what the first of them said. Where it cannot be asked nobody is refused for it.
 * The returned function throws ProblemError misconfigured.
 */
export function placementCheck(ports: PlacementPorts): () => Promise<void> {
  const { rpc, jurisdiction, timeoutMs, now } = ports;
  let known: Known | undefined;

  async function ask(): Promise<Known> {
    try {
      const kept = await rpc<unknown>(
        "viva_placement",
        { p_jurisdiction: jurisdiction },
        timeoutMs,
      );
      if (kept === jurisdiction) return { state: "same", at: now() };
      log("jurisdiction_changed", { kept, setting: jurisdiction }, "error");
      return { state: "changed", at: now() };
    } catch (error) {
      log("placement_unknown", causeOf(error));
      return { state: "unknown", at: now() };
    }
  }

  return async () => {
    if (known?.state === "same") return;
    // Not one question for all: it belongs to the object that asks, and if that one is reset, as by a
    // deployment, it never ends. All other objects would wait for it.
    if (!known || now() - known.at >= AGAIN_AFTER_MS) known = await ask();
    if (known.state === "changed") throw new ProblemError("misconfigured");
  };
}

/** One check, with its memory, per isolate and set of settings. */
const checks = new WeakMap<Settings, () => Promise<void>>();

/**
 * Refuses to begin anew for members whose objects live in another jurisdiction. Asked by objects that
 * know nothing of their member yet: the others are where they are.
 * @throws ProblemError misconfigured
 */
export function admitPlacement(settings: Settings): Promise<void> {
  let check = checks.get(settings);
  if (!check) {
    check = placementCheck({
      rpc: asService(settings),
      jurisdiction: settings.JURISDICTION ?? "",
      timeoutMs: settings.CONTEXT_COLD_WAIT_MS,
      now: () => Date.now(),
    });
    checks.set(settings, check);
  }
  return check();
}

/**
 * The jurisdiction that the members' objects live in; empty for anywhere. Asks without saying anything:
 * only a member's coming decides.
 * @returns null where none has come yet, and where Postgres does not say
 */
export async function keptJurisdiction(
  { SUPABASE_URL, SUPABASE_SECRET_KEY }: Settings,
  timeoutMs: number,
): Promise<string | null> {
  try {
    const response = await globalThis.fetch(
      `${SUPABASE_URL}/rest/v1/deployment?select=jurisdiction`,
      {
        headers: supabaseHeaders(SUPABASE_SECRET_KEY),
        redirect: "manual",
        signal: AbortSignal.timeout(timeoutMs),
      },
    );
    const rows: unknown = response.ok ? await response.json() : null;
    const kept = Array.isArray(rows) ? (rows[0] as { jurisdiction?: unknown })?.jurisdiction : null;
    return typeof kept === "string" ? kept : null;
  } catch {
    return null;
  }
}
