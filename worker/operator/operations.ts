import type { Page } from "../../domain/messages.ts";
import type { OperationsOverview, Trouble, TroubleSum } from "../../domain/operations.ts";
import type { Settings } from "../settings.ts";
import { askDatabase } from "./database.ts";

const DAY_MS = 86_400_000;

/** A time of Postgres as the API tells it. */
const iso = (time: string) => new Date(time).toISOString();

/** The UTC day of a time. */
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/**
 * First words, outcomes, usage and troubles of the last days, from the views of Postgres.
 * @throws ProblemError database_unavailable
 */
export async function readOverview(settings: Settings, days: number): Promise<OperationsOverview> {
  const found = await askDatabase<Omit<OperationsOverview, "from" | "to">>(
    settings,
    "viva_operations",
    { p_days: days },
  );
  const now = Date.now();
  const troubles = found.troubles.map((sum): TroubleSum => ({ ...sum, since: iso(sum.since) }));
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now), ...found, troubles };
}

/**
 * What members' sessions have reported, newest first.
 * @param cursor the id that the page before ended with; null for the first page
 * @throws ProblemError database_unavailable
 */
export async function readTroubles(
  settings: Settings,
  limit: number,
  cursor: number | null,
): Promise<Page<Trouble>> {
  const found = await askDatabase<Trouble[]>(settings, "viva_troubles", {
    // One more tells whether there is a next page.
    p_limit: limit + 1,
    p_before: cursor,
  });
  const items = found.slice(0, limit).map((trouble) => ({
    ...trouble,
    since: iso(trouble.since),
    reportedAt: iso(trouble.reportedAt),
  }));
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? String(last.id) : null };
}
