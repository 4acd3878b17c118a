-- The Life Vision in versions: at most one draft and one active version per member. Only a draft can be written.
-- Committing it makes it the active version; the active one before becomes history.
create table public.vision_versions (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  -- the version this one was copied from
  parent_id uuid,
  state text not null default 'draft' check (state in ('draft', 'active', 'history')),
  -- given at commit, per member, never twice
  version_number integer check (version_number > 0),
  -- grows with every update: the n of the ETag "v<n>"
  revision integer not null default 1,
  title text check (length(title) <= 200),
  forward text check (length(forward) <= 20000),
  fun text check (length(fun) <= 20000),
  health text check (length(health) <= 20000),
  travel text check (length(travel) <= 20000),
  love text check (length(love) <= 20000),
  family text check (length(family) <= 20000),
  social text check (length(social) <= 20000),
  home text check (length(home) <= 20000),
  work text check (length(work) <= 20000),
  money text check (length(money) <= 20000),
  stuff text check (length(stuff) <= 20000),
  giving text check (length(giving) <= 20000),
  spirituality text check (length(spirituality) <= 20000),
  conclusion text check (length(conclusion) <= 20000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id),
  unique (user_id, version_number),
  foreign key (user_id, parent_id)
    references public.vision_versions (user_id, id) on delete set null (parent_id),
  check ((state = 'draft') = (version_number is null))
);

create unique index vision_versions_one_draft
  on public.vision_versions (user_id) where state = 'draft';

create unique index vision_versions_one_active
  on public.vision_versions (user_id) where state = 'active';

create index vision_versions_parent on public.vision_versions (user_id, parent_id);

-- The last version number that each member was given. It outlives the versions, so no number is given twice.
create table public.vision_numbers (
  user_id uuid primary key references auth.users (id) on delete cascade,
  last_number integer not null
);

-- VIVA's suggestions for a section, with what became of them. The outbox writes them; a member decides once. They go
-- with their version.
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

-- How far discovery has come in a section of a draft. Goes with its version.
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

alter table public.vision_versions enable row level security;
alter table public.vision_numbers enable row level security;
alter table public.vision_refinements enable row level security;
alter table public.discovery_sessions enable row level security;

create policy "members read their visions" on public.vision_versions
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members begin a draft" on public.vision_versions
  for insert to authenticated with check (user_id = (select auth.uid()));
-- The active version is not left out here, so that writing it fails aloud instead of doing nothing.
create policy "members write their draft" on public.vision_versions
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "members discard a draft or an old version" on public.vision_versions
  for delete to authenticated using (user_id = (select auth.uid()) and state <> 'active');

create policy "members read their suggestions" on public.vision_refinements
  for select to authenticated using (user_id = (select auth.uid()));
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

create trigger gate before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_guard_gate();

create trigger guard_count before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_guard_count(500);

create trigger stamp before insert on public.vision_versions
  for each row when (public.viva_is_member()) execute function public.viva_stamp();

create trigger gate before insert on public.discovery_sessions
  for each row when (public.viva_is_member()) execute function public.viva_guard_gate();

create trigger touch before update on public.discovery_sessions
  for each row execute function public.viva_touch();

create trigger touch_begun before insert on public.discovery_sessions
  for each row when (public.viva_is_member()) execute function public.viva_touch();

-- Refuses (PT409) to change anything but a draft, counts its revision, and keeps members from changing its state.
create function public.viva_guard_vision() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.revision := 1;
    if public.viva_is_member() and new.state <> 'draft' then
      raise exception 'A vision begins as a draft' using errcode = 'PT409';
    end if;
    return new;
  end if;
  if (new.id, new.user_id, new.created_at) is distinct from (old.id, old.user_id, old.created_at) then
    raise exception 'A vision stays what it is and whose it is' using errcode = 'PT409';
  end if;
  if public.viva_is_member() and (new.state, new.version_number, new.parent_id)
    is distinct from (old.state, old.version_number, old.parent_id) then
    raise exception 'A vision changes its state by being committed' using errcode = 'PT409';
  end if;
  if old.state <> 'draft' then
    -- What may still happen to it: active becomes history, and a parent that goes is forgotten.
    if old.state = 'active' and new.state = 'history' then
      old.state := new.state;
    end if;
    if new.parent_id is null then
      old.parent_id := null;
    end if;
    old.revision := new.revision;
    old.updated_at := new.updated_at;
    if new is distinct from old then
      raise exception 'Only a draft can be changed' using errcode = 'PT409';
    end if;
  end if;
  new.revision := old.revision + 1;
  new.updated_at := now();
  return new;
end
$$;

create trigger guard_vision before insert or update on public.vision_versions
  for each row execute function public.viva_guard_vision();

-- A suggestion stays as it was written; a member decides about it once (PT409).
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
