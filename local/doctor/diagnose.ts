import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMigrations } from "../../migrations/apply.ts";
import { type Connection, connectPostgres } from "../../migrations/connect.ts";
import { LocalError } from "../local-error.ts";
import type { Variables } from "../settings.ts";
import { ROOT } from "../world.ts";
import { clientFindings } from "./checks/client.ts";
import { lookAtAccount, secretFindings } from "./checks/cloudflare.ts";
import { deployedFindings } from "./checks/deployed.ts";
import { packageFindings, readPackageFiles } from "./checks/packages.ts";
import { sameProject } from "./checks/schema.ts";
import { workerConfigFindings } from "./checks/worker-config.ts";
import { examine } from "./examine.ts";
import { type Finding, problem } from "./finding.ts";
import type { DoctorOptions } from "./options.ts";
import type { Subject } from "./subject.ts";
import { variablesOf } from "./variables.ts";
import { readWorkerConfigs } from "./worker-config.ts";
import { runWrangler } from "./wrangler.ts";

/** What was found, and what must not be shown of it. */
export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Values of secrets that may turn up in what others say. */
  readonly secrets: readonly string[];
  /** The environment's variables, as far as they are known here. */
  readonly variables: Variables;
}

/** Settings that anybody may see: all others are secrets to the report. */
const PUBLIC =
  /^(SUPABASE_URL|NEXT_PUBLIC_SUPABASE_URL|OPENAI_BASE_URL|OPENAI_MODEL|OPENAI_FALLBACK_MODEL|OPENAI_KEY_HEADER|OPENAI_OMIT|ALLOWED_ORIGINS|JURISDICTION|MONTHLY_CREDITS|DAILY_BUDGET_USD|UNLISTED_MODEL_PRICE|CAPTCHA|\w+_(MS|MINUTE|ONCE|TOKENS|SOCKETS|PROVIDER|AHEAD))$/;

function secretsIn(variables: Variables): string[] {
  return Object.entries(variables)
    .filter(([name]) => !PUBLIC.test(name))
    .map(([, value]) => value.trim());
}

/** A member to sign in as: the local world's own, or one that the operator names. */
function signInOf(env: NodeJS.ProcessEnv, variables: Variables): Subject["signIn"] {
  const email = env.DOCTOR_EMAIL?.trim() || variables.DEMO_EMAIL;
  const password = env.DOCTOR_PASSWORD?.trim() || variables.DEMO_PASSWORD;
  return email && password ? { email, password } : null;
}

async function connect(
  url: string | undefined,
): Promise<{ database: Connection | null; found: Finding[] }> {
  if (!url) return { database: null, found: [] };
  try {
    return { database: await connectPostgres(url), found: [] };
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    const todo = "take the connection string from Supabase: Connect, at the top of the project";
    return { database: null, found: [problem("DATABASE_URL", error.message, todo)] };
  }
}

/**
 * Looks at an environment, or at this machine's settings, before anything is deployed.
 * @param bringing names of secrets that the deployment brings along
 * @throws LocalError where wrangler.toml cannot be read
 */
export async function diagnose(
  { environment, askModel }: Pick<DoctorOptions, "environment" | "askModel">,
  env: NodeJS.ProcessEnv,
  bringing: readonly string[] = [],
): Promise<Diagnosis> {
  const found: Finding[] = [];
  const configs = environment === null ? null : await readWorkerConfigs(ROOT);
  const config = environment === null ? undefined : configs?.environments[environment];
  const variables = variablesOf(environment, config, env, ROOT);
  const unreadable = new Set<string>();
  if (environment !== null && configs) {
    found.push(...packageFindings(readPackageFiles(ROOT)));
    found.push(...workerConfigFindings(configs, environment, Date.now()));
    const account = await lookAtAccount(runWrangler, environment);
    found.push(...account.findings);
    const given = new Set([...Object.keys(config?.vars ?? {}), ...bringing]);
    found.push(...secretFindings(account.secrets, given, environment));
    for (const name of account.secrets ?? []) {
      if (variables[name] === undefined) unreadable.add(name);
    }
  }
  const databaseUrl = env.DATABASE_URL?.trim();
  const { database, found: unconnected } = await connect(databaseUrl);
  found.push(...unconnected);
  const subject: Subject = {
    ...subjectOf(variables, environment),
    unreadable,
    database,
    signIn: signInOf(env, variables),
    askModel,
  };
  try {
    found.push(...(databaseUrl ? sameProject(subject, databaseUrl) : []));
    found.push(...(await examine(subject, readMigrations())));
  } finally {
    await database?.close();
  }
  if (environment === null)
    found.push(...clientFindings(subject, builtHeaders(join(ROOT, "client/dist"))));
  return { findings: found, secrets: [...secretsIn(variables), databaseUrl ?? ""], variables };
}

/** The headers file in a built client's folder; null where none was built. */
export function builtHeaders(folder: string): string | null {
  const file = join(folder, "_headers");
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

/** What is looked at from outside, where nothing but variables is known. */
export function subjectOf(variables: Variables, environment: string | null): Subject {
  return {
    variables,
    unreadable: new Set(),
    environment,
    fetch: (input, init) => globalThis.fetch(input, init),
    now: () => Date.now(),
    database: null,
    signIn: null,
    askModel: false,
  };
}

/** A running deployment, from outside, beside what is known of its settings here. */
export function visit(
  environment: string | null,
  url: URL,
  variables: Variables,
): Promise<Finding[]> {
  return deployedFindings(subjectOf(variables, environment), url);
}
