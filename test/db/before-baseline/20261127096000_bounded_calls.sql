-- Functions that take a list, a document or a limit look at a bounded number of things, whoever calls
-- them: beyond the bound they refuse (22023), or keep to it where a caller asks for a page.

-- Refuses a document that is larger than any request of the product. Its size is known without reading it.
create function public.viva_refuse_large(p_document jsonb, p_bytes integer) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if pg_column_size(p_document) > p_bytes then
    raise exception 'This is too much at once' using errcode = 'invalid_parameter_value';
  end if;
end
$$;
revoke execute on function public.viva_refuse_large(jsonb, integer) from public, anon;
grant execute on function public.viva_refuse_large(jsonb, integer) to authenticated, service_role;

-- The messages of several conversations, each asked for once, at most 25 of them.
create or replace function public.viva_conversations(p_ids text[], p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if cardinality(p_ids) > 25 then
    raise exception 'At most 25 conversations at once' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_object_agg(id, public.viva_conversation(id, p_user)), '{}')
    from (select distinct id from unnest(p_ids) as id where id is not null) as asked);
end
$$;

-- A page of the member's versions as before: at most 100, and one that says whether there are more.
create or replace function public.viva_visions(
  p_limit integer, p_after_micros bigint default null, p_after_id uuid default null
) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    public.viva_vision_summary(page.vision) || jsonb_build_object('micros', page.micros)
    order by page.micros desc, (page.vision).id desc), '[]')
  from (
    select v as vision, place.micros
    from public.vision_versions as v,
      lateral (select (extract(epoch from v.created_at) * 1000000)::bigint) as place (micros)
    where v.user_id = auth.uid()
      and (p_after_micros is null or (place.micros, v.id) < (p_after_micros, p_after_id))
    order by place.micros desc, v.id desc limit least(greatest(p_limit, 1), 101)
  ) as page
$$;

