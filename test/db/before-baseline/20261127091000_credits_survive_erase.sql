-- Erasing everything does not give the month's Creation Credits back. Erasing takes the member out of
-- token_usage, so what they used this month is added up in the tombstone first: one number, and nothing
-- of what it was used for.

alter table public.erased_members
  -- first day of the UTC month that credits_used counts in; null: nothing was used before an erase
  add column credits_month date,
  add column credits_used bigint not null default 0 check (credits_used >= 0);

-- Runs whenever rows of token_usage lose their member, whoever takes it out. A deleted account takes its
-- tombstone with it, so this finds none and leaves no number.
create function public.viva_keep_credits() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  this_month date := date_trunc('month', now() at time zone 'UTC')::date;
begin
  update public.erased_members as e set
    credits_used = sum.credits + case when e.credits_month = this_month then e.credits_used else 0 end,
    credits_month = this_month
  from (
    select before.user_id, sum((before.metadata ->> 'credits')::bigint) as credits
    from before join after using (id)
    where before.user_id is not null and after.user_id is null
      and (before.created_at at time zone 'UTC')::date >= this_month
      and before.metadata ->> 'credits' ~ '^\d{1,9}$'
    group by before.user_id
  ) as sum
  where e.user_id = sum.user_id;
  return null;
end
$$;
revoke execute on function public.viva_keep_credits() from public, anon, authenticated;

create trigger keep_credits after update on public.token_usage
  referencing old table as before new table as after
  for each statement execute function public.viva_keep_credits();

-- As before, with what was used before an erase in the same time.
create or replace function public.viva_credits_used(p_user uuid, p_since timestamptz) returns bigint
language sql stable
set search_path = ''
as $$
  select
    coalesce((
      select sum((metadata ->> 'credits')::bigint)
      from public.token_usage
      where user_id = p_user and created_at >= p_since and metadata ->> 'credits' ~ '^\d{1,9}$'), 0)
    + coalesce((
      select credits_used from public.erased_members
      where user_id = p_user and credits_month >= (p_since at time zone 'UTC')::date), 0)
$$;
