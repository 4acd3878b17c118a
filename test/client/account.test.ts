import { describe, expect, it, vi } from "vitest";
import { downloadExport, fileNameOf, sizeLabel } from "../../client/account/download.ts";
import { SIGNED_OUT_EVERYWHERE, signOutEverywhere } from "../../client/account/everywhere.ts";
import { chartOf, HEIGHT } from "../../client/account/usage.ts";
import type { Api } from "../../client/api/http.ts";
import { ApiError, localProblem } from "../../client/api/problem.ts";

describe("the picture of a month's use", () => {
  const credits = { left: 40, limit: 100, renewsAt: "2026-12-01T00:00:00.000Z" };
  const day = (date: string, action: string, took: number) => ({
    ...{ day: date, action, turns: 1, credits: took },
  });

  it("has a bar for each day with its parts in order, the highest as high as the picture", () => {
    const chart = chartOf({
      credits,
      days: [
        day("2026-11-30", "something_new", 5),
        day("2026-11-02", "vision_generation", 15),
        day("2026-11-02", "chat_conversation", 5),
        day("2026-11-01", "chat_conversation", 0),
      ],
    });
    expect(chart).toMatchObject({ first: "2026-11-01", last: "2026-11-30", most: 20, total: 25 });
    expect(chart.actions).toEqual(["chat_conversation", "vision_generation", "something_new"]);
    expect(chart.bars.map(({ action, x, y, height }) => [action, x, y, height])).toEqual([
      ["chat_conversation", 10, 75, 25],
      ["vision_generation", 10, 0, 75],
      ["something_new", 290, 75, 25],
    ]);
    for (const { x, width } of chart.bars) expect(x + width).toBeLessThanOrEqual(chart.width);
  });

  it("shows little use beside much, and is empty where there is none or where it was another month", () => {
    const { bars } = chartOf({
      credits,
      days: [
        day("2026-11-02", "chat_conversation", 9_999),
        day("2026-11-03", "chat_conversation", 1),
      ],
    });
    expect(bars[1]?.height).toBeGreaterThan(1);
    expect((bars[1]?.y ?? 0) + (bars[1]?.height ?? 0)).toBe(HEIGHT);
    expect(chartOf({ credits, days: [] })).toMatchObject({ bars: [], most: 0, total: 0 });
    const before = [day("2026-10-31", "chat_conversation", 9)];
    expect(chartOf({ credits, days: before }).total).toBe(0);
  });
});

describe("everything as a file", () => {
  const signal = new AbortController().signal;
  const apiOf = (response: Response) => ({ open: vi.fn(async () => response) }) as unknown as Api;

  it("arrives whole, under the server's name, and tells how much is there", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (const piece of ['{"a":', '"é"}']) controller.enqueue(new TextEncoder().encode(piece));
        controller.close();
      },
    });
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "content-disposition": 'attachment; filename="viva-2026-11-22.json"',
    };
    const seen: number[] = [];
    const api = apiOf(new Response(body, { headers }));
    const onBytes = (bytes: number) => seen.push(bytes);
    const { name, blob } = await downloadExport(api, "json", { signal, onBytes });
    expect(name).toBe("viva-2026-11-22.json");
    expect(JSON.parse(await blob.text())).toEqual({ a: "é" });
    expect(seen).toEqual([5, 10]);
  });

  it("is none where it breaks off", async () => {
    const body = new ReadableStream({
      pull(controller) {
        controller.error(new TypeError("network error"));
      },
    });
    const broken = downloadExport(apiOf(new Response(body)), "html", { signal, onBytes() {} });
    await expect(broken).rejects.toMatchObject({ problem: { code: "broken", retryable: true } });
  });

  it("is named by what a system can keep", () => {
    expect(fileNameOf('attachment; filename="viva-1.html"')).toBe("viva-1.html");
    for (const name of ["../x", ".hidden", "a/b", "", "x\u202ey", `${"x".repeat(200)}.json`]) {
      expect(fileNameOf(`attachment; filename="${name}"`), name).toBeNull();
    }
    expect(fileNameOf(null)).toBeNull();
    expect([sizeLabel(1), sizeLabel(45_200), sizeLabel(2_345_678)]).toEqual([
      "1 KB",
      "46 KB",
      "2.3 MB",
    ]);
  });
});

describe("signing out everywhere", () => {
  function world(error: { name: string; status?: number } | null) {
    const done: string[] = [];
    const deps = {
      token: async () => "token",
      sessions: async () => ({
        async signOut(token: string, scope: string) {
          done.push(`sessions ${token} ${scope}`);
          return { error };
        },
      }),
      api: {
        async json<T>(path: string) {
          done.push(path);
          return {} as T;
        },
      },
      leave: async (because: string) => void done.push(because),
    };
    return { deps, done };
  }

  it("ends what renews sessions, then the tokens, then this one", async () => {
    const { deps, done } = world(null);
    await signOutEverywhere(deps);
    expect(done).toEqual(["sessions token global", "/api/sessions/revoke", SIGNED_OUT_EVERYWHERE]);
  });

  it.each([
    ["AuthApiError", 403],
    ["AuthSessionMissingError", 400],
  ])("goes on where the sessions had ended before (%s)", async (name, status) => {
    const { deps, done } = world({ name, status });
    await signOutEverywhere(deps);
    expect(done).toHaveLength(3);
  });

  it("leaves nobody signed out by halves in silence", async () => {
    const unreachable = world({ name: "AuthRetryableFetchError", status: 503 });
    await expect(signOutEverywhere(unreachable.deps)).rejects.toBeInstanceOf(ApiError);
    expect(unreachable.done).toEqual(["sessions token global"]);
    const { deps, done } = world(null);
    const api = { json: () => Promise.reject(new ApiError(localProblem("unreachable"))) };
    await expect(signOutEverywhere({ ...deps, api })).rejects.toBeInstanceOf(ApiError);
    expect(done).toEqual(["sessions token global"]);
  });
});
