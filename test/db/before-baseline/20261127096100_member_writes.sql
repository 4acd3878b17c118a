-- What a member's token may write straight through PostgREST is bounded as it is through the Worker: gates,
-- sizes, times and numbers of rows stand here. Rows from before that break a rule are mended, or stay as
-- they are where the rule is for new rows only (`not valid`).

-- Whether a reader would see anything of a text: more than blanks and characters that no font draws.
create function public.viva_has_text(p_text text) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select regexp_replace(
    p_text,
    '[\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]',
    '', 'g') <> ''
$$;

-- Completion of a profile in percent, by the rule of domain/profile.ts; 0 without a profile.
create function public.viva_profile_completion(p_user uuid default auth.uid()) returns integer
language sql stable
set search_path = ''
as $$
  select coalesce(round(count(*) filter (where filled) * 100.0 / nullif(count(*), 0))::integer, 0)
  from public.user_profiles as p, jsonb_each(to_jsonb(p)) as field (name, value),
    lateral (select case jsonb_typeof(value)
      when 'null' then false
      when 'string' then public.viva_has_text(value #>> '{}')
      when 'array' then exists (
        select from jsonb_array_elements_text(value) as item where public.viva_has_text(item))
      else true end) as judged (filled)
  where p.user_id = p_user
    and (name in (
        'first_name', 'last_name', 'email', 'phone', 'date_of_birth', 'gender',
        'relationship_status', 'has_children', 'exercise_frequency', 'living_situation',
        'time_at_location', 'city', 'state', 'country', 'employment_type', 'occupation',
        'household_income', 'hobbies', 'travel_frequency', 'spiritual_practice')
      or (name = 'partner_name' and p.relationship_status <> 'Single')
      or (name = 'number_of_children' and p.has_children))
$$;
revoke execute on function public.viva_has_text(text) from public, anon;
revoke execute on function public.viva_profile_completion(uuid) from public, anon;
grant execute on function public.viva_has_text(text) to authenticated, service_role;
grant execute on function public.viva_profile_completion(uuid) to authenticated, service_role;

-- The way to the vision is open from a completion of 70 percent (PT403).
create function public.viva_guard_gate() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if public.viva_profile_completion(new.user_id) < 70 then
    raise exception 'The Life Profile is not complete enough yet' using errcode = 'PT403';
  end if;
  return new;
end
$$;
create trigger gate before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_guard_gate();
create trigger gate before insert on public.discovery_sessions
  for each row when (public.viva_is_member()) execute function public.viva_guard_gate();

-- More rows than anybody needs are refused (PT409): tg_argv[0] of them in a table for a member.
create function public.viva_guard_count() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  most integer := tg_argv[0];
  there integer;
begin
  execute format(
    'select count(*) from (select from %I.%I where user_id = $1 limit $2) as rows',
    tg_table_schema, tg_table_name)
  into there using new.user_id, most;
  if there >= most then
    raise exception 'There are % of these already: delete some first', most using errcode = 'PT409';
  end if;
  return new;
end
$$;
create trigger guard_count before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_guard_count(500);
create trigger guard_count before insert on public.assessment_results
  for each row when (public.viva_is_member()) execute function public.viva_guard_count(500);

-- Times of what a member writes are this clock's.
create function public.viva_stamp() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.created_at := case tg_op when 'INSERT' then now() else old.created_at end;
  new.updated_at := now();
  return new;
end
$$;
create trigger stamp before insert or update on public.user_profiles
  for each row when (public.viva_is_member()) execute function public.viva_stamp();
create trigger stamp before insert on public.assessment_results
  for each row when (public.viva_is_member()) execute function public.viva_stamp();
create trigger stamp before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_stamp();
create trigger touch_begun before insert on public.assessment_responses
  for each row when (public.viva_is_member()) execute function public.viva_touch();
create trigger touch_begun before insert on public.discovery_sessions
  for each row when (public.viva_is_member()) execute function public.viva_touch();

revoke execute on function public.viva_guard_gate() from public, anon, authenticated, service_role;
revoke execute on function public.viva_guard_count() from public, anon, authenticated, service_role;
revoke execute on function public.viva_stamp() from public, anon, authenticated, service_role;

-- Suggestions are written by the outbox; a member decides about them.
drop policy "members ask for a suggestion" on public.vision_refinements;
revoke insert on public.vision_refinements from authenticated;

-- Sizes of the columns that had none.
alter table public.assessment_results
  add constraint assessment_results_scores_size check (
    pg_column_size(category_scores) <= 4096 and pg_column_size(green_line_status) <= 4096) not valid;
alter table public.ai_conversations
  add constraint ai_conversations_context_size check (pg_column_size(context) <= 16384) not valid;
alter table public.token_usage
  add constraint token_usage_metadata_size check (pg_column_size(metadata) <= 16384) not valid;
alter table public.model_prices
  add constraint model_prices_model_size check (length(model) between 1 and 200) not valid;

-- Every time is finite: one that is not stands in the way of whatever orders and shows by it. Where members
-- could write one it is mended first, past the triggers that keep a version as it is.
do $$
declare
  of record;
begin
  for of in
    select c.relname as name, a.attname as field, a.attnotnull as needed,
      has_table_privilege('authenticated', c.oid, 'insert, update') as open
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
      and a.attnum > 0 and a.atttypid in ('timestamptz'::regtype, 'date'::regtype)
    order by 1, 2
  loop
    if of.open then
      execute format('alter table public.%I disable trigger user', of.name);
      execute format(
        'update public.%1$I set %2$I = %3$s where not isfinite(%2$I)',
        of.name, of.field, case when of.needed then 'now()' else 'null' end);
      execute format('alter table public.%I enable trigger user', of.name);
    end if;
    execute format(
      'alter table public.%1$I add constraint %3$I check (isfinite(%2$I)) not valid',
      of.name, of.field, of.name || '_' || of.field || '_finite');
  end loop;
end
$$;
