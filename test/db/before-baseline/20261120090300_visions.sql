-- The Life Vision in versions: at most one draft and one active version per member. Only a draft
-- can be written; committing it makes it the active version and the one before history.

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

-- The last version number each member was given: outlives the versions, so none comes twice.
create table public.vision_numbers (
  user_id uuid primary key references auth.users (id) on delete cascade,
  last_number integer not null
);

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

-- Makes the member's draft the active version, in one transaction, and returns it. With p_revision
-- only while the draft is at that revision. The active version is returned as it is, so that asking
-- again changes nothing. PT404: not theirs. PT409: history. PT412: at another revision.
create function public.viva_commit_vision(p_id uuid, p_revision integer default null)
returns public.vision_versions
language plpgsql security definer
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  result public.vision_versions;
  next_number integer;
begin
  select * into result from public.vision_versions
  where id = p_id and user_id = member for update;
  if not found then
    raise exception 'No such vision' using errcode = 'PT404';
  end if;
  if result.state = 'active' then
    return result;
  end if;
  if result.state <> 'draft' then
    raise exception 'Only a draft can be committed' using errcode = 'PT409';
  end if;
  if p_revision is not null and p_revision <> result.revision then
    raise exception 'The draft was changed meanwhile' using errcode = 'PT412';
  end if;
  insert into public.vision_numbers (user_id, last_number) values (member, 1)
  on conflict (user_id) do update set last_number = vision_numbers.last_number + 1
  returning last_number into next_number;
  update public.vision_versions set state = 'history' where user_id = member and state = 'active';
  update public.vision_versions set state = 'active', version_number = next_number
  where id = p_id returning * into result;
  return result;
end
$$;

revoke execute on function public.viva_guard_vision() from public, anon, authenticated, service_role;
revoke execute on function public.viva_commit_vision(uuid, integer) from public, anon, service_role;
grant execute on function public.viva_commit_vision(uuid, integer) to authenticated;

alter table public.vision_versions enable row level security;
alter table public.vision_numbers enable row level security;
grant select, insert, update, delete on public.vision_versions to authenticated;
grant all on public.vision_versions, public.vision_numbers to service_role;

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
