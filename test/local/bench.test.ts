import { describe, expect, it } from "vitest";
import { answerOf } from "../../bench/agent-socket.ts";
import {
  cpuVerdicts,
  holds,
  pausingVerdicts,
  throughputVerdict,
  type Verdict,
  verdictRow,
  wordVerdicts,
} from "../../bench/bounds.ts";
import { barChart } from "../../bench/chart.ts";
import { PARTS, readOptions } from "../../bench/options.ts";
import { measure } from "../../bench/overhead.ts";
import type { PausingResult } from "../../bench/pausing.ts";
import { pausingSection } from "../../bench/pausing-section.ts";
import { compare, parseRecorded, record } from "../../bench/recorded.ts";
import { quantile, summarise } from "../../bench/statistics.ts";
import type { SeriesResult } from "../../bench/turns.ts";
import { cpuSection, furtherTokenUs } from "../../bench/turns-section.ts";
import { wordTimes } from "../../bench/words.ts";

/** What a client sees of pieces that arrive at these times. */
function seen(...pieces: readonly (readonly [text: string, ms: number])[]) {
  let text = "";
  const arrivals = pieces.map(([piece, ms]) => {
    text += piece;
    return [text.length, ms] as const;
  });
  return { status: 200, sentAt: 0, endMs: pieces.at(-1)?.[1] ?? 0, text, arrivals };
}

const wait = (p50: number, p99: number) => ({ p50, p99 });
const missed = (verdicts: readonly Verdict[]): string[] =>
  verdicts.filter((one) => !holds(one)).map(({ what }) => what);

describe("words in a stream", () => {
  it("are found in each target's own form", () => {
    const openAi = seen(
      ['data: {"choices":[{"delta":{"role":"assistant","content":""}}]}\n\n', 5],
      ['data: {"choices":[{"delta":{"content":"w1"}}]}\n\n', 10],
      ['data: {"choices":[{"delta":{"content":" w2"}}]}\n\n', 20],
    );
    expect(wordTimes(openAi)).toEqual([10, 20]);
    const sdk = seen(
      ['data: {"type":"text-delta","id":"w9","delta":"w1 w2"}\n\n', 7],
      ['data: {"type":"text-delta","id":"w9","delta":" w3"}\n\n', 9],
    );
    expect(wordTimes(sdk)).toEqual([7, 7, 9]);
    const agent = seen(
      [`${JSON.stringify({ body: '{"type":"start","messageId":"a"}', id: "turn-1" })}\n`, 1],
      [`${JSON.stringify({ body: '{"type":"text-delta","delta":"w1"}', id: "turn-1" })}\n`, 4],
    );
    expect(wordTimes(agent)).toEqual([4]);
    expect(answerOf(agent.text)).toMatchObject({ id: "a", parts: [{ text: "w1" }] });
  });

  it("have arrived with the piece that ends their event", () => {
    expect(wordTimes(seen(['data: {"delta":"w', 3], ['1"}\n\n', 8]))).toEqual([8]);
  });
});

describe("a measured turn", () => {
  const PACE = { tokens: 2, ttftMs: 40, gapMs: 10 };
  const one = seen(['{"delta":"w1"}', 45], ['{"delta":"w2"}', 56], ["[DONE]", 57]);

  it("is what comes on top of the provider's own time", () => {
    const receivedAt = performance.timeOrigin + 2;
    const turn = measure(
      { name: "x" },
      one,
      { receivedAt, firstTokenSentAt: receivedAt + 41 },
      PACE,
    );
    expect(turn.overheadMs).toBeCloseTo(4, 3);
    expect(turn.closeMs).toBe(1);
    expect(turn.delaysMs[0]).toBeCloseTo(3, 3);
    expect(turn.delaysMs[1]).toBeCloseTo(4, 3);
  });

  it("is refused when it failed, lacks words or never reached the provider", () => {
    const own = { receivedAt: 0, firstTokenSentAt: 0 };
    expect(() => measure({ name: "x" }, { ...one, status: 500 }, own, PACE)).toThrow("500");
    expect(() => measure({ name: "x" }, one, own, { ...PACE, tokens: 3 })).toThrow("2 words");
    expect(() => measure({ name: "x" }, one, undefined, PACE)).toThrow("never saw");
  });
});

describe("the bounds", () => {
  const waits = {
    bare: wait(1, 4),
    warm: wait(1.8, 9),
    warmed: wait(1.8, 9),
    cold: wait(52, 60),
    agent: wait(27, 50),
    hono: wait(27, 50),
  };

  it("hold up to their figure and not beyond", () => {
    expect(missed(pausingVerdicts(40, waits))).toEqual([]);
    expect(missed(pausingVerdicts(40, { ...waits, warm: wait(1.81, 9) }))).toEqual([
      expect.stringContaining("first word, warm, p50"),
      expect.stringContaining("AIChatAgent"),
      expect.stringContaining("Hono"),
    ]);
    expect(missed(pausingVerdicts(40, { ...waits, warmed: wait(1.8, 9.1) }))).toEqual([
      expect.stringContaining("after warm, p99"),
    ]);
    expect(missed(pausingVerdicts(40, { ...waits, cold: wait(52.1, 60) }))).toEqual([
      expect.stringContaining("without warm"),
    ]);
    expect(missed(cpuVerdicts({ turnCpuMs: 4.5, tokenCpuUs: 12.1 }))).toEqual([
      expect.stringContaining("further token"),
    ]);
    expect(missed(wordVerdicts({ delayP99: 5, closeP50: 1.3, closeP99: 3 }))).toHaveLength(1);
    expect(holds(throughputVerdict(29_999))).toBe(false);
  });

  it("ask less of the peers' distance where the database is at hand", () => {
    const near = { ...waits, cold: wait(12, 20), agent: wait(7.2, 9), hono: wait(7.1, 9) };
    expect(missed(pausingVerdicts(0, near))).toEqual([expect.stringContaining("Hono")]);
  });

  it("do not hold for what was not measured", () => {
    expect(missed(pausingVerdicts(40, {}))).toHaveLength(pausingVerdicts(40, {}).length);
    const [row] = pausingVerdicts(40, {}).map(verdictRow);
    expect(row).toEqual(expect.arrayContaining(["not measured", "unknown"]));
  });
});

