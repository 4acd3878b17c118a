-- What VIVA knows of a member, in one call, with a version that grows whenever any of it changes.
create table public.member_context_versions (
  -- no foreign key: an account that is being deleted must not be held up by its own counters
  user_id uuid primary key,
  version bigint not null
);

alter table public.member_context_versions enable row level security;

create policy "members read their context's version" on public.member_context_versions
  for select to authenticated using (user_id = (select auth.uid()));

-- After any change of a member's profile, completed assessment, draft or active vision, whoever
-- made it. The row's lock lets changes of one member through one by one, so a higher version
-- always holds everything that a lower one held.
create function public.viva_context_changed() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  member uuid := case tg_op when 'DELETE' then old.user_id else new.user_id end;
begin
  if tg_op = 'DELETE' then
    -- Nothing to begin counting for, and the account itself may be going.
    update public.member_context_versions set version = version + 1 where user_id = member;
  else
    insert into public.member_context_versions (user_id, version) values (member, 1)
    on conflict (user_id) do update set version = member_context_versions.version + 1;
  end if;
  return null;
end
$$;

create trigger context_changed after insert or update or delete on public.user_profiles
  for each row execute function public.viva_context_changed();

create trigger context_changed after update on public.assessment_results
  for each row when (new.completed_at is not null) execute function public.viva_context_changed();

create trigger context_deleted after delete on public.assessment_results
  for each row when (old.completed_at is not null) execute function public.viva_context_changed();

create trigger context_changed after insert or update on public.vision_versions
  for each row execute function public.viva_context_changed();

create trigger context_deleted after delete on public.vision_versions
  for each row when (old.state <> 'history') execute function public.viva_context_changed();

-- Deletes the counter with the account. It has no foreign key: a trigger may count while the account is being deleted.
create function public.viva_forget_context_version() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  delete from public.member_context_versions where user_id = old.id;
  return old;
end
$$;

create trigger viva_forget_context_version after delete on auth.users
  for each row execute function public.viva_forget_context_version();

insert into public.member_context_versions (user_id, version)
select user_id, 1 from public.user_profiles
on conflict (user_id) do nothing;

-- The sections that have text, each cut to what a prompt may take.
create function public.viva_sections(p_vision public.vision_versions) returns jsonb
language sql immutable parallel safe
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, left(text, 2000)), '{}')
  from (values
    ('forward', p_vision.forward), ('fun', p_vision.fun), ('health', p_vision.health),
    ('travel', p_vision.travel), ('love', p_vision.love), ('family', p_vision.family),
    ('social', p_vision.social), ('home', p_vision.home), ('work', p_vision.work),
    ('money', p_vision.money), ('stuff', p_vision.stuff), ('giving', p_vision.giving),
    ('spirituality', p_vision.spirituality), ('conclusion', p_vision.conclusion)
  ) as sections (key, text)
  where text ~ '\S'
$$;

-- Everything that a turn in any category needs, in one snapshot, under the caller's own rights: a member sees their
-- own, the server passes the member's id. Shape: see README.md.
create function public.viva_context(p_user uuid default auth.uid()) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'version', coalesce(
      (select version from public.member_context_versions where user_id = p_user), 0),
    'profile', (
      select jsonb_build_object(
        'first_name', first_name, 'full_name', full_name, 'date_of_birth', date_of_birth,
        'relationship_status', relationship_status, 'partner_name', partner_name,
        'has_children', has_children, 'number_of_children', number_of_children,
        'city', city, 'state', state, 'country', country,
        'occupation', occupation, 'employment_type', employment_type, 'hobbies', hobbies,
        'fun_story', left(fun_story, 1200), 'health_story', left(health_story, 1200),
        'travel_story', left(travel_story, 1200), 'love_story', left(love_story, 1200),
        'family_story', left(family_story, 1200), 'social_story', left(social_story, 1200),
        'home_story', left(home_story, 1200), 'work_story', left(work_story, 1200),
        'money_story', left(money_story, 1200), 'stuff_story', left(stuff_story, 1200),
        'giving_story', left(giving_story, 1200),
        'spirituality_story', left(spirituality_story, 1200))
      from public.user_profiles where user_id = p_user),
    'assessment', (
      select jsonb_build_object(
        'id', id, 'completedAt', completed_at, 'totalScore', total_score,
        'categoryScores', category_scores, 'greenLine', green_line_status)
      from public.assessment_results
      where user_id = p_user and completed_at is not null
      order by completed_at desc limit 1),
    'active', (
      select jsonb_build_object(
        'id', id, 'versionNumber', version_number, 'sections', public.viva_sections(v))
      from public.vision_versions as v where user_id = p_user and state = 'active'),
    'draft', (
      select jsonb_build_object(
        'id', id, 'parentId', parent_id, 'sections', public.viva_sections(v))
      from public.vision_versions as v where user_id = p_user and state = 'draft'))
$$;

-- What fills an object that has never seen its member: the context, the conversations without their messages, which
-- ones were deleted, what was used this month, and how often the member has erased their data.
create function public.viva_open(p_user uuid default auth.uid()) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'context', public.viva_context(p_user),
    'creditsUsed', public.viva_credits_used(p_user, date_trunc('month', now(), 'UTC')),
    'usage', public.viva_usage_days(p_user, date_trunc('month', now(), 'UTC')),
    'generation', coalesce(
      (select generation from public.erased_members where user_id = p_user), 0),
    'deleted', (
      select coalesce(jsonb_agg(to_jsonb(d)), '[]')
      from (
        select client_id as id, deleted_at as "deletedAt"
        from public.conversation_sessions
        where user_id = p_user and deleted_at is not null
        order by deleted_at desc limit 2000
      ) as d),
    'conversations', (
      select coalesce(jsonb_agg(to_jsonb(c) order by c."updatedAt"), '[]')
      from (
        select
          client_id as id, category, phase, vision_id as "visionId", coalesce(title, '') as title,
          created_at as "createdAt", updated_at as "updatedAt",
          (select coalesce(max(m.position), -1) + 1 from public.ai_conversations as m
            where m.conversation_id = s.id) as "nextPosition"
        from public.conversation_sessions as s
        where user_id = p_user and deleted_at is null
        order by updated_at desc limit 500
      ) as c))
$$;