-- As before, of a bounded size.
create or replace function public.viva_edit_profile(p_changes jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  changes jsonb := p_changes - array['user_id', 'created_at', 'updated_at'];
  stored jsonb;
  fields text;
begin
  perform public.viva_refuse_large(p_changes, 1000000);
  insert into public.user_profiles (user_id) values (member) on conflict (user_id) do nothing;
  select to_jsonb(p) into stored from public.user_profiles as p where user_id = member for update;
  if stored || changes = stored then
    return jsonb_build_object('profile', public.viva_profile(), 'context', null);
  end if;
  -- A name that is no column fails the whole.
  select string_agg(format('%1$I = changed.%1$I', field), ', ') into fields
  from jsonb_object_keys(changes) as field;
  execute format(
    'update public.user_profiles as p set %s
     from jsonb_populate_record(null::public.user_profiles, $1) as changed
     where p.user_id = $2', fields)
  using changes, member;
  return jsonb_build_object('profile', public.viva_profile(), 'context', public.viva_context());
end
$$;

-- As before, of a bounded size.
create or replace function public.viva_answer(p_responses jsonb, p_id uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  assessment public.assessment_results;
  outcome text := 'written';
begin
  perform public.viva_refuse_large(p_responses, 16384);
  if p_id is null then
    insert into public.assessment_results (user_id) values (member)
    on conflict (user_id) where completed_at is null do nothing;
    select * into assessment from public.assessment_results
    where user_id = member and completed_at is null;
  else
    select * into assessment from public.assessment_results where id = p_id and user_id = member;
  end if;
  if not found then
    -- Without a name: completed by another request just now.
    return jsonb_build_object(
      'outcome', case when p_id is null then 'completed' else 'not_found' end, 'assessment', null);
  end if;
  if assessment.completed_at is not null then
    outcome := 'completed';
  else
    insert into public.assessment_responses as r (assessment_id, user_id, question_key, value)
    select assessment.id, member, answer.key, (answer.value #>> '{}')::smallint
    from jsonb_each(p_responses) as answer
    on conflict (assessment_id, question_key) do update set value = excluded.value
    where r.value is distinct from excluded.value;
  end if;
  return jsonb_build_object('outcome', outcome, 'assessment', (
    select public.viva_assessment_row(a) from public.assessment_results as a
    where id = assessment.id));
end
$$;

-- As before, of a bounded size.
create or replace function public.viva_write_vision(
  p_id uuid, p_revision integer, p_changes jsonb, p_refinement uuid default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  vision public.vision_versions;
  changed public.vision_versions;
  section text;
begin
  perform public.viva_refuse_large(p_changes, 1500000);
  select * into vision from public.vision_versions
  where id = p_id and user_id = auth.uid() for update;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if vision.revision <> p_revision then
    return jsonb_build_object('outcome', 'stale', 'vision', public.viva_vision_row(vision));
  end if;
  if vision.state <> 'draft' then
    return jsonb_build_object('outcome', 'read_only', 'vision', public.viva_vision_row(vision));
  end if;
  if p_refinement is not null then
    update public.vision_refinements set outcome = 'accepted'
    where id = p_refinement and vision_id = p_id and outcome = 'proposed' and p_changes ? category
    returning category into section;
    if not found then
      return jsonb_build_object('outcome', 'decided', 'vision', public.viva_vision_row(vision));
    end if;
    update public.vision_refinements set outcome = 'discarded'
    where vision_id = p_id and category = section and outcome = 'proposed';
  end if;
  -- Only what a member writes, whatever else is named.
  changed := jsonb_populate_record(vision, p_changes - array[
    'id', 'user_id', 'parent_id', 'state', 'version_number', 'revision', 'created_at', 'updated_at']);
  if changed is not distinct from vision then
    return jsonb_build_object('outcome', 'unchanged', 'vision', public.viva_vision_row(vision));
  end if;
  update public.vision_versions set
    title = changed.title, forward = changed.forward, fun = changed.fun, health = changed.health,
    travel = changed.travel, love = changed.love, family = changed.family,
    social = changed.social, home = changed.home, work = changed.work, money = changed.money,
    stuff = changed.stuff, giving = changed.giving, spirituality = changed.spirituality,
    conclusion = changed.conclusion
  where id = p_id returning * into vision;
  return jsonb_build_object(
    'outcome', 'written', 'vision', public.viva_vision_row(vision),
    'context', public.viva_context());
end
$$;

-- As before; a state is as large as the column takes, and larger ones are refused unread.
create or replace function public.viva_keep_discovery(p_vision uuid, p_category text, p_state jsonb)
returns boolean
language sql
set search_path = ''
as $$
  select public.viva_refuse_large(p_state, 65536);
  with kept as (
    insert into public.discovery_sessions as s (user_id, vision_id, category, state)
    select v.user_id, v.id, p_category, p_state from public.vision_versions as v
    where v.id = p_vision and v.user_id = auth.uid()
    on conflict (vision_id, category) do update set state = excluded.state
    returning 1)
  select exists (select from kept)
$$;

-- As before, of at most 16 MB: a batch of the outbox has far less.
create or replace function public.viva_apply(
  p_user uuid, p_rows json, p_generation bigint default 0
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  rows json := p_rows;
  item json;
  results jsonb := '[]';
  seq bigint;
  error_state text;
  error_text text;
begin
  if octet_length(p_rows::text) > 16777216 then
    raise exception 'A batch has at most 16 MB' using errcode = 'invalid_parameter_value';
  end if;
  perform pg_advisory_xact_lock_shared(public.viva_member_lock(p_user));
  perform public.viva_refuse_erased(p_user, p_generation);
  -- A gateway may unpack p_rows before it gets here; sent as a string it stays closed until now.
  if json_typeof(rows) = 'string' then
    rows := (rows #>> '{}')::json;
  end if;
  for item in select value from json_array_elements(rows) loop
    seq := null;
    begin
      seq := (item ->> 'seq')::bigint;
      perform public.viva_apply_row(p_user, item);
      results := results || jsonb_build_object('seq', seq, 'ok', true);
    exception when others then
      -- A row with a null byte in it cannot be taken apart, not even for its number.
      seq := coalesce(seq, substring(item::text from '"seq"\s*:\s*(\d{1,15})')::bigint);
      get stacked diagnostics error_state = returned_sqlstate, error_text = message_text;
      return results || jsonb_build_object(
        'seq', seq, 'ok', false, 'sqlstate', error_state, 'message', error_text);
    end;
  end loop;
  return results;
end
$$;

-- As before, of a bounded size.
create or replace function public.viva_report(p_user uuid, p_troubles jsonb) returns integer
language plpgsql
set search_path = ''
as $$
declare
  stored integer;
begin
  perform public.viva_refuse_large(p_troubles, 65536);
  delete from public.session_troubles as t
  where t.user_id = p_user and not exists (
    select from jsonb_array_elements(p_troubles) as n
    where n ->> 'kind' = t.kind and coalesce(n ->> 'rowKind', '') = t.row_kind
      and coalesce(n ->> 'code', '') = t.code);
  insert into public.session_troubles as t (user_id, kind, row_kind, code, count, since)
  select p_user, n ->> 'kind', coalesce(n ->> 'rowKind', ''), coalesce(n ->> 'code', ''),
    (n ->> 'count')::integer, (n ->> 'since')::timestamptz
  from jsonb_array_elements(p_troubles) as n
  on conflict (user_id, kind, row_kind, code) do update set
    count = excluded.count, since = excluded.since, reported_at = now();
  get diagnostics stored = row_count;
  return stored;
exception when foreign_key_violation then
  return 0;
end
$$;
