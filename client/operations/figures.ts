import type { FirstWord, OperationsOverview, OutcomeFigures } from "../../domain/operations.ts";

/** One line or one layer of bars of a chart. */
export interface Series {
  readonly name: string;
  /** Which of the chart's colours it has; by default the one of its place. */
  readonly tone?: number;
  /** A value per day; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** Which part of the first word's time. */
export type Part = "whole" | "ours" | "provider";

const DAY_MS = 86_400_000;

/** The UTC days from one to another, both included, as `YYYY-MM-DD`. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (let time = Date.parse(from); time <= Date.parse(to); time += DAY_MS) {
    days.push(new Date(time).toISOString().slice(0, 10));
  }
  return days;
}

/** Values by day, in the days' order. */
function byDay<Row extends { readonly day: string }>(
  days: readonly string[],
  rows: readonly Row[],
  value: (row: Row) => number | null,
): (number | null)[] {
  const of = new Map(rows.map((row) => [row.day, value(row)]));
  return days.map((day) => of.get(day) ?? null);
}

/** p50, p95 and p99 of a part of the first word. */
export function percentileSeries(
  days: readonly string[],
  rows: readonly (FirstWord & { readonly day: string })[],
  part: Part,
): Series[] {
  return (["p50", "p95", "p99"] as const).map((name) => ({
    name,
    values: byDay(days, rows, (row) => row[part][name]),
  }));
}

/** A figure per day, 0 where nothing was asked. */
export function daySeries(
  overview: OperationsOverview,
  days: readonly string[],
  name: string,
  value: (day: OperationsOverview["days"][number]) => number,
  tone = 0,
): Series {
  return { name, tone, values: byDay(days, overview.days, value).map((found) => found ?? 0) };
}

/** The share of input tokens that the provider had in its cache, in percent; null without any input. */
export function cachedShare(
  rows: readonly { readonly inputTokens: number; readonly cachedInputTokens: number }[],
): number | null {
  const input = rows.reduce((sum, row) => sum + row.inputTokens, 0);
  const cached = rows.reduce((sum, row) => sum + row.cachedInputTokens, 0);
  return input === 0 ? null : (cached / input) * 100;
}

/** Layers of one chart at most: what is less frequent is put together. */
const LAYERS = 6;

/** Requests by day and name, the most frequent names first. */
function layers(
  days: readonly string[],
  rows: readonly OutcomeFigures[],
  nameOf: (row: OutcomeFigures) => string,
): Series[] {
  const totals = new Map<string, number>();
  for (const row of rows) {
    totals.set(nameOf(row), (totals.get(nameOf(row)) ?? 0) + row.requests);
  }
  const names = [...totals].sort((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = names.length > LAYERS ? names.slice(0, LAYERS - 1) : names;
  const rest = new Set(names.slice(shown.length));
  const counted = (has: (name: string) => boolean) =>
    days.map((day) =>
      rows
        .filter((row) => row.day === day && has(nameOf(row)))
        .reduce((sum, row) => sum + row.requests, 0),
    );
  return [
    ...shown.map((name) => ({ name, values: counted((other) => other === name) })),
    ...(rest.size > 0 ? [{ name: "others", values: counted((name) => rest.has(name)) }] : []),
  ];
}

/** Colours of the outcomes: green went well, red did not. The rest is grey. */
const TONES: Readonly<Record<string, number>> = {
  ...{ complete: 0, stopped: 1, interrupted: 2, failed: 3, retried: 4 },
};
const GREY = 5;
/** Colours of errors, which are never green. */
const ERROR_TONES = [3, 2, 4, 1, 6, GREY];

/** How requests ended. */
export function outcomeSeries(overview: OperationsOverview, days: readonly string[]): Series[] {
  const found = layers(days, overview.outcomes, ({ outcome }) => outcome);
  return found.map((series) => ({ ...series, tone: TONES[series.name] ?? GREY }));
}

/** Why requests failed. */
export function errorSeries(overview: OperationsOverview, days: readonly string[]): Series[] {
  const failed = overview.outcomes.filter(({ errorCode }) => errorCode !== null);
  const found = layers(days, failed, ({ errorCode }) => errorCode ?? "");
  return found.map((series, index) => ({ ...series, tone: ERROR_TONES[index] ?? GREY }));
}

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SECONDS = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

/** A count. */
export const count = (value: number) => NUMBER.format(value);

/** Milliseconds, as seconds from 10,000 on. */
export function milliseconds(value: number): string {
  if (value >= 10_000) return `${SECONDS.format(value / 1000)} s`;
  return `${(value < 10 ? SECONDS : NUMBER).format(value)} ms`;
}

export const percent = (value: number) => `${SECONDS.format(value)} %`;

/** Millionths of a dollar: with the digits that a small sum needs. */
export function dollars(microUsd: number): string {
  const value = microUsd / 1_000_000;
  const digits = value === 0 || value >= 100 ? 0 : value >= 1 ? 2 : 4;
  return `$${value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits })}`;
}
