import { historyVerdict, type Verdict } from "./bounds.ts";
import type { HistoryResult } from "./history.ts";
import { type Section, told, two } from "./section.ts";
import { summarise } from "./statistics.ts";

/** What turns cost in conversations of several lengths. */
export function historySection(results: readonly HistoryResult[]): Section {
  const rows = results.map(({ messages, overheads, cpuMs, requestBytes }) => {
    const word = summarise(overheads);
    const cpu = summarise(cpuMs);
    return [
      `${messages.toLocaleString("en")} messages`,
      String(word.count),
      two(word.p50),
      `${two(word.low)}–${two(word.high)}`,
      two(cpu.p50),
      `${two(cpu.low)}–${two(cpu.high)}`,
      requestBytes.toLocaleString("en"),
    ];
  });
  const [early] = results;
  const late = results.at(-1);
  const verdicts: Verdict[] = [];
  if (early && late && early !== late) {
    const what = `message ${late.messages.toLocaleString("en")} by message ${early.messages}`;
    const by = (pick: (result: HistoryResult) => readonly number[]): number =>
      summarise(pick(late)).p50 / summarise(pick(early)).p50;
    verdicts.push(
      historyVerdict(
        `${what}: first word, p50`,
        by(({ overheads }) => overheads),
      ),
      historyVerdict(
        `${what}: CPU of a turn, p50`,
        by(({ cpuMs }) => cpuMs),
      ),
    );
  }
  return {
    title: "Long conversations",
    text: told(
      [
        "",
        "turns",
        "first word, p50 ms",
        "half within",
        "CPU of a turn, p50 ms",
        "half within",
        "request, bytes",
      ],
      rows,
      [
        "One turn at a time in this product, in conversations that hold so many messages. The request to the " +
          "provider grows until older messages are told in a summary, then it stays as it is.",
      ],
    ),
    verdicts,
    ratios: {},
  };
}
