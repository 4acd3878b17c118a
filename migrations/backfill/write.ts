import { CATEGORY_KEYS } from "../../domain/categories.ts";
import type { SqlRunner } from "../apply.ts";
import type { PlannedAssessment } from "./assessments.ts";
import type { OlderTable, Refuse } from "./older.ts";
import type { PlannedProfile } from "./profiles.ts";
import type { PlannedTalk } from "./talks.ts";
import type { PlannedUsage } from "./usage.ts";
import type { PlannedVision } from "./visions.ts";

/** What is to be written of some members. */
export interface Planned {
  readonly profiles: readonly PlannedProfile[];
  readonly assessments: readonly PlannedAssessment[];
  readonly visions: readonly PlannedVision[];
  readonly talks: readonly PlannedTalk[];
  readonly usage: readonly PlannedUsage[];
}

/** Counts rows that were written. */
export type Count = (table: OlderTable, rows: number) => void;

/**
 * Writes what was planned, all of a kind at once. What the database refuses is found one by one and
 * refused; the rest of it is written. What is there is never overwritten.
 */
export async function writePlanned(
  database: SqlRunner,
  planned: Planned,
  count: Count,
  refuse: Refuse,
): Promise<void> {
  const { profiles, assessments, visions, talks, usage } = planned;
  const each = allOrEach.bind(null, database, refuse) as <One>(
    table: OlderTable,
    all: readonly One[],
    idOf: (one: One) => string,
    work: (some: readonly One[]) => Promise<void>,
  ) => Promise<void>;
  await each("user_profiles", profiles, profileOwner, async (some) => {
    count("user_profiles", await writeProfiles(database, some));
  });
  await each("assessment_results", assessments, idOf, async (some) => {
    const written = await writeAssessments(database, some);
    count("assessment_results", written.results);
    count("assessment_responses", written.responses);
  });
  await each("vision_versions", visions, idOf, async (some) => {
    count("vision_versions", await writeVisions(database, some));
  });
  await each("ai_conversations", talks, clientIdOf, (some) => writeTalks(database, some));
  const messages = talks.flatMap((talk) => talk.messages);
  await each("ai_conversations", messages, clientIdOf, async (some) => {
    count("ai_conversations", await insert(database, "ai_conversations", some));
  });
  await each("token_usage", usage, turnIdOf, async (some) => {
    count("token_usage", await insert(database, "token_usage", some, ORDINARY));
  });
}

const idOf = ({ id }: { readonly id: string }) => id;
const profileOwner = ({ user_id }: PlannedProfile) => user_id;
const clientIdOf = ({ client_id }: { readonly client_id: string }) => client_id;
const turnIdOf = (usage: PlannedUsage) => String(usage.turn_id).replace(/^older-/, "");

/** Does a work for all, or where that fails for one after the other, each in a savepoint. */
async function allOrEach<One>(
  database: SqlRunner,
  refuse: Refuse,
  table: OlderTable,
  all: readonly One[],
  nameOf: (one: One) => string,
  work: (some: readonly One[]) => Promise<void>,
): Promise<void> {
  if (all.length === 0) return;
  try {
    await inSavepoint(database, () => work(all));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    for (const one of all) {
      try {
        await inSavepoint(database, () => work([one]));
      } catch (why) {
        if (!isRefusal(why)) throw why;
        refuse({ table, id: nameOf(one), field: "", reason: refusalOf(why) });
      }
    }
  }
}

/** Whether it is the row that is wrong: bad data, a broken constraint, or one of our own refusals. */
function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(22|23|PT4)/.test(String(error.code));
}

/** Why the database refused a row: the rule's name, never what was in the row. */
function refusalOf(error: unknown): string {
  const {
    code = "",
    constraint,
    constraint_name: name = constraint,
  } = error as {
    code?: string;
    constraint?: string;
    constraint_name?: string;
  };
  return name ? `${code} ${name}` : `${code} refused by the database`;
}

async function inSavepoint<Result>(
  database: SqlRunner,
  work: () => Promise<Result>,
): Promise<Result> {
  await database.exec("savepoint backfill_rows");
  try {
    const result = await work();
    await database.exec("release savepoint backfill_rows");
    return result;
  } catch (error) {
    await database.exec("rollback to savepoint backfill_rows; release savepoint backfill_rows");
    throw error;
  }
}

/** For rows that may be there without that being worth a word. */
const ORDINARY = "on conflict do nothing";

