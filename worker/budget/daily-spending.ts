import { DurableObject } from "cloudflare:workers";
import { BUDGET_WARN_SHARE } from "../../domain/operations.ts";
import { log } from "../platform/log.ts";
import { settingsOf } from "../settings.ts";
import { type SpentToday, utcDay } from "./spent-today.ts";

/** What the object stores. */
interface StoredDay {
  readonly day: string;
  readonly spentMicroUsd: number;
  /** What the operator has been told of this day. */
  readonly told: "nothing" | "near" | "reached";
}

/** What the whole deployment has spent on models today: one object, a small sum, no member in it. */
export class DailySpending extends DurableObject<Env> {
  #stored: StoredDay | undefined;

  /**
   * Adds to the sum of today, in micro-dollars; 0 only asks for it. Logs a warning when 80 % of
   * DAILY_BUDGET_USD are spent, and an error when all of it is, once a day each.
   */
  add(microUsd: number): SpentToday {
    const { kv } = this.ctx.storage;
    const day = utcDay(Date.now());
    const before = this.#stored ?? kv.get<StoredDay>("day");
    const spentBefore = before?.day === day ? before.spentMicroUsd : 0;
    const told = before?.day === day ? before.told : "nothing";
    const spentMicroUsd = spentBefore + Math.max(0, microUsd);
    const stored = { day, spentMicroUsd, told: this.#tell(day, spentMicroUsd, told) };
    this.#stored = stored;
    if (microUsd > 0) kv.put("day", stored);
    return { day, spentMicroUsd };
  }

  #tell(day: string, spentMicroUsd: number, told: StoredDay["told"]): StoredDay["told"] {
    const budgetMicroUsd = settingsOf(this.env).DAILY_BUDGET_USD;
    if (budgetMicroUsd === null || told === "reached") return told;
    const reached = spentMicroUsd >= budgetMicroUsd;
    const near = spentMicroUsd >= BUDGET_WARN_SHARE * budgetMicroUsd;
    if (!reached && (told === "near" || !near)) return told;
    const state = reached ? "reached" : "near";
    const fields = { state, day, spentMicroUsd, budgetMicroUsd };
    log("daily_budget", fields, reached ? "error" : "warn");
    return state;
  }
}
