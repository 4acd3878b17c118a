import * as v from "valibot";
import { SPREADS } from "./arrivals.ts";
import { Histogram, type HistogramData } from "./histogram.ts";
import { LoadError } from "./load-error.ts";

/** What is measured of a turn, in milliseconds; `late` to `provider` are the parts of `firstWord`. */
export const MEASURES = ["firstWord", "late", "network", "ours", "provider", "whole"] as const;
export type Measure = (typeof MEASURES)[number];

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const histogram = v.array(v.tuple([count, count]));

const GroupSchema = v.object({
  /** Where the load came from. */
  region: v.string(),
  /** The data centre that answered; empty where none is named. */
  colo: v.string(),
  ok: count,
  /** Failed turns by problem code. */
  errors: v.record(v.string(), count),
  histograms: v.object({
    firstWord: histogram,
    late: histogram,
    network: histogram,
    ours: histogram,
    provider: histogram,
    whole: histogram,
  } satisfies Record<Measure, typeof histogram>),
});

const ReportSchema = v.object({
  format: v.literal("viva-load"),
  version: v.literal(1),
  runs: v.array(
    v.object({
      region: v.string(),
      url: v.string(),
      /** ISO time. */
      startedAt: v.string(),
      seconds: v.number(),
      turns: count,
      /** Turns a second that were meant to begin. */
      rate: v.number(),
      spread: v.picklist(SPREADS),
      members: count,
    }),
  ),
  groups: v.array(GroupSchema),
});

/** A load test's outcome, of one region or of several merged. */
export type LoadReport = v.InferOutput<typeof ReportSchema>;
export type Run = LoadReport["runs"][number];
export type Group = Omit<LoadReport["groups"][number], "histograms"> & {
  readonly histograms: Readonly<Record<Measure, HistogramData>>;
};

/**
 * Reads a report from its JSON.
 * @param name of the file, for the message
 * @throws LoadError where it is none
 */
export function parseReport(text: string, name: string): LoadReport {
  try {
    return v.parse(ReportSchema, JSON.parse(text));
  } catch (cause) {
    throw new LoadError(`${name} is no report of this tool.`, { cause });
  }
}

/** One report. */
export function makeReport(run: Run, groups: readonly Group[]): LoadReport {
  return merged([run], groups);
}

/** Several regions' reports as one: same region and data centre add up, without loss. */
export function mergeReports(reports: readonly LoadReport[]): LoadReport {
  return merged(
    reports.flatMap(({ runs }) => runs),
    reports.flatMap(({ groups }) => groups),
  );
}

function merged(runs: readonly Run[], groups: readonly Group[]): LoadReport {
  const byPlace = Map.groupBy(groups, ({ region, colo }) => JSON.stringify([region, colo]));
  const sums = [...byPlace.values()].map(sum);
  return {
    format: "viva-load",
    version: 1,
    runs: [...runs],
    groups: sums
      .toSorted((a, b) => a.region.localeCompare(b.region) || a.colo.localeCompare(b.colo))
      .map((group) => v.parse(GroupSchema, group)),
  };
}

/** Groups added up; region and data centre are the first one's. */
export function sum(groups: readonly Group[]): Group {
  const errors: Record<string, number> = {};
  for (const group of groups) {
    for (const [code, times] of Object.entries(group.errors)) {
      errors[code] = (errors[code] ?? 0) + times;
    }
  }
  const add = (measure: Measure): HistogramData => {
    const all = new Histogram();
    for (const group of groups) all.merge(Histogram.from(group.histograms[measure]));
    return all.data();
  };
  return {
    region: groups[0]?.region ?? "",
    colo: groups[0]?.colo ?? "",
    ok: groups.reduce((total, { ok }) => total + ok, 0),
    errors,
    histograms: {
      firstWord: add("firstWord"),
      late: add("late"),
      network: add("network"),
      ours: add("ours"),
      provider: add("provider"),
      whole: add("whole"),
    },
  };
}
