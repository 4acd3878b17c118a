import type { SqlRunner } from "../apply.ts";
import type { AssessmentsThere } from "./assessments.ts";
import type { TalkThere } from "./talks.ts";
import type { VisionsThere } from "./visions.ts";

/** What there is of a member before a batch is written. */
export interface MemberThere {
  readonly account: boolean;
  /** Whether they have erased everything: nothing of before comes back. */
  readonly erased: boolean;
  readonly assessments: AssessmentsThere;
  readonly visions: VisionsThere;
  /** By client id. */
  readonly talks: ReadonlyMap<string, TalkThere>;
}

interface Found {
  /** Visions and assessments that were taken over before, deleted or not. */
  readonly taken: string[];
  readonly account: boolean;
  readonly erased: boolean;
  readonly assessments: { readonly id: string; readonly unfinished: boolean }[];
  readonly visions: {
    readonly id: string;
    readonly state: string;
    readonly number: number | null;
  }[];
  readonly lastNumber: number;
  readonly talks: {
    readonly id: string;
    readonly deleted: boolean;
    readonly nextPosition: number;
    readonly messages: string[];
  }[];
}

/**
 * Reads what there is of some members, holding off their erasure until the transaction ends.
 * @param members UUIDs in lower case
 */
export async function membersThere(
  database: SqlRunner,
  members: readonly string[],
): Promise<Map<string, MemberThere>> {
  const ids = JSON.stringify(members);
  await database.query(
    `select pg_advisory_xact_lock_shared(public.viva_member_lock(value::uuid))
     from jsonb_array_elements_text($1::text::jsonb)`,
    [ids],
  );
  const rows = await database.query<{ member: string; found: Found }>(
    `select m.id::text as member, jsonb_build_object(
       'account', exists (select from auth.users as u where u.id = m.id),
       'erased', exists (select from public.erased_members as e where e.user_id = m.id),
       'taken', (
         select coalesce(jsonb_agg(t.row_id), '[]')
         from viva_backfill.taken as t where t.user_id = m.id),
       'assessments', (
         select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'unfinished', a.completed_at is null)), '[]')
         from public.assessment_results as a where a.user_id = m.id),
       'visions', (
         select coalesce(jsonb_agg(jsonb_build_object(
           'id', v.id, 'state', v.state, 'number', v.version_number)), '[]')
         from public.vision_versions as v where v.user_id = m.id),
       'lastNumber', coalesce((
         select n.last_number from public.vision_numbers as n where n.user_id = m.id), 0),
       'talks', (
         select coalesce(jsonb_agg(jsonb_build_object(
           'id', c.client_id, 'deleted', c.deleted_at is not null,
           'nextPosition', coalesce((
             select max(s.position) + 1 from public.ai_conversations as s
             where s.conversation_id = c.id), 0),
           'messages', coalesce((
             select jsonb_agg(s.client_id) from public.ai_conversations as s
             where s.conversation_id = c.id), '[]'))), '[]')
         from public.conversation_sessions as c where c.user_id = m.id)) as found
     from (select value::uuid as id from jsonb_array_elements_text($1::text::jsonb)) as m`,
    [ids],
  );
  return new Map(rows.map(({ member, found }) => [member, thereOf(found)]));
}

function thereOf({
  account,
  erased,
  taken,
  assessments,
  visions,
  lastNumber,
  talks,
}: Found): MemberThere {
  return {
    account,
    erased,
    assessments: {
      ids: new Set([...taken, ...assessments.map(({ id }) => id)]),
      unfinished: assessments.some(({ unfinished }) => unfinished),
    },
    visions: {
      ids: new Set([...taken, ...visions.map(({ id }) => id)]),
      numbers: new Set(visions.flatMap(({ number }) => (number === null ? [] : [number]))),
      lastNumber,
      draft: visions.some(({ state }) => state === "draft"),
      active: visions.some(({ state }) => state === "active"),
    },
    talks: new Map(
      talks.map(({ id, deleted, nextPosition, messages }) => [
        id,
        { deleted, nextPosition, messages: new Set(messages) },
      ]),
    ),
  };
}
