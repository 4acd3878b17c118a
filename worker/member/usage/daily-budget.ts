import { ProblemError } from "../../../domain/problems.ts";
import { type SpentToday, secondsToNextDay, utcDay } from "../../budget/spent-today.ts";
import { causeOf, log } from "../../platform/log.ts";
import { nextTask } from "../../platform/timers.ts";

/** How long the deployment's sum is used without asking for it again, in milliseconds. */
const FRESH_MS = 600_000;
/** The same after it could not be asked for. */
const RETRY_MS = 10_000;
/** Longest wait for the sum, in milliseconds. */
const WAIT_MS = 1_000;

/** What the budget of the day works with. */
export interface DailyBudgetPorts {
  /** In micro-dollars; null for no budget: then nothing is counted. */
  readonly budgetMicroUsd: number | null;
  /** Adds what was spent here to the deployment's sum, and says what that is. */
  readonly add: (microUsd: number) => Promise<SpentToday>;
  /** Keeps the object alive for work that nobody waits for. */
  readonly keepAlive: (work: Promise<unknown>) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * What a member's object knows of the deployment's budget of the day (DAILY_BUDGET_USD). A turn looks at
 * the sum as it was last heard: after the last turn, or on warming. So no turn of a warm object waits for
 * it. The budget can be overrun by what other objects spend before they hear of it: of each member who was
 * active in the last ten minutes, the turns that they may have at once.
 */
export class DailyBudget {
  readonly #ports: DailyBudgetPorts;
  #heard: SpentToday | null = null;
  /** Until when what was heard is used. */
  #freshUntil = 0;
  /** Spent here since the last report, in micro-dollars. */
  #unreported = 0;
  #reporting: Promise<void> | undefined;

  constructor(ports: DailyBudgetPorts) {
    this.#ports = ports;
  }

  /** Whether a turn can be admitted without asking. */
  get isKnown(): boolean {
    return this.#ports.budgetMicroUsd === null || this.#ports.now() < this.#freshUntil;
  }

  /** @throws ProblemError provider_busy until tomorrow if the budget of today is spent */
  admit(now: number): void {
    const { budgetMicroUsd } = this.#ports;
    if (budgetMicroUsd === null) return;
    const elsewhere = this.#heard?.day === utcDay(now) ? this.#heard.spentMicroUsd : 0;
    if (elsewhere + this.#unreported < budgetMicroUsd) return;
    throw new ProblemError("provider_busy", {
      detail: "VIVA has talked a lot today and rests until tomorrow. Please come back then.",
      retryAfter: secondsToNextDay(now),
    });
  }

  /** Counts what a request came to, and reports it in a moment. */
  spend(microUsd: number): void {
    if (this.#ports.budgetMicroUsd === null || microUsd <= 0) return;
    this.#unreported += microUsd;
    // The ending of a turn leaves first.
    this.#ports.keepAlive(nextTask().then(() => this.hear()));
  }

  /** Asks for the sum if it is not known. Never rejects, and waits a second at most. */
  async know(): Promise<void> {
    if (!this.isKnown) await this.hear();
  }

  /** Reports what was spent here and hears the deployment's sum. Never rejects. */
  async hear(): Promise<void> {
    if (this.#ports.budgetMicroUsd === null) return;
    await this.#reporting;
    this.#reporting ??= this.#report().finally(() => {
      this.#reporting = undefined;
    });
    await this.#reporting;
  }

  async #report(): Promise<void> {
    const { add, now } = this.#ports;
    const reported = this.#unreported;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error("no answer in time")), WAIT_MS);
    });
    try {
      this.#heard = await Promise.race([add(reported), late]);
      this.#unreported -= reported;
      this.#freshUntil = now() + FRESH_MS;
    } catch (error) {
      // Members are served all the same; their own limits hold.
      this.#freshUntil = now() + RETRY_MS;
      log("daily_budget_unreachable", causeOf(error));
    } finally {
      clearTimeout(timer);
    }
  }
}
