import { pausingVerdicts, type Wait } from "./bounds.ts";
import { PAUSING, type PausingResult } from "./pausing.ts";
import { type Section, times, told, two } from "./section.ts";
import { summarise } from "./statistics.ts";
import { isOurs } from "./targets.ts";

/** All overheads of a target, of every round. */
const all = ({ rounds }: PausingResult): number[] => rounds.flat();

/** Medians of a target's rounds, each by the bare object's of the same round. */
function perRound(result: PausingResult, bare: PausingResult | undefined): number[] {
  return result.rounds.flatMap((values, round) => {
    const beside = bare?.rounds[round];
    return beside ? [summarise(values).p50 / summarise(beside).p50] : [];
  });
}

/** What the pausing scenario found, with the bounds it is held to. */
export function pausingSection(results: readonly PausingResult[]): Section {
  const { members, pauseMs, ttftMs, tokens, gapMs } = PAUSING;
  const ratios: Record<string, number[]> = {};
  const distances = [...new Set(results.map(({ databaseMs }) => databaseMs))];
  const rows = results.map((result) => {
    const { key, name, databaseMs } = result;
    const bare = results.find((one) => one.key === "bare" && one.databaseMs === databaseMs);
    const { count, p50, p95, p99, low, high } = summarise(all(result));
    // What is not ours is no regression of ours.
    if (isOurs(key)) {
      ratios[`pausing/${databaseMs}/${key}`] = perRound(result, bare);
    }
    return [
      name,
      String(databaseMs),
      String(count),
      two(p50),
      `${two(low)}–${two(high)}`,
      two(p95),
      two(p99),
      times(p50, bare && summarise(all(bare)).p50),
    ];
  });
  const verdicts = distances.flatMap((databaseMs) => {
    const waits: Record<string, Wait> = {};
    for (const result of results) {
      if (result.databaseMs === databaseMs) waits[result.key] = summarise(all(result));
    }
    return pausingVerdicts(databaseMs, waits);
  });
  const head = [
    "first word, ms beyond the provider's own",
    "database ms",
    "turns",
    "p50",
    "half within",
    "p95",
    "p99",
    "÷ bare object",
  ];
  return {
    title: "Members who pause",
    text: told(head, rows, [
      `${members} members, each pausing ${pauseMs / 1_000} s between turns; the provider's first token after ` +
        `${ttftMs} ms, ${tokens} tokens ${gapMs} ms apart.`,
    ]),
    verdicts,
    ratios,
    bars: distances.map((databaseMs) => ({
      title: `${members} members who pause, database ${databaseMs} ms away`,
      bars: results
        .filter((one) => one.databaseMs === databaseMs)
        .map((one) => ({ name: one.name, ours: isOurs(one.key), ...summarise(all(one)) })),
    })),
  };
}
