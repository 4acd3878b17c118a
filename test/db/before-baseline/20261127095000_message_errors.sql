-- The messages of one conversation as before, each with why its turn failed or was interrupted (null if it
-- did not, or if the row is older than that).
create or replace function public.viva_conversation(p_id text, p_user uuid default auth.uid())
returns jsonb
language sql stable
set search_path = ''
as $$
  select (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
      'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
      'errorCode', m.context ->> 'errorCode', 'createdAt', m.created_at) order by m.position), '[]')
    from public.ai_conversations as m where m.conversation_id = s.id)
  from public.conversation_sessions as s
  where s.user_id = p_user and s.client_id = p_id
$$;
