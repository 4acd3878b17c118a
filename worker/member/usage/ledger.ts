import { type Credits, creditMonth, credits, creditsOf } from "../../../domain/credits.ts";
import type { DayUsage, TurnUsage } from "../../../domain/messages.ts";
import {
  costMicroUsd,
  countedMicroUsd,
  type ModelPrice,
  type TokenCount,
} from "../../../domain/models.ts";

/** What a request to the provider has come to. */
export type RequestState = "reserved" | "final" | "estimated" | "failed";

/** A request's row. */
export type RequestRow = {
  turn_id: string;
  attempt: number;
  state: RequestState;
  model: string;
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number | null;
};

/** A request as it is settled. */
export interface SettledRequest extends TokenCount {
  readonly turnId: string;
  readonly attempt: number;
  /** As the provider names it. */
  readonly model: string;
  readonly state: Exclude<RequestState, "reserved">;
}

/** What a settled request cost. */
export interface SettledCost {
  /** Null if the model has no known price. */
  readonly costMicroUsd: number | null;
  /** Creation Credits that this request was charged with. */
  readonly credits: number;
  /** The request's tokens, with the credits of its turn so far. */
  readonly usage: TurnUsage;
}

/** What the ledger counts by. */
export interface LedgerRates {
  readonly monthlyCredits: number;
  /** Price of a model without a list price. */
  readonly unlistedPrice: ModelPrice;
  /** Told what each settled request counts as, whoever pays for it. In micro-dollars. */
  readonly onSpent: (microUsd: number) => void;
}

type DayRow = { day: string; action: string; turns: number; credits: number };

/** Turns by day and action, as Postgres names them. What VIVA asks by itself is no turn, and costs credits. */
const TURN_DAYS = `
  SELECT strftime('%Y-%m-%d', ended_at / 1000, 'unixepoch') AS day,
    CASE
      WHEN kind = 'look' THEN 'vision_discovery'
      WHEN task IS NULL THEN 'chat_conversation'
      WHEN json_extract(task, '$.refine') IS NULL THEN 'vision_generation'
      ELSE 'vision_refinement' END AS action,
    COUNT(*) FILTER (WHERE kind NOT IN ('summary', 'ahead')) AS turns,
    SUM(COALESCE(json_extract(usage, '$.credits'), 0)) AS credits
  FROM turns WHERE usage IS NOT NULL`;

/** The books of the object: a row for each request that left, and the credits used by month. */
export class Ledger {
  readonly #sql: SqlStorage;
  readonly #rates: LedgerRates;
  /** Credits that running turns have reserved, by turn. In memory: a turn that is not here does not run. */
  readonly #reserved = new Map<string, number>();
  /** The credits used in a month, as last read. */
  #spent: { readonly month: string; readonly credits: number } | undefined;

  constructor(sql: SqlStorage, rates: LedgerRates) {
    this.#sql = sql;
    this.#rates = rates;
  }

  /** The member's balance, without what running turns have reserved. */
  balance(now: number): Credits {
    return credits(this.#rates.monthlyCredits, this.#used(now), now);
  }

  /** Whether credits remain beyond what running turns have reserved: the condition of admission. */
  admits(now: number): boolean {
    const reserved = [...this.#reserved.values()].reduce((sum, n) => sum + n, 0);
    return this.#used(now) + reserved < this.#rates.monthlyCredits;
  }

  /** What a request counts as in micro-dollars, also if its model has no list price. */
  counted(model: string, tokens: TokenCount): number {
    return countedMicroUsd(model, tokens, this.#rates.unlistedPrice);
  }

  /**
   * Holds a turn's expected cost, in the tick of its admission, so that two tabs cannot both pass on the
   * last credit. Replaces what is held for the turn so far.
   */
  hold(turnId: string, microUsd: number): void {
    this.#reserved.set(turnId, Math.max(1, creditsOf(microUsd)));
  }

  /** Lets go of a turn's reservation. */
  release(turnId: string): void {
    this.#reserved.delete(turnId);
  }

  /** Writes the row of a request that has just left, with what its prompt is estimated at. */
  reserve(turnId: string, attempt: number, model: string, inputTokens: number): void {
    this.#sql.exec(
      `INSERT INTO requests (turn_id, attempt, state, model, input_tokens, cached_input_tokens,
         output_tokens)
       VALUES (?, ?, 'reserved', ?, ?, 0, 0)`,
      turnId,
      attempt,
      model,
      inputTokens,
    );
  }

  /** The requests of a turn, in order. */
  requests(turnId: string): RequestRow[] {
    return this.#sql
      .exec<RequestRow>("SELECT * FROM requests WHERE turn_id = ? ORDER BY attempt", turnId)
      .toArray();
  }

  /**
   * The request that gave a turn its words: the one with the most output, the later of equals. The
   * loser of a race is as likely the first as the second.
   */
  speaker(turnId: string): number {
    const [row] = this.#sql
      .exec<Pick<RequestRow, "attempt">>(
        "SELECT attempt FROM requests WHERE turn_id = ? ORDER BY output_tokens DESC, attempt DESC LIMIT 1",
        turnId,
      )
      .toArray();
    return row?.attempt ?? 1;
  }

  /** How many of the member's turns that asked the model have ended after a time. */
  turnsSince(at: number): number {
    return this.#sql
      .exec<{ count: number }>(
        `SELECT COUNT(*) AS count FROM turns WHERE ended_at > ? AND usage IS NOT NULL
           AND kind NOT IN ('summary', 'look', 'ahead')`,
        at,
      )
      .one().count;
  }

  /**
   * Settles a request. Part of the transaction that ends it. The member pays for what the provider
   * accepted, whether or not its answer was useful: a request that it refused has no tokens.
   * @param pays false for the request that lost a race: the member pays for the winner
   */
  settle(request: SettledRequest, pays: boolean, now: number): SettledCost {
    const { turnId, attempt, state, model, inputTokens, cachedInputTokens, outputTokens } = request;
    const cost = costMicroUsd(model, request);
    const counted = this.counted(model, request);
    const before = this.#paidBefore(turnId);
    // Rounded up once per turn, not once per request.
    const charged = pays ? creditsOf(before + counted) - creditsOf(before) : 0;
    this.#sql.exec(
      `UPDATE requests SET state = ?, model = ?, input_tokens = ?, cached_input_tokens = ?,
         output_tokens = ?, cost_micro_usd = ? WHERE turn_id = ? AND attempt = ?`,
      state,
      model,
      inputTokens,
      cachedInputTokens,
      outputTokens,
      cost,
      turnId,
      attempt,
    );
    this.#charge(charged, now);
    this.#rates.onSpent(counted);
    const estimated = state === "estimated";
    const tokens = { inputTokens, cachedInputTokens, outputTokens };
    const usage = { ...tokens, estimated, credits: creditsOf(before) + charged };
    return { costMicroUsd: cost, credits: charged, usage };
  }

  /**
   * What the member has paid for a turn so far, in micro-dollars: its requests that are settled. One that
   * lost a race is settled after the one that is paid for.
   */
  #paidBefore(turnId: string): number {
    return this.requests(turnId)
      .filter(({ state }) => state === "final" || state === "estimated")
      .reduce((sum, row) => sum + this.counted(row.model, tokensOfRow(row)), 0);
  }

