import type { SqlRunner } from "../apply.ts";
import type { Refusal } from "./older.ts";

/** How far a backfill has come: the last member, and the last row of the books of nobody; empty for none. */
export interface Progress {
  readonly member: string;
  readonly book: string;
}

/** A schema of its own, which the API does not show; it may be dropped once all is done. */
const BOOKS = `
  create schema if not exists viva_backfill;
  create table if not exists viva_backfill.progress (
    source text primary key, member text not null, book text not null,
    updated_at timestamptz not null default now());
  create table if not exists viva_backfill.refusals (
    source text not null, table_name text not null, row_id text not null, field text not null,
    reason text not null, noted_at timestamptz not null default now(),
    primary key (source, table_name, row_id, field));
  create table if not exists viva_backfill.taken (
    user_id uuid not null, row_id uuid not null, primary key (user_id, row_id));
  revoke all on schema viva_backfill from public;`;

/** Makes the tables of a backfill where they are missing. */
export async function makeBooks(database: SqlRunner): Promise<void> {
  await database.exec(BOOKS);
}

/** How far the backfill from a source had come when it was interrupted. */
export async function progressOf(database: SqlRunner, source: string): Promise<Progress> {
  const [row] = await database.query<Progress>(
    "select member, book from viva_backfill.progress where source = $1",
    [source],
  );
  return row ?? { member: "", book: "" };
}

/** Keeps how far it has come, in the transaction of what it did. */
export async function keepProgress(
  database: SqlRunner,
  source: string,
  { member, book }: Progress,
): Promise<void> {
  await database.query(
    `insert into viva_backfill.progress (source, member, book) values ($1, $2, $3)
     on conflict (source) do update
     set member = excluded.member, book = excluded.book, updated_at = now()`,
    [source, member, book],
  );
}

/** Keeps what was not taken over. */
export async function noteRefusals(
  database: SqlRunner,
  source: string,
  refusals: readonly Refusal[],
): Promise<void> {
  if (refusals.length === 0) return;
  await database.query(
    `insert into viva_backfill.refusals (source, table_name, row_id, field, reason)
     select distinct on (r ->> 'table', r ->> 'id', r ->> 'field')
       $1, r ->> 'table', r ->> 'id', r ->> 'field', r ->> 'reason'
     from jsonb_array_elements($2::text::jsonb) as r
     on conflict (source, table_name, row_id, field) do update
     set reason = excluded.reason, noted_at = now()`,
    [source, JSON.stringify(refusals)],
  );
}

/**
 * Remembers which visions and assessments are there now: what a member deletes of them stays deleted
 * when the backfill runs again.
 */
export async function keepTaken(database: SqlRunner, members: readonly string[]): Promise<void> {
  await database.query(
    `insert into viva_backfill.taken (user_id, row_id)
     select user_id, id from (
       select user_id, id from public.vision_versions
       union all select user_id, id from public.assessment_results) as there
     where user_id in (select value::uuid from jsonb_array_elements_text($1::text::jsonb))
     on conflict do nothing`,
    [JSON.stringify(members)],
  );
}
