import type { Verdict } from "./bounds.ts";
import type { ChartGroup } from "./chart.ts";
import { table } from "./statistics.ts";

/** What one part of the bench found. */
export interface Section {
  readonly title: string;
  /** Markdown: a table and the sentences below it. */
  readonly text: string;
  readonly verdicts: readonly Verdict[];
  /** Measured against the bare object, once for each round: what a later run is checked against. */
  readonly ratios: Readonly<Record<string, readonly number[]>>;
  /** What of it stands in the chart. */
  readonly bars?: readonly ChartGroup[];
}

/** Milliseconds, or whatever else is told to a hundredth. */
export const two = (value: number): string => value.toFixed(2);

/** A ratio; empty where there is nothing to compare with. */
export const times = (value: number, by: number | undefined): string =>
  by === undefined || Number.isNaN(by) ? "" : `${(value / by).toFixed(2)}×`;

/** Sections as one Markdown text. */
export function sectionText({ title, text }: Section): string {
  return `## ${title}\n\n${text}`;
}

/** A table with sentences below it. */
export function told(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  sentences: readonly string[],
): string {
  return [table(head, rows), "", ...sentences].join("\n");
}
