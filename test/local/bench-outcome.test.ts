import { describe, expect, it } from "vitest";
import { compressionSection } from "../../bench/compression-section.ts";
import { historySection } from "../../bench/history-section.ts";
import { comparedText, outcomeChart, outcomeText } from "../../bench/outcome.ts";
import { compare, record } from "../../bench/recorded.ts";
import type { Section } from "../../bench/section.ts";
import type { ThroughputResult } from "../../bench/throughput.ts";
import { throughputSection } from "../../bench/throughput-section.ts";
import type { WaveResult } from "../../bench/waves.ts";
import { wavesSection } from "../../bench/waves-section.ts";

const SECTION: Section = {
  title: "Part",
  text: "What it found.",
  verdicts: [
    { what: "one", measured: 1, bound: 2, kind: "most", unit: "ms" },
    { what: "other", measured: 3, bound: 2, kind: "most", unit: "ms", because: "bare + 1" },
  ],
  ratios: {},
  bars: [{ title: "near", bars: [{ name: "bare", p50: 1, p99: 2, ours: false }] }],
};
const AROUND = {
  promptBytes: 5_000,
  machine: "2 cores",
  load: 0.1,
  inMemory: true,
  peersMissing: null,
};

describe("an outcome", () => {
  it("tells every bound, missed ones too, and where it was measured", () => {
    const text = outcomeText([SECTION], AROUND);
    expect(text).toContain("## Part\n\nWhat it found.");
    expect(text).toContain("| one | 1.00 ms | ≤ 2.00 ms | holds |");
    expect(text).toContain("| other | 3.00 ms | ≤ 2.00 ms (bare + 1) | **misses** |");
    expect(text).toContain("1 of 2 bounds hold.");
    expect(text).toContain("on 2 cores; 0.1 processes");
    expect(text).toContain("objects store in memory.");
    expect(outcomeText([SECTION], { ...AROUND, inMemory: false })).toContain("on the disk.");
  });

  it("says why peers are missing", () => {
    expect(outcomeText([SECTION], { ...AROUND, peersMissing: "no registry" })).toContain(
      "Without peers: no registry.",
    );
    expect(outcomeText([SECTION], AROUND)).not.toContain("Without peers");
  });

  it("has a chart where first words were measured", () => {
    expect(outcomeChart([SECTION])).toContain("<title>First word");
    const { bars: _, ...plain } = SECTION;
    expect(outcomeChart([plain])).toBeNull();
  });

  it("names what has become worse than it was recorded", () => {
    const text = comparedText(compare(record({ a: [1], b: [1] }), { a: [1.1], b: [1.2] }));
    expect(text).toContain("| a | 1.00 | ≤ 1.15 | 1.10 | as before |");
    expect(text).toContain("| b | 1.00 | ≤ 1.15 | 1.20 | **worse** |");
  });
});

describe("turns in waves", () => {
  const result = (key: "bare" | "warm", waves: number[][], reads = 0): WaveResult => ({
    key,
    name: key,
    atOnce: 8,
    waves,
    reads,
  });

  it("are set against the bare object's of the same wave", () => {
    const { ratios, verdicts } = wavesSection([
      result("bare", [[1, 3], [4]]),
      result("warm", [[4], [2]]),
    ]);
    expect(ratios).toEqual({ "waves/8/warm": [2, 0.5] });
    expect(verdicts).toMatchObject([{ measured: 0, bound: 0 }]);
  });

  it("may not wait for the database when warm", () => {
    const { verdicts } = wavesSection([result("warm", [[4]], 1)]);
    expect(verdicts).toMatchObject([{ measured: 1, bound: 0, kind: "most" }]);
  });
});

describe("tokens a second", () => {
  const result = (key: "straight" | "bare" | "warm", perSecond: number[]): ThroughputResult => ({
    key,
    name: key,
    clients: 128,
    tokens: 400,
    perSecond,
    cpuUs: key === "straight" ? [Number.NaN] : [10],
    memoryMib: key === "straight" ? Number.NaN : 100.4,
  });

  it("are recorded as time, so that more is worse", () => {
    const { ratios, text, verdicts } = throughputSection([
      result("straight", [200_000]),
      result("bare", [60_000, 50_000]),
      result("warm", [30_000, 50_000]),
    ]);
    expect(ratios).toEqual({ "throughput/warm": [2, 1] });
    expect(verdicts).toMatchObject([{ measured: 40_000, kind: "least" }]);
    expect(text).toContain("| straight | 400 | 200,000 | 200,000–200,000 |  |  |");
    expect(text).toContain("| 10.0 | 100 |");
  });
});

describe("long conversations", () => {
  const result = (messages: number, overhead: number, cpu: number) => ({
    messages,
    overheads: [overhead],
    cpuMs: [cpu],
    requestBytes: 5_000,
  });

  it("are judged by the longest against the shortest", () => {
    const { verdicts } = historySection([
      result(10, 2, 5),
      result(100, 9, 9),
      result(1_000, 2.2, 6),
    ]);
    expect(verdicts.map(({ measured }) => measured)).toEqual([expect.closeTo(1.1, 9), 1.2]);
  });
});

describe("compression", () => {
  it("tells size and delay of what is pressed", () => {
    const { text } = compressionSection({
      whole: [{ what: "history", bytes: 9_000, gzipBytes: 3_000, encoding: null }],
      streams: [
        {
          what: "a turn",
          encoding: "gzip",
          pieces: 2,
          words: 60,
          bytes: 700,
          delaysMs: [300, 590],
        },
      ],
    });
    expect(text).toContain("| history | 9,000 | 3,000 | 3.0× | plain |");
    expect(text).toContain("| a turn | gzip | 2 for 60 | 700 | 445.00 |");
  });
});
