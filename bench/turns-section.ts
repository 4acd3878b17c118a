import { cpuVerdicts, wordVerdicts } from "./bounds.ts";
import { type Section, told, two } from "./section.ts";
import { summarise } from "./statistics.ts";
import { SERIES, type SeriesKey, type SeriesResult } from "./turns.ts";

type Results = readonly SeriesResult[];

const find = (results: Results, key: string, series: SeriesKey): SeriesResult | undefined =>
  results.find((one) => one.key === key && one.series === series);

/** Mean processor time of a turn, in milliseconds; NaN where it was not measured. */
function meanCpu(results: Results, key: string, series: SeriesKey): number {
  return summarise(find(results, key, series)?.cpuMs ?? []).mean;
}

/** Microseconds of processor time that each token more took, between a short series and a long one. */
export function furtherTokenUs(
  results: Results,
  key: string,
  short: SeriesKey,
  long: SeriesKey,
): number {
  const more = SERIES[long].tokens - SERIES[short].tokens;
  return ((meanCpu(results, key, long) - meanCpu(results, key, short)) * 1_000) / more;
}

const targetsOf = (results: Results, series: SeriesKey): Results =>
  results.filter((one) => one.series === series);

/** Each measured loop by the bare object's of the same round, so that a busy moment weighs on both. */
function cpuRatios(results: Results): number[] {
  const bare = find(results, "bare", "short")?.cpuMs ?? [];
  const warm = find(results, "warm", "short")?.cpuMs ?? [];
  return warm.flatMap((value, index) => (bare[index] ? [value / bare[index]] : []));
}

/** What whole turns take of the processor. */
export function cpuSection(results: Results): Section {
  const served = targetsOf(results, "short").filter(({ key }) => key !== "straight");
  const rows = served.map(({ key, name, cpuMs }) => {
    const { mean, p50, low, high } = summarise(cpuMs);
    const long = meanCpu(results, key, "long");
    const us = furtherTokenUs(results, key, "short", "long");
    const pieces = summarise(
      find(results, key, "long")?.turns.map((turn) => turn.pieces) ?? [],
    ).p50;
    return [
      name,
      two(mean),
      two(p50),
      `${two(low)}–${two(high)}`,
      two(long),
      us.toFixed(1),
      Number.isNaN(pieces) ? "" : pieces.toFixed(0),
      two(meanCpu(results, key, "rested")),
    ];
  });
  return {
    title: "Processor time of whole turns",
    text: told(
      [
        "CPU of workerd",
        "16 tokens, mean ms",
        "p50",
        "half within",
        "400 tokens, mean ms",
        "µs a further token",
        "pieces of 400 tokens",
        "16 tokens after a rest, mean ms",
      ],
      rows,
      [
        `A closed loop of one client: each turn when the answer before it has ended, ${SERIES.short.loop} in a row, then ` +
          "the next target; p50 and half within are of such loops. The provider's first token comes at once and the " +
          "others as fast as it can send them. The last column has turns that begin when all has come to " +
          `rest and others had the processor meanwhile, and wait ${SERIES.rested.ttftMs} ms for the first token. All threads ` +
          "of workerd, system calls included, and what is done after the answer.",
      ],
    ),
    verdicts: cpuVerdicts({
      turnCpuMs: meanCpu(results, "warm", "short"),
      tokenCpuUs: furtherTokenUs(results, "warm", "short", "long"),
    }),
    ratios: { "cpu/turn in a loop": cpuRatios(results) },
  };
}

/** How words and the end arrive when tokens come alone. */
export function wordsSection(results: Results): Section {
  const rows = targetsOf(results, "paced").map(({ key, name, turns }) => {
    const delay = summarise(turns.flatMap(({ delaysMs }) => delaysMs));
    const close = summarise(turns.map(({ closeMs }) => closeMs));
    const us = furtherTokenUs(results, key, "paced", "pacedLong");
    return [
      name,
      two(delay.p50),
      two(delay.p99),
      two(close.p50),
      two(close.p99),
      key === "straight" || Number.isNaN(us) ? "" : us.toFixed(1),
    ];
  });
  const warm = find(results, "warm", "paced")?.turns ?? [];
  const close = summarise(warm.map(({ closeMs }) => closeMs));
  return {
    title: "Words on their way",
    text: told(
      [
        "tokens 10 ms apart",
        "delay of a token, p50 ms",
        "p99",
        "last word to end, p50 ms",
        "p99",
        "CPU µs a token that comes alone",
      ],
      rows,
      [
        "Delays count from when a token was due at the provider: what straight shows is the provider's own " +
          "clock and the client. All is read from one turn at a time.",
      ],
    ),
    verdicts: wordVerdicts({
      delayP99: summarise(warm.flatMap(({ delaysMs }) => delaysMs)).p99,
      closeP50: close.p50,
      closeP99: close.p99,
    }),
    ratios: {},
  };
}