describe("the sections", () => {
  const pausing = (key: "bare" | "warm", rounds: number[][]): PausingResult => ({
    key,
    name: key,
    databaseMs: 40,
    rounds,
  });
  const series = (
    key: "bare" | "warm",
    name: SeriesResult["series"],
    cpuMs: number[],
  ): SeriesResult => ({ key, name: key, series: name, turns: [], cpuMs });

  it("set each round of the product against the bare object's of that round", () => {
    const { text, ratios } = pausingSection([
      pausing("bare", [[1], [2]]),
      pausing("warm", [[3], [4]]),
    ]);
    expect(ratios).toEqual({ "pausing/40/warm": [3, 2] });
    expect(text).toContain("| warm | 40 | 2 | 3.50 | 3.25–3.75 | 3.95 | 3.99 | 2.33× |");
  });

  it("tell a further token from the difference of long and short answers", () => {
    const results = [series("warm", "short", [4, 6]), series("warm", "long", [8.84, 8.84])];
    expect(furtherTokenUs(results, "warm", "short", "long")).toBeCloseTo(10, 6);
    const { verdicts, ratios } = cpuSection([...results, series("bare", "short", [2, 2])]);
    expect(verdicts.map(({ measured }) => Math.round(measured))).toEqual([5, 10]);
    expect(ratios).toEqual({ "cpu/turn in a loop": [2, 3] });
  });
});

describe("what was recorded", () => {
  it("allows a later run what the spread of both explains, and some for the machine", () => {
    const steady = record({ a: [2, 2, 2, 2] });
    expect(steady.ratios.a).toEqual({ ratio: 2, tolerance: 0.3 });
    const spread = record({ a: [1, 2, 3] });
    expect(spread.ratios.a?.tolerance).toBeCloseTo(
      (3 * Math.SQRT2 * 1.253) / 1.349 / Math.sqrt(3),
      2,
    );
    expect(record({ a: [] }).ratios).toEqual({});
  });

  it("is compared with what was measured now, part by part", () => {
    const before = record({ a: [2, 2], b: [1, 1] });
    expect(compare(before, { a: [2.3] })).toMatchObject([{ key: "a", now: 2.3, worse: false }]);
    expect(compare(before, { a: [2.31] })).toMatchObject([{ worse: true }]);
    expect(compare(before, { a: [1], c: [9] })).toHaveLength(1);
  });

  it("is read from its file, or refused", () => {
    const before = record({ a: [2, 2] });
    expect(parseRecorded(JSON.stringify(before))).toEqual(before);
    expect(() => parseRecorded('{"ratios":{"a":{"ratio":"2"}}}')).toThrow(RangeError);
    expect(() => parseRecorded("not JSON")).toThrow(RangeError);
  });
});

describe("the chart", () => {
  const groups = [{ title: "near", bars: [{ name: "a <b>", p50: 1, p99: 10, ours: true }] }];

  it("draws bars on a logarithmic scale, with names made harmless", () => {
    const text = barChart("First word", groups);
    expect(text).toContain("a &#60;b&#62;");
    // From 0.1 to 10 ms there are two decades: 1 ms is half way.
    expect(text).toContain('<rect x="250" y="89" width="205.0"');
    expect(text).toContain('x1="455.0" x2="660.0"');
  });

  it("draws what was not measured as nothing", () => {
    const bars = [{ name: "a", p50: Number.NaN, p99: Number.NaN, ours: false }];
    expect(barChart("x", [{ title: "t", bars }])).not.toContain("NaN");
  });
});

describe("the command line", () => {
  it("asks for parts by name", () => {
    expect(readOptions([]).parts).toEqual(PARTS);
    expect(readOptions(["--only=cpu,words", "--databases=40", "--no-peers"])).toMatchObject({
      parts: ["cpu", "words"],
      databases: [40],
      peers: false,
    });
    expect(() => readOptions(["--only=speed"])).toThrow(RangeError);
    expect(() => readOptions(["--rounds=0"])).toThrow(RangeError);
    expect(() => readOptions(["--databases=near"])).toThrow(RangeError);
  });
});

describe("quantiles", () => {
  it("lie between the values around them", () => {
    expect(quantile([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantile([5], 0.99)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
    expect(summarise([3, 1, 2])).toEqual({
      count: 3,
      mean: 2,
      p50: 2,
      p95: 2.9,
      p99: 2.98,
      low: 1.5,
      high: 2.5,
    });
  });
});
