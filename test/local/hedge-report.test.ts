import { describe, expect, it } from "vitest";
import { type HedgeRun, hedgeReport } from "../../bench/hedge-report.ts";

/** A hundred turns, of which the slowest two take so long. */
const run = (slowestMs: number, more: number, inTime: number | null): HedgeRun => ({
  afterMs: inTime === null ? null : 500,
  inTime,
  firstWords: [...Array<number>(98).fill(100), slowestMs, slowestMs],
  more,
});
const off = run(4_000, 0, null);

describe("the report on hedging", () => {
  it("holds where one value halves p99 with few more requests, and names the best of those", () => {
    const { text, holds } = hedgeReport(off, [
      run(600, 0.06, 0.9),
      run(2_000, 0.05, 0.95),
      run(1_000, 0.04, 0.97),
    ]);
    expect(holds).toBe(true);
    expect(text).toContain("Holds: hedged after 500 ms (the provider's p97), p99 is 0.25×");
    expect(text).toContain("| 500 (p90) | 100 | 100 | 100 | 600 | 600 | 0.15× | 6.0 % |");
  });

  it("is broken where the cheap ones help too little", () => {
    const { text, holds } = hedgeReport(off, [run(600, 0.06, 0.9), run(2_100, 0.02, 0.98)]);
    expect(holds).toBe(false);
    expect(text).toContain("BROKEN: hedged after 500 ms (the provider's p98), p99 is 0.53×");
  });

  it("is broken where all are dear", () => {
    const { text, holds } = hedgeReport(off, [run(600, 0.06, 0.9)]);
    expect(holds).toBe(false);
    expect(text).toContain("BROKEN: every value costs more than 5.0 % more requests.");
  });
});