/** Inserts rows; all have the columns of the first. Returns how many. */
async function insert(
  database: SqlRunner,
  table: string,
  rows: readonly object[],
  conflicts: typeof ORDINARY | "" = "",
): Promise<number> {
  const [first] = rows;
  if (!first) return 0;
  const columns = Object.keys(first).join(", ");
  const written = await database.query(
    `insert into public.${table} (${columns})
     select ${columns} from jsonb_populate_recordset(null::public.${table}, $1::text::jsonb)
     ${conflicts} returning 1`,
    [JSON.stringify(rows)],
  );
  return written.length;
}

/** Fills what is empty in profiles; what a member has filled in since stays. Returns how many changed. */
async function writeProfiles(
  database: SqlRunner,
  profiles: readonly PlannedProfile[],
): Promise<number> {
  const owners = profiles.map(({ user_id }) => ({ user_id }));
  await insert(database, "user_profiles", owners, ORDINARY);
  const fields = [...new Set(profiles.flatMap((profile) => Object.keys(profile.fields)))];
  if (fields.length === 0) return 0;
  const rows = profiles.map(({ user_id, fields: own }) => ({ ...own, user_id }));
  const written = await database.query(
    `update public.user_profiles as p
     set ${fields.map((field) => `${field} = coalesce(p.${field}, o.${field})`).join(", ")}
     from jsonb_populate_recordset(null::public.user_profiles, $1::text::jsonb) as o
     where p.user_id = o.user_id
       and (${fields.map((field) => `(p.${field} is null and o.${field} is not null)`).join(" or ")})
     returning 1`,
    [JSON.stringify(rows)],
  );
  return written.length;
}

/** First open, then answered, then completed: as members do it, so that scores come from answers. */
async function writeAssessments(
  database: SqlRunner,
  assessments: readonly PlannedAssessment[],
): Promise<{ results: number; responses: number }> {
  const members = [...new Set(assessments.map(({ user_id }) => user_id))];
  let [results, answers] = [0, 0];
  await withoutUnfinished(database, members, async () => {
    // One at a time is open: each is completed before the next begins.
    for (const { responses, completed_at, ...result } of unfinishedLast(assessments)) {
      results += await insert(database, "assessment_results", [result]);
      const { id: assessment_id, user_id } = result;
      const rows = responses.map((response) => ({ assessment_id, user_id, ...response }));
      answers += await insert(database, "assessment_responses", rows);
      if (completed_at === null) continue;
      await database.query("update public.assessment_results set completed_at = $2 where id = $1", [
        assessment_id,
        completed_at,
      ]);
    }
  });
  return { results, responses: answers };
}

function unfinishedLast(assessments: readonly PlannedAssessment[]): PlannedAssessment[] {
  return assessments.toSorted(
    (a, b) => Number(a.completed_at === null) - Number(b.completed_at === null),
  );
}

/** Takes what members have begun out of the way, and puts it back as it was: only one may be open. */
async function withoutUnfinished(
  database: SqlRunner,
  members: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const theirs = `user_id in (select value::uuid from jsonb_array_elements_text($1::text::jsonb))
    and completed_at is null`;
  const ids = JSON.stringify(members);
  const begun = await database.query<{ result: object; responses: object[] }>(
    `select jsonb_build_object('id', id, 'user_id', user_id, 'created_at', created_at) as result,
       (select coalesce(jsonb_agg(to_jsonb(r)), '[]') from public.assessment_responses as r
         where r.assessment_id = a.id) as responses
     from public.assessment_results as a where ${theirs}`,
    [ids],
  );
  await database.query(`delete from public.assessment_results where ${theirs}`, [ids]);
  await work();
  await insert(
    database,
    "assessment_results",
    begun.map(({ result }) => result),
  );
  await insert(
    database,
    "assessment_responses",
    begun.flatMap(({ responses }) => responses),
  );
}

async function writeVisions(
  database: SqlRunner,
  visions: readonly PlannedVision[],
): Promise<number> {
  const rows = visions.map(({ sections, ...vision }) => ({
    ...vision,
    ...Object.fromEntries(CATEGORY_KEYS.map((key) => [key, sections[key]])),
  }));
  const written = await insert(database, "vision_versions", rows);
  await database.query(
    `insert into public.vision_numbers as n (user_id, last_number)
     select user_id, max(version_number) from public.vision_versions
     where version_number is not null
       and user_id in (select value::uuid from jsonb_array_elements_text($1::text::jsonb))
     group by user_id
     on conflict (user_id) do update set last_number = greatest(n.last_number, excluded.last_number)`,
    [JSON.stringify([...new Set(visions.map((vision) => vision.user_id))])],
  );
  return written;
}

async function writeTalks(database: SqlRunner, talks: readonly PlannedTalk[]): Promise<void> {
  const rows = talks.map(({ messages: _messages, ...talk }) => talk);
  await insert(database, "conversation_sessions", rows, ORDINARY);
}
