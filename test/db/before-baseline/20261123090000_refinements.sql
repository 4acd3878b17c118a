-- What a member's way to their vision leaves behind on the way: VIVA's suggestions for a section with
-- what became of them, and how far discovery has come in each section of a draft. Both go with the
-- version they belong to.

create table public.vision_refinements (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  vision_id uuid not null,
  category text not null check (category in (
    'forward', 'fun', 'health', 'travel', 'love', 'family', 'social', 'home', 'work', 'money',
    'stuff', 'giving', 'spirituality', 'conclusion')),
  -- the section's text when it was asked for, null where there was none, and the suggested one
  before text check (length(before) <= 20000),
  after text not null check (length(after) <= 20000),
  instructions text check (length(instructions) <= 8000),
  -- how much to change: 0-100
  amount smallint check (amount between 0 and 100),
  tone text check (tone in ('encouraging', 'challenging', 'balanced', 'celebratory')),
  intensity text check (intensity in ('gentle', 'moderate', 'intense')),
  -- why VIVA changed what it changed
  viva_notes text check (length(viva_notes) <= 8000),
  outcome text not null default 'proposed' check (outcome in ('proposed', 'accepted', 'discarded')),
  created_at timestamptz not null default now(),
  foreign key (user_id, vision_id)
    references public.vision_versions (user_id, id) on delete cascade
);

create index vision_refinements_of_section
  on public.vision_refinements (vision_id, category, created_at desc);
create index vision_refinements_of_member on public.vision_refinements (user_id, vision_id);

-- A suggestion stays what it was; a member decides about it once.
create function public.viva_guard_refinement() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not public.viva_is_member() then
    return new;
  end if;
  if tg_op = 'INSERT' then
    if new.outcome <> 'proposed' then
      raise exception 'A suggestion begins undecided' using errcode = 'PT409';
    end if;
    return new;
  end if;
  if old.outcome <> 'proposed' and new.outcome <> old.outcome then
    raise exception 'This suggestion was decided about' using errcode = 'PT409';
  end if;
  old.outcome := new.outcome;
  if new is distinct from old then
    raise exception 'A suggestion stays what it was' using errcode = 'PT409';
  end if;
  return new;
end
$$;

create trigger guard_refinement before insert or update on public.vision_refinements
  for each row execute function public.viva_guard_refinement();

create table public.discovery_sessions (
  user_id uuid not null references auth.users (id) on delete cascade,
  vision_id uuid not null,
  category text not null check (category in (
    'forward', 'fun', 'health', 'travel', 'love', 'family', 'social', 'home', 'work', 'money',
    'stuff', 'giving', 'spirituality', 'conclusion')),
  -- step, picks, free texts and what VIVA made of them
  state jsonb not null check (jsonb_typeof(state) = 'object' and length(state::text) <= 65536),
  updated_at timestamptz not null default now(),
  primary key (vision_id, category),
  foreign key (user_id, vision_id)
    references public.vision_versions (user_id, id) on delete cascade
);

create index discovery_sessions_of_member on public.discovery_sessions (user_id, vision_id);

create trigger touch before update on public.discovery_sessions
  for each row execute function public.viva_touch();

revoke execute on function public.viva_guard_refinement()
  from public, anon, authenticated, service_role;

alter table public.vision_refinements enable row level security;
alter table public.discovery_sessions enable row level security;
grant select, insert, update on public.vision_refinements to authenticated;
grant select, insert, update, delete on public.discovery_sessions to authenticated;
grant all on public.vision_refinements, public.discovery_sessions to service_role;

create policy "members read their suggestions" on public.vision_refinements
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members ask for a suggestion" on public.vision_refinements
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "members decide about a suggestion" on public.vision_refinements
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

create policy "members read their discovery" on public.discovery_sessions
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members begin discovery" on public.discovery_sessions
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "members go on with discovery" on public.discovery_sessions
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "members begin discovery anew" on public.discovery_sessions
  for delete to authenticated using (user_id = (select auth.uid()));
