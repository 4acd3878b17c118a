import * as v from "valibot";
import { type OperationsOverview, TROUBLE_KINDS, type Trouble } from "../../domain/operations.ts";
import type { Operation } from "./operations.ts";
import * as shapes from "./shapes.ts";

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));
const Day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/));
const Time = v.pipe(v.string(), v.isoTimestamp());
const Milliseconds = v.nullable(v.pipe(v.number(), v.minValue(0)));
const Kind = v.picklist(TROUBLE_KINDS);

const Percentiles = v.object({ p50: Milliseconds, p95: Milliseconds, p99: Milliseconds });
const firstWord = {
  requests: Count,
  whole: Percentiles,
  ours: Percentiles,
  provider: Percentiles,
};
const onDay = { day: Day };
const region = { country: v.string(), region: v.string() };

/** Held to the type that the code answers with. */
const Overview: v.GenericSchema<OperationsOverview> = v.object({
  from: Day,
  to: Day,
  days: v.array(
    v.object({
      ...onDay,
      requests: Count,
      turns: Count,
      inputTokens: Count,
      cachedInputTokens: Count,
      outputTokens: Count,
      estimated: Count,
      unpriced: Count,
      costMicroUsd: Count,
      hedged: Count,
      hedgesWon: Count,
      hedgeCostMicroUsd: Count,
    }),
  ),
  firstWord: v.object({
    all: v.object(firstWord),
    byDay: v.array(v.object({ ...firstWord, ...onDay })),
    byRegion: v.array(v.object({ ...firstWord, ...region })),
    byRegionAndDay: v.array(v.object({ ...firstWord, ...region, ...onDay })),
    regions: Count,
  }),
  outcomes: v.array(
    v.object({
      ...onDay,
      outcome: v.string(),
      errorCode: v.nullable(v.string()),
      requests: Count,
    }),
  ),
  troubles: v.array(
    v.object({
      kind: Kind,
      rowKind: v.string(),
      code: v.string(),
      members: Count,
      count: Count,
      since: Time,
    }),
  ),
  budget: v.nullable(v.object({ budgetMicroUsd: Count, spentMicroUsd: v.nullable(Count) })),
});

const TroubleShape: v.GenericSchema<Trouble> = v.object({
  id: Count,
  memberId: v.pipe(v.string(), v.uuid()),
  kind: Kind,
  rowKind: v.string(),
  code: v.string(),
  count: Count,
  since: Time,
  reportedAt: Time,
});

/** All of an operator's routes: without the secret, with another one, from where too many were tried. */
const REFUSED = ["not_found", "forbidden", "rate_limited"] as const;

/** What the operator's routes take and answer. The secret is in `X-Ops-Secret`. */
export const OPERATOR_OPERATIONS: Readonly<Record<string, Operation>> = {
  "GET /api/ops/overview": {
    summary: "First words, outcomes, usage and troubles of the last days",
    description: "By UTC day, today included. Times in milliseconds, money in micro-dollars.",
    answers: { 200: Overview },
    problems: [...REFUSED, "invalid_request", "database_unavailable"],
  },
  "GET /api/ops/troubles": {
    summary: "What is wrong in members' sessions",
    description:
      "As the sessions reported it, newest first: rows that Postgres refused for good, a backlog " +
      "that does not drain, turns that do not end, an erase that does not finish.",
    answers: { 200: shapes.pageOf(TroubleShape) },
    problems: [...REFUSED, "invalid_request", "database_unavailable"],
  },
  "POST /api/ops/outbox/resend": {
    summary: "Send again what Postgres refused for good",
    description: "409 while everything of the member is being erased.",
    answers: { 200: shapes.ResentShape },
    problems: [...REFUSED, "conflict"],
  },
  "POST /api/ops/members/erase": {
    summary: "Erase everything of a member",
    description:
      "For a member whose account was deleted, or who asks the operator. It goes on by itself; asked " +
      "again when it is done it begins anew and finds nothing.",
    answers: { 202: v.object({ state: v.literal("erasing") }) },
    problems: [...REFUSED, "misconfigured"],
  },
};
