import type { OperationsOverview } from "../../domain/operations.ts";
import { cachedShare, count, dollars, milliseconds, percent } from "./figures.ts";

/** The figures to look at first. */
export function Summary({ overview }: { readonly overview: OperationsOverview }) {
  const { days, outcomes, troubles, firstWord } = overview;
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
  const requests = sum(days.map((day) => day.requests));
  const failed = sum(
    outcomes.filter(({ errorCode }) => errorCode !== null).map((row) => row.requests),
  );
  const cached = cachedShare(days);
  const { p50, p95, p99 } = firstWord.all.whole;
  const time = (value: number | null) => (value === null ? "–" : milliseconds(value));
  const facts: readonly [name: string, value: string][] = [
    ["Turns", count(sum(days.map((day) => day.turns)))],
    ["First word, p50", time(p50)],
    ["First word, p95", time(p95)],
    ["First word, p99", time(p99)],
    ["Failed requests", requests === 0 ? "–" : percent((failed / requests) * 100)],
    ["Cached input", cached === null ? "–" : percent(cached)],
    ["Cost", dollars(sum(days.map((day) => day.costMicroUsd)))],
    ["Reports of trouble", count(sum(troubles.map(({ members }) => members)))],
  ];
  return (
    <dl class="ops-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
