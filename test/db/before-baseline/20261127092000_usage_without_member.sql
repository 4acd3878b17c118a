-- Usage of an account that is gone is written, and stays, without the member. A session may still hold
-- usage that Postgres lacks when its account is deleted: refused with 23503, it would wait for good, and
-- the erase of that session with it.

create function public.viva_usage_without_member() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if not exists (select from auth.users where id = new.user_id) then
    new.user_id := null;
    -- derived from the member's id
    new.conversation_id := null;
  end if;
  return new;
end
$$;
revoke execute on function public.viva_usage_without_member()
  from public, anon, authenticated, service_role;

-- Also fires for what `on delete set null` does when an account is deleted.
create trigger without_member before insert or update of user_id on public.token_usage
  for each row execute function public.viva_usage_without_member();

update public.token_usage set conversation_id = null
where user_id is null and conversation_id is not null;
