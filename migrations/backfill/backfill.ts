import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LocalError } from "../../local/local-error.ts";
import { openDatabase } from "../../local/supabase/database.ts";
import { supabaseFolder } from "../../local/supabase/folder.ts";
import { loadKeys } from "../../local/supabase/keys.ts";
import { lockFolder } from "../../local/supabase/lock.ts";
import { MigrationError, pendingMigrations, readMigrations, type SqlRunner } from "../apply.ts";
import { type Connection, connectPostgres } from "../connect.ts";
import { OLDER_TABLES } from "./older.ts";
import { backfill, type Report } from "./run.ts";
import { openSource } from "./source.ts";

const USAGE = `Usage: npm run db:backfill -- --from <postgres://… or schema> [--dry-run]
  --from     a connection string of the older database, or a schema beside ours in the same one
  --schema   the schema of the older tables behind a connection string (public)
  --batch    members in one transaction (200)
  --report   a file for what was not taken over, a line of JSON each
  DATABASE_URL is the database to fill; without it the local one.`;

/** What the command was asked for. */
interface Asked {
  readonly from: string;
  readonly schema: string;
  readonly batch: number;
  readonly report: string | undefined;
  readonly dryRun: boolean;
}

/** @throws LocalError */
function asked(): Asked {
  try {
    const { values } = parseArgs({
      options: {
        from: { type: "string" },
        schema: { type: "string" },
        batch: { type: "string", default: "200" },
        report: { type: "string" },
        "dry-run": { type: "boolean", default: false },
      },
    });
    const { from, batch, report, "dry-run": dryRun } = values;
    if (!from) throw new Error("--from is missing.");
    const isUrl = from.includes("://");
    if (!isUrl && values.schema) throw new Error("--schema goes with a connection string only.");
    if (!isUrl && from === "public") throw new Error("public holds the tables that are filled.");
    if (!/^[1-9]\d{0,3}$/.test(batch)) throw new Error("--batch is 1 to 9999.");
    const schema = isUrl ? (values.schema ?? "public") : from;
    return { from, schema, batch: Number(batch), report, dryRun };
  } catch (error) {
    throw new LocalError(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

/** The database to fill. Where it is the local one, its folder is locked until it is closed. */
async function openTarget(): Promise<Connection> {
  const url = process.env.DATABASE_URL;
  if (url) return connectPostgres(url);
  const folder = supabaseFolder();
  const lock = lockFolder(folder);
  try {
    const database = await openDatabase(folder, loadKeys(folder), console.log);
    const close = async () => {
      await database.close();
      lock.release();
    };
    return { exec: database.exec, query: database.query, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws LocalError where the database is not up to date, or another backfill is filling it */
async function refuseUnready(target: SqlRunner): Promise<void> {
  const { pending } = await pendingMigrations(target, readMigrations());
  if (pending.length > 0) {
    throw new LocalError("The database is not up to date: run `npm run db:migrate` first.");
  }
  const [lock] = await target.query<{ taken: boolean }>(
    "select pg_try_advisory_lock(7021988) as taken",
  );
  if (!lock?.taken) throw new LocalError("Another backfill is filling this database.");
}

/** Where the rows come from, without a password: what progress and refusals are kept under. */
function nameOf({ from, schema }: Asked): string {
  if (!from.includes("://")) return `schema ${schema}`;
  const { host, pathname } = new URL(from);
  return `${host}${pathname} ${schema}`;
}

/** The lines that say what was done, or would be. */
export function describeReport(
  { members, tables, refusals, resumed }: Report,
  dryRun: boolean,
): string[] {
  const lines = [`${members} members${resumed ? " (going on where an earlier run ended)" : ""}`];
  for (const table of OLDER_TABLES) {
    const { read, written, refused } = tables[table];
    if (read === 0) continue;
    lines.push(`  ${table.padEnd(20)} ${read} read, ${written} written, ${refused} not taken over`);
  }
  const reasons = Map.groupBy(refusals, ({ table, field, reason }) =>
    [table, field, reason].filter((part) => part !== "").join(": "),
  );
  if (reasons.size > 0) lines.push("not taken over:");
  for (const [reason, some] of reasons) lines.push(`  ${some.length} × ${reason}`);
  lines.push(
    dryRun
      ? "Nothing was changed: all of it was rolled back."
      : "The rows not taken over are listed in viva_backfill.refusals.",
  );
  return lines;
}

async function main(): Promise<void> {
  const wanted = asked();
  const target = await openTarget();
  const isUrl = wanted.from.includes("://");
  let older: Connection | undefined;
  try {
    await refuseUnready(target);
    older = isUrl ? await connectPostgres(wanted.from, "--from") : undefined;
    // Nothing of ours ever writes there.
    await older?.exec("set default_transaction_read_only = on");
    const source = await openSource(older ?? target, wanted.schema);
    const report = await backfill(source, target, {
      name: nameOf(wanted),
      batch: wanted.batch,
      dryRun: wanted.dryRun,
      told: (members) => console.log(`${members} members`),
    });
    if (wanted.report) {
      const lines = report.refusals.map((refusal) => `${JSON.stringify(refusal)}\n`);
      writeFileSync(wanted.report, lines.join(""));
    }
    for (const line of describeReport(report, wanted.dryRun)) console.log(line);
  } finally {
    await older?.close();
    await target.close();
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof LocalError || error instanceof MigrationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
