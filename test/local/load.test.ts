import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { arrivals } from "../../bench/load/arrivals.ts";
import { expectedAnswer } from "../../bench/load/challenge.ts";
import { Histogram } from "../../bench/load/histogram.ts";
import { readOptions } from "../../bench/load/options.ts";
import { makeReport, mergeReports, parseReport, type Run, sum } from "../../bench/load/report.ts";
import { runLoad } from "../../bench/load/run.ts";
import { showHtml, showText } from "../../bench/load/show.ts";
import { readServerTiming, splitFirstWord } from "../../bench/load/split.ts";
import { readEnding } from "../../bench/load/stream.ts";
import { Tally } from "../../bench/load/tally.ts";
import type { TurnSeen } from "../../bench/load/turn-client.ts";

const durations = fc.array(fc.double({ min: 0, max: 4e6, noNaN: true }), { minLength: 1 });
const filled = (values: readonly number[]): Histogram => {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
};

describe("a histogram", () => {
  it("gives every quantile within a thousandth of the sorted values' own", () => {
    fc.assert(
      fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, share) => {
        const sorted = values.toSorted((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? Number.NaN;
        const told = filled(values).quantile(share);
        // Half a microsecond is lost by rounding.
        expect(Math.abs(told - exact)).toBeLessThanOrEqual(exact * 0.001 + 0.0005 + 1e-9);
      }),
    );
  });

  it("adds up as if one had recorded all, through JSON too", () => {
    fc.assert(
      fc.property(durations, durations, (some, others) => {
        const one = Histogram.from(JSON.parse(JSON.stringify(filled(some).data())));
        one.merge(filled(others));
        const all = filled([...some, ...others]);
        expect(one.data()).toEqual(all.data());
        expect(one.count).toBe(all.count);
      }),
    );
  });

  it("stays small over hours of different values", () => {
    const histogram = new Histogram();
    for (let ms = 0; ms < 100_000; ms += 1) histogram.record(ms * 36.1);
    expect(histogram.data().length).toBeLessThan(25_000);
    expect(new Histogram().quantile(0.5)).toBeNaN();
  });
});

describe("arrivals", () => {
  it("come evenly, or at random with the same mean", () => {
    const constant = [...arrivals("constant", 4, 5, () => 0)];
    expect(constant).toEqual([0, 250, 500, 750, 1000]);
    let seed = 7;
    const random = (): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const plan = [...arrivals("poisson", 10, 20_000, random)];
    const gaps = plan.slice(1).map((at, index) => at - (plan[index] ?? 0));
    const mean = gaps.reduce((total, gap) => total + gap, 0) / gaps.length;
    expect(mean).toBeCloseTo(100, -1);
    // Of exponential gaps 1/e are longer than the mean.
    expect(gaps.filter((gap) => gap > 100).length / gaps.length).toBeCloseTo(1 / Math.E, 1);
  });
});

describe("the way to the first word", () => {
  const seen = { intended: 1_000, sent: 1_010, firstWord: 1_400 };

  it("is split without a rest", () => {
    const split = splitFirstWord(seen, { auth: 1, oursMs: 4, upstreamMs: 300 });
    expect(split).toEqual({ firstWord: 400, late: 10, network: 85, ours: 5, provider: 300 });
  });

  it("adds up even where a coarse clock tells more than there was", () => {
    const split = splitFirstWord(seen, { auth: null, oursMs: 1, upstreamMs: 900 });
    expect(split).toEqual({ firstWord: 400, late: 10, network: 0, ours: 1, provider: 389 });
  });

  it("stays whole where the server tells nothing", () => {
    expect(splitFirstWord(seen, { auth: 1, oursMs: null, upstreamMs: null })).toBeNull();
  });

  it("reads Server-Timing in all its forms", () => {
    const header = 'auth;dur=0.4, do;desc="object";dur=1.5, miss, odd;dur=x';
    expect(readServerTiming(header)).toEqual({ auth: 0.4, do: 1.5 });
    expect(readServerTiming("")).toEqual({});
  });
});

describe("the end of a stream", () => {
  const event = (part: object): string => `id: t:0\ndata: ${JSON.stringify(part)}\n\n`;
  const timings = { firstWordMs: 9, oursMs: 2, upstreamMs: 7 };
  const metadata = { messageMetadata: { timings, usage: null } };
  const told = { oursMs: 2, upstreamMs: 7 };

  it.each([
    ["whole", event({ type: "finish", ...metadata }), null, told],
    [
      "failed",
      event({ type: "message-metadata", ...metadata }) +
        event({ type: "data-problem", data: { code: "answer_cut" } }) +
        event({ type: "error", errorText: "…" }),
      "answer_cut",
      told,
    ],
    ["stopped", event({ type: "abort", reason: "stopped" }), "aborted", null],
    [
      "cut",
      event({ type: "text-delta", id: "text", delta: '{"type":"finish"}' }),
      "stream_cut",
      null,
    ],
    ["not ours", "data: {nonsense\n\ndata: [DONE]\n\n", "stream_cut", null],
  ])("%s", (_how, text, error, expected) => {
    const none = { oursMs: null, upstreamMs: null };
    expect(readEnding(event({ type: "start" }) + text)).toEqual({
      error,
      timings: expected ?? none,
    });
  });
});

const RUN: Run = {
  region: "eu",
  url: "http://127.0.0.1",
  startedAt: "2026-11-01T00:00:00.000Z",
  seconds: 10,
  turns: 2,
  rate: 2,
  spread: "poisson",
  members: 1,
};

