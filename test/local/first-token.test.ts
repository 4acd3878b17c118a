import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type FirstTokenTimes,
  firstTokenTimes,
  isFirstTokenTimes,
} from "../../local/model/first-token.ts";
import { startModel } from "../../local/model/server.ts";
import type { LogEntry, RunningModel } from "../../local/model/types.ts";

const COUNT = 20_000;

/** So many times, sorted. */
function sample(times: FirstTokenTimes, ttftMs = 100): number[] {
  const next = firstTokenTimes(times);
  return Array.from({ length: COUNT }, () => next(ttftMs)).sort((a, b) => a - b);
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor(sorted.length * share)] ?? Number.NaN;

describe("times to the first token", () => {
  it("are the same for the same seed, and others for another", () => {
    const of = (seed: number) => sample({ kind: "pareto", alpha: 1, seed });
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it("with a Pareto tail: the least, and p99 as many times as long as alpha says", () => {
    const all = sample({ kind: "pareto", alpha: 1, seed: 1 });
    expect(all[0]).toBeGreaterThanOrEqual(100);
    expect(at(all, 0.5) / 200).toBeCloseTo(1, 1);
    expect(at(all, 0.9) / 1_000).toBeCloseTo(1, 1);
    expect(at(all, 0.99) / 10_000).toBeCloseTo(1, 1);
  });

  it("with a Pareto tail: so in each thousand, though in another order", () => {
    const next = firstTokenTimes({ kind: "pareto", alpha: 1, seed: 1 });
    const thousand = () => Array.from({ length: 1_000 }, () => next(100));
    const [one, two] = [thousand(), thousand()];
    for (const some of [one, two]) {
      expect(some.filter((ms) => ms > 10_000)).toHaveLength(10);
      expect(some.filter((ms) => ms > 2_000)).toHaveLength(50);
    }
    const late = (some: number[]) => some.flatMap((ms, index) => (ms > 2_000 ? [index] : []));
    expect(late(one)).not.toEqual(late(two));
  });

  it("lognormal: half of them beyond the median, and 16 % beyond e^sigma times it", () => {
    const all = sample({ kind: "lognormal", sigma: 1, seed: 1 });
    expect(at(all, 0.5) / 100).toBeCloseTo(1, 1);
    expect(at(all, 0.8413) / (100 * Math.E)).toBeCloseTo(1, 1);
  });

  it("given each: one after the other, the last for the rest", () => {
    const next = firstTokenTimes({ kind: "each", ms: [80, 0, 40] });
    expect([1, 2, 3, 4].map(() => next(100))).toEqual([80, 0, 40, 40]);
  });

  it.each([
    "slow",
    {},
    { kind: "pareto", alpha: 1 },
    { kind: "pareto", alpha: 0, seed: 1 },
    { kind: "lognormal", sigma: -1, seed: 1 },
    { kind: "lognormal", sigma: 1, seed: 0.5 },
    { kind: "each", ms: [] },
    { kind: "each", ms: ["100"] },
    { kind: "normal", seed: 1 },
  ])("are refused as %j", (value) => {
    expect(isFirstTokenTimes(value)).toBe(false);
  });
});

describe("a model that was told them", () => {
  let model: RunningModel;
  let origin: string;
  beforeAll(async () => {
    model = await startModel({ port: 0, ttftMs: 0, gapMs: 0 });
    origin = new URL(model.url).origin;
  });
  afterAll(() => model.close());

  const control = (change: object) =>
    fetch(`${origin}/control`, { method: "POST", body: JSON.stringify(change) });

  /** How long each of so many requests, one after the other, waited for its first token. */
  async function waits(count: number): Promise<number[]> {
    await fetch(`${origin}/log`, { method: "DELETE" });
    for (let i = 0; i < count; i += 1) {
      const response = await fetch(`${model.url}/chat/completions`, {
        method: "POST",
        headers: { authorization: "Bearer any", "content-type": "application/json" },
        body: JSON.stringify({
          model: "gpt-6-luna",
          stream: true,
          messages: [{ role: "user", content: "Hello" }],
        }),
      });
      await response.text();
    }
    const log: LogEntry[] = await (await fetch(`${origin}/log`)).json();
    return log.map((entry) => (entry.firstTokenSentAt ?? Number.NaN) - entry.receivedAt);
  }

  it("keeps to each in its turn, to the last for the rest, and begins anew when told again", async () => {
    const ttft = { kind: "each", ms: [80, 0, 40] };
    for (let round = 0; round < 2; round += 1) {
      expect((await control({ ttft, tokens: 1 })).status).toBe(200);
      const [first, , third, fourth] = await waits(4);
      expect(first).toBeGreaterThanOrEqual(80);
      expect(third).toBeGreaterThanOrEqual(40);
      expect(fourth).toBeGreaterThanOrEqual(40);
    }
    // Told of something else it goes on where it was.
    await control({ ttft: { kind: "each", ms: [0, 60] } });
    await waits(1);
    await control({ tokens: 2 });
    expect((await waits(1))[0]).toBeGreaterThanOrEqual(60);
  });

  it("refuses what says nothing of the kind, and stays as it was", async () => {
    const before = await (await fetch(`${origin}/control`)).json();
    expect((await control({ ttft: { kind: "pareto" } })).status).toBe(400);
    expect(await (await fetch(`${origin}/control`)).json()).toEqual(before);
    await fetch(`${origin}/control`, { method: "DELETE" });
    expect(await (await fetch(`${origin}/control`)).json()).toMatchObject({ ttft: null });
  });
});