  /** Counts credits as used in the month that is now. */
  #charge(amount: number, now: number): void {
    if (amount <= 0) return;
    const month = creditMonth(now);
    this.#sql.exec(
      `INSERT INTO spending (month, credits) VALUES (?, ?)
       ON CONFLICT (month) DO UPDATE SET credits = credits + excluded.credits`,
      month,
      amount,
    );
    const spent = this.#spent;
    this.#spent = spent?.month === month ? { month, credits: spent.credits + amount } : undefined;
  }

  /** Takes over what the books in Postgres say of a month, where that is more than is known here. */
  adopt(month: string, used: number): void {
    if (used <= 0) return;
    this.#spent = undefined;
    this.#sql.exec(
      `INSERT INTO spending (month, credits) VALUES (?, ?)
       ON CONFLICT (month) DO UPDATE SET credits = MAX(credits, excluded.credits)`,
      month,
      used,
    );
  }

  /**
   * What was used this month, newest day first: from the turns of the record, and from what is known of
   * turns that are not in it. Turns that asked the provider, with the credits of all that they caused.
   */
  days(now: number): DayUsage[] {
    const first = `${creditMonth(now)}-01`;
    return this.#sql
      .exec<DayRow>(
        `SELECT day, action, SUM(turns) AS turns, SUM(credits) AS credits FROM (
           SELECT day, action, turns, credits FROM usage_days WHERE day >= ?
           UNION ALL SELECT * FROM (${TURN_DAYS} AND ended_at >= ? GROUP BY 1, 2))
         GROUP BY day, action HAVING SUM(turns) > 0 OR SUM(credits) > 0 ORDER BY day DESC, action`,
        first,
        Date.parse(first),
      )
      .toArray();
  }

  /**
   * Takes over what the books in Postgres say by day. Turns that the record holds already are taken to
   * be among them.
   */
  adoptDays(days: readonly DayUsage[], now: number): void {
    const known = new Map(this.days(now).map((row) => [`${row.day} ${row.action}`, row]));
    for (const { day, action, turns, credits: used } of days) {
      const own = known.get(`${day} ${action}`);
      this.#addDay(day, action, turns - (own?.turns ?? 0), used - (own?.credits ?? 0));
    }
  }

  /** Remembers by day what turns have used that are about to be removed from the record. */
  keepDaysOf(turnIds: readonly string[], now: number): void {
    const rows = this.#sql
      .exec<DayRow>(
        `${TURN_DAYS} AND ended_at >= ? AND id IN (SELECT value FROM json_each(?)) GROUP BY 1, 2`,
        Date.parse(`${creditMonth(now)}-01`),
        JSON.stringify(turnIds),
      )
      .toArray();
    for (const row of rows) this.#addDay(row.day, row.action, row.turns, row.credits);
  }

  #addDay(day: string, action: string, turns: number, used: number): void {
    this.#sql.exec(
      `INSERT INTO usage_days (day, action, turns, credits) VALUES (?, ?, ?, ?)
       ON CONFLICT (day, action) DO UPDATE SET
         turns = turns + excluded.turns, credits = credits + excluded.credits`,
      day,
      action,
      Math.max(0, turns),
      Math.max(0, used),
    );
  }

  /** Drops what is kept in memory: after a transaction that was rolled back it may be wrong. */
  forget(): void {
    this.#spent = undefined;
  }

  #used(now: number): number {
    const month = creditMonth(now);
    if (this.#spent?.month !== month) {
      const [row] = this.#sql
        .exec<{ credits: number }>("SELECT credits FROM spending WHERE month = ?", month)
        .toArray();
      this.#spent = { month, credits: row?.credits ?? 0 };
    }
    return this.#spent.credits;
  }
}

function tokensOfRow(row: RequestRow): TokenCount {
  return {
    inputTokens: row.input_tokens,
    cachedInputTokens: row.cached_input_tokens,
    outputTokens: row.output_tokens,
  };
}
