-- The outbox's way in: rows of one member, in order, each in a savepoint of its own. Applying them
-- again changes nothing. The first row that fails ends the batch; its SQLSTATE tells the caller
-- whether trying again can help. Kinds and fields: see README.md.

-- json, not jsonb: jsonb refuses the whole batch for one null byte, json leaves it to the row.
create function public.viva_apply(p_user uuid, p_rows json) returns jsonb
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

create function public.viva_apply_conversation(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.conversation_sessions as c
    (id, user_id, client_id, category, phase, vision_id, title, created_at, updated_at, deleted_at)
  values (
    public.viva_uuid('conversation', p_user::text, p_row ->> 'id'), p_user, p_row ->> 'id',
    p_row ->> 'category', p_row ->> 'phase', (p_row ->> 'visionId')::uuid, p_row ->> 'title',
    (p_row ->> 'createdAt')::timestamptz, (p_row ->> 'updatedAt')::timestamptz,
    (p_row ->> 'deletedAt')::timestamptz)
  on conflict (id) do update set
    category = excluded.category, phase = excluded.phase, vision_id = excluded.vision_id,
    title = excluded.title, created_at = excluded.created_at, updated_at = excluded.updated_at,
    deleted_at = excluded.deleted_at
$$;

create function public.viva_apply_message(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.ai_conversations as m
    (id, user_id, conversation_id, client_id, role, message, status, position, context, created_at)
  values (
    public.viva_uuid('message', p_user::text, p_row ->> 'conversationId', p_row ->> 'id'), p_user,
    public.viva_uuid('conversation', p_user::text, p_row ->> 'conversationId'), p_row ->> 'id',
    p_row ->> 'role', p_row ->> 'text', p_row ->> 'status', (p_row ->> 'position')::integer,
    coalesce((p_row ->> 'context')::jsonb, '{}'), (p_row ->> 'createdAt')::timestamptz)
  on conflict (id) do update set
    role = excluded.role, message = excluded.message, status = excluded.status,
    position = excluded.position, context = excluded.context, created_at = excluded.created_at
$$;

create function public.viva_apply_usage(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.token_usage
    (id, user_id, conversation_id, turn_id, attempt, action_type, model_used, input_tokens,
     cached_input_tokens, output_tokens, estimated, cost_micro_usd, success, error_code,
     first_token_ms, colo, region, metadata, created_at)
  values (
    public.viva_uuid('usage', p_row ->> 'turnId', p_row ->> 'attempt'), p_user,
    public.viva_uuid('conversation', p_user::text, p_row ->> 'conversationId'),
    p_row ->> 'turnId', (p_row ->> 'attempt')::integer, p_row ->> 'actionType', p_row ->> 'model',
    (p_row ->> 'inputTokens')::integer, (p_row ->> 'cachedInputTokens')::integer,
    (p_row ->> 'outputTokens')::integer, (p_row ->> 'estimated')::boolean,
    (p_row ->> 'costMicroUsd')::bigint, (p_row ->> 'success')::boolean, p_row ->> 'errorCode',
    round((p_row ->> 'firstTokenMs')::numeric)::integer, p_row ->> 'colo', p_row ->> 'region',
    coalesce((p_row ->> 'metadata')::jsonb, '{}'), (p_row ->> 'createdAt')::timestamptz)
  on conflict (id) do nothing
$$;

revoke execute on function public.viva_apply(uuid, json) from public, anon, authenticated;
revoke execute on function public.viva_apply_conversation(uuid, json) from public, anon, authenticated;
revoke execute on function public.viva_apply_message(uuid, json) from public, anon, authenticated;
revoke execute on function public.viva_apply_usage(uuid, json) from public, anon, authenticated;
grant execute on function public.viva_apply(uuid, json) to service_role;
grant execute on function public.viva_apply_conversation(uuid, json) to service_role;
grant execute on function public.viva_apply_message(uuid, json) to service_role;
grant execute on function public.viva_apply_usage(uuid, json) to service_role;
