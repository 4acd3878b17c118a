import { ProblemError } from "../../domain/problems.ts";
import type { Settings } from "../settings.ts";
import type { Ledger } from "./ledger.ts";

/** Time in which the limit of turns counts, in milliseconds. */
const MINUTE_MS = 60_000;
/** Tokens of persona, rules and member data that a reservation expects on top of the history. */
const FIXED_PROMPT_TOKENS = 2_000;

/** What a member may ask for: turns a minute, turns at once, Creation Credits. */
export class TurnLimits {
  readonly #settings: Settings;
  readonly #ledger: Ledger;
  /** When the turns of the last minute began, oldest first. */
  readonly #begins: number[] = [];
  /** When the caring answers of the last minute were stored, oldest first. */
  readonly #caring: number[] = [];

  constructor(settings: Settings, ledger: Ledger) {
    this.#settings = settings;
    this.#ledger = ledger;
  }

  /**
   * Lets a turn begin, or refuses it.
   * @param others how many turns of the member run that go on beside it
   * @throws ProblemError rate_limited, credits_exhausted
   */
  admit(others: number, now: number): void {
    const { TURNS_PER_MINUTE, TURNS_AT_ONCE } = this.#settings;
    keepMinute(this.#begins, now);
    const [oldest] = this.#begins;
    if (oldest !== undefined && this.#begins.length >= TURNS_PER_MINUTE) {
      const retryAfter = Math.max(1, Math.ceil((oldest + MINUTE_MS - now) / 1000));
      throw new ProblemError("rate_limited", { retryAfter, limit: TURNS_PER_MINUTE });
    }
    if (others >= TURNS_AT_ONCE) {
      throw new ProblemError("rate_limited", {
        detail: "VIVA is answering you elsewhere already. Wait for one answer to end.",
        retryAfter: 5,
        limit: TURNS_AT_ONCE,
      });
    }
    if (!this.#ledger.admits(now)) {
      throw new ProblemError("credits_exhausted", { credits: this.#ledger.balance(now) });
    }
    this.#begins.push(now);
  }

  /**
   * Whether a caring answer is stored like any other turn: as many a minute as there may be turns.
   * They are counted by themselves, so that they take nothing from the turns that follow, and no turn
   * keeps one of them back.
   */
  storesCare(now: number): boolean {
    keepMinute(this.#caring, now);
    if (this.#caring.length >= this.#settings.TURNS_PER_MINUTE) return false;
    this.#caring.push(now);
    return true;
  }

  /** Holds what an admitted turn is expected to cost at most, until it is settled. */
  hold(turnId: string): void {
    const { HISTORY_TOKENS, MAX_OUTPUT_TOKENS, OPENAI_MODEL } = this.#settings;
    this.#ledger.hold(turnId, OPENAI_MODEL, {
      inputTokens: FIXED_PROMPT_TOKENS + HISTORY_TOKENS,
      cachedInputTokens: 0,
      outputTokens: MAX_OUTPUT_TOKENS,
    });
  }
}

/** Drops the times that a minute has passed since; oldest first. */
function keepMinute(times: number[], now: number): void {
  while (times[0] !== undefined && now - times[0] >= MINUTE_MS) times.shift();
}
