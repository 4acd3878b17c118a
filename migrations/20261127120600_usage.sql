-- Prices are data, not code.
create table public.model_prices (
  model text primary key,
  -- dollars per million tokens; null where the provider lists no such price
  input_per_million numeric not null check (input_per_million >= 0),
  cached_input_per_million numeric check (cached_input_per_million >= 0),
  cache_write_per_million numeric check (cache_write_per_million >= 0),
  output_per_million numeric not null check (output_per_million >= 0),
  shutdown_date date,
  constraint model_prices_model_size check (length(model) between 1 and 200)
);

insert into public.model_prices
  (model, input_per_million, cached_input_per_million, cache_write_per_million, output_per_million,
   shutdown_date)
values
  ('gpt-6-luna', 0.10, 0.01, 0.125, 0.50, null),
  ('gpt-5.6-luna', 0.20, 0.02, null, 1.20, null),
  ('gpt-4-turbo', 10, null, null, 30, '2026-10-23');

-- What was used and what it cost: one row per request that reached the provider. viva_apply writes them.
create table public.token_usage (
  id uuid primary key,
  -- null: the member is gone; their usage stays
  user_id uuid references auth.users (id) on delete set null,
  -- no foreign key: a row stays when its conversation is erased
  conversation_id uuid,
  turn_id text not null check (turn_id ~ '^[^[:cntrl:]]{1,128}$'),
  attempt integer not null check (attempt >= 0),
  action_type text not null check (action_type in
    ('chat_conversation', 'vision_generation', 'vision_refinement', 'vision_discovery')),
  model_used text not null check (length(model_used) between 1 and 200),
  input_tokens integer not null check (input_tokens >= 0),
  cached_input_tokens integer not null check (cached_input_tokens >= 0),
  output_tokens integer not null check (output_tokens >= 0),
  -- true: counted by us, because the provider did not say
  estimated boolean not null,
  -- list price in millionths of a dollar; null: the model's price is unknown
  cost_micro_usd bigint check (cost_micro_usd >= 0),
  success boolean not null,
  error_code text check (length(error_code) <= 200),
  -- milliseconds from the request leaving to its first token; null: there was none
  first_token_ms integer check (first_token_ms >= 0),
  colo text check (length(colo) <= 100),
  region text check (length(region) <= 100),
  metadata jsonb not null default '{}',
  created_at timestamptz not null,
  constraint token_usage_metadata_size check (pg_column_size(metadata) <= 16384)
);

create index token_usage_member on public.token_usage (user_id, created_at desc);

-- Operators ask by UTC day.
create index token_usage_day on public.token_usage (((created_at at time zone 'UTC')::date));

alter table public.model_prices enable row level security;
alter table public.token_usage enable row level security;

create policy "members read the prices" on public.model_prices
  for select to authenticated using (true);

create policy "members read their usage" on public.token_usage
  for select to authenticated using (user_id = (select auth.uid()));

-- Writes usage of a deleted account without the member. A session may hold usage that Postgres lacks when its account is
-- deleted: refused with 23503 it would wait forever, and so would the erase of that session.
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

-- Also fires for what `on delete set null` does when an account is deleted.
create trigger without_member before insert or update of user_id on public.token_usage
  for each row execute function public.viva_usage_without_member();

-- Adds the credits of this month to erased_members when usage loses its member, whoever takes the member out. Finds no
-- row, and stores nothing, if the account is deleted. Runs as its owner: the role that deletes an account may not
-- write erased_members.
create function public.viva_keep_credits() returns trigger
language plpgsql security definer
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

create trigger keep_credits after update on public.token_usage
  referencing old table as before new table as after
  for each statement execute function public.viva_keep_credits();

-- Creation Credits that a member has used since a time, over all objects that ever served them and over erases.
create function public.viva_credits_used(p_user uuid, p_since timestamptz) returns bigint
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

-- Turns and credits by UTC day and action since a time. Summaries and greetings ahead cost credits like a turn, but are
-- no turn of the member's.
create function public.viva_usage_days(p_user uuid, p_since timestamptz) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(d)), '[]')
  from (
    select
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, action_type as action,
      (count(distinct turn_id)
        filter (where coalesce(metadata ->> 'kind', '') not in ('summary', 'ahead')))::integer as turns,
      coalesce(sum((metadata ->> 'credits')::bigint)
        filter (where metadata ->> 'credits' ~ '^\d{1,9}$'), 0)::bigint as credits
    from public.token_usage
    where user_id = p_user and created_at >= p_since
    group by 1, 2
  ) as d
  where d.turns > 0 or d.credits > 0
$$;
