import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HedgeBudget, TURNS_PER_HEDGE } from "../../worker/member/turns/hedge.ts";

/** A member's turns on a clock of their own, with what of the budget outlives its object. */
class Days {
  now = 1_000;
  #kept: number | undefined;
  #ends: number[] = [];
  #budget = this.#wake();

  #wake(): HedgeBudget {
    return new HedgeBudget({
      load: () => this.#kept,
      save: (at) => {
        this.#kept = at;
      },
      turnsSince: (at) => this.#ends.filter((end) => end > at).length,
      now: () => this.now,
    });
  }

  /** A turn ends. */
  end(): void {
    this.now += 1;
    this.#ends.push(this.now);
  }

  /** A turn whose first word is late. @returns whether it is hedged */
  late(): boolean {
    this.now += 1;
    const taken = this.#budget.take();
    if (taken) this.#budget.save();
    this.end();
    return taken;
  }

  /** The object is lost, and is there again. */
  evict(): void {
    this.#budget = this.#wake();
  }

  busy(): void {
    this.now += 1;
    this.#budget.close();
  }

  /** A conversation is deleted, and its turns with it. */
  forget(): void {
    this.#ends = [];
  }

  take(): boolean {
    return this.#budget.take();
  }
}

describe("the budget for hedges", () => {
  it(`gives at most one in any ${TURNS_PER_HEDGE} turns, whatever becomes of the object`, () => {
    const happening = fc.constantFrom("turn", "late", "late", "late", "evicted", "deleted");
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 200 }), (happenings) => {
        const days = new Days();
        const hedged: boolean[] = [];
        for (const what of happenings) {
          if (what === "evicted") days.evict();
          else if (what === "deleted") days.forget();
          else if (what === "late") hedged.push(days.late());
          else {
            days.end();
            hedged.push(false);
          }
        }
        for (let from = 0; from < hedged.length; from += 1) {
          const among = hedged.slice(from, from + TURNS_PER_HEDGE).filter(Boolean);
          expect(among.length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("gives the first one at once, and the next after exactly as many turns", () => {
    const days = new Days();
    const hedged = Array.from({ length: 2 * TURNS_PER_HEDGE + 1 }, () => days.late());
    expect(hedged.flatMap((yes, turn) => (yes ? [turn] : []))).toEqual([
      0,
      TURNS_PER_HEDGE,
      2 * TURNS_PER_HEDGE,
    ]);
  });

  it("gives it to one of two turns that are late at once", () => {
    const days = new Days();
    expect([days.take(), days.take()]).toEqual([true, false]);
  });

  it("gives none for as many turns after a provider that had too much to do", () => {
    const days = new Days();
    days.busy();
    days.evict();
    const hedged = Array.from({ length: TURNS_PER_HEDGE + 1 }, () => days.late());
    expect(hedged.indexOf(true)).toBe(TURNS_PER_HEDGE);
  });
});
