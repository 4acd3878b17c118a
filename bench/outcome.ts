import { holds, type Verdict, verdictRow } from "./bounds.ts";
import { barChart, type ChartGroup } from "./chart.ts";
import { type Compared, comparedRow } from "./recorded.ts";
import { type Section, sectionText } from "./section.ts";
import { table } from "./statistics.ts";

/** What holds for the whole run, in sentences. */
export interface Circumstances {
  /** Size of a request to the provider, in bytes. */
  readonly promptBytes: number;
  /** Processor and number of cores. */
  readonly machine: string;
  /** How many processes wanted a core when it began, on the mean of a minute. */
  readonly load: number;
  /** Whether objects keep what they store in memory, not on this machine's disk. */
  readonly inMemory: boolean;
  /** Why the peers are missing; null when they are there. */
  readonly peersMissing: string | null;
}

/** Every bound that was measured, those that it misses not left out. */
function verdictText(verdicts: readonly Verdict[]): string {
  const missed = verdicts.filter((one) => !holds(one)).length;
  const sum =
    `${verdicts.length - missed} of ${verdicts.length} bounds hold. Hedging is measured by \`bench/hedge.ts\`, ` +
    "the published targets of whole regions by `npm run regions`.";
  return [
    "## Bounds",
    "",
    table(["", "measured", "bound", ""], verdicts.map(verdictRow)),
    "",
    sum,
  ].join("\n");
}

/** The ratios of now beside those of before. */
export function comparedText(compared: readonly Compared[]): string {
  const head = ["÷ bare object", "recorded", "allowed", "now", ""];
  return ["## Against the record", "", table(head, compared.map(comparedRow))].join("\n");
}

/** Everything as Markdown. */
export function outcomeText(
  sections: readonly Section[],
  { promptBytes, machine, load, inMemory, peersMissing }: Circumstances,
): string {
  const verdicts = sections.flatMap((section) => section.verdicts);
  const about =
    `On bare workerd, interleaved in one run on ${machine}; ${load.toFixed(1)} processes wanted a core when it began. ` +
    `Requests to the provider have ${promptBytes.toLocaleString("en")} bytes, objects store ` +
    `${inMemory ? "in memory" : "on the disk"}.` +
    (peersMissing === null ? "" : ` Without peers: ${peersMissing}.`);
  const parts = [
    ...sections.map(sectionText),
    ...(verdicts.length > 0 ? [verdictText(verdicts)] : []),
  ];
  return [about, ...parts].join("\n\n");
}

/** The chart of first words; null where none were measured. */
export function outcomeChart(sections: readonly Section[]): string | null {
  const groups: ChartGroup[] = sections.flatMap(({ bars = [] }) => bars);
  return groups.length > 0 ? barChart("First word, ms beyond the provider's own", groups) : null;
}
