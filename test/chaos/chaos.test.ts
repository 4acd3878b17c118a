import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChaosResult, runChaos } from "./run.ts";

/** The same seed with each run, so that a failure can be run again; `npm run chaos` tries others. */
const SEED = process.env.CHAOS_SEED ?? "1";

describe(`a short run of chaos (CHAOS_SEED=${SEED})`, () => {
  let folder: string;
  let result: ChaosResult;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "viva-chaos-"));
    const size = { turns: 80, members: 8, kills: 3, minutes: 1, unattended: false, idleMs: 0 };
    result = await runChaos({ seed: SEED, folder, ...size });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const count = (name: string): number =>
    Number(result.figures.find(([figure]) => figure === name)?.[1] ?? 0);

  it("loses nothing and doubles nothing", () => {
    expect(result.violations).toEqual([]);
  });

  it("has been through what it is about", () => {
    expect(count("turns acknowledged")).toBeGreaterThanOrEqual(80);
    expect(count("kills of workerd")).toBe(4);
    expect(count("connections taken up again")).toBeGreaterThan(0);
    expect(count("… of them after resuming")).toBeGreaterThan(0);
    expect(count("requests at the provider")).toBeGreaterThan(40);
    expect(count("usage rows in Postgres")).toBeGreaterThan(40);
  });
});
