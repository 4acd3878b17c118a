import { describe, expect, it, vi } from "vitest";
import { ApiError, toProblem } from "../../client/api/problem.ts";
import {
  barsOf,
  heightOf,
  lineOf,
  namedDays,
  ticksOf,
  topOf,
} from "../../client/operations/chart.ts";
import {
  cachedShare,
  daysBetween,
  dollars,
  errorSeries,
  milliseconds,
  outcomeSeries,
  percentileSeries,
} from "../../client/operations/figures.ts";
import { createOperations } from "../../client/operations/operations.ts";
import type { OperationsOverview, Trouble } from "../../domain/operations.ts";

const NONE = { p50: null, p95: null, p99: null };
const WORD = { requests: 0, whole: NONE, ours: NONE, provider: NONE };
const overviewOf = (over: Partial<OperationsOverview> = {}): OperationsOverview => ({
  ...{ from: "2026-11-20", to: "2026-11-22", days: [], outcomes: [], troubles: [], budget: null },
  firstWord: { all: WORD, byDay: [], byRegion: [], byRegionAndDay: [], regions: 0 },
  ...over,
});
const trouble = (id: number, over: Partial<Trouble> = {}): Trouble => ({
  ...{ id, memberId: `member-${id}`, kind: "refused", rowKind: "message", code: "23514", count: 1 },
  ...{ since: "2026-11-20T10:00:00.000Z", reportedAt: "2026-11-20T10:00:00.000Z" },
  ...over,
});
const refusal = (code: string, status: number) =>
  new ApiError(toProblem({ code, status, detail: code }, status));

/** The page's store with a server that answers what it is told to. */
function world(answers: Record<string, (path: string, body: unknown) => unknown> = {}) {
  const kept = new Map<string, string>();
  const asked: string[] = [];
  const json = vi.fn(async (path: string, options: { headers?: object; body?: unknown } = {}) => {
    asked.push(path);
    expect(options.headers).toEqual({ "X-Ops-Secret": kept.get("viva.operations") ?? "good" });
    const [name = ""] = path.split("?");
    const answer = answers[name];
    if (answer) return answer(path, options.body);
    if (name === "/api/ops/overview") return overviewOf();
    return { items: [trouble(1)], nextCursor: null };
  });
  const operations = createOperations({
    api: { json: json as never },
    storage: {
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => void kept.set(key, value),
      removeItem: (key) => void kept.delete(key),
    },
    now: () => 7,
  });
  return { operations, kept, asked };
}

describe("an operator's store", () => {
  it("keeps a secret only where it is good, and forgets it on leaving", async () => {
    let good = false;
    const { operations, kept } = world({
      "/api/ops/troubles": () => {
        if (!good) throw refusal("forbidden", 403);
        return { items: [], nextCursor: null };
      },
    });
    expect((await operations.enter("good"))?.code).toBe("forbidden");
    expect([operations.admitted.value, kept.size]).toEqual([false, 0]);
    good = true;
    expect(await operations.enter("good")).toBeNull();
    expect([operations.admitted.value, kept.size]).toEqual([true, 1]);
    await operations.load();
    operations.leave();
    expect([operations.admitted.value, kept.size, operations.overview.value]).toEqual([
      false,
      0,
      null,
    ]);
  });

  it("lets in where Postgres is away: the secret was good", async () => {
    const { operations } = world({
      "/api/ops/troubles": () => {
        throw refusal("database_unavailable", 503);
      },
    });
    expect(await operations.enter("good")).toBeNull();
    await operations.load();
    expect(operations.problem.value?.code).toBe("database_unavailable");
    expect(operations.admitted.value).toBe(true);
  });

  it("shows the answer to what was asked last", async () => {
    const first = Promise.withResolvers<OperationsOverview>();
    const { operations } = world({
      "/api/ops/overview": (path) =>
        path.endsWith("=7") ? first.promise : overviewOf({ from: "2026-10-24" }),
    });
    await operations.enter("good");
    const slow = operations.load(7);
    await operations.load(30);
    first.resolve(overviewOf({ from: "2026-11-16" }));
    await slow;
    expect(operations.overview.value?.from).toBe("2026-10-24");
    expect([operations.days.value, operations.loading.value, operations.readAt.value]).toEqual([
      30,
      false,
      7,
    ]);
  });

  it("adds the next page of troubles", async () => {
    const { operations, asked } = world({
      "/api/ops/troubles": (path) =>
        path.includes("cursor=5")
          ? { items: [trouble(4)], nextCursor: null }
          : { items: [trouble(6), trouble(5)], nextCursor: "5" },
    });
    await operations.enter("good");
    await operations.load();
    expect(operations.more.value).toBe(true);
    await operations.loadMore();
    await operations.loadMore();
    expect(operations.troubles.value?.map(({ id }) => id)).toEqual([6, 5, 4]);
    expect(asked.filter((path) => path.includes("cursor"))).toHaveLength(1);
  });

  it("sends again one member after the other, goes on past a failure, and says how each went", async () => {
    const sent: unknown[] = [];
    const { operations } = world({
      "/api/ops/outbox/resend": (_path, body) => {
        sent.push(body);
        if (sent.length === 2) throw refusal("conflict", 409);
        return { resent: 3, failed: sent.length === 3 ? 1 : 0 };
      },
    });
    await operations.enter("good");
    await operations.resend(["a", "b", "a", "c"]);
    expect(sent).toEqual([{ memberId: "a" }, { memberId: "b" }, { memberId: "c" }]);
    expect(Object.fromEntries(operations.sendings.value)).toEqual({
      a: { state: "sent", resent: 3, failed: 0 },
      b: { state: "failed", detail: "conflict" },
      c: { state: "sent", resent: 3, failed: 1 },
    });
    expect(operations.troubles.value).toHaveLength(1);
  });

  it("goes back to the gate where the secret is not good any more, in the middle of sending too", async () => {
    const { operations, kept } = world({
      "/api/ops/outbox/resend": () => {
        throw refusal("forbidden", 403);
      },
    });
    await operations.enter("good");
    await operations.resend(["a", "b"]);
    expect([operations.admitted.value, kept.size]).toEqual([false, 0]);
    expect(operations.problem.value?.code).toBe("forbidden");
  });
});

