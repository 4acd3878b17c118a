-- What was used and what it cost: one row per request that reached the provider, written through
-- viva_apply. Prices are data.

create table public.model_prices (
  model text primary key,
  -- dollars per million tokens; null where the provider lists no such price
  input_per_million numeric not null check (input_per_million >= 0),
  cached_input_per_million numeric check (cached_input_per_million >= 0),
  cache_write_per_million numeric check (cache_write_per_million >= 0),
  output_per_million numeric not null check (output_per_million >= 0),
  shutdown_date date
);

insert into public.model_prices
  (model, input_per_million, cached_input_per_million, cache_write_per_million, output_per_million,
   shutdown_date)
values
  ('gpt-6-luna', 0.10, 0.01, 0.125, 0.50, null),
  ('gpt-5.6-luna', 0.20, 0.02, null, 1.20, null),
  ('gpt-4-turbo', 10, null, null, 30, '2026-10-23');

create table public.token_usage (
  id uuid primary key,
  -- null: the member is gone, the books stay
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
  -- milliseconds from the request leaving to its first word; null: there was none
  first_token_ms integer check (first_token_ms >= 0),
  colo text check (length(colo) <= 100),
  region text check (length(region) <= 100),
  metadata jsonb not null default '{}',
  created_at timestamptz not null
);

create index token_usage_member on public.token_usage (user_id, created_at desc);
create index token_usage_day on public.token_usage (created_at);

-- Time to the first word by region and UTC day. Members see their own share, the server all.
create view public.first_word_by_region with (security_invoker = true) as
select
  (created_at at time zone 'UTC')::date as day,
  coalesce(region, 'unknown') as region,
  count(*)::integer as requests,
  percentile_cont(0.5) within group (order by first_token_ms) as p50_ms,
  percentile_cont(0.95) within group (order by first_token_ms) as p95_ms,
  percentile_cont(0.99) within group (order by first_token_ms) as p99_ms
from public.token_usage
where first_token_ms is not null
group by 1, 2;

alter table public.model_prices enable row level security;
alter table public.token_usage enable row level security;
grant select on public.model_prices, public.token_usage, public.first_word_by_region to authenticated;
grant all on public.model_prices, public.token_usage to service_role;
grant select on public.first_word_by_region to service_role;

create policy "members read the prices" on public.model_prices
  for select to authenticated using (true);
create policy "members read their usage" on public.token_usage
  for select to authenticated using (user_id = (select auth.uid()));
