import * as v from "valibot";
import { summarise } from "./statistics.ts";

/**
 * Ratios of an earlier run, to check a later one against: of this product to the bare object, never
 * absolute times, so that another machine or a busy one can be checked too. More is worse in all.
 */
export type Recorded = v.InferOutput<typeof RecordedSchema>;

const RecordedSchema = v.object({
  ratios: v.record(
    v.string(),
    v.object({
      ratio: v.pipe(v.number(), v.minValue(0)),
      /** How much more a later run may have. */
      tolerance: v.pipe(v.number(), v.minValue(0)),
    }),
  ),
});

/** The distance between the quartiles of a normal distribution, in standard deviations. */
const QUARTILES = 1.349;
/** The standard error of a median, in standard errors of a mean. */
const MEDIAN = 1.253;
/** Both runs are uncertain; beyond three standard errors chance is no explanation. */
const SIGNIFICANT = 3 * Math.SQRT2;
/** Between runs more differs than within one (where code lies in memory, what else runs): a share of the ratio. */
const LEAST_SHARE = 0.15;

/** The medians of what was measured, with what their spread allows a later run. Unmeasured ones are left out. */
export function record(ratios: Readonly<Record<string, readonly number[]>>): Recorded {
  const kept = Object.entries(ratios)
    .filter(([, values]) => values.length > 0)
    .map(([key, values]) => {
      const { p50, low, high, count } = summarise(values);
      const error = (MEDIAN * (high - low)) / QUARTILES / Math.sqrt(count);
      const tolerance = Math.max(LEAST_SHARE * p50, SIGNIFICANT * error);
      return [key, { ratio: rounded(p50), tolerance: rounded(tolerance) }] as const;
    });
  return { ratios: Object.fromEntries(kept) };
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000;

/** @throws RangeError for text that is no record. */
export function parseRecorded(text: string): Recorded {
  try {
    return v.parse(RecordedSchema, JSON.parse(text));
  } catch (error) {
    throw new RangeError(`this is no record of ratios (${(error as Error).message})`);
  }
}

/** A ratio that was measured now and before. */
export interface Compared {
  readonly key: string;
  readonly before: number;
  readonly tolerance: number;
  readonly now: number;
  readonly worse: boolean;
}

/** What both runs measured; parts that one of them left out are passed over. */
export function compare(
  before: Recorded,
  ratios: Readonly<Record<string, readonly number[]>>,
): Compared[] {
  const now = record(ratios);
  return Object.entries(before.ratios).flatMap(([key, { ratio, tolerance }]) => {
    const measured = now.ratios[key]?.ratio;
    if (measured === undefined) return [];
    return [{ key, before: ratio, tolerance, now: measured, worse: measured > ratio + tolerance }];
  });
}

/** A comparison as a row of a table. */
export function comparedRow({ key, before, tolerance, now, worse }: Compared): string[] {
  const two = (value: number): string => value.toFixed(2);
  return [
    key,
    two(before),
    `≤ ${two(before + tolerance)}`,
    two(now),
    worse ? "**worse**" : "as before",
  ];
}
