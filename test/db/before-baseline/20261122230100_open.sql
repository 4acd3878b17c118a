-- What an object that has never seen its member asks for: the context, and what the record already
-- holds, in one call. Messages are read conversation by conversation, when one is opened.

-- Credits that a member has used since a time, from the books of all objects that ever served them.
create function public.viva_credits_used(p_user uuid, p_since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select coalesce(sum((metadata ->> 'credits')::bigint), 0)
  from public.token_usage
  where user_id = p_user and created_at >= p_since and metadata ->> 'credits' ~ '^\d{1,9}$'
$$;

create function public.viva_open(p_user uuid default auth.uid()) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'context', public.viva_context(p_user),
    'creditsUsed', public.viva_credits_used(p_user, date_trunc('month', now(), 'UTC')),
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

-- The messages of one conversation, oldest first; null for a conversation that is not the caller's.
create function public.viva_conversation(p_id text, p_user uuid default auth.uid()) returns jsonb
language sql stable
set search_path = ''
as $$
  select (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
      'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
      'createdAt', m.created_at) order by m.position), '[]')
    from public.ai_conversations as m where m.conversation_id = s.id)
  from public.conversation_sessions as s
  where s.user_id = p_user and s.client_id = p_id
$$;

revoke execute on function public.viva_credits_used(uuid, timestamptz) from public, anon;
revoke execute on function public.viva_open(uuid) from public, anon;
revoke execute on function public.viva_conversation(text, uuid) from public, anon;
grant execute on function public.viva_credits_used(uuid, timestamptz) to authenticated, service_role;
grant execute on function public.viva_open(uuid) to authenticated, service_role;
grant execute on function public.viva_conversation(text, uuid) to authenticated, service_role;
