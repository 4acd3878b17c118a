import type { SqlRunner } from "../apply.ts";
import { planAssessments } from "./assessments.ts";
import {
  OLDER_TABLES,
  type OlderRow,
  type OlderRows,
  type OlderTable,
  type Refusal,
  type Refuse,
  uuidIn,
} from "./older.ts";
import { type PlannedProfile, planProfile } from "./profiles.ts";
import { keepProgress, keepTaken, makeBooks, noteRefusals, progressOf } from "./progress.ts";
import type { Source } from "./source.ts";
import { planTalks } from "./talks.ts";
import { type MemberThere, membersThere } from "./target.ts";
import { planUsage } from "./usage.ts";
import { planVisions } from "./visions.ts";
import { type Planned, writePlanned } from "./write.ts";

/** Rows of one older table: read, written now, not taken over. The rest was there already. */
export interface TableCounts {
  read: number;
  written: number;
  refused: number;
}

/** What a backfill did, or would do. */
export interface Report {
  readonly members: number;
  readonly tables: Readonly<Record<OlderTable, TableCounts>>;
  readonly refusals: readonly Refusal[];
  /** Whether it went on where an earlier run had ended. */
  readonly resumed: boolean;
}

/** How a backfill runs. */
export interface BackfillOptions {
  /** What progress and refusals are kept under: where the rows come from, without secrets. */
  readonly name: string;
  /** Members in one transaction. */
  readonly batch: number;
  /** Whether all of it is rolled back in the end. */
  readonly dryRun: boolean;
  /** Told after each batch how many members are through. */
  readonly told: (members: number) => void;
}

/**
 * Takes over the older rows, member by member, a batch of them in a transaction. What was taken over
 * is left alone, so that it can run again; one that was interrupted goes on after its last batch.
 */
export async function backfill(
  source: Source,
  target: SqlRunner,
  options: BackfillOptions,
): Promise<Report> {
  const report = emptyReport();
  if (!options.dryRun) {
    await makeBooks(target);
    return run(source, target, options, report);
  }
  await target.exec("begin");
  try {
    await makeBooks(target);
    return await run(source, target, options, report);
  } finally {
    await target.exec("rollback");
  }
}

function emptyReport() {
  const tables = OLDER_TABLES.map((table) => [table, { read: 0, written: 0, refused: 0 }] as const);
  return {
    members: 0,
    tables: Object.fromEntries(tables) as Record<OlderTable, TableCounts>,
    refusals: [] as Refusal[],
    resumed: false,
  };
}

type Writing = ReturnType<typeof emptyReport>;

async function run(
  source: Source,
  target: SqlRunner,
  { name, batch, dryRun, told }: BackfillOptions,
  report: Writing,
): Promise<Report> {
  const progress = await progressOf(target, name);
  report.resumed = !dryRun && progress.member !== "";
  let { member, book } = dryRun ? { member: "", book: "" } : progress;
  for (;;) {
    const members = await source.membersAfter(member, batch);
    const last = members.at(-1);
    if (last === undefined) break;
    const rows = await source.rowsOf(members);
    await inBatch(target, dryRun, async () => {
      const refusals: Refusal[] = [];
      const counts = await takeOver(target, members, rows, (refusal) => refusals.push(refusal));
      await finishBatch(target, name, report, refusals, counts);
      await keepProgress(target, name, { member: last, book });
    });
    member = last;
    report.members += members.length;
    told(report.members);
  }
  for (;;) {
    const rows = await source.booksAfter(book, batch * 10);
    const last = rows.at(-1)?.id;
    if (last === undefined) break;
    await inBatch(target, dryRun, async () => {
      const refusals: Refusal[] = [];
      const usage = planUsage(null, rows, (refusal) => refusals.push(refusal));
      const counts = await write(target, { ...NOTHING, usage }, refusals);
      counts.token_usage.read = rows.length;
      await finishBatch(target, name, report, refusals, counts);
      await keepProgress(target, name, { member, book: String(last) });
    });
    book = String(last);
  }
  // Done: the next run begins anew, and finds what has come since.
  await inBatch(target, dryRun, () => keepProgress(target, name, { member: "", book: "" }));
  await countOwnerless(source, report);
  return report;
}

/** What belongs to nobody is nobody's to have, but for the books. */
async function countOwnerless(source: Source, report: Writing): Promise<void> {
  for (const [table, rows] of Object.entries(await source.ownerless())) {
    if (table === "token_usage") continue;
    const counts = report.tables[table as OlderTable];
    counts.read += rows;
    counts.refused += rows;
    report.refusals.push({
      table: table as OlderTable,
      id: "*",
      field: "",
      reason: `${rows} belong to nobody`,
    });
  }
}

