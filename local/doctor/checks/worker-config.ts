import { settingNames } from "../../settings.ts";
import { type Finding, ok, problem, warning } from "../finding.ts";
import type { WorkerConfig, WorkerConfigs } from "../worker-config.ts";

const ABOUT = "wrangler.toml";
/** From this day on pending work keeps an object alive without a client: a turn outlives its reader. */
const EARLIEST_DATE = "2026-10-01";
const OBJECTS = [
  { name: "MEMBERS", class: "MemberSession" },
  { name: "SPENDING", class: "DailySpending" },
] as const;
const LIMITS = ["RATE_LIMIT", "JOURNEY_LIMIT", "HOOK_LIMIT"] as const;
/** What must never stand in a file that is committed, and is shown in Cloudflare's dashboard. */
const SECRETS =
  /^(SUPABASE_SECRET_KEY|SUPABASE_SERVICE_ROLE_KEY|SUPABASE_JWT_SECRET|OPENAI_API_KEY|OPENAI_HEADERS|\w+_SECRET|DATABASE_URL|LOAD_TEST_CHALLENGE)$/;

/** Whether an environment of wrangler.toml has all that the Worker lives by. */
export function workerConfigFindings(
  { environments }: WorkerConfigs,
  environment: string,
  now: number,
): Finding[] {
  const config = environments[environment];
  if (!config) {
    const names = Object.keys(environments).join(", ");
    return [problem(ABOUT, `has no environment "${environment}"`, `take one of: ${names}`)];
  }
  const section = `[env.${environment}]`;
  const others = Object.entries(environments).filter(([name]) => name !== environment);
  const found = [
    ...OBJECTS.flatMap((object) => objectFindings(object, config, section)),
    ...limits(config, section, others),
    ...dates(config, now),
    ...assets(config),
    ...variables(config, environment),
  ];
  if (!config.analytics_engine_datasets.some(({ binding }) => binding === "TURNS")) {
    const todo = `add [[env.${environment}.analytics_engine_datasets]] with binding = "TURNS"`;
    found.push(warning(ABOUT, `${section} has no dataset TURNS: no turn is measured`, todo));
  }
  const namesake = others.find(([, other]) => other.name === config.name);
  if (namesake) {
    const todo = "give each environment a name of its own";
    found.push(problem(ABOUT, `${section} has the name of [env.${namesake[0]}]`, todo));
  }
  if (found.some(({ state }) => state === "problem")) return found;
  const text = `${section}: objects, their migrations, rate limits and assets are there`;
  return [ok(ABOUT, text), ...found];
}

function objectFindings(
  object: (typeof OBJECTS)[number],
  config: WorkerConfig,
  section: string,
): Finding[] {
  const bound = config.durable_objects.bindings.find(({ name }) => name === object.name);
  if (!bound) {
    const todo = `add a durable_objects binding ${object.name} to ${object.class}: bindings are not inherited`;
    return [problem(ABOUT, `${section} has no object ${object.name}`, todo)];
  }
  if (bound.class_name !== object.class) {
    const text = `${section} binds ${object.name} to ${bound.class_name}`;
    return [problem(ABOUT, text, `bind it to ${object.class}`)];
  }
  const made = config.migrations.some(({ new_sqlite_classes }) =>
    new_sqlite_classes.includes(object.class),
  );
  if (made) return [];
  const todo = `add [[migrations]] with a tag and new_sqlite_classes = ["${object.class}"]`;
  return [problem(ABOUT, `no migration makes ${object.class} with SQLite`, todo)];
}

function limits(
  config: WorkerConfig,
  section: string,
  others: readonly [string, WorkerConfig][],
): Finding[] {
  const found: Finding[] = [];
  for (const name of LIMITS) {
    if (config.ratelimits.some((limit) => limit.name === name)) continue;
    const text = `${section} has no rate limit ${name}: members could ask without end`;
    found.push(
      problem(ABOUT, text, "add it as in the other environments, with a number of its own"),
    );
  }
  for (const { name, namespace_id: number } of config.ratelimits) {
    const same = others.find(([, other]) =>
      other.ratelimits.some(({ namespace_id }) => namespace_id === number),
    );
    const twice =
      config.ratelimits.filter(({ namespace_id }) => namespace_id === number).length > 1;
    if (!same && !twice) continue;
    const whose = same ? `[env.${same[0]}]` : "another limit";
    const text = `${section}: ${name} counts together with ${whose} (${number})`;
    found.push(problem(ABOUT, text, "give each rate limit a namespace_id of its own"));
  }
  return found;
}

function dates({ compatibility_date: date }: WorkerConfig, now: number): Finding[] {
  if (date < EARLIEST_DATE) {
    const text = `compatibility_date ${date || "is missing"}: an answer would end with its reader`;
    return [problem(ABOUT, text, `set it to ${EARLIEST_DATE} or later`)];
  }
  const today = new Date(now).toISOString().slice(0, 10);
  if (date <= today) return [];
  return [problem(ABOUT, `compatibility_date ${date} is in the future`, `set it to ${today}`)];
}

function assets({ assets }: WorkerConfig): Finding[] {
  if (!assets?.directory || assets.binding !== "ASSETS") {
    const todo = 'add [assets] with directory = "client/dist" and binding = "ASSETS"';
    return [problem(ABOUT, "has no assets: there would be no pages", todo)];
  }
  const { run_worker_first: first } = assets;
  if (first === true || (Array.isArray(first) && first.includes("/api/*"))) return [];
  const todo = 'set run_worker_first = ["/api/*"]';
  return [problem(ABOUT, "answers /api with a page: the Worker must run first there", todo)];
}

function variables({ vars }: WorkerConfig, environment: string): Finding[] {
  const known = new Set(settingNames());
  return Object.keys(vars).flatMap((name) => {
    if (SECRETS.test(name)) {
      const text = `${name} stands in [env.${environment}.vars], for all to read`;
      const todo = `take it out, make a new one, and: npx wrangler secret put ${name} --env ${environment}`;
      return [problem(ABOUT, text, todo)];
    }
    if (known.has(name)) return [];
    const todo = "see worker/settings.ts for the settings there are";
    return [warning(ABOUT, `[env.${environment}.vars] sets ${name}, which nothing reads`, todo)];
  });
}
