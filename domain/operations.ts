/** What can be wrong in a member's session: see `Trouble`. */
export const TROUBLE_KINDS = ["refused", "backlog", "turns", "erase"] as const;

/**
 * Rows that Postgres refused for good (dead letters); a backlog that does not drain; turns that do not
 * end; an erase that does not finish.
 */
export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/** Something that is wrong in a member's session, as the session reported it. Holds none of their words. */
export interface Trouble {
  readonly id: number;
  readonly memberId: string;
  readonly kind: TroubleKind;
  /** Of refused rows what they copy, e.g. `message`; else empty. */
  readonly rowKind: string;
  /** SQLSTATE, or what the last attempt failed with; empty where neither is known. */
  readonly code: string;
  /** How many rows or turns. */
  readonly count: number;
  /** ISO 8601: when the oldest of them began. */
  readonly since: string;
  /** ISO 8601: when the session told it last. */
  readonly reportedAt: string;
}

/** Troubles of one kind and code, of all members. */
export interface TroubleSum {
  readonly kind: TroubleKind;
  readonly rowKind: string;
  readonly code: string;
  readonly members: number;
  readonly count: number;
  readonly since: string;
}

/** Percentiles of a time in milliseconds; null where nothing was measured. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** How long members waited for the first word. */
export interface FirstWord {
  readonly requests: number;
  /** From the request coming in to the first word. */
  readonly whole: Percentiles;
  /** From the request coming in to ours leaving for the provider. */
  readonly ours: Percentiles;
  /** From ours leaving to the provider's first word. */
  readonly provider: Percentiles;
}

/** Where requests came from, as Cloudflare says; `unknown` where it says nothing. */
export interface Region {
  /** ISO 3166-1 alpha-2, or empty. */
  readonly country: string;
  readonly region: string;
}

/** A UTC day, `YYYY-MM-DD`. */
export interface OnDay {
  readonly day: string;
}

/** What was asked of the provider on a day, and what it cost. Money in millionths of a dollar. */
export interface DayFigures extends OnDay {
  readonly requests: number;
  readonly turns: number;
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
  /** Requests whose tokens we counted ourselves. */
  readonly estimated: number;
  /** Requests to a model without a known price: they are not in the cost. */
  readonly unpriced: number;
  readonly costMicroUsd: number;
  /** Turns for which a second request raced the first. */
  readonly hedged: number;
  /** Those that the second one won. */
  readonly hedgesWon: number;
  /** What the losers cost: part of the cost. */
  readonly hedgeCostMicroUsd: number;
}

/** How many requests ended in one way on a day. */
export interface OutcomeFigures extends OnDay {
  /** A turn's state, or `retried`, `lost` (a race) and `aside` (asked by the session itself). */
  readonly outcome: string;
  /** Null where nothing failed. */
  readonly errorCode: string | null;
  readonly requests: number;
}

/** What the deployment may spend on models today (UTC), and has. Money in millionths of a dollar. */
export interface DailyBudgetFigures {
  readonly budgetMicroUsd: number;
  /** Null if the sum cannot be read. */
  readonly spentMicroUsd: number | null;
}

/** From this share of the day's budget on the operator is warned. */
export const BUDGET_WARN_SHARE = 0.8;

/** What `GET /api/ops/overview` answers. Days without requests are left out; lists are oldest day first. */
export interface OperationsOverview {
  /** The first and the last UTC day that is told of. */
  readonly from: string;
  readonly to: string;
  readonly days: readonly DayFigures[];
  readonly firstWord: {
    readonly all: FirstWord;
    readonly byDay: readonly (FirstWord & OnDay)[];
    /** The regions with the most first words first, 50 at most. */
    readonly byRegion: readonly (FirstWord & Region)[];
    /** The first 12 of them, day by day. */
    readonly byRegionAndDay: readonly (FirstWord & Region & OnDay)[];
    /** How many regions there are in all. */
    readonly regions: number;
  };
  readonly outcomes: readonly OutcomeFigures[];
  readonly troubles: readonly TroubleSum[];
  /** Null if no budget is set (`DAILY_BUDGET_USD`): then nothing is counted. */
  readonly budget: DailyBudgetFigures | null;
}

/** How many days an overview tells of: by default, and at most. */
export const OVERVIEW_DAYS = 14;
export const OVERVIEW_DAYS_MAX = 90;
