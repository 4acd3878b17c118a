import type { CategoryKey } from "../../domain/categories.ts";
import type { MemberContext } from "../../domain/context.ts";
import type { PhaseKey } from "../../domain/phases.ts";

/** How long a greeting is shown again even though profile or assessment changed. */
const GREETING_DAYS = 30;
const DAY_MS = 24 * 60 * 60 * 1000;

type GreetingRow = { text: string; basis: string; made_at: number };

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
  ): string | null {
    const [row] = this.#sql
      .exec<GreetingRow>(
        "SELECT text, basis, made_at FROM greetings WHERE category = ? AND phase = ?",
        category ?? "",
        phase,
      )
      .toArray();
    if (!row) return null;
    const old = now - row.made_at > GREETING_DAYS * DAY_MS;
    const changed = context !== null && row.basis !== greetingBasis(context);
    return old && changed ? null : row.text;
  }

  /** Keeps a greeting. Part of the transaction that ends its turn. */
  keep(
    category: CategoryKey | null,
    phase: PhaseKey,
    text: string,
    context: MemberContext,
    now: number,
  ): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO greetings VALUES (?, ?, ?, ?, ?)",
      category ?? "",
      phase,
      text,
      greetingBasis(context),
      now,
    );
  }
}
