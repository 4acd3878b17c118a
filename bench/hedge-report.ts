import { quantile, table } from "./statistics.ts";

/** What one value of HEDGE_AFTER_MS was seen to do. */
export interface HedgeRun {
  /** Null for no hedge. */
  readonly afterMs: number | null;
  /** The share of the provider's first tokens that come in time; null for no hedge. */
  readonly inTime: number | null;
  /** Milliseconds from sending a turn to its first word at the member, sorted. */
  readonly firstWords: readonly number[];
  /** Requests per turn at the provider, less the one that each needs. */
  readonly more: number;
}

/** p99 of the first word must become this share of what it is without a hedge … */
const P99_BOUND = 0.5;
/** … with at most this share of requests more. */
const REQUESTS_BOUND = 0.05;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const p99 = ({ firstWords }: HedgeRun): number => quantile(firstWords, 0.99);
const named = (share: number | null): string => `p${((share ?? 0) * 100).toFixed(0)}`;

/**
 * The runs as Markdown, and whether one of them halves p99 at the price that is allowed.
 * @param off the one without a hedge
 */
export function hedgeReport(
  off: HedgeRun,
  hedged: readonly HedgeRun[],
): { readonly text: string; readonly holds: boolean } {
  const ratio = (run: HedgeRun): number => p99(run) / p99(off);
  const row = (run: HedgeRun): string[] => [
    run.afterMs === null ? "off" : `${run.afterMs} (${named(run.inTime)})`,
    String(run.firstWords.length),
    ...[0.5, 0.95, 0.99, 0.999].map((share) => quantile(run.firstWords, share).toFixed(0)),
    run === off ? "" : `${ratio(run).toFixed(2)}×`,
    percent(run.more),
  ];
  const cheap = hedged.filter(({ more }) => more <= REQUESTS_BOUND);
  const best = cheap.toSorted((a, b) => p99(a) - p99(b))[0];
  const holds = best !== undefined && ratio(best) <= P99_BOUND;
  const verdict = best
    ? `hedged after ${best.afterMs} ms (the provider's ${named(best.inTime)}), p99 is ${ratio(best).toFixed(2)}× ` +
      `(≤ ${P99_BOUND}×) with ${percent(best.more)} more requests (≤ ${percent(REQUESTS_BOUND)}).`
    : `every value costs more than ${percent(REQUESTS_BOUND)} more requests.`;
  const head = ["HEDGE_AFTER_MS", "turns", "p50", "p95", "p99", "p99.9", "p99 ÷ off"];
  const text = [
    table([...head, "more requests"], [off, ...hedged].map(row)),
    "",
    `${holds ? "Holds" : "BROKEN"}: ${verdict}`,
  ].join("\n");
  return { text, holds };
}
