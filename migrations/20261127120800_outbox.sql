-- The outbox's way in. viva_apply holds what is true of every batch; viva_apply_row knows the function of each kind
-- of row. A new kind is a function of its own and a line there. Kinds and fields: see README.md.

-- A conversation that was deleted stays deleted: its row remains, without title and messages, so that nothing that
-- comes late brings it back.
create function public.viva_apply_conversation(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.conversation_sessions as c
    (id, user_id, client_id, category, phase, vision_id, title, created_at, updated_at, deleted_at)
  values (
    public.viva_uuid('conversation', p_user::text, p_row ->> 'id'), p_user, p_row ->> 'id',
    p_row ->> 'category', p_row ->> 'phase', (p_row ->> 'visionId')::uuid,
    case when p_row ->> 'deletedAt' is null then p_row ->> 'title' end,
    (p_row ->> 'createdAt')::timestamptz, (p_row ->> 'updatedAt')::timestamptz,
    (p_row ->> 'deletedAt')::timestamptz)
  on conflict (id) do update set
    category = excluded.category, phase = excluded.phase, vision_id = excluded.vision_id,
    title = case when c.deleted_at is null then excluded.title end,
    created_at = excluded.created_at, updated_at = excluded.updated_at,
    deleted_at = coalesce(c.deleted_at, excluded.deleted_at);
  delete from public.ai_conversations
  where p_row ->> 'deletedAt' is not null
    and conversation_id = public.viva_uuid('conversation', p_user::text, p_row ->> 'id')
$$;

-- Writes a message, unless its conversation was deleted.
create function public.viva_apply_message(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.ai_conversations as m
    (id, user_id, conversation_id, client_id, role, message, status, position, context, created_at)
  select
    public.viva_uuid(
      'message', p_user::text, p_row ->> 'conversationId', p_row ->> 'id', p_row ->> 'position'),
    p_user, of.conversation, p_row ->> 'id', p_row ->> 'role', p_row ->> 'text',
    p_row ->> 'status', (p_row ->> 'position')::integer,
    coalesce((p_row ->> 'context')::jsonb, '{}'), (p_row ->> 'createdAt')::timestamptz
  from (
    select public.viva_uuid('conversation', p_user::text, p_row ->> 'conversationId')
  ) as of (conversation)
  where not exists (
    select from public.conversation_sessions as c
    where c.id = of.conversation and c.deleted_at is not null)
  on conflict (id) do update set
    role = excluded.role, message = excluded.message, status = excluded.status,
    context = excluded.context, created_at = excluded.created_at
$$;

-- Writes a usage row. Applying it again changes nothing.
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

-- Writes a suggestion, unless its version is gone.
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

-- Deletes messages of a conversation that stays, and suggestions that nobody accepted:
-- {conversationId, positions, refinements}.
create function public.viva_apply_forget(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  delete from public.ai_conversations
  where user_id = p_user
    and conversation_id =
      public.viva_uuid('conversation', p_user::text, p_row ->> 'conversationId')
    and position in (
      select value::integer from json_array_elements_text(p_row -> 'positions'));
  delete from public.vision_refinements
  where user_id = p_user and outcome <> 'accepted'
    and id in (select value::uuid from json_array_elements_text(p_row -> 'refinements'));
$$;

-- Stores from which second on a member's tokens are valid again: {before}.
create function public.viva_apply_revocation(p_user uuid, p_row json) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.revoked_tokens as r (user_id, revoked_before)
  values (p_user, (p_row ->> 'before')::bigint)
  on conflict (user_id) do update set
    revoked_before = greatest(r.revoked_before, excluded.revoked_before);
exception when foreign_key_violation then
  -- The account is gone, and its tokens reach nothing.
  null;
end
$$;

-- Applies one row by the function of its kind. The list is written out: a name put together from the row could reach
-- any function. 22023 for an unknown kind.
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
    when 'forget' then perform public.viva_apply_forget(p_user, p_row);
    when 'revocation' then perform public.viva_apply_revocation(p_user, p_row);
    else raise exception 'Unknown kind of row' using errcode = 'invalid_parameter_value';
  end case;
end
$$;

-- Applies rows of one member in order, each in a savepoint of its own, up to the first that fails. Its SQLSTATE tells
-- the caller whether trying again can help. Applying rows again changes nothing. PT410 if the member has erased their
-- data since p_generation; 22023 above 16 MB. json, not jsonb: jsonb refuses the whole batch for one null byte.
create function public.viva_apply(
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

-- viva_apply, with the context's version: after a turn one request does what took two.
create function public.viva_apply_batch(
  p_user uuid, p_rows json, p_generation bigint default 0
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  results jsonb := public.viva_apply(p_user, p_rows, p_generation);
begin
  return jsonb_build_object(
    'results', results,
    'contextVersion', coalesce(
      (select version from public.member_context_versions where user_id = p_user), 0));
end
$$;