describe("figures by day", () => {
  const days = daysBetween("2026-11-20", "2026-11-22");

  it("names every day, also over the end of a month and of summer time", () => {
    expect(days).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
    expect(daysBetween("2026-10-24", "2026-11-01")).toHaveLength(9);
  });

  it("leaves days without a value open, and puts counts of the rarest together", () => {
    const percentiles = { p50: 1, p95: 2, p99: 3 };
    const row = { ...WORD, whole: percentiles, day: "2026-11-21" };
    expect(percentileSeries(days, [row], "whole").map(({ values }) => values)).toEqual([
      [null, 1, null],
      [null, 2, null],
      [null, 3, null],
    ]);
    const outcomes = Array.from({ length: 9 }, (_, n) => ({
      ...{ day: "2026-11-20", outcome: "failed", errorCode: `code_${n}`, requests: 10 - n },
    }));
    const found = errorSeries(overviewOf({ outcomes }), days);
    expect(found.map(({ name }) => name)).toEqual([
      ...[0, 1, 2, 3, 4].map((n) => `code_${n}`),
      "others",
    ]);
    expect(found.at(-1)?.values).toEqual([5 + 4 + 3 + 2, 0, 0]);
    // What went well is green, and an error never.
    expect(found.map(({ tone }) => tone)).not.toContain(0);
    const well = { day: "2026-11-22", outcome: "complete", errorCode: null, requests: 3 };
    expect(outcomeSeries(overviewOf({ outcomes: [well] }), days)).toEqual([
      { name: "complete", tone: 0, values: [0, 0, 3] },
    ]);
  });

  it("knows no share where nothing was asked", () => {
    expect(cachedShare([])).toBeNull();
    expect(cachedShare([{ inputTokens: 400, cachedInputTokens: 100 }])).toBe(25);
  });

  it("shows small and large figures with the digits they need", () => {
    expect([0.4, 9.96, 312.6, 9_999, 12_345].map(milliseconds)).toEqual([
      ...["0.4 ms", "10 ms", "313 ms", "9,999 ms", "12.3 s"],
    ]);
    expect([0, 84, 84_600, 1_234_567, 234_567_890].map(dollars)).toEqual([
      ...["$0", "$0.0001", "$0.0846", "$1.23", "$235"],
    ]);
  });
});

describe("a chart", () => {
  it("ends at a round number that holds all values", () => {
    for (const value of [0.003, 0.9, 1, 1.1, 7, 9.5, 10, 41, 650, 2_750, 99_999]) {
      const top = topOf(value);
      expect(top).toBeGreaterThanOrEqual(value);
      expect(top / value).toBeLessThanOrEqual(2.01);
      expect(heightOf(value, top)).toBeGreaterThanOrEqual(heightOf(top, top));
    }
    expect([topOf(0), topOf(Number.NaN)]).toEqual([1, 1]);
    expect(ticksOf(1)).toEqual([0, 1]);
    expect(ticksOf(6)).toEqual([0, 3, 6]);
  });

  it("breaks a line where there is no value, and shows what stands alone", () => {
    const { path, points } = lineOf([1, 2, null, 3, null], 4);
    expect(path.match(/[ML]/g)).toEqual(["M", "L", "M"]);
    expect(points).toHaveLength(1);
  });

  it("puts bars on top of one another", () => {
    const [low, high] = barsOf(
      [
        [2, 0],
        [1, 3],
      ],
      4,
    );
    expect([low?.length, high?.length]).toEqual([1, 2]);
    const [below, above] = [low?.[0], high?.[0]];
    expect((above?.y ?? 0) + (above?.height ?? 0)).toBeCloseTo(below?.y ?? Number.NaN, 1);
  });

  it("names the last day and a few before it", () => {
    expect(namedDays(1)).toEqual([0]);
    expect(namedDays(14)).toEqual([1, 5, 9, 13]);
    expect(namedDays(90)).toHaveLength(4);
  });
});
