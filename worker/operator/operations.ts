import type { OperationsOverview, Trouble, TroubleSum } from "../../domain/operations.ts";
import { parseRequest } from "../../domain/requests.ts";
import { settingsOf } from "../settings.ts";
import { askDatabase } from "./database.ts";
import { OverviewQuery, TroublesQuery } from "./requests.ts";

const DAY_MS = 86_400_000;

/** Answers what an operator asks. @throws ProblemError */
type Answer = (query: Readonly<Record<string, string>>, env: object) => Promise<object>;

/** A time of Postgres as the API tells it. */
const iso = (time: string) => new Date(time).toISOString();

/** The UTC day of a time. */
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** First words, outcomes, usage and troubles of the last days, from the views of Postgres. */
const overview: Answer = async (query, env) => {
  const { days } = parseRequest(OverviewQuery, query);
  const found = await askDatabase<Omit<OperationsOverview, "from" | "to">>(
    settingsOf(env),
    "viva_operations",
    { p_days: days },
  );
  const now = Date.now();
  const troubles = found.troubles.map((sum): TroubleSum => ({ ...sum, since: iso(sum.since) }));
  return { from: dayOf(now - (days - 1) * DAY_MS), to: dayOf(now), ...found, troubles };
};

/** What members' sessions have reported, newest first. */
const troubles: Answer = async (query, env) => {
  const { limit, cursor } = parseRequest(TroublesQuery, query);
  const found = await askDatabase<Trouble[]>(settingsOf(env), "viva_troubles", {
    // One more tells whether there is a next page.
    p_limit: limit + 1,
    p_before: cursor ?? null,
  });
  const items = found.slice(0, limit).map((trouble) => ({
    ...trouble,
    since: iso(trouble.since),
    reportedAt: iso(trouble.reportedAt),
  }));
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? String(last.id) : null };
};

/** What an operator reads, by path. */
export const OPERATOR_ROUTES: readonly (readonly [path: string, answer: Answer])[] = [
  ["/api/ops/overview", overview],
  ["/api/ops/troubles", troubles],
];
