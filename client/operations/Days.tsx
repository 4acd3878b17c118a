import type { OperationsOverview } from "../../domain/operations.ts";
import { Chart } from "./Chart.tsx";
import {
  cachedShare,
  count,
  daySeries,
  dollars,
  errorSeries,
  outcomeSeries,
  percent,
} from "./figures.ts";

interface DaysProps {
  readonly overview: OperationsOverview;
  readonly days: readonly string[];
}

/** How requests ended, why they failed, and what they used and cost, by day. */
export function Days({ overview, days }: DaysProps) {
  const of = new Map(overview.days.map((day) => [day.day, day]));
  const shares = days.map((day) => {
    const found = of.get(day);
    return found ? cachedShare([found]) : null;
  });
  return (
    <>
      <section class="ops-section" aria-labelledby="ops-outcomes">
        <h2 id="ops-outcomes">How requests ended</h2>
        <div class="ops-grid-of-charts">
          <Chart
            title="Outcomes"
            note="Requests to the provider. Retried and lost: their turn went on with another one. Aside: asked by the session itself."
            days={days}
            series={outcomeSeries(overview, days)}
            form="bars"
            show={count}
          />
          <Chart
            title="Errors by code"
            note="Requests that failed, also those whose turn went well with another one."
            days={days}
            series={errorSeries(overview, days)}
            form="bars"
            show={count}
          />
          <Chart
            title="Hedges"
            note="Turns for which a second request raced the first."
            days={days}
            series={[
              daySeries(overview, days, "second one won", (day) => day.hedgesWon),
              daySeries(
                overview,
                days,
                "first one won, or none",
                ({ hedged, hedgesWon }) => Math.max(0, hedged - hedgesWon),
                5,
              ),
            ]}
            form="bars"
            show={count}
          />
        </div>
      </section>
      <section class="ops-section" aria-labelledby="ops-cost">
        <h2 id="ops-cost">What it used and cost</h2>
        <div class="ops-grid-of-charts">
          <Chart
            title="Cost at list price"
            note="A race's loser is part of the cost."
            days={days}
            series={[
              daySeries(
                overview,
                days,
                "answers",
                ({ costMicroUsd, hedgeCostMicroUsd }) => costMicroUsd - hedgeCostMicroUsd,
              ),
              daySeries(overview, days, "lost races", (day) => day.hedgeCostMicroUsd, 4),
            ]}
            form="bars"
            show={dollars}
          />
          <Chart
            title="Input from the provider's cache"
            note="Share of all input tokens. It falls when the prompt's beginning changes."
            days={days}
            series={[{ name: "cached", values: shares }]}
            form="lines"
            show={percent}
          />
          <Chart
            title="Not known exactly"
            note="Estimated: the provider did not say what was used. Unpriced: no known price, not in the cost."
            days={days}
            series={[
              daySeries(overview, days, "estimated", (day) => day.estimated, 2),
              daySeries(overview, days, "unpriced", (day) => day.unpriced, 3),
            ]}
            form="bars"
            show={count}
          />
        </div>
      </section>
    </>
  );
}
