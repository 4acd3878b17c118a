-- The Life Profile: one row per member, made with the account. No column has a default that would
-- count as filled in.
create table public.user_profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  first_name text check (length(first_name) <= 200),
  last_name text check (length(last_name) <= 200),
  full_name text check (length(full_name) <= 400),
  email text check (length(email) <= 400),
  phone text check (length(phone) <= 100),
  date_of_birth date check (date_of_birth >= '1900-01-01'),
  gender text check (length(gender) <= 100),
  relationship_status text
    check (relationship_status in ('Single', 'In a Relationship', 'Married')),
  partner_name text check (length(partner_name) <= 200),
  has_children boolean,
  number_of_children integer check (number_of_children between 0 and 50),
  exercise_frequency text check (exercise_frequency in ('None', '1-2x', '3-4x', '5+')),
  living_situation text check (living_situation in
    ('Own', 'Rent', 'With family/friends', 'Other', 'Prefer not to say')),
  time_at_location text check (length(time_at_location) <= 200),
  city text check (length(city) <= 200),
  state text check (length(state) <= 200),
  country text check (length(country) <= 200),
  employment_type text check (employment_type in
    ('Employee', 'Business Owner', 'Contractor/Freelancer', 'Prefer not to say')),
  occupation text check (length(occupation) <= 200),
  household_income text check (household_income in
    ('<10,000', '10,000-24,999', '25,000-49,999', '50,000-99,999', '100,000-249,999',
     '250,000-499,999', '500,000-999,999', '1,000,000+', 'Prefer not to say')),
  hobbies text[] check (
    cardinality(hobbies) <= 50
    and array_position(hobbies, null) is null
    and length(array_to_string(hobbies, '')) <= 5000),
  travel_frequency text check (length(travel_frequency) <= 200),
  spiritual_practice text check (length(spiritual_practice) <= 500),
  fun_story text check (length(fun_story) <= 20000),
  health_story text check (length(health_story) <= 20000),
  travel_story text check (length(travel_story) <= 20000),
  love_story text check (length(love_story) <= 20000),
  family_story text check (length(family_story) <= 20000),
  social_story text check (length(social_story) <= 20000),
  home_story text check (length(home_story) <= 20000),
  work_story text check (length(work_story) <= 20000),
  money_story text check (length(money_story) <= 20000),
  stuff_story text check (length(stuff_story) <= 20000),
  giving_story text check (length(giving_story) <= 20000),
  spirituality_story text check (length(spirituality_story) <= 20000),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create trigger touch before update on public.user_profiles
  for each row execute function public.viva_touch();

create trigger stamp before insert or update on public.user_profiles
  for each row when (public.viva_is_member()) execute function public.viva_stamp();

alter table public.user_profiles enable row level security;

create policy "members read their profile" on public.user_profiles
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members make their profile" on public.user_profiles
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "members edit their profile" on public.user_profiles
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));

-- Makes the profile with the account.
create function public.viva_new_member() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into public.user_profiles (user_id, email)
  values (new.id, left(new.email, 400))
  on conflict (user_id) do nothing;
  return new;
end
$$;

create trigger viva_new_member after insert on auth.users
  for each row execute function public.viva_new_member();

-- Accounts that existed before this schema.
insert into public.user_profiles (user_id, email)
select id, left(email, 400) from auth.users
on conflict (user_id) do nothing;

-- Completion of a profile in percent, by the rule of domain/profile.ts; 0 without a profile.
create function public.viva_profile_completion(p_user uuid default auth.uid()) returns integer
language sql stable
set search_path = ''
as $$
  select coalesce(round(count(*) filter (where filled) * 100.0 / nullif(count(*), 0))::integer, 0)
  from public.user_profiles as p, jsonb_each(to_jsonb(p)) as field (name, value),
    lateral (select case jsonb_typeof(value)
      when 'null' then false
      when 'string' then public.viva_has_text(value #>> '{}')
      when 'array' then exists (
        select from jsonb_array_elements_text(value) as item where public.viva_has_text(item))
      else true end) as judged (filled)
  where p.user_id = p_user
    and (name in (
        'first_name', 'last_name', 'email', 'phone', 'date_of_birth', 'gender',
        'relationship_status', 'has_children', 'exercise_frequency', 'living_situation',
        'time_at_location', 'city', 'state', 'country', 'employment_type', 'occupation',
        'household_income', 'hobbies', 'travel_frequency', 'spiritual_practice')
      or (name = 'partner_name' and p.relationship_status <> 'Single')
      or (name = 'number_of_children' and p.has_children))
$$;

-- Refuses (PT403) to begin a vision or discovery below a completion of 70 percent.
create function public.viva_guard_gate() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if public.viva_profile_completion(new.user_id) < 70 then
    raise exception 'The Life Profile is not complete enough yet' using errcode = 'PT403';
  end if;
  return new;
end
$$;

-- The Life Profile: every field of the form, null if empty. Null if there is no profile.
create function public.viva_profile() returns jsonb
language sql stable
set search_path = ''
as $$
  select to_jsonb(p) - array['user_id', 'created_at', 'updated_at']
  from public.user_profiles as p where user_id = auth.uid()
$$;

-- Changes fields of the member's profile: {"first_name": "Mia", "city": null, …}. Unchanged fields are not
-- written. → {"profile": {…}, "context": {…} | null}; the context if something changed.
create function public.viva_edit_profile(p_changes jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  changes jsonb := p_changes - array['user_id', 'created_at', 'updated_at'];
  stored jsonb;
  fields text;
begin
  perform public.viva_refuse_large(p_changes, 1000000);
  insert into public.user_profiles (user_id) values (member) on conflict (user_id) do nothing;
  select to_jsonb(p) into stored from public.user_profiles as p where user_id = member for update;
  if stored || changes = stored then
    return jsonb_build_object('profile', public.viva_profile(), 'context', null);
  end if;
  -- A name that is no column fails the whole.
  select string_agg(format('%1$I = changed.%1$I', field), ', ') into fields
  from jsonb_object_keys(changes) as field;
  execute format(
    'update public.user_profiles as p set %s
     from jsonb_populate_record(null::public.user_profiles, $1) as changed
     where p.user_id = $2', fields)
  using changes, member;
  return jsonb_build_object('profile', public.viva_profile(), 'context', public.viva_context());
end
$$;
