-- Discovery in one round trip each way, and the record of what VIVA suggested for a section.

-- What a step of discovery needs of one section of one of the member's versions: {profile, vision,
-- state}; `vision` null for none of the member's, `state` null where discovery has not begun.
create function public.viva_discovery(p_vision uuid, p_category text) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'profile', public.viva_profile(),
    'vision', public.viva_vision(p_vision),
    'state', (
      select state from public.discovery_sessions
      where vision_id = p_vision and category = p_category and user_id = auth.uid()))
$$;

-- Keeps how far discovery has come. False where the version is none of the member's.
create function public.viva_keep_discovery(p_vision uuid, p_category text, p_state jsonb)
returns boolean
language sql
set search_path = ''
as $$
  with kept as (
    insert into public.discovery_sessions as s (user_id, vision_id, category, state)
    select v.user_id, v.id, p_category, p_state from public.vision_versions as v
    where v.id = p_vision and v.user_id = auth.uid()
    on conflict (vision_id, category) do update set state = excluded.state
    returning 1)
  select exists (select from kept)
$$;

revoke execute on function public.viva_discovery(uuid, text) from public, anon, service_role;
revoke execute on function public.viva_keep_discovery(uuid, text, jsonb)
  from public, anon, service_role;
grant execute on function public.viva_discovery(uuid, text) to authenticated;
grant execute on function public.viva_keep_discovery(uuid, text, jsonb) to authenticated;

-- A suggestion comes by the outbox, like the turn that made it. Where its version is gone there is
-- nothing to suggest for, and nothing to wait for.
create function public.viva_apply_refinement(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.vision_refinements
    (id, user_id, vision_id, category, before, after, instructions, amount, tone, intensity,
     viva_notes, created_at)
  select (p_row ->> 'id')::uuid, p_user, v.id, p_row ->> 'category', p_row ->> 'before',
    p_row ->> 'after', p_row ->> 'instructions', (p_row ->> 'amount')::smallint, p_row ->> 'tone',
    p_row ->> 'intensity', p_row ->> 'vivaNotes', (p_row ->> 'createdAt')::timestamptz
  from public.vision_versions as v
  where v.id = (p_row ->> 'visionId')::uuid and v.user_id = p_user
  on conflict (id) do nothing
$$;

create or replace function public.viva_apply(p_user uuid, p_rows json) returns jsonb
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
  -- A gateway may unpack p_rows before it gets here; sent as a string it stays closed until now.
  if json_typeof(rows) = 'string' then
    rows := (rows #>> '{}')::json;
  end if;
  for item in select value from json_array_elements(rows) loop
    seq := null;
    begin
      seq := (item ->> 'seq')::bigint;
      case item ->> 'kind'
        when 'conversation' then perform public.viva_apply_conversation(p_user, item);
        when 'message' then perform public.viva_apply_message(p_user, item);
        when 'usage' then perform public.viva_apply_usage(p_user, item);
        when 'refinement' then perform public.viva_apply_refinement(p_user, item);
        else raise exception 'Unknown kind of row' using errcode = 'invalid_parameter_value';
      end case;
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

revoke execute on function public.viva_apply_refinement(uuid, json) from public, anon, authenticated;
grant execute on function public.viva_apply_refinement(uuid, json) to service_role;
