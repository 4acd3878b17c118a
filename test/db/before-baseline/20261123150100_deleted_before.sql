-- Conversations that were deleted before deleting took their words along: they are now as those
-- deleted since, a row without title and messages.

delete from public.ai_conversations as m
using public.conversation_sessions as c
where c.id = m.conversation_id and c.user_id = m.user_id and c.deleted_at is not null;

update public.conversation_sessions set title = null
where deleted_at is not null and title is not null;
