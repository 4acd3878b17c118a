import { type Migration, MigrationError, pendingMigrations } from "../../../migrations/apply.ts";
import { supabaseHeaders } from "../../../worker/db/supabase.ts";
import { type Answer, ask } from "../ask.ts";
import { type Finding, ok, problem, skipped, warning } from "../finding.ts";
import { projectRef } from "../keys.ts";
import { tablesOf } from "../schema-names.ts";
import { addressOf, type SqlReader, type Subject, settingOf, under } from "../subject.ts";

const MIGRATE = "run: DATABASE_URL=… npm run db:migrate";
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Whether the database has the schema of this copy of the code, and keeps members apart. */
export async function schemaFindings(
  subject: Subject,
  migrations: Migration[],
): Promise<Finding[]> {
  const { database } = subject;
  const byDatabase = database
    ? [await migrationFinding(database, migrations), await securityFinding(database)]
    : [];
  const url = addressOf(subject, "SUPABASE_URL");
  const key = settingOf(subject, "SUPABASE_SECRET_KEY");
  if (!url || key === undefined) {
    return byDatabase.length > 0
      ? byDatabase
      : [skipped("migrations", "not looked at", "give SUPABASE_SECRET_KEY, or DATABASE_URL")];
  }
  const byRest = database ? [] : await visibleFindings(subject, url, key, migrations);
  return [...byDatabase, ...byRest, ...(await callFindings(subject, url, key))];
}

/** Whether a connection string leads to the project of SUPABASE_URL, as far as both name one. */
export function sameProject(subject: Subject, databaseUrl: string): Finding[] {
  const url = addressOf(subject, "SUPABASE_URL");
  const project = url && projectRef(url);
  if (!project || !URL.canParse(databaseUrl)) return [];
  const { hostname, username } = new URL(databaseUrl);
  const named =
    /^db\.([a-z0-9]{20})\./.exec(hostname)?.[1] ?? /^\w+\.([a-z0-9]{20})$/.exec(username)?.[1];
  if (named === undefined || named === project) return [];
  const text = `leads to the project ${named}, SUPABASE_URL to ${project}`;
  return [problem("DATABASE_URL", text, "take both from one project")];
}

async function migrationFinding(database: SqlReader, migrations: Migration[]): Promise<Finding> {
  const about = "migrations";
  const reading = {
    query: <Row>(sql: string, params?: unknown[]) => database.query<Row>(sql, params),
    exec: () => Promise.reject(new Error("the doctor only reads")),
  };
  try {
    const { pending, unknownLater } = await pendingMigrations(reading, migrations);
    if (pending.length > 0) {
      const names = pending.map(({ version, name }) => `${version}_${name}`);
      return problem(about, `${names.length} not applied: ${names.join(", ")}`, MIGRATE);
    }
    if (unknownLater.length > 0) {
      const text = `the database has later ones that are not here: ${unknownLater.join(", ")}`;
      return warning(about, text, "deploy from a copy of the code that has them");
    }
    return ok(about, `all ${migrations.length} applied, none changed since`);
  } catch (error) {
    if (!(error instanceof MigrationError)) throw error;
    return problem(about, error.message, "put the file back as it was when it was applied");
  }
}

async function securityFinding(database: SqlReader): Promise<Finding> {
  const about = "row level security";
  const open = await database.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relrowsecurity
     order by 1`,
  );
  if (open.length === 0) return ok(about, "on every table");
  const names = open.map(({ name }) => name);
  const todo = names.map((name) => `alter table public.${name} enable row level security;`);
  return problem(about, `is off: anybody can read ${names.join(", ")}`, todo.join(" "));
}

/** What PostgREST says of a name it does not know, or has not noticed yet. */
function isMissing(answer: Answer): boolean {
  const { code } = (answer.json ?? {}) as { code?: unknown };
  return answer.status === 404 || code === "PGRST205" || code === "PGRST202" || code === "42P01";
}

/** What can be seen of the schema through PostgREST: which tables there are, and who reads them. */
async function visibleFindings(
  subject: Subject,
  url: URL,
  key: string,
  migrations: Migration[],
): Promise<Finding[]> {
  const publishable = settingOf(subject, "SUPABASE_PUBLISHABLE_KEY");
  const tables = tablesOf(migrations);
  const missing: string[] = [];
  const open: string[] = [];
  let answered = 0;
  for (const { name, migration } of tables) {
    const path = under(url, `/rest/v1/${name}?select=*&limit=1`);
    const server = await ask(subject, path, { headers: supabaseHeaders(key) });
    if ("failure" in server) continue;
    if (isMissing(server)) missing.push(`${name} (${migration})`);
    if (server.status !== 200) continue;
    answered += 1;
    if (publishable === undefined) continue;
    const visitor = await ask(subject, path, { headers: supabaseHeaders(publishable) });
    if (!("failure" in visitor) && Array.isArray(visitor.json) && visitor.json.length > 0) {
      open.push(name);
    }
  }
  const found: Finding[] = [];
  if (missing.length > 0) {
    found.push(problem("migrations", `missing in the database: ${missing.join(", ")}`, MIGRATE));
  } else if (answered === tables.length) {
    const text = `all ${tables.length} tables are there; which files made them is not visible`;
    found.push(ok("migrations", `${text} without DATABASE_URL`));
  } else {
    const text = "could not be seen through the API";
    found.push(skipped("migrations", text, "give DATABASE_URL, or mend what is said above"));
  }
  if (open.length > 0) {
    const text = `is off, or too open: a visitor can read ${open.join(", ")}`;
    found.push(problem("row level security", text, `${MIGRATE}; see migrations/README.md`));
  } else if (answered > 0 && publishable !== undefined) {
    found.push(ok("row level security", "a visitor reads no row of any table"));
  }
  return found;
}

/** The functions that the Worker lives by: what an object knows of its member, and where it writes to. */
async function callFindings(subject: Subject, url: URL, key: string): Promise<Finding[]> {
  const call = (name: string, body: object, apiKey: string) =>
    ask(subject, under(url, `/rest/v1/rpc/${name}`), {
      method: "POST",
      headers: { ...supabaseHeaders(apiKey), "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const nothing = { p_user: NOBODY, p_rows: "[]", p_generation: 0 };
  const context = await call("viva_context", { p_user: NOBODY }, key);
  if ("failure" in context || context.status === 401 || context.status === 403) return [];
  const found: Finding[] = [];
  if (
    context.status === 200 &&
    typeof (context.json as { version?: unknown })?.version === "number"
  ) {
    found.push(ok("viva_context", "answers"));
  } else {
    const text = `answers with ${context.status}: VIVA would know nothing of its members`;
    found.push(problem("viva_context", text, MIGRATE));
  }
  const outbox = await call("viva_apply", nothing, key);
  if (!("failure" in outbox) && outbox.status !== 200) {
    const text = `answers with ${outbox.status}: no conversation would reach Postgres`;
    found.push(problem("viva_apply", text, MIGRATE));
  }
  const publishable = settingOf(subject, "SUPABASE_PUBLISHABLE_KEY");
  if (publishable !== undefined && publishable !== key) {
    const visitor = await call("viva_apply", nothing, publishable);
    if (!("failure" in visitor) && visitor.status === 200) {
      const text = "can be called by a visitor: anybody could write conversations";
      const todo = "revoke execute on function viva_apply from public, anon, authenticated";
      found.push(problem("viva_apply", text, todo));
    }
  }
  return found;
}