async function inBatch(
  target: SqlRunner,
  nested: boolean,
  work: () => Promise<void>,
): Promise<void> {
  await target.exec(nested ? "savepoint backfill_batch" : "begin");
  try {
    await work();
  } catch (error) {
    await target.exec(nested ? "rollback to savepoint backfill_batch" : "rollback");
    throw error;
  }
  await target.exec(nested ? "release savepoint backfill_batch" : "commit");
}

type Counts = Record<OlderTable, TableCounts>;

async function finishBatch(
  target: SqlRunner,
  name: string,
  report: Writing,
  refusals: readonly Refusal[],
  counts: Counts,
): Promise<void> {
  await noteRefusals(target, name, refusals);
  for (const table of OLDER_TABLES) {
    report.tables[table].read += counts[table].read;
    report.tables[table].written += counts[table].written;
    report.tables[table].refused += counts[table].refused;
  }
  report.refusals.push(...refusals);
}

const NOTHING: Planned = { profiles: [], assessments: [], visions: [], talks: [], usage: [] };

async function takeOver(
  target: SqlRunner,
  members: readonly string[],
  rows: OlderRows,
  refuse: Refuse,
): Promise<Counts> {
  const refusals: Refusal[] = [];
  const ids = members.flatMap((member) => uuidIn({ member }, "member") ?? []);
  const there = await membersThere(target, ids);
  const byMember = groupedByMember(rows);
  const plans = members.map((member) =>
    planMember(member, byMember, there, (refusal) => refusals.push(refusal)),
  );
  const planned: Planned = {
    profiles: plans.flatMap(({ profiles }) => profiles),
    assessments: plans.flatMap(({ assessments }) => assessments),
    visions: plans.flatMap(({ visions }) => visions),
    talks: plans.flatMap(({ talks }) => talks),
    usage: plans.flatMap(({ usage }) => usage),
  };
  const counts = await write(target, planned, refusals);
  await keepTaken(target, ids);
  for (const table of OLDER_TABLES) counts[table].read = rows[table].length;
  for (const refusal of refusals) refuse(refusal);
  return counts;
}

async function write(target: SqlRunner, planned: Planned, refusals: Refusal[]): Promise<Counts> {
  const counts: Counts = emptyReport().tables;
  await writePlanned(
    target,
    planned,
    (table, written) => {
      counts[table].written += written;
    },
    (refusal) => refusals.push(refusal),
  );
  for (const { table, field } of refusals) if (field === "") counts[table].refused += 1;
  return counts;
}

type RowsByMember = Readonly<Record<OlderTable, ReadonlyMap<unknown, readonly OlderRow[]>>>;

function groupedByMember(rows: OlderRows): RowsByMember {
  const grouped = OLDER_TABLES.map(
    (table) => [table, Map.groupBy(rows[table], (row) => row.user_id)] as const,
  );
  return Object.fromEntries(grouped) as unknown as RowsByMember;
}

/** One member's rows in the form of now. Without an account, or erased, none of them is taken over. */
function planMember(
  member: string,
  rows: RowsByMember,
  there: ReadonlyMap<string, MemberThere>,
  refuse: Refuse,
): Planned {
  const own = (table: OlderTable) => rows[table].get(member) ?? [];
  const id = uuidIn({ member }, "member");
  const found = id === null ? undefined : there.get(id);
  if (id === null || !found?.account || found.erased) {
    const reason = found?.erased
      ? "the member has erased everything"
      : "no account has this id: take over the accounts first";
    for (const table of OLDER_TABLES) {
      for (const row of own(table)) refuse({ table, id: idOf(row), field: "", reason });
    }
    return NOTHING;
  }
  return {
    profiles: profilesOf(id, own("user_profiles"), refuse),
    assessments: planAssessments(
      id,
      own("assessment_results"),
      own("assessment_responses"),
      found.assessments,
      refuse,
    ),
    visions: planVisions(id, own("vision_versions"), found.visions, refuse),
    talks: planTalks(id, own("ai_conversations"), found.talks, refuse),
    usage: planUsage(id, own("token_usage"), refuse),
  };
}

function profilesOf(id: string, rows: readonly OlderRow[], refuse: Refuse): PlannedProfile[] {
  const [newest, ...others] = rows.toSorted((a, b) =>
    String(a.updated_at ?? "") < String(b.updated_at ?? "") ? 1 : -1,
  );
  for (const row of others) {
    refuse({ table: "user_profiles", id: idOf(row), field: "", reason: "another one is newer" });
  }
  return newest ? [planProfile(id, newest, refuse)] : [];
}

function idOf(row: OlderRow): string {
  const { id, assessment_id: assessment, question_key: key, question_id: question } = row;
  if (assessment) return `${assessment}/${key ?? question ?? "?"}`;
  return String(id ?? row.user_id ?? "?");
}
