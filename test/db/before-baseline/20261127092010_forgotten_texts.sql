-- Words leave with what they belong to: the texts that VIVA wrote for a version go with the version,
-- whoever deletes it, and those that were written from a talk go with the talk.

-- A section's texts are written in a conversation of their own, "vision:<version>:<category>". Its row
-- stays, marked as deleted, so that nothing that comes late brings it back.
create function public.viva_forget_texts() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  with texts as (
    update public.conversation_sessions set
      title = null, deleted_at = coalesce(deleted_at, now())
    where user_id = old.user_id and starts_with(client_id, 'vision:' || old.id || ':')
    returning id)
  delete from public.ai_conversations where conversation_id in (select id from texts);
  return null;
end
$$;
revoke execute on function public.viva_forget_texts() from public, anon, authenticated, service_role;

create trigger forget_texts after delete on public.vision_versions
  for each row execute function public.viva_forget_texts();

-- Those of versions that were deleted before.
with texts as (
  update public.conversation_sessions as c set
    title = null, deleted_at = coalesce(c.deleted_at, now())
  where c.client_id ~ '^vision:[0-9a-f-]{36}:' and not exists (
    select from public.vision_versions as v where v.id::text = split_part(c.client_id, ':', 2))
  returning c.id)
delete from public.ai_conversations where conversation_id in (select id from texts);

-- Messages that are gone from a conversation that stays, and suggestions that nobody accepted:
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
revoke execute on function public.viva_apply_forget(uuid, json) from public, anon, authenticated;
grant execute on function public.viva_apply_forget(uuid, json) to service_role;

create or replace function public.viva_apply_row(p_user uuid, p_row json) returns void
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
    else raise exception 'Unknown kind of row' using errcode = 'invalid_parameter_value';
  end case;
end
$$;
