import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type PlacementPorts, placementCheck } from "../../worker/deployment/placement-check.ts";

// What is logged of a change is only noise here.
beforeEach(() => {
  for (const level of ["warn", "error"] as const) vi.spyOn(console, level).mockReturnValue();
});
afterEach(() => void vi.restoreAllMocks());

describe("a change of jurisdiction", () => {
  /** Postgres that remembers `kept`, or is away. */
  function check(kept: () => string, jurisdiction: string) {
    const calls: unknown[] = [];
    let time = 0;
    const rpc = (async (name: string, args: object) => {
      calls.push([name, args]);
      return kept();
    }) as PlacementPorts["rpc"];
    const placed = placementCheck({ rpc, jurisdiction, timeoutMs: 5, now: () => time });
    return { calls, placed, later: (ms: number) => (time += ms) };
  }

  it("is none where Postgres remembers the same, and that is asked once", async () => {
    const { calls, placed, later } = check(() => "eu", "eu");
    await placed();
    await placed();
    later(1e9);
    await placed();
    expect(calls).toEqual([["viva_placement", { p_jurisdiction: "eu" }]]);
  });

  it("is found out by each object itself: one that is reset while it asks stops no other", async () => {
    let asked = 0;
    const rpc = (() => {
      asked += 1;
      return asked === 1 ? new Promise(() => {}) : Promise.resolve("eu");
    }) as PlacementPorts["rpc"];
    const placed = placementCheck({ rpc, jurisdiction: "eu", timeoutMs: 5, now: () => 0 });
    void placed();
    await placed();
    expect(asked).toBe(2);
  });

  it.each([
    ["", "eu"],
    ["eu", ""],
    ["eu", "us"],
  ])("from %j to %j is refused, until it is set back", async (before, now) => {
    let kept = before;
    const { calls, placed, later } = check(() => kept, now);
    await expect(placed()).rejects.toMatchObject({ code: "misconfigured" });
    kept = now;
    await expect(placed()).rejects.toMatchObject({ code: "misconfigured" });
    expect(calls).toHaveLength(1);
    later(30_000);
    await placed();
    expect(calls).toHaveLength(2);
  });

  it("that cannot be seen refuses nobody, and is looked for again", async () => {
    let away = true;
    const { calls, placed, later } = check(() => {
      if (away) throw new Error("away");
      return "eu";
    }, "us");
    await placed();
    await placed();
    expect(calls).toHaveLength(1);
    away = false;
    later(30_000);
    await expect(placed()).rejects.toMatchObject({ code: "misconfigured" });
  });
});
