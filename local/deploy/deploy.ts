import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildClient } from "../../client/build.ts";
import { connectOf, hasCaptcha } from "../../client/headers.ts";
import { clientFindings } from "../doctor/checks/client.ts";
import { builtHeaders, type Diagnosis, diagnose, subjectOf, visit } from "../doctor/diagnose.ts";
import { type Finding, problem } from "../doctor/finding.ts";
import { reportLines } from "../doctor/report.ts";
import { secretsFile, variablesIn } from "../doctor/variables.ts";
import { readWorkerConfigs } from "../doctor/worker-config.ts";
import { runWrangler } from "../doctor/wrangler.ts";
import { LocalError } from "../local-error.ts";
import type { Variables } from "../settings.ts";
import { ROOT } from "../world.ts";
import { type DeployOptions, readOptions } from "./options.ts";
import { type DeployOutcome, deploy } from "./steps.ts";

/** How long a new address may take until it answers, and how often it is asked meanwhile. */
const ARRIVAL_MS = 90_000;
const AGAIN_MS = 3_000;

/** What of the environment's file goes along as secrets: not what wrangler.toml says already. */
async function secretsToBring({ environment, secrets }: DeployOptions): Promise<Variables> {
  if (!secrets) return {};
  const file = secretsFile(ROOT, environment);
  const { environments } = await readWorkerConfigs(ROOT);
  const plain = new Set(Object.keys(environments[environment]?.vars ?? {}));
  // As the doctor sees it: this process's environment goes before the file.
  const bring = Object.entries(variablesIn(file))
    .filter(([name]) => !plain.has(name))
    .map(([name, value]) => [name, process.env[name]?.trim() || value] as const);
  if (bring.length === 0) throw new LocalError(`--secrets: there are none in ${file}.`);
  return Object.fromEntries(bring);
}

/**
 * Has wrangler upload what was built.
 * @param dist the built client
 * @param secrets brought along; written where only we can read them, and removed again
 */
async function upload(options: DeployOptions, dist: string, secrets: Variables) {
  const folder = mkdtempSync(join(tmpdir(), "viva-deploy-"));
  try {
    const file = join(folder, "secrets.json");
    const bring = Object.keys(secrets).length > 0;
    // JSON: a dollar in an env file would be read as the name of another variable.
    if (bring) writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    const args = [
      ...(options.versionOnly && !options.dryRun ? ["versions", "upload"] : ["deploy"]),
      ...["--env", options.environment, "--assets", dist],
      ...(bring ? ["--secrets-file", file] : []),
      ...(options.dryRun ? ["--dry-run", "--outdir", join(folder, "bundle")] : []),
    ];
    return await runWrangler(args, { onText: (text) => process.stdout.write(text) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Looks at a deployment as soon as it answers. */
async function visitSoon(url: URL, environment: string, variables: Variables): Promise<Finding[]> {
  const until = Date.now() + ARRIVAL_MS;
  for (;;) {
    const answers = await fetch(new URL("/api/health", url)).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers || Date.now() > until) return visit(environment, url, variables);
    await new Promise((again) => setTimeout(again, AGAIN_MS));
  }
}

/**
 * Deploys an environment of wrangler.toml.
 * @throws LocalError where the options or wrangler.toml are not right
 */
async function deployEnvironment(options: DeployOptions): Promise<DeployOutcome> {
  const { environment } = options;
  const dist = join(ROOT, "dist", environment, "client");
  const secrets = await secretsToBring(options);
  let known: Diagnosis = { findings: [], secrets: [], variables: {} };
  return deploy(options, {
    diagnose: async () => {
      known = await diagnose(options, process.env, Object.keys(secrets));
      return known.findings;
    },
    build: async () => {
      const connect = connectOf(known.variables);
      await buildClient({ dist, connect, captcha: hasCaptcha(known.variables) });
      const subject = subjectOf(known.variables, environment);
      const found = clientFindings(subject, builtHeaders(dist));
      if (found.length > 0) return found;
      const todo = `put SUPABASE_URL into [env.${environment}.vars]: it is no secret`;
      return [problem("client", "does not know its Supabase project", todo)];
    },
    upload: () => upload(options, dist, secrets),
    visit: (url) => visitSoon(url, environment, known.variables),
    show: (findings) => {
      for (const line of reportLines(findings, known.secrets)) console.log(line);
    },
    say: (line) => console.log(line),
  });
}

if (import.meta.main) {
  try {
    const outcome = await deployEnvironment(readOptions(process.argv.slice(2)));
    if (outcome !== "done") process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
