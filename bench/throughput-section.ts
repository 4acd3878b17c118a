import { throughputVerdict } from "./bounds.ts";
import { type Section, told } from "./section.ts";
import { summarise } from "./statistics.ts";
import type { ThroughputResult } from "./throughput.ts";

const whole = (value: number): string => Math.round(value).toLocaleString("en");

/** What many clients at once found. */
export function throughputSection(results: readonly ThroughputResult[]): Section {
  const bare = results.find(({ key }) => key === "bare");
  const warm = results.find(({ key }) => key === "warm");
  const rows = results.map(({ name, tokens, perSecond, cpuUs, memoryMib }) => {
    const { p50, low, high } = summarise(perSecond);
    const cpu = summarise(cpuUs).p50;
    return [
      name,
      String(tokens),
      whole(p50),
      `${whole(low)}–${whole(high)}`,
      Number.isNaN(cpu) ? "" : cpu.toFixed(1),
      Number.isNaN(memoryMib) ? "" : whole(memoryMib),
    ];
  });
  return {
    title: "Tokens a second",
    text: told(
      [
        "tokens a second",
        "tokens an answer",
        "p50",
        "half within",
        "CPU µs a token, turn included",
        "memory MiB",
      ],
      rows,
      [
        `${warm?.clients ?? 0} clients at once, as fast as they can. Provider, database ` +
          "and load generator share the cores with workerd: straight shows what is left without it. Memory is " +
          "workerd's whole process, with every client's object awake.",
      ],
    ),
    verdicts: [throughputVerdict(summarise(warm?.perSecond ?? []).p50)],
    ratios: {
      // Of time, not of speed: more is worse in every ratio.
      "throughput/warm": (warm?.perSecond ?? []).flatMap((value, round) => {
        const beside = bare?.perSecond[round];
        return beside ? [beside / value] : [];
      }),
    },
  };
}
