-- A member's account data: what was used by day, conversations that were deleted, everything of a
-- member in one document, and its erasure.

-- That a member erased their data, and how often: a batch that was on its way from before is refused.
-- Goes with the account.
create table public.erased_members (
  user_id uuid primary key references auth.users (id) on delete cascade,
  generation bigint not null check (generation > 0),
  erased_at timestamptz not null default now()
);

alter table public.erased_members enable row level security;
grant select on public.erased_members to authenticated;
grant all on public.erased_members to service_role;
create policy "members read that they erased their data" on public.erased_members
  for select to authenticated using (user_id = (select auth.uid()));

-- What lets batches of a member wait for their erasure, and it for them.
create function public.viva_member_lock(p_user uuid) returns bigint
language sql immutable parallel safe
set search_path = ''
as $$ select hashtextextended('viva ' || p_user::text, 0) $$;

-- A conversation that was deleted stays deleted: its row remains, without title and messages, so that
-- nothing that comes late brings it back.
create or replace function public.viva_apply_conversation(p_user uuid, p_row json) returns void
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

create or replace function public.viva_apply_message(p_user uuid, p_row json) returns void
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

-- As before, and refused as a whole (PT410) where the member has erased their data since. That is no
-- end of it: a session that has lost its memory learns the generation from viva_open and goes on.
drop function public.viva_apply(uuid, json);
create function public.viva_apply(p_user uuid, p_rows json, p_generation bigint default 0)
returns jsonb
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
  if exists (
    select from public.erased_members where user_id = p_user and generation > p_generation) then
    raise exception 'This member has erased their data since' using errcode = 'PT410';
  end if;
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

-- Turns and credits by UTC day and action since a time. What the session asked by itself is no
-- turn of the member's.
create function public.viva_usage_days(p_user uuid, p_since timestamptz) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(d)), '[]')
  from (
    select
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, action_type as action,
      count(distinct turn_id)::integer as turns,
      coalesce(sum((metadata ->> 'credits')::bigint)
        filter (where metadata ->> 'credits' ~ '^\d{1,9}$'), 0)::bigint as credits
    from public.token_usage
    where user_id = p_user and created_at >= p_since
      and coalesce(metadata ->> 'kind', '') not in ('summary', 'ahead')
    group by 1, 2
  ) as d
$$;

-- Fills a new object: also what was used this month by day, which conversations were deleted, and how
-- often the member has erased their data.
create or replace function public.viva_open(p_user uuid default auth.uid()) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'context', public.viva_context(p_user),
    'creditsUsed', public.viva_credits_used(p_user, date_trunc('month', now(), 'UTC')),
    'usage', public.viva_usage_days(p_user, date_trunc('month', now(), 'UTC')),
    'generation', coalesce(
      (select generation from public.erased_members where user_id = p_user), 0),
    'deleted', (
      select coalesce(jsonb_agg(to_jsonb(d)), '[]')
      from (
        select client_id as id, deleted_at as "deletedAt"
        from public.conversation_sessions
        where user_id = p_user and deleted_at is not null
        order by deleted_at desc limit 2000
      ) as d),
    'conversations', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c."updatedAt"), '[]')
      from (
        select
          client_id as id, category, phase, vision_id as "visionId", coalesce(title, '') as title,
          created_at as "createdAt", updated_at as "updatedAt",
          (select coalesce(max(m.position), -1) + 1 from public.ai_conversations as m
            where m.conversation_id = s.id) as "nextPosition"
        from public.conversation_sessions as s
        where user_id = p_user and deleted_at is null
        order by updated_at desc limit 500
      ) as c))
$$;

-- The messages of several conversations: {"<client id>": as viva_conversation gives them}.
create function public.viva_conversations(p_ids text[], p_user uuid default auth.uid())
returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(id, public.viva_conversation(id, p_user)), '{}')
  from unnest(p_ids) as id
$$;

