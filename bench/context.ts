/**
 * What one look at a member costs Postgres with many others beside them: the context function against
 * three selects sent at once, and the call that writes a turn. On a PostgreSQL of this machine, which
 * is filled first. Ends with 1 when a bound is broken.
 */
import { parseArgs } from "node:util";
import { applyMigrations, readMigrations } from "../migrations/apply.ts";
import { as, one, type TestDatabase } from "../test/db/support/database.ts";
import { findPostgres, startPostgres } from "../test/db/support/postgres.ts";
import { type Summary, summarise, table } from "./statistics.ts";

const { values } = parseArgs({
  options: {
    members: { type: "string", default: "100000" },
    messages: { type: "string", default: "10" },
    calls: { type: "string", default: "500" },
  },
});
const MEMBERS = Number(values.members);
const MESSAGES_EACH = Number(values.messages);
const CALLS = Number(values.calls);
/** The context takes Postgres at most this long, in milliseconds. */
const BOUND_MS = 1;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Members with what most have: a profile, an assessment, an active vision and a draft, a talk. */
const FILL = [
  `insert into auth.users (id, email)
     select md5('m' || n)::uuid, 'm' || n || '@example.test' from generate_series(1, ${MEMBERS}) as n`,
  `insert into vision_versions (user_id, fun, love, work)
     select md5('m' || n)::uuid, repeat('I dance. ', 40), repeat('I love. ', 40), repeat('I build. ', 40)
     from generate_series(1, ${MEMBERS}) as n`,
  `insert into assessment_results (user_id)
     select md5('m' || n)::uuid from generate_series(1, ${MEMBERS}) as n`,
  `insert into conversation_sessions (id, user_id, client_id, phase, title, created_at, updated_at)
     select md5('c' || n)::uuid, md5('m' || n)::uuid, 'talk', 'contrast', 'Talk', now(), now()
     from generate_series(1, ${MEMBERS}) as n`,
  `insert into ai_conversations
       (id, user_id, conversation_id, client_id, role, message, status, position, created_at)
     select gen_random_uuid(), md5('m' || n)::uuid, md5('c' || n)::uuid, 'c' || p, 'user',
       repeat('I walk by the sea. ', 8), 'complete', p, now()
     from generate_series(1, ${MEMBERS}) as n, generate_series(0, ${MESSAGES_EACH - 1}) as p`,
  "vacuum analyze",
];

const SELECTS = [
  "select * from user_profiles where user_id = auth.uid()",
  `select * from assessment_results where user_id = auth.uid() and completed_at is not null
   order by completed_at desc limit 1`,
  "select * from vision_versions where user_id = auth.uid() and state in ('active', 'draft')",
];

/** Milliseconds that Postgres itself takes for a statement, planning included. */
async function taken(database: TestDatabase, member: string, sql: string): Promise<number> {
  const plan = await as(database, member, (own) =>
    one<{ "QUERY PLAN": [{ "Execution Time": number; "Planning Time": number }] }>(
      own,
      `explain (analyze, timing off, format json) ${sql}`,
    ),
  );
  const [{ "Execution Time": execution, "Planning Time": planning }] = plan["QUERY PLAN"];
  return execution + planning;
}

const bin = findPostgres();
if (bin === null) {
  say("No PostgreSQL is installed here: initdb and postgres were found in no usual place.");
  process.exit(1);
}
const server = await startPostgres(bin);
try {
  const database = await server.create("bench");
  await applyMigrations(database, readMigrations());
  for (const sql of FILL) {
    say(`${sql.trim().slice(0, 60).replace(/\s+/g, " ")} …`);
    await database.exec(sql);
  }
  const { rows } = await one<{ rows: number }>(
    database,
    "select count(*)::integer as rows from ai_conversations",
  );
  const times = { context: [] as number[], selects: [] as number[] };
  for (let call = 0; call < CALLS; call += 1) {
    const n = 1 + ((call * 7919) % MEMBERS);
    const { id } = await one<{ id: string }>(database, "select md5($1)::uuid as id", [`m${n}`]);
    times.context.push(await taken(database, id, "select viva_context()"));
    const each: number[] = [];
    for (const sql of SELECTS) each.push(await taken(database, id, sql));
    times.selects.push(each.reduce((sum, ms) => sum + ms, 0));
  }
  const row = (name: string, { p50, low, high, p99 }: Summary): string[] => [
    name,
    p50.toFixed(2),
    `${low.toFixed(2)}–${high.toFixed(2)}`,
    p99.toFixed(2),
  ];
  const context = summarise(times.context);
  const holds = context.p50 < BOUND_MS;
  const lines = [
    table(
      ["ms in Postgres", "p50", "half within", "p99"],
      [
        row("viva_context, one round trip", context),
        row("three selects, three answers", summarise(times.selects)),
      ],
    ),
    "",
    `${MEMBERS.toLocaleString("en")} members, ${rows.toLocaleString("en")} messages, ${CALLS} members looked at once each.`,
    `${holds ? "Holds" : "BROKEN"}: the context takes ${context.p50.toFixed(2)} ms (< ${BOUND_MS}).`,
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  process.exitCode = holds ? 0 : 1;
  await database.close();
} finally {
  await server.stop();
}
