import { useComputed } from "@preact/signals";
import { useCallback, useEffect, useId, useMemo } from "preact/hooks";
import type { DayUsage } from "../../domain/messages.ts";
import type { Journey } from "../data/data.ts";
import { createResource } from "../data/resource.ts";
import { api } from "../services.ts";
import { Meter } from "../ui/Meter.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { useRefresh } from "../ui/useRefresh.ts";
import { dayLabel, UsageChart } from "./UsageChart.tsx";
import { actionLabel, chartOf, type Usage } from "./usage.ts";

const NUMBER = new Intl.NumberFormat();
const DATE = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "long" });

/** The Creation Credits of this month: what is left, until when, and what they were used for. */
export function UsageCard({ journey }: { readonly journey: Journey }) {
  const { credits } = journey;
  const usage = useMemo(
    () =>
      createResource(async () => {
        const read = await api.json<Usage>("/api/usage");
        credits.set(read.credits);
        return read;
      }),
    [credits],
  );
  useRefresh(useCallback(() => usage.refresh(), [usage]));
  const chart = useComputed(() => usage.value.value && chartOf(usage.value.value));

  // What is left is told as it changes; what it was used for has to be read.
  const left = credits.value.value?.left;
  useEffect(() => {
    const known = usage.value.peek();
    if (left !== undefined && known && known.credits.left !== left) void usage.changed();
  }, [left, usage]);

  const now = credits.value.value ?? usage.value.value?.credits;
  const problem = usage.problem.value;
  return (
    <section class="card" aria-labelledby="account-credits">
      <h2 id="account-credits">Creation Credits</h2>
      {now ? (
        <>
          <p class="credits-left">
            <strong>{NUMBER.format(now.left)}</strong>
            <span class="muted">
              of {NUMBER.format(now.limit)} left. They renew on{" "}
              {DATE.format(new Date(now.renewsAt))}.
            </span>
          </p>
          <Meter
            label="Creation Credits left"
            percent={now.limit > 0 ? Math.round((now.left / now.limit) * 100) : 0}
          />
        </>
      ) : problem ? null : (
        <Skeleton label="Loading your Creation Credits" lines={2} />
      )}
      {problem ? <ProblemNotice problem={problem} onRetry={() => void usage.refresh()} /> : null}
      {chart.value && usage.value.value ? (
        chart.value.total > 0 ? (
          <Uses chart={chart.value} days={usage.value.value.days} />
        ) : (
          <p class="muted">You have not used any this month.</p>
        )
      ) : null}
    </section>
  );
}

interface UsesProps {
  readonly chart: NonNullable<ReturnType<typeof chartOf>>;
  readonly days: readonly DayUsage[];
}

/** What credits were used for, as a picture and as a table. */
function Uses({ chart, days }: UsesProps) {
  const table = useId();
  return (
    <>
      <UsageChart chart={chart} table={table} />
      <details class="usage-details">
        <summary>The same as a table</summary>
        <table id={table} class="usage-table">
          <caption class="visually-hidden">Creation Credits by day and what they were for</caption>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col">For</th>
              <th scope="col">Times</th>
              <th scope="col">Credits</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, action, turns, credits }) => (
              <tr key={`${day} ${action}`}>
                <th scope="row">{dayLabel(day)}</th>
                <td>{actionLabel(action)}</td>
                <td>{NUMBER.format(turns)}</td>
                <td>{NUMBER.format(credits)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