function tallied(region: string, turns: readonly Partial<TurnSeen>[]) {
  const tally = new Tally();
  const told = { auth: null, oursMs: 2, upstreamMs: 50 };
  for (const turn of turns) {
    tally.add(0, { sent: 1, firstWord: 100, ended: 200, told, colo: "FRA", error: null, ...turn });
  }
  return makeReport({ ...RUN, region }, tally.groups(region));
}

describe("reports", () => {
  const europe = tallied("eu", [{}, { firstWord: null, error: "provider_busy" }]);
  const asia = tallied("asia", [{ colo: "NRT", firstWord: 300 }]);

  it("survive being written and read", () => {
    expect(parseReport(JSON.stringify(europe), "eu.json")).toEqual(europe);
    expect(() => parseReport('{"format":"other"}', "x.json")).toThrow("x.json is no report");
    expect(() => parseReport("{", "x.json")).toThrow("x.json is no report");
  });

  it("merge into one picture, place by place", () => {
    const merged = mergeReports([europe, asia, europe]);
    expect(merged.runs.map(({ region }) => region)).toEqual(["eu", "asia", "eu"]);
    expect(merged.groups.map(({ region, colo, ok }) => [region, colo, ok])).toEqual([
      ["asia", "NRT", 1],
      ["eu", "FRA", 2],
    ]);
    const all = sum(merged.groups);
    expect(all.errors).toEqual({ provider_busy: 2 });
    expect(Histogram.from(all.histograms.firstWord).count).toBe(3);
    expect(mergeReports([mergeReports([europe, asia]), europe]).groups).toEqual(merged.groups);
  });

  it("show the split by place and the errors by code", () => {
    const text = showText(mergeReports([europe, asia]));
    expect(text).toContain("| eu · FRA | 2 | 1 | 100.0 |");
    expect(text).toContain("| all | 3 | 1 |");
    expect(text).toContain("| eu · FRA | provider_busy | 1 |");
    // 100 = 1 late + 47 network + 2 ours + 50 provider
    expect(text).toMatch(
      /\| eu · FRA .* \| 47\.0 \| 47\.0 \| 2\.0 \| 2\.0 \| 50\.0 \| 50\.0 \| 1\.0 \|/,
    );
  });

  it("are pages that load nothing and believe no name", () => {
    const html = showHtml(tallied("<script>alert(1)</script>", [{}]));
    expect(html).not.toContain("<script");
    expect(html).not.toMatch(/(src|href)=/);
    expect(html.match(/<svg/g)).toHaveLength(2);
  });
});

describe("a run", () => {
  it("reports turns that are due beyond the most at once as failed, and sends none of them", async () => {
    let sent = 0;
    const told = { auth: null, oursMs: null, upstreamMs: null };
    const send = async (): Promise<TurnSeen> => {
      sent += 1;
      const now = performance.now();
      return { sent: now, firstWord: now, ended: now, told, colo: "FRA", error: null };
    };
    // All three are due before the first can have ended.
    const tally = await runLoad({
      client: { send },
      tokens: ["t"],
      plan: [0, 0, 0],
      mostAtOnce: 1,
    });
    expect(sent).toBe(1);
    expect(tally).toMatchObject({ done: 3, failed: 2 });
    const groups = tally.groups("here").map(({ colo, ok, errors }) => ({ colo, ok, errors }));
    expect(groups).toEqual([
      { colo: "", ok: 0, errors: { not_sent: 2 } },
      { colo: "FRA", ok: 1, errors: {} },
    ]);
  });
});

describe("the command line", () => {
  const env = { LOAD_TEST_CHALLENGE: "a challenge of the operator" };
  const good = ["--url", "https://viva.example.com/x", "--token", "a", "--token", "b"];

  it("asks for a run, against the origin alone", () => {
    expect(readOptions([...good, "--rate", "2.5", "--turns", "7"], env)).toMatchObject({
      kind: "run",
      options: { url: "https://viva.example.com", token: ["a", "b"], rate: 2.5, turns: 7 },
    });
  });

  it("asks for a merge", () => {
    expect(readOptions(["--merge", "a.json", "b.json"], {})).toEqual({
      kind: "merge",
      files: ["a.json", "b.json"],
      report: null,
    });
  });

  it.each([
    [["--token", "a"], "--url is missing"],
    [["--url", "ftp://x", "--token", "a"], "--url must be"],
    [["--url", "http://x"], "either --token"],
    [[...good, "--members", "3"], "either --token"],
    [["--url", "http://x", "--members", "3"], "SUPABASE_JWT_SECRET"],
    [[...good, "--rate", "0"], "--rate must be above 0"],
    [[...good, "--rate", "fast"], "--rate must be a number"],
    [[...good, "--turns", "1.5"], "--turns must be a whole number"],
    [[...good, "--spread", "bursts"], "--spread must be one of"],
    [["--nothing"], "--nothing"],
    [["--merge"], "needs the JSON reports"],
  ])("refuses %j", (args, sentence) => {
    expect(() => readOptions(args, env)).toThrow(sentence);
  });

  it("does not run without the operator's secret", () => {
    expect(() => readOptions(good, {})).toThrow("LOAD_TEST_CHALLENGE is missing");
  });

  it("expects an HMAC of the nonce", () => {
    const hmac = createHmac("sha256", "secret").update("nonce").digest("hex");
    expect(expectedAnswer("secret", "nonce")).toBe(hmac);
  });
});
