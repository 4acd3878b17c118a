import { BUDGET_WARN_SHARE, type DailyBudgetFigures } from "../../domain/operations.ts";
import { Meter } from "../ui/Meter.tsx";
import { dollars, percent } from "./figures.ts";

/** What the share that is spent means for members. */
function noteOf(share: number): string | null {
  if (share >= 1) return "All of it is spent: turns are refused until the next UTC day.";
  if (share < BUDGET_WARN_SHARE) return null;
  return `${percent(BUDGET_WARN_SHARE * 100)} or more is spent. Once all of it is, turns are refused until the next UTC day.`;
}

/** The day's budget of the deployment: what is spent, of how much. */
export function Budget({ budget }: { readonly budget: DailyBudgetFigures | null }) {
  return (
    <section class="ops-budget" aria-labelledby="ops-budget-title">
      <h2 id="ops-budget-title">Today's budget</h2>
      {budget === null ? (
        <p class="muted">
          No budget is set. <code>DAILY_BUDGET_USD</code> limits what the deployment spends on
          models a day.
        </p>
      ) : (
        <Spent {...budget} />
      )}
    </section>
  );
}

function Spent({ budgetMicroUsd, spentMicroUsd }: DailyBudgetFigures) {
  if (spentMicroUsd === null) {
    return (
      <p class="muted">What is spent of {dollars(budgetMicroUsd)} cannot be read right now.</p>
    );
  }
  // A budget of nothing is spent from the beginning.
  const share = budgetMicroUsd === 0 ? 1 : spentMicroUsd / budgetMicroUsd;
  const note = noteOf(share);
  return (
    <>
      <p>
        <strong>{dollars(spentMicroUsd)}</strong> of {dollars(budgetMicroUsd)} ·{" "}
        {percent(share * 100)}
      </p>
      <Meter
        label="Share of today's budget that is spent"
        percent={Math.min(100, Math.floor(share * 100))}
        mark={BUDGET_WARN_SHARE * 100}
      />
      {note === null ? null : (
        <p class="ops-budget-note" role="status">
          {note}
        </p>
      )}
    </>
  );
}
