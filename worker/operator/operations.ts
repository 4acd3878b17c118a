import type { Page } from "../../domain/messages.ts";
import type {
  DailyBudgetFigures,
  OperationsOverview,
  Trouble,
  TroubleSum,
} from "../../domain/operations.ts";
import { spendingObject } from "../deployment/placement.ts";
import type { Settings } from "../settings.ts";
import { settingsOf } from "../settings.ts";
import { askDatabase } from "./database.ts";

const DAY_MS = 86_400_000;

/** A time of Postgres as the API tells it. */
const iso = (time: string) => new Date(time).toISOString();

/** The UTC day of a time. */
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** What is spent of the day's budget. What its object has to say must not keep the other figures back. */
async function budgetOf(env: Env): Promise<DailyBudgetFigures | null> {
  const { DAILY_BUDGET_USD: budgetMicroUsd } = settingsOf(env);
  if (budgetMicroUsd === null) return null;
  try {
    const { spentMicroUsd } = await spendingObject(env).add(0);
    return { budgetMicroUsd, spentMicroUsd };
  } catch (error) {
    const { name, message } = error as Error;
    console.warn(JSON.stringify({ event: "daily_budget_unreachable", name, message }));
    return { budgetMicroUsd, spentMicroUsd: null };
  }
}

/**
 * First words, outcomes, usage and troubles of the last days, from the views of Postgres, and the day's budget.
 * @throws ProblemError database_unavailable
 */
export async function readOverview(env: Env, days: number): Promise<OperationsOverview> {
  const [found, budget] = await Promise.all([
    askDatabase<Omit<OperationsOverview, "from" | "to" | "budget">>(
      settingsOf(env),
      "viva_operations",
      { p_days: days },
    ),
    budgetOf(env),
  ]);
  const now = Date.now();
  const troubles = found.troubles.map((sum): TroubleSum => ({ ...sum, since: iso(sum.since) }));
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now), ...found, troubles, budget };
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
