import { ProblemError } from "../../../domain/problems.ts";
import type { Settings } from "../../settings.ts";
import type { DailyBudget } from "../usage/daily-budget.ts";
import type { Ledger } from "../usage/ledger.ts";
import { MinuteCount } from "./minute-count.ts";
import type { TurnPlan } from "./plan.ts";

/** Tokens of persona, rules and member data that a reservation expects on top of the history. */
const FIXED_PROMPT_TOKENS = 2_000;
/** How many requests for turns and stops a member may make for each turn they may take: resends, replays, stops. */
const REQUESTS_PER_TURN = 6;
/** Seconds until another try makes sense while answers are being written. */
const ANSWERS_RETRY_AFTER = 5;

/**
 * Proof that requests of a turn to a model were admitted. Whatever sends one wants it, and only
 * `TurnLimits` makes it: nothing can ask a model that was not counted, and whose cost is not held.
 */
class TurnPermit {
  readonly turnId: string;
  readonly #ledger: Ledger;
  /** What the requests that have left are expected to cost, in micro-dollars. */
  #expected = 0;

  constructor(turnId: string, ledger: Ledger) {
    this.turnId = turnId;
    this.#ledger = ledger;
  }

  /** Holds the cost of one more request of the turn, before it leaves. */
  hold(model: string, inputTokens: number, outputTokens: number): void {
    const tokens = { inputTokens, cachedInputTokens: 0, outputTokens };
    this.#expected += this.#ledger.counted(model, tokens);
    this.#ledger.hold(this.turnId, this.#expected);
  }
}

export type { TurnPermit };

/**
 * What a member may ask for: turns a minute, turns at once, Creation Credits, and the deployment's
 * budget of the day. The one way to a permit: for turns, and for what VIVA asks beside them.
 */
export class TurnLimits {
  readonly #settings: Settings;
  readonly #ledger: Ledger;
  readonly #daily: DailyBudget;
  /** Turns, and questions beside them, that began. */
  readonly #begun = new MinuteCount();
  /** Caring answers that were stored. */
  readonly #caring = new MinuteCount();
  /** Requests for turns and stops, also those that ask no model. */
  readonly #requests = new MinuteCount();
  /** The turn that asks a model in each conversation. */
  readonly #turns = new Map<string, string>();
  /** Questions beside the conversations that are being asked. */
  readonly #questions = new Set<string>();

  constructor(settings: Settings, ledger: Ledger, daily: DailyBudget) {
    this.#settings = settings;
    this.#ledger = ledger;
    this.#daily = daily;
  }

  /**
   * Lets a turn begin, or refuses it; what runs in its conversation is superseded by it. Holds what it
   * is expected to cost until it is released.
   * @throws ProblemError rate_limited, credits_exhausted; provider_busy beyond the budget of the day
   */
  admit({ turnId, place }: TurnPlan, now: number): TurnPermit {
    const { TURNS_AT_ONCE } = this.#settings;
    this.#admitMinute(now);
    const others = this.#turns.size - (this.#turns.has(place.id) ? 1 : 0);
    if (others >= TURNS_AT_ONCE) {
      throw new ProblemError("rate_limited", {
        detail: "VIVA is answering you elsewhere already. Wait for one answer to end.",
        retryAfter: ANSWERS_RETRY_AFTER,
        limit: TURNS_AT_ONCE,
      });
    }
    this.#admitCost(now);
    this.#begun.add(now);
    this.#turns.set(place.id, turnId);
    return this.#permit(turnId);
  }

  /**
   * Lets a question beside the conversations be asked, or not: under the same limits, but it never
   * takes the place of a turn that the member asks for.
   * @returns null if it has to be left out
   */
  admitQuestion({ turnId }: TurnPlan, now: number): TurnPermit | null {
    if (this.#turns.size + this.#questions.size >= this.#settings.TURNS_AT_ONCE) return null;
    try {
      this.#admitMinute(now);
      this.#admitCost(now);
    } catch (error) {
      if (error instanceof ProblemError) return null;
      throw error;
    }
    this.#begun.add(now);
    this.#questions.add(turnId);
    return this.#permit(turnId);
  }

  /** Lets a turn go on that was admitted before its object was lost. */
  readmit({ turnId, place }: TurnPlan): TurnPermit {
    this.#turns.set(place.id, turnId);
    return this.#permit(turnId);
  }

  /** Lets go of what is held for a turn or a question: it is settled. */
  release({ turnId, place }: TurnPlan): void {
    if (this.#turns.get(place.id) === turnId) this.#turns.delete(place.id);
    this.#questions.delete(turnId);
    this.#ledger.release(turnId);
  }

  /**
   * Counts a request for a turn or a stop, whatever it comes to.
   * @throws ProblemError rate_limited
   */
  admitRequest(now: number): void {
    const limit = REQUESTS_PER_TURN * this.#settings.TURNS_PER_MINUTE;
    this.#requests.refuseBeyond(limit, now);
    this.#requests.add(now);
  }

  /**
   * Whether a caring answer is stored like any other turn: as many a minute as there may be turns.
   * They are counted by themselves, so that they take nothing from the turns that follow, and no turn
   * keeps one of them back.
   */
  storesCare(now: number): boolean {
    if (this.#caring.count(now) >= this.#settings.TURNS_PER_MINUTE) return false;
    this.#caring.add(now);
    return true;
  }

  #admitMinute(now: number): void {
    this.#begun.refuseBeyond(this.#settings.TURNS_PER_MINUTE, now);
  }

  #admitCost(now: number): void {
    if (!this.#ledger.admits(now)) {
      throw new ProblemError("credits_exhausted", { credits: this.#ledger.balance(now) });
    }
    this.#daily.admit(now);
  }

  /** Holds one request at its most; the request itself says what it needs when it leaves. */
  #permit(turnId: string): TurnPermit {
    const { HISTORY_TOKENS, MAX_OUTPUT_TOKENS, OPENAI_MODEL } = this.#settings;
    const expected = this.#ledger.counted(OPENAI_MODEL, {
      inputTokens: FIXED_PROMPT_TOKENS + HISTORY_TOKENS,
      cachedInputTokens: 0,
      outputTokens: MAX_OUTPUT_TOKENS,
    });
    this.#ledger.hold(turnId, expected);
    return new TurnPermit(turnId, this.#ledger);
  }
}
