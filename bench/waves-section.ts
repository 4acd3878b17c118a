import type { Verdict } from "./bounds.ts";
import { type Section, times, told, two } from "./section.ts";
import { summarise } from "./statistics.ts";
import { isOurs } from "./targets.ts";
import type { WaveResult } from "./waves.ts";

const all = ({ waves }: WaveResult): number[] => waves.flat();

/** What turns in waves found, by how many there were at once. */
export function wavesSection(results: readonly WaveResult[]): Section {
  const ratios: Record<string, number[]> = {};
  const verdicts: Verdict[] = [];
  const rows = results.map((result) => {
    const { key, name, atOnce, waves, reads } = result;
    const bare = results.find((one) => one.key === "bare" && one.atOnce === atOnce);
    if (key === "warm") {
      ratios[`waves/${atOnce}/warm`] = waves.flatMap((values, index) => {
        const beside = bare?.waves[index];
        return beside ? [summarise(values).p50 / summarise(beside).p50] : [];
      });
      verdicts.push({
        what: `${atOnce} at once: warm turns that waited for the database`,
        measured: reads,
        bound: 0,
        kind: "most",
        unit: "turns",
      });
    }
    const { count, p50, p95, p99, low, high } = summarise(all(result));
    const ratio = times(p50, bare && summarise(all(bare)).p50);
    return [
      name,
      String(atOnce),
      String(count),
      two(p50),
      `${two(low)}–${two(high)}`,
      two(p95),
      two(p99),
      ratio,
    ];
  });
  const head = [
    "first word, ms beyond the provider's own",
    "at once",
    "turns",
    "p50",
    "half within",
    "p95",
    "p99",
    "÷ bare object",
  ];
  return {
    title: "Turns in waves",
    text: told(head, rows, [
      "All of a wave at the same moment, the next when everything has come to rest; database 40 ms away. " +
        "With many at once it is the queue for two cores that is measured, the load generator's own included.",
    ]),
    verdicts,
    ratios,
    bars: [...new Set(results.map(({ atOnce }) => atOnce))].map((atOnce) => ({
      title: `${atOnce} at once, database 40 ms away`,
      bars: results
        .filter((one) => one.atOnce === atOnce)
        .map((one) => ({ name: one.name, ours: isOurs(one.key), ...summarise(all(one)) })),
    })),
  };
}