-- Everything of the member in one document, under their own rights.
create function public.viva_export() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'exportedAt', now(),
    'profile', public.viva_profile(),
    'assessments', (
      select coalesce(jsonb_agg(
        public.viva_assessment_row(a) || jsonb_build_object('createdAt', a.created_at)
        order by a.created_at), '[]')
      from public.assessment_results as a where user_id = auth.uid()),
    'visions', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v.id, 'title', v.title, 'state', v.state, 'versionNumber', v.version_number,
        'parentId', v.parent_id, 'createdAt', v.created_at, 'updatedAt', v.updated_at,
        'sections', public.viva_section_texts(v))
        order by v.created_at, v.version_number nulls last), '[]')
      from public.vision_versions as v where user_id = auth.uid()),
    'refinements', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'visionId', vision_id, 'category', category, 'before', before, 'after', after,
        'instructions', instructions, 'amount', amount, 'tone', tone, 'intensity', intensity,
        'vivaNotes', viva_notes, 'outcome', outcome, 'createdAt', created_at)
        order by created_at), '[]')
      from public.vision_refinements where user_id = auth.uid()),
    'discovery', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'visionId', vision_id, 'category', category, 'state', state, 'updatedAt', updated_at)
        order by updated_at), '[]')
      from public.discovery_sessions where user_id = auth.uid()),
    'conversations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.client_id, 'title', coalesce(c.title, ''), 'category', c.category,
        'phase', c.phase, 'visionId', c.vision_id, 'createdAt', c.created_at,
        'updatedAt', c.updated_at, 'messages', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
            'position', m.position, 'createdAt', m.created_at) order by m.position), '[]')
          from public.ai_conversations as m where m.conversation_id = c.id))
        order by c.created_at), '[]')
      from public.conversation_sessions as c
      where c.user_id = auth.uid() and c.deleted_at is null),
    'usage', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'turnId', turn_id, 'attempt', attempt, 'action', action_type, 'model', model_used,
        'inputTokens', input_tokens, 'cachedInputTokens', cached_input_tokens,
        'outputTokens', output_tokens, 'estimated', estimated, 'costMicroUsd', cost_micro_usd,
        'credits', metadata -> 'credits', 'success', success, 'errorCode', error_code,
        'createdAt', created_at) order by created_at), '[]')
      from public.token_usage where user_id = auth.uid()))
$$;

-- Erases everything of a member but the account itself, and remembers the generation. The books stay,
-- without the member. Asked again for the same generation it changes nothing; asked for an older one
-- it leaves alone what came after.
create function public.viva_erase(p_user uuid, p_generation bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(public.viva_member_lock(p_user));
  -- Where the account is gone, all of this went with it.
  if not exists (select from auth.users where id = p_user) then
    return;
  end if;
  insert into public.erased_members as e (user_id, generation) values (p_user, p_generation)
  on conflict (user_id) do update set
    generation = excluded.generation,
    erased_at = case when e.generation = excluded.generation then e.erased_at else now() end
    where e.generation <= excluded.generation;
  if not found then
    return;
  end if;
  update public.token_usage set user_id = null, conversation_id = null where user_id = p_user;
  delete from public.conversation_sessions where user_id = p_user;
  delete from public.vision_versions where user_id = p_user;
  delete from public.vision_numbers where user_id = p_user;
  delete from public.assessment_results where user_id = p_user;
  delete from public.user_profiles where user_id = p_user;
  delete from public.member_context_versions where user_id = p_user;
end
$$;

revoke execute on function public.viva_member_lock(uuid) from public, anon, authenticated;
revoke execute on function public.viva_apply(uuid, json, bigint) from public, anon, authenticated;
revoke execute on function public.viva_usage_days(uuid, timestamptz) from public, anon;
revoke execute on function public.viva_conversations(text[], uuid) from public, anon;
revoke execute on function public.viva_export() from public, anon, service_role;
revoke execute on function public.viva_erase(uuid, bigint) from public, anon, authenticated;
grant execute on function public.viva_member_lock(uuid) to service_role;
grant execute on function public.viva_apply(uuid, json, bigint) to service_role;
grant execute on function public.viva_usage_days(uuid, timestamptz) to authenticated, service_role;
grant execute on function public.viva_conversations(text[], uuid) to authenticated, service_role;
grant execute on function public.viva_export() to authenticated;
grant execute on function public.viva_erase(uuid, bigint) to service_role;
