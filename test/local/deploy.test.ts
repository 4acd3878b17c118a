import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildClient } from "../../client/build.ts";
import { readOptions } from "../../local/deploy/options.ts";
import { addressIn, type DeploySteps, deploy } from "../../local/deploy/steps.ts";
import { workerConfigFindings } from "../../local/doctor/checks/worker-config.ts";
import { type Finding, ok, problem } from "../../local/doctor/finding.ts";
import { variablesOf } from "../../local/doctor/variables.ts";
import {
  readWorkerConfigs,
  type WorkerConfig,
  type WorkerConfigs,
} from "../../local/doctor/worker-config.ts";
import { runWrangler } from "../../local/doctor/wrangler.ts";
import { LocalError } from "../../local/local-error.ts";
import { ROOT } from "../../local/world.ts";

const BAD = [problem("model", "is away", "wait")];
const GOOD = [ok("model", "answers")];

/** A deployment whose steps are played; `done` tells which were taken. */
function played(found: {
  before?: Finding[];
  built?: Finding[];
  code?: number;
  outside?: Finding[];
}) {
  const done: string[] = [];
  const said: string[] = [];
  const step =
    <Result>(name: string, result: Result) =>
    async () => {
      done.push(name);
      return result;
    };
  const steps: DeploySteps = {
    diagnose: step("diagnose", found.before ?? GOOD),
    build: step("build", found.built ?? GOOD),
    upload: step("upload", {
      code: found.code ?? 0,
      output:
        "Deployed viva\n  https://viva-edge-staging.example.workers.dev\nCurrent Version ID: 1",
    }),
    visit: async (url) => {
      done.push(`visit ${url.origin}`);
      return found.outside ?? GOOD;
    },
    show: () => {},
    say: (line) => said.push(line),
  };
  return { steps, done, said };
}

const options = (...more: string[]) => readOptions(["--env", "staging", ...more]);

describe("a deployment", () => {
  it("looks, builds, uploads, and looks from outside", async () => {
    const { steps, done } = played({});
    expect(await deploy(options(), steps)).toBe("done");
    const visit = "visit https://viva-edge-staging.example.workers.dev";
    expect(done).toEqual(["diagnose", "build", "upload", visit]);
  });

  it("uploads nothing where something is in the way", async () => {
    const before = played({ before: BAD });
    expect(await deploy(options(), before.steps)).toBe("refused");
    expect(before.done).toEqual(["diagnose"]);
    const built = played({ built: BAD });
    expect(await deploy(options(), built.steps)).toBe("refused");
    expect(built.done).toEqual(["diagnose", "build"]);
  });

  it("as a dry run goes to the end, uploads nothing, and says what would refuse it", async () => {
    const bad = played({ before: BAD });
    expect(await deploy(options("--dry-run"), bad.steps)).toBe("refused");
    expect(bad.done).toEqual(["diagnose", "build", "upload"]);
    expect(await deploy(options("--dry-run"), played({}).steps)).toBe("done");
  });

  it("says when wrangler could not, and when what runs there is not well", async () => {
    const failed = played({ code: 1 });
    expect(await deploy(options(), failed.steps)).toBe("failed");
    expect(failed.done.at(-1)).toBe("upload");
    const unwell = played({ outside: BAD });
    expect(await deploy(options(), unwell.steps)).toBe("unwell");
    expect(unwell.said.at(-1)).toContain("wrangler rollback --env staging");
  });

  it("of a version alone serves nobody yet, and says how it will", async () => {
    const { steps, done, said } = played({});
    expect(await deploy(options("--version-only"), steps)).toBe("done");
    expect(done.at(-1)).toBe("upload");
    expect(said.at(-1)).toContain("wrangler versions deploy --env staging");
  });

  it("asks where to", () => {
    for (const args of [[], ["--env", ""], ["--env"], ["--enf", "staging"]]) {
      expect(() => readOptions(args)).toThrow(LocalError);
    }
    expect(() => options("--url", "staging")).toThrow(LocalError);
  });

  it("finds its own domain before the one it was lent", () => {
    const output = "  https://a.b.workers.dev\n  viva.example.com (custom domain)\n";
    expect(addressIn(output)?.origin).toBe("https://viva.example.com");
    expect(addressIn("Uploaded")).toBeNull();
  });
});

