-- The outbox's way in, in two parts: viva_apply holds what is true of every batch, viva_apply_row
-- knows which function a kind of row belongs to. A new kind is a function of its own and a line there.

-- Applies one row by the function of its kind. A list that is written out, and not a name put
-- together from the row: what a row may reach is decided here. 22023 for a kind that is not in it.
create function public.viva_apply_row(p_user uuid, p_row json) returns void
language plpgsql
set search_path = ''
as $$
begin
  case p_row ->> 'kind'
    when 'conversation' then perform public.viva_apply_conversation(p_user, p_row);
    when 'message' then perform public.viva_apply_message(p_user, p_row);
    when 'usage' then perform public.viva_apply_usage(p_user, p_row);
    when 'refinement' then perform public.viva_apply_refinement(p_user, p_row);
    else raise exception 'Unknown kind of row' using errcode = 'invalid_parameter_value';
  end case;
end
$$;

-- PT410 where the member has erased everything since that generation.
create function public.viva_refuse_erased(p_user uuid, p_generation bigint) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (
    select from public.erased_members where user_id = p_user and generation > p_generation) then
    raise exception 'This member has erased their data since' using errcode = 'PT410';
  end if;
end
$$;

-- As before: rows of one member, in order, each in a savepoint of its own, up to the first that fails.
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

revoke execute on function public.viva_apply_row(uuid, json) from public, anon, authenticated;
revoke execute on function public.viva_refuse_erased(uuid, bigint) from public, anon, authenticated;
grant execute on function public.viva_apply_row(uuid, json) to service_role;
grant execute on function public.viva_refuse_erased(uuid, bigint) to service_role;
