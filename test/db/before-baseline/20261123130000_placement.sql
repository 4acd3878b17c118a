-- Where the members' objects of this deployment live: one of Cloudflare's jurisdictions, or '' for
-- anywhere. Objects do not move: in another jurisdiction every member would begin anew, beside an
-- object that still holds what was theirs. So the first object that asks decides, once.

create table public.deployment (
  -- one row at most
  id boolean primary key default true check (id),
  jurisdiction text not null check (jurisdiction in ('', 'eu', 'us', 'fedramp', 'fedramp-high')),
  since timestamptz not null default now()
);

alter table public.deployment enable row level security;
grant all on public.deployment to service_role;

-- Says where the objects live, after making it so where nothing was said before.
create function public.viva_placement(p_jurisdiction text) returns text
language sql
set search_path = ''
as $$
  insert into public.deployment (jurisdiction) values (p_jurisdiction) on conflict do nothing;
  select jurisdiction from public.deployment
$$;

revoke execute on function public.viva_placement(text) from public, anon, authenticated;
grant execute on function public.viva_placement(text) to service_role;
