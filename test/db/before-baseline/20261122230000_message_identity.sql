-- An edited message keeps its client's id, and what it replaced stays in the record: so a message is
-- told apart by its place in the conversation as well. Places are given once by the member's session
-- and never reused, so that a retry still cannot double a row.

alter table public.ai_conversations
  drop constraint ai_conversations_conversation_id_client_id_key;

update public.ai_conversations as m
  set id = public.viva_uuid(
    'message', m.user_id::text, c.client_id, m.client_id, m.position::text)
  from public.conversation_sessions as c
  where c.id = m.conversation_id;

create or replace function public.viva_apply_message(p_user uuid, p_row json) returns void
language sql
set search_path = ''
as $$
  insert into public.ai_conversations as m
    (id, user_id, conversation_id, client_id, role, message, status, position, context, created_at)
  values (
    public.viva_uuid(
      'message', p_user::text, p_row ->> 'conversationId', p_row ->> 'id', p_row ->> 'position'),
    p_user, public.viva_uuid('conversation', p_user::text, p_row ->> 'conversationId'),
    p_row ->> 'id', p_row ->> 'role', p_row ->> 'text', p_row ->> 'status',
    (p_row ->> 'position')::integer, coalesce((p_row ->> 'context')::jsonb, '{}'),
    (p_row ->> 'createdAt')::timestamptz)
  on conflict (id) do update set
    role = excluded.role, message = excluded.message, status = excluded.status,
    context = excluded.context, created_at = excluded.created_at
$$;
