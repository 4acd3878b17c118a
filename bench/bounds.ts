/** What the bench holds the product to, and whether it does: pure, from measured figures. */

/** A bound, with what was measured. */
export interface Verdict {
  /** What is bound, in a sentence's beginning: "warm first word, p50". */
  readonly what: string;
  /** Measured, in `unit`; NaN where it could not be. */
  readonly measured: number;
  readonly bound: number;
  /** Whether less is better (`most`) or more (`least`). */
  readonly kind: "most" | "least";
  readonly unit: string;
  /** What the bound is made of, where it depends on another figure. */
  readonly because?: string;
}

/** Whether a bound holds. What was not measured does not. */
export function holds({ measured, bound, kind }: Verdict): boolean {
  return kind === "most" ? measured <= bound : measured >= bound;
}

const figure = (value: number): string =>
  Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString("en") : value.toFixed(2);

function outcome(verdict: Verdict): string {
  if (Number.isNaN(verdict.measured)) return "unknown";
  return holds(verdict) ? "holds" : "**misses**";
}

/** A verdict as a row of a table: what, measured, bound, and holds, misses or unknown. */
export function verdictRow(verdict: Verdict): string[] {
  const { what, measured, bound, kind, unit, because } = verdict;
  const sign = kind === "most" ? "≤" : "≥";
  const reason = because === undefined ? "" : ` (${because})`;
  return [
    what,
    Number.isNaN(measured) ? "not measured" : `${figure(measured)} ${unit}`,
    `${sign} ${figure(bound)} ${unit}${reason}`,
    outcome(verdict),
  ];
}

/** Quantiles of overheads in the pausing scenario, in milliseconds. */
export interface Wait {
  readonly p50: number;
  readonly p99: number;
}

/** A warm turn may take this much longer than through the bare object, in milliseconds … */
const WARM = { p50: 0.8, p99: 5 };
/** … a first turn without `warm` this much longer than one round trip to the database. */
const COLD_MS = 12;
/** How many times as long the peers take at least, by the distance of the database in milliseconds. */
const PEERS: Readonly<Record<number, number>> = { 40: 15, 0: 4 };

/** Bounds of the pausing scenario with the database at one distance. */
export function pausingVerdicts(
  databaseMs: number,
  waits: Readonly<Partial<Record<string, Wait>>>,
): Verdict[] {
  const nothing: Wait = { p50: Number.NaN, p99: Number.NaN };
  const { bare = nothing, warm = nothing, warmed = nothing, cold = nothing } = waits;
  const at = `database ${databaseMs} ms`;
  const verdicts: Verdict[] = [];
  const most = (what: string, measured: number, bound: number, because: string): void => {
    verdicts.push({ what: `${at}: ${what}`, measured, bound, kind: "most", unit: "ms", because });
  };
  for (const share of ["p50", "p99"] as const) {
    const bound = bare[share] + WARM[share];
    const because = `bare object + ${WARM[share]}`;
    most(`first word, warm, ${share}`, warm[share], bound, because);
    most(`first word, first turn after warm, ${share}`, warmed[share], bound, because);
  }
  most(
    "first word, first turn without warm, p50",
    cold.p50,
    databaseMs + COLD_MS,
    `a round trip + ${COLD_MS}`,
  );
  const times = PEERS[databaseMs];
  for (const [key, name] of [
    ["agent", "AIChatAgent"],
    ["hono", "Hono + AI SDK"],
  ] as const) {
    const peer = waits[key];
    if (times === undefined) continue;
    verdicts.push({
      what: `${at}: ${name} takes as many times as long, p50`,
      measured: peer ? peer.p50 / warm.p50 : Number.NaN,
      bound: times,
      kind: "least",
      unit: "×",
    });
  }
  return verdicts;
}

/** Figures of turns one at a time. */
export interface TurnFigures {
  /** Processor time of a turn of 16 tokens, in milliseconds. */
  readonly turnCpuMs: number;
  /** Processor time of each further token, in microseconds. */
  readonly tokenCpuUs: number;
}

export function cpuVerdicts({ turnCpuMs, tokenCpuUs }: TurnFigures): Verdict[] {
  return [
    {
      what: "CPU of a turn of 16 tokens, closed loop",
      measured: turnCpuMs,
      bound: 4.5,
      kind: "most",
      unit: "ms",
    },
    {
      what: "CPU of each further token",
      measured: tokenCpuUs,
      bound: 12,
      kind: "most",
      unit: "µs",
    },
  ];
}

/** Figures of answers whose tokens come 10 ms apart, in milliseconds. */
export interface WordFigures {
  readonly delayP99: number;
  readonly closeP50: number;
  readonly closeP99: number;
}

export function wordVerdicts({ delayP99, closeP50, closeP99 }: WordFigures): Verdict[] {
  const most = (what: string, measured: number, bound: number): Verdict => ({
    what,
    measured,
    bound,
    kind: "most",
    unit: "ms",
  });
  return [
    most("delay of a token, 10 ms apart, p99", delayP99, 5),
    most("from the last word to the end of the answer, p50", closeP50, 1.2),
    most("from the last word to the end of the answer, p99", closeP99, 3),
  ];
}

export function throughputVerdict(tokensPerSecond: number): Verdict {
  return {
    what: "tokens a second over 128 clients",
    measured: tokensPerSecond,
    bound: 30_000,
    kind: "least",
    unit: "a second",
  };
}

/** @param ratio what a turn costs late in a long conversation, by what it costs early */
export function historyVerdict(what: string, ratio: number): Verdict {
  return { what, measured: ratio, bound: 1.1, kind: "most", unit: "×" };
}
