import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectedAnswer } from "../../bench/load/challenge.ts";
import { Histogram } from "../../bench/load/histogram.ts";
import { type Measure, parseReport } from "../../bench/load/report.ts";
import { startModelThread } from "../../local/model/thread.ts";
import type { RunningModel } from "../../local/model/types.ts";
import type { LocalSupabase } from "../../local/supabase/server.ts";
import { type RunningWorkerd, startWorkerd } from "../../local/workerd.ts";
import { startReadySupabase } from "../support/ready-supabase.ts";
import { readyWorker } from "../support/ready-worker.ts";

const TOOL = fileURLToPath(new URL("../../bench/load/load.ts", import.meta.url));
const SECRET = "a challenge of the operator";
/** The provider's own time to the first token. */
const TTFT_MS = 60;
const TURNS = 12;

describe("the load tester", () => {
  const folder = mkdtempSync(join(tmpdir(), "viva-load-"));
  let supabase: LocalSupabase;
  let model: RunningModel;
  let target: RunningWorkerd;
  let closed: RunningWorkerd;

  beforeAll(async () => {
    supabase = await startReadySupabase({ dataDir: join(folder, "supabase"), port: 0 });
    model = await startModelThread({ port: 0, ttftMs: TTFT_MS, gapMs: 0 });
    const start = (name: string, more: Record<string, string>) =>
      startWorkerd({
        port: 0,
        bundleDir: readyWorker(),
        dataDir: join(folder, name),
        env: {
          SUPABASE_URL: supabase.url,
          SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
          SUPABASE_SECRET_KEY: supabase.secretKey,
          SUPABASE_JWT_SECRET: supabase.jwtSecret,
          OPENAI_API_KEY: "rehearsal",
          OPENAI_BASE_URL: model.url,
          ...more,
        },
      });
    target = await start("open", { LOAD_TEST_CHALLENGE: SECRET, TURNS_AT_ONCE: "20" });
    closed = await start("closed", {});
  });
  afterAll(async () => {
    await closed?.close();
    await target?.close();
    await model?.close();
    await supabase?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the tool as from a terminal. */
  async function load(args: readonly string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, ["--no-warnings", TOOL, ...args], {
      env: { PATH: process.env.PATH ?? "", LOAD_TEST_CHALLENGE: SECRET, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code] = await once(child, "close");
    const [out, errors] = await output;
    return { code, out, errors };
  }

  it("measures a handful of turns and merges what it wrote", async () => {
    const secret = { SUPABASE_JWT_SECRET: supabase.jwtSecret };
    const args = ["--url", target.url, "--members", "3", "--turns", String(TURNS), "--rate", "20"];
    const file = join(folder, "here");
    const { code, out, errors } = await load(
      [...args, "--region", "here", "--report", file],
      secret,
    );
    expect(errors).toContain(`${TURNS}/${TURNS} done · 0 under way · 0 failed`);
    expect(code).toBe(0);
    expect(out).toContain(`| here | ${TURNS} | 0 |`);

    const report = parseReport(readFileSync(`${file}.json`, "utf8"), "here.json");
    const [group] = report.groups;
    const of = (measure: Measure) => Histogram.from(group?.histograms[measure] ?? []);
    for (const measure of ["firstWord", "network", "ours", "provider", "whole"] as const) {
      expect([measure, of(measure).count]).toEqual([measure, TURNS]);
    }
    // The provider's part is the provider's, and the whole way is longer than its longest part.
    expect(of("provider").quantile(0)).toBeGreaterThan(TTFT_MS * 0.9);
    expect(of("firstWord").quantile(0.5)).toBeGreaterThan(of("provider").quantile(0));
    expect(of("ours").mean()).toBeLessThan(of("firstWord").mean() - TTFT_MS * 0.9);
    const parts = (["late", "network", "ours", "provider"] as const).map((part) => of(part).mean());
    const added = parts.reduce((sum, part) => sum + part, 0);
    expect(added).toBeCloseTo(of("firstWord").mean(), 0);
    expect(readFileSync(`${file}.html`, "utf8")).toContain("<svg");

    const merged = await load(["--merge", `${file}.json`, `${file}.json`]);
    expect(merged.out).toContain(`| here | ${TURNS * 2} | 0 |`);
  });

  it("counts errors by their code and says so when it ends", async () => {
    const args = ["--url", target.url, "--token", "no-token", "--turns", "3", "--rate", "50"];
    const { code, out } = await load(args);
    expect(out).toContain("| here | unauthorized | 3 |");
    expect(code).toBe(1);
  });

  it("does not go where it is not wanted, and sends no turn there", async () => {
    const asked: string[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end('{"ok":true,"challenge":"0000"}');
    }).listen(0, "127.0.0.1");
    await once(stranger, "listening");
    const strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const refused = async (url: string, env: Record<string, string> = {}) => {
      const { code, out, errors } = await load(["--url", url, "--token", "any"], env);
      expect([code, out]).toEqual([1, ""]);
      return errors;
    };
    try {
      expect(await refused(closed.url)).toContain("has not switched load tests on");
      expect(
        await refused(target.url, { LOAD_TEST_CHALLENGE: "another secret altogether" }),
      ).toContain("LOAD_TEST_CHALLENGE differs");
      expect(await refused(strangerUrl)).toContain("LOAD_TEST_CHALLENGE differs");
      expect(asked).toHaveLength(1);
    } finally {
      stranger.close();
    }
    expect(await refused(strangerUrl)).toContain("does not answer");
  });

  it("signs nobody up with another Supabase's secret", async () => {
    const args = ["--url", target.url, "--members", "1"];
    const { code, errors } = await load(args, { SUPABASE_JWT_SECRET: "x".repeat(40) });
    expect(errors).toContain("not the local Supabase's");
    expect(code).toBe(1);
  });

  it("is answered by health only when asked, and with a fit nonce", async () => {
    const ask = async (query: string) => {
      const response = await fetch(`${target.url}/api/health${query}`);
      return [response.status, await response.json()];
    };
    const nonce = "abcdefghijklmnop";
    expect(await ask("")).toEqual([200, { ok: true }]);
    expect(await ask(`?challenge=${nonce}`)).toEqual([
      200,
      { ok: true, challenge: expectedAnswer(SECRET, nonce) },
    ]);
    for (const unfit of ["", "short", "a".repeat(129), `${nonce}%0A`]) {
      expect(await ask(`?challenge=${unfit}`)).toMatchObject([400, { code: "invalid_request" }]);
    }
  });
});
