import { type Summary, summarise, table } from "./statistics.ts";

/** What was measured of one target at one concurrency. */
export interface Result {
  name: string;
  atOnce: number;
  /** Milliseconds beyond the provider's own time to the first word, one per turn. */
  overheads: number[];
  /** Turns whose first word came after a read from the database had begun. */
  reads: number;
  /** Milliseconds of processor time of workerd, over all turns; 0 where none serves. */
  cpu: number;
  turns: number;
}

export interface Conditions {
  databaseMs: number;
  promptBytes: number;
  tokens: number;
  pace: { ttftMs: number; gapMs: number };
}

/** A warm member may wait this much longer than behind the bare object: milliseconds at 1 at once … */
const BOUND_AT_1_MS = 2;
/** … and this many times as long at 8 at once. */
const BOUND_AT_8 = 2.5;

const ms = (value: number): string => value.toFixed(2);

function isBare(result: Result): boolean {
  return result.name.startsWith("bare");
}

function isWarm(result: Result): boolean {
  return result.name.endsWith("warm");
}

function row(result: Result, summary: Summary, bare: Summary | undefined): string[] {
  return [
    result.name,
    String(result.atOnce),
    String(summary.count),
    ms(summary.p50),
    `${ms(summary.low)}–${ms(summary.high)}`,
    ms(summary.p99),
    bare ? `${(summary.p50 / bare.p50).toFixed(2)}×` : "",
    result.cpu > 0 ? ms(result.cpu / result.turns) : "",
  ];
}

/** The p50 of the target that `is` picks, at a concurrency. */
function p50(results: readonly Result[], is: (result: Result) => boolean, atOnce: number): number {
  const found = results.find((result) => result.atOnce === atOnce && is(result));
  return found ? summarise(found.overheads).p50 : Number.NaN;
}

/** The results as Markdown, and the bounds that they break, a sentence each. */
export function report(
  results: readonly Result[],
  firstTurns: readonly number[],
  conditions: Conditions,
): { text: string; broken: string[] } {
  const rows = results.map((result) => {
    const bare = results.find((other) => other.atOnce === result.atOnce && isBare(other));
    return row(result, summarise(result.overheads), bare && summarise(bare.overheads));
  });
  const bare1 = p50(results, isBare, 1);
  const warm1 = p50(results, isWarm, 1);
  const ratio8 = p50(results, isWarm, 8) / p50(results, isBare, 8);
  const broken: string[] = [];
  if (!(warm1 <= bare1 + BOUND_AT_1_MS)) {
    broken.push(
      `BROKEN at 1 at once: warm p50 ${ms(warm1)} ms, bare ${ms(bare1)} ms + ${BOUND_AT_1_MS} ms allowed.`,
    );
  }
  if (!(ratio8 <= BOUND_AT_8)) {
    broken.push(
      `BROKEN at 8 at once: warm p50 is ${ratio8.toFixed(2)}× the bare object's, ${BOUND_AT_8}× allowed.`,
    );
  }
  for (const { name, atOnce, reads } of results.filter(isWarm)) {
    if (reads > 0) {
      broken.push(
        `BROKEN at ${atOnce} at once: the database was read before the first word of ${reads} turns (${name}).`,
      );
    }
  }
  const fresh = summarise(firstTurns);
  const { pace, tokens, promptBytes, databaseMs } = conditions;
  const text = [
    table(
      [
        "first word, ms beyond the provider's own",
        "at once",
        "turns",
        "p50",
        "half within",
        "p99",
        "÷ bare",
        "CPU ms/turn",
      ],
      rows,
    ),
    "",
    `First turn of a fresh process (fresh isolate, fresh member): p50 ${ms(fresh.p50)} ms, ` +
      `worst ${ms(Math.max(...firstTurns))} ms of ${fresh.count}.`,
    `Provider: ${pace.ttftMs} ms to the first token, ${tokens} tokens ${pace.gapMs} ms apart, requests of ` +
      `${promptBytes} bytes. Database ${databaseMs} ms away. CPU is workerd's, whole turns, work after the answer included.`,
    "",
    ...(broken.length > 0
      ? broken
      : [
          `Holds: warm p50 at 1 is bare + ${ms(warm1 - bare1)} ms (≤ ${BOUND_AT_1_MS}), ` +
            `at 8 ${ratio8.toFixed(2)}× bare (≤ ${BOUND_AT_8}×).`,
        ]),
  ].join("\n");
  return { text, broken };
}
