import { describe, expect, it } from "vitest";
import { type Conditions, type Result, report } from "../../bench/report.ts";
import { quantile, summarise } from "../../bench/statistics.ts";

const CONDITIONS: Conditions = {
  databaseMs: 40,
  promptBytes: 5_000,
  tokens: 40,
  pace: { ttftMs: 40, gapMs: 3 },
};

const result = (
  name: string,
  atOnce: number,
  overhead: number,
  more: Partial<Result> = {},
): Result => ({
  name,
  atOnce,
  overheads: [overhead],
  reads: 0,
  cpu: 2,
  turns: 1,
  ...more,
});

/** What is broken when the warm product takes as long as given, the bare object 2 and 4 ms. */
function broken(warmAt1: number, warmAt8: number, reads = 0): string[] {
  const results = [
    result("bare Worker + object", 1, 2),
    result("this product, warm", 1, warmAt1, { reads }),
    result("this product, cold (fresh member)", 1, 99, { reads: 1 }),
    result("bare Worker + object", 8, 4),
    result("this product, warm", 8, warmAt8),
  ];
  return report(results, [100], CONDITIONS).broken;
}

describe("a bench's report", () => {
  it("holds up to the bounds and not beyond", () => {
    expect(broken(4, 10)).toEqual([]);
    expect(broken(4.01, 10)).toEqual([expect.stringContaining("at 1 at once")]);
    expect(broken(4, 10.1)).toEqual([expect.stringContaining("at 8 at once")]);
    expect(broken(Number.NaN, Number.NaN)).toHaveLength(2);
  });

  it("does not let a warm turn read before its first word", () => {
    expect(broken(4, 10, 1)).toEqual([expect.stringContaining("database was read")]);
  });

  it("tabulates medians, spread, ratio and processor time", () => {
    const results = [result("bare Worker + object", 1, 2), result("this product, warm", 1, 3)];
    const { text } = report(results, [100], CONDITIONS);
    expect(text).toContain(
      "| this product, warm | 1 | 1 | 3.00 | 3.00–3.00 | 3.00 | 1.50× | 2.00 |",
    );
  });
});

describe("quantiles", () => {
  it("lie between the values around them", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([5], 0.99)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
    expect(summarise([3, 1, 2])).toEqual({ count: 3, p50: 2, p99: 2.98, low: 1.5, high: 2.5 });
  });
});
