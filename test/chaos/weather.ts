import { setTimeout } from "node:timers/promises";
import type { Control, Fault } from "../../local/model/types.ts";
import type { OutageControl } from "../../local/supabase/outage.ts";
import type { Journal } from "./journal.ts";
import type { Random } from "./random.ts";
import type { ChaosWorld } from "./world.ts";

const FAULTS: Readonly<Record<Fault, number>> = {
  "429": 7,
  "500": 7,
  "400": 1,
  "401": 0,
  drop: 6,
  stall: 4,
  slow: 2,
  length: 2,
  content_filter: 1,
};

/** How the provider answers its next requests. */
function modelWeather(random: Random, journal: Journal): Partial<Control> {
  const change: Partial<Control> = {
    ttftMs: random.int(5, 80),
    gapMs: random.pick([0, 1, 3, 6, 12]),
    // Now and then an answer that is kept by its size and not by the time it takes.
    tokens: random.chance(0.08) ? random.int(400, 2_500) : null,
    usage: !random.chance(0.08),
    retryAfter: random.pick([null, 0, 0.1, 1, 30]),
    fault: null,
  };
  if (!random.chance(0.35)) return change;
  const fault = random.weighted(FAULTS);
  journal.count(`provider: ${fault}`);
  // Slow tokens near the end only: an answer would take minutes.
  const at = fault === "slow" ? random.int(45, 60) : random.int(-1, 40);
  const breaksEarly = fault === "drop" || fault === "stall";
  return { ...change, fault, at: breaksEarly ? at : Math.max(0, at), times: random.int(1, 3) };
}

/** How the database answers for a while. */
function databaseWeather(random: Random, journal: Journal): OutageControl {
  const fair: OutageControl = { down: false, latencyMs: 0, status: null };
  const kind = random.weighted({ fair: 6, down: 2, slow: 2, refusing: 1 });
  if (kind !== "fair") journal.count(`database: ${kind}`);
  if (kind === "down") return { ...fair, down: true };
  if (kind === "slow") return { ...fair, latencyMs: random.int(20, 400) };
  if (kind === "refusing") return { ...fair, status: random.pick([401, 404, 429, 503]) };
  return fair;
}

/** What goes on around the members until it is told to end. */
export interface Weather {
  /** Ends it and makes everything fair again. */
  clear(): Promise<void>;
}

/** Makes a change again and again, with pauses in between, until the signal. */
async function each(
  signal: AbortSignal,
  pauseMs: () => number,
  change: () => Promise<void>,
): Promise<void> {
  while (!signal.aborted) {
    await change();
    await setTimeout(pauseMs(), undefined, { signal }).catch(() => {});
  }
}

/** Lets provider and database misbehave at random. */
export function startWeather(world: ChaosWorld, journal: Journal, random: Random): Weather {
  const end = new AbortController();
  const model = random.fork("model");
  const database = random.fork("database");
  const loops = [
    each(
      end.signal,
      () => model.int(20, 150),
      () => world.setModel(modelWeather(model, journal)),
    ),
    each(
      end.signal,
      () => database.int(200, 1_500),
      () => world.setDatabase(databaseWeather(database, journal)),
    ),
  ];
  return {
    clear: async () => {
      end.abort();
      await Promise.all(loops);
      await world.setDatabase({ down: false, latencyMs: 0, status: null });
      await world.resetModel();
    },
  };
}