describe("wrangler.toml", () => {
  const NOW = Date.parse("2026-11-23");
  let configs: WorkerConfigs;

  beforeAll(async () => {
    configs = await readWorkerConfigs(ROOT);
  });

  it.each(["staging", "production"])("has all that %s needs", (name) => {
    const findings = workerConfigFindings(configs, name, NOW);
    expect(findings.filter(({ state }) => state !== "ok")).toEqual([]);
  });

  /** The findings where staging was changed. */
  const broken = (change: Partial<WorkerConfig>) => {
    const { staging, ...others } = configs.environments;
    if (!staging) throw new Error("no staging");
    const environments = { ...others, staging: { ...staging, ...change } };
    return workerConfigFindings({ ...configs, environments }, "staging", NOW).map(
      ({ state, text }) => `${state}: ${text}`,
    );
  };

  it.each<[what: string, change: Partial<WorkerConfig>, line: RegExp]>([
    ["without its objects", { durable_objects: { bindings: [] } }, /problem: .*no object MEMBERS/],
    [
      "bound to another class",
      { durable_objects: { bindings: [{ name: "MEMBERS", class_name: "Other" }] } },
      /problem: .*binds MEMBERS to Other/,
    ],
    ["without the migration", { migrations: [] }, /problem: no migration makes MemberSession/],
    ["without rate limits", { ratelimits: [] }, /problem: .*no rate limit RATE_LIMIT/],
    [
      "with production's rate limits",
      {
        ratelimits: [
          { name: "RATE_LIMIT", namespace_id: "1003" },
          { name: "JOURNEY_LIMIT", namespace_id: "1005" },
        ],
      },
      /problem: .*RATE_LIMIT counts together with \[env.production\]/,
    ],
    [
      "of last year",
      { compatibility_date: "2025-10-01" },
      /problem: compatibility_date 2025-10-01/,
    ],
    ["of next year", { compatibility_date: "2027-01-01" }, /problem: .*is in the future/],
    ["without pages", { assets: undefined }, /problem: has no assets/],
    [
      "with pages before the API",
      { assets: { directory: "client/dist", binding: "ASSETS", run_worker_first: false } },
      /problem: answers \/api with a page/,
    ],
    [
      "with a secret in it",
      { vars: { OPENAI_API_KEY: "sk-in-the-open" } },
      /problem: OPENAI_API_KEY stands in \[env.staging.vars\]/,
    ],
    [
      "with a name nobody reads",
      { vars: { MODEL: "x" } },
      /warning: .*sets MODEL, which nothing reads/,
    ],
    ["with production's name", { name: "viva-edge-production" }, /problem: .*has the name of/],
    ["without a dataset", { analytics_engine_datasets: [] }, /warning: .*no dataset TURNS/],
  ])("%s is named", (_what, change, line) => {
    const lines = broken(change).join("\n");
    expect(lines).toMatch(line);
    expect(lines).not.toContain("sk-in-the-open");
  });

  it("without the environment says which there are", () => {
    const [finding] = workerConfigFindings(configs, "moon", NOW);
    expect(finding).toMatchObject({ state: "problem", todo: "take one of: staging, production" });
  });

  it("is what is deployed, whatever this machine's own variables say", () => {
    const { staging } = configs.environments;
    if (!staging) throw new Error("no staging");
    const config = { ...staging, vars: { OPENAI_MODEL: "gpt-6-luna" } };
    const env = { OPENAI_MODEL: "another", OPENAI_API_KEY: "sk-x", HOME: "/x" };
    expect(variablesOf("staging", config, env, join(tmpdir(), "nowhere"))).toEqual({
      OPENAI_MODEL: "gpt-6-luna",
      OPENAI_API_KEY: "sk-x",
    });
  });
});

describe("what would be uploaded", () => {
  let dist: string;
  beforeAll(async () => {
    dist = mkdtempSync(join(tmpdir(), "viva-deploy-"));
    await buildClient({ dist, connect: "https://abcdefghijklmnopqrst.supabase.co" });
  });
  afterAll(() => rmSync(dist, { recursive: true, force: true }));

  it("is a client that may talk to the environment's Supabase project alone", () => {
    const headers = readFileSync(join(dist, "_headers"), "utf8");
    expect(headers).toContain("connect-src 'self' https://abcdefghijklmnopqrst.supabase.co;");
    expect(readFileSync(join(dist, "index.html"), "utf8")).toContain("/assets/app-");
  });

  it.each(["staging", "production"])("is bound to what %s has", async (name) => {
    const args = [
      "deploy",
      "--dry-run",
      "--env",
      name,
      "--assets",
      dist,
      "--outdir",
      `${dist}/out`,
    ];
    const { code, output } = await runWrangler(args);
    expect([code, output]).toEqual([0, expect.stringContaining("--dry-run: exiting now")]);
    for (const binding of [
      "MEMBERS",
      "TURNS",
      "RATE_LIMIT",
      "JOURNEY_LIMIT",
      "HOOK_LIMIT",
      "ASSETS",
    ]) {
      expect(output).toContain(`env.${binding}`);
    }
  });
});
