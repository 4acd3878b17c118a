import type { CategoryKey } from "../../../domain/categories.ts";
import type { MemberContext } from "../../../domain/context.ts";
import type { PhaseKey } from "../../../domain/phases.ts";

/** How long a greeting is shown again even though profile or assessment changed. */
const GREETING_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

type GreetingRow = { text: string; basis: string; made_at: number; unpaid: number };

/** A greeting that is kept. */
export interface KeptGreeting {
  readonly text: string;
  /** Whether it was written ahead, and has not been shown yet. */
  readonly waits: boolean;
}

/** What a greeting is written from, as a short fingerprint (FNV-1a, 32 bits; collisions only delay a new greeting). */
export function greetingBasis(context: MemberContext | null): string {
  const text = JSON.stringify([context?.profile ?? null, context?.assessment?.id ?? null]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0).toString(16);
}

/**
 * The member's greetings, one for each category and phase: page views must not cost money. A new
 * one is due only if profile or assessment changed and the last is over 30 days old.
 */
export class GreetingShelf {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The kept greeting, or null where one has to be written. */
  kept(
    category: CategoryKey | null,
    phase: PhaseKey,
    context: MemberContext | null,
    now: number,
  ): KeptGreeting | null {
    const [row] = this.#sql
      .exec<GreetingRow>(
        "SELECT text, basis, made_at, unpaid FROM greetings WHERE category = ? AND phase = ?",
        category ?? "",
        phase,
      )
      .toArray();
    if (!row) return null;
    const old = now - row.made_at > GREETING_DAYS * DAY_MS;
    const changed = context !== null && row.basis !== greetingBasis(context);
    return old && changed ? null : { text: row.text, waits: row.unpaid > 0 };
  }

  /**
   * Forgets greetings that may repeat what the member has deleted.
   * @param categories of which something was deleted that a greeting is written from
   * @param values what was deleted, such as a name: greetings that mention one of them go
   */
  forget(categories: readonly string[], values: readonly string[] = []): void {
    const deleted = values.map((value) => value.trim().toLowerCase()).filter(Boolean);
    const rows = this.#sql
      .exec<{ category: string; phase: string; text: string }>(
        "SELECT category, phase, text FROM greetings",
      )
      .toArray();
    for (const { category, phase, text } of rows) {
      const lower = text.toLowerCase();
      if (!categories.includes(category) && !deleted.some((value) => lower.includes(value)))
        continue;
      this.#sql.exec("DELETE FROM greetings WHERE category = ? AND phase = ?", category, phase);
    }
  }

  /** A greeting that was written ahead is shown. */
  shown(category: CategoryKey | null, phase: PhaseKey): void {
    this.#sql.exec(
      "UPDATE greetings SET unpaid = 0 WHERE category = ? AND phase = ?",
      category ?? "",
      phase,
    );
  }

  /** How many greetings were written ahead and have not been shown. */
  ahead(): number {
    const [row] = this.#sql
      .exec<{ n: number }>("SELECT count(*) AS n FROM greetings WHERE unpaid > 0")
      .toArray();
    return row?.n ?? 0;
  }

  /**
   * Keeps a greeting. Part of the transaction that ends its turn.
   * @param waits whether it is written ahead, to be shown later
   */
  keep(
    category: CategoryKey | null,
    phase: PhaseKey,
    text: string,
    context: MemberContext,
    now: number,
    waits = false,
  ): void {
    this.#sql.exec(
      `INSERT OR REPLACE INTO greetings (category, phase, text, basis, made_at, unpaid)
       VALUES (?, ?, ?, ?, ?, ?)`,
      category ?? "",
      phase,
      text,
      greetingBasis(context),
      now,
      waits ? 1 : 0,
    );
  }
}
