-- A conversation is read page by page: a page has at most 200 messages and, beyond its first message,
-- 1 MB of text, however long the conversation is.

-- The newest messages before a position (null: the newest of all), oldest first, and whether there are older
-- ones. Null for a conversation that is not the caller's.
create function public.viva_conversation_page(
  p_id text, p_before integer default null, p_bytes integer default 1048576,
  p_user uuid default auth.uid()
) returns jsonb
language sql stable
set search_path = ''
as $$
  select (
    select jsonb_build_object(
      'messages', coalesce(jsonb_agg(jsonb_build_object(
        'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
        'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
        'errorCode', m.context ->> 'errorCode', 'createdAt', m.created_at) order by m.position), '[]'),
      'older', exists (
        select from public.ai_conversations as earlier
        where earlier.conversation_id = s.id and earlier.position < min(m.position)))
    from (
      select newest.*,
        sum(octet_length(newest.message)) over (order by newest.position desc) as bytes,
        row_number() over (order by newest.position desc) as place
      from (
        select * from public.ai_conversations as all_of_it
        where all_of_it.conversation_id = s.id and (p_before is null or all_of_it.position < p_before)
        order by all_of_it.position desc limit 200
      ) as newest
    ) as m
    where m.place = 1 or m.bytes <= least(greatest(p_bytes, 1), 1048576))
  from public.conversation_sessions as s
  where s.user_id = p_user and s.client_id = p_id
$$;

-- The newest page of several conversations, at most 25 of them, in 1 MB together:
-- {"<client id>": as viva_conversation_page gives it}.
create function public.viva_conversation_pages(p_ids text[], p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if cardinality(p_ids) > 25 then
    raise exception 'At most 25 conversations at once' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_object_agg(
      id, public.viva_conversation_page(id, null, 1048576 / 25, p_user)), '{}')
    from (select distinct id from unnest(p_ids) as id where id is not null) as asked);
end
$$;

revoke execute on function public.viva_conversation_page(text, integer, integer, uuid)
  from public, anon;
revoke execute on function public.viva_conversation_pages(text[], uuid) from public, anon;
grant execute on function public.viva_conversation_page(text, integer, integer, uuid)
  to authenticated, service_role;
grant execute on function public.viva_conversation_pages(text[], uuid)
  to authenticated, service_role;

-- A whole conversation, for a Worker of the version before: refused (22023) from 16 MB on.
create or replace function public.viva_conversation(p_id text, p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  conversation uuid := (
    select id from public.conversation_sessions where user_id = p_user and client_id = p_id);
begin
  if conversation is null then
    return null;
  end if;
  if (
    select sum(octet_length(message)) > 16777216
    from public.ai_conversations where conversation_id = conversation
  ) then
    raise exception 'This conversation is read page by page' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
      'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
      'errorCode', m.context ->> 'errorCode', 'createdAt', m.created_at) order by m.position), '[]')
    from public.ai_conversations as m where m.conversation_id = conversation);
end
$$;
