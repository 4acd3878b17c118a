-- The Vibrational Assessment. Members write answers; scores are computed here, in one place, and by
-- nobody else. A completed assessment never changes again.

create table public.assessment_results (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  -- {"fun": 31, …}: categories whose seven statements are all answered or marked not applicable
  category_scores jsonb not null default '{}',
  -- {"fun": "above", …}: above | transition | below, for the same categories
  green_line_status jsonb not null default '{}',
  total_score integer not null default 0,
  completed_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (user_id, id)
);

create unique index assessment_results_one_unfinished
  on public.assessment_results (user_id) where completed_at is null;
create index assessment_results_newest_completed
  on public.assessment_results (user_id, completed_at desc) where completed_at is not null;

create table public.assessment_responses (
  assessment_id uuid not null,
  user_id uuid not null,
  question_key text not null check (question_key ~
    '^(fun|health|travel|love|family|social|home|work|money|stuff|giving|spirituality)_[1-7]$'),
  -- null: the statement does not apply to this member
  value smallint check (value between 1 and 5),
  updated_at timestamptz not null default now(),
  primary key (assessment_id, question_key),
  foreign key (user_id, assessment_id)
    references public.assessment_results (user_id, id) on delete cascade
);

create trigger touch before update on public.assessment_responses
  for each row execute function public.viva_touch();

-- The scores of an assessment as its answers stand. A category counts once all seven statements
-- have an answer; its percentage is of the most that the applicable ones could give, so 28 of 35
-- is above the Green Line and so is 24 of 30. Nothing applicable: no score at all.
create function public.viva_assessment_scores(
  p_id uuid,
  out category_scores jsonb, out green_line_status jsonb, out total_score integer
)
language sql stable
set search_path = ''
as $$
  select
    coalesce(jsonb_object_agg(category, score), '{}'),
    coalesce(jsonb_object_agg(category, case
      when score * 100 >= 80 * maximum then 'above'
      when score * 100 >= 60 * maximum then 'transition'
      else 'below' end), '{}'),
    coalesce(sum(score), 0)::integer
  from (
    select split_part(question_key, '_', 1) as category,
      sum(value)::integer as score,
      count(value)::integer * 5 as maximum
    from public.assessment_responses
    where assessment_id = p_id
    group by 1
    having count(*) = 7 and count(value) > 0
  ) as answered
$$;

create function public.viva_keep_scores() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    new.category_scores := '{}';
    new.green_line_status := '{}';
    new.total_score := 0;
    if new.completed_at is not null then
      raise exception 'An assessment begins without answers and cannot be complete'
        using errcode = 'PT409';
    end if;
    return new;
  end if;
  if old.completed_at is not null then
    raise exception 'A completed assessment cannot be changed' using errcode = 'PT409';
  end if;
  if new.id <> old.id or new.user_id <> old.user_id then
    raise exception 'An assessment stays with its member' using errcode = 'PT409';
  end if;
  select * into new.category_scores, new.green_line_status, new.total_score
  from public.viva_assessment_scores(new.id);
  new.updated_at := now();
  return new;
end
$$;

create trigger keep_scores before insert or update on public.assessment_results
  for each row execute function public.viva_keep_scores();

-- Before an answer changes: its assessment must be open, and stays locked until the change is
-- through, so that completing it meanwhile waits.
create function public.viva_guard_response() returns trigger
language plpgsql security definer
set search_path = ''
as $$
declare
  completed timestamptz;
  answer public.assessment_responses := coalesce(old, new);
begin
  if tg_op = 'UPDATE'
    and (new.assessment_id, new.user_id) is distinct from (old.assessment_id, old.user_id) then
    raise exception 'An answer stays with its assessment' using errcode = 'PT409';
  end if;
  select completed_at into completed from public.assessment_results
  where id = answer.assessment_id and user_id = answer.user_id for no key update;
  if completed is not null then
    raise exception 'A completed assessment cannot be changed' using errcode = 'PT409';
  end if;
  return case tg_op when 'DELETE' then old else new end;
end
$$;

create trigger guard_response before insert or update or delete on public.assessment_responses
  for each row execute function public.viva_guard_response();

create function public.viva_rescore() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  update public.assessment_results set updated_at = now()
  where id in (select distinct assessment_id from changed) and completed_at is null;
  return null;
end
$$;

create trigger rescore_inserted after insert on public.assessment_responses
  referencing new table as changed for each statement execute function public.viva_rescore();
create trigger rescore_updated after update on public.assessment_responses
  referencing new table as changed for each statement execute function public.viva_rescore();
create trigger rescore_deleted after delete on public.assessment_responses
  referencing old table as changed for each statement execute function public.viva_rescore();

-- Completes the member's own assessment and returns it. Asking again changes nothing. PT404: not
-- theirs. PT409: statements are unanswered; `detail` lists their keys, separated by commas.
create function public.viva_complete_assessment(p_id uuid) returns public.assessment_results
language plpgsql security definer
set search_path = ''
as $$
declare
  result public.assessment_results;
  unanswered text;
begin
  select * into result from public.assessment_results
  where id = p_id and user_id = auth.uid() for update;
  if not found then
    raise exception 'No such assessment' using errcode = 'PT404';
  end if;
  if result.completed_at is not null then
    return result;
  end if;
  select string_agg(question, ',' order by area, number) into unanswered
  from unnest(array['fun', 'health', 'travel', 'love', 'family', 'social', 'home', 'work', 'money',
    'stuff', 'giving', 'spirituality']) with ordinality as areas (category, area),
    generate_series(1, 7) as number,
    concat(category, '_', number) as question
  where not exists (
    select from public.assessment_responses
    where assessment_id = p_id and question_key = question);
  if unanswered is not null then
    raise exception 'Some statements are unanswered'
      using errcode = 'PT409', detail = unanswered;
  end if;
  update public.assessment_results set completed_at = now() where id = p_id returning * into result;
  return result;
end
$$;

revoke execute on function public.viva_guard_response() from public, anon, authenticated, service_role;
revoke execute on function public.viva_rescore() from public, anon, authenticated, service_role;
revoke execute on function public.viva_keep_scores() from public, anon, authenticated, service_role;
revoke execute on function public.viva_assessment_scores(uuid) from public, anon;
grant execute on function public.viva_assessment_scores(uuid) to authenticated, service_role;
revoke execute on function public.viva_complete_assessment(uuid) from public, anon, service_role;
grant execute on function public.viva_complete_assessment(uuid) to authenticated;

alter table public.assessment_results enable row level security;
alter table public.assessment_responses enable row level security;
grant select, insert, delete on public.assessment_results to authenticated;
grant select, insert, update, delete on public.assessment_responses to authenticated;
grant all on public.assessment_results, public.assessment_responses to service_role;

-- No update policy: what a member changes are answers; scores and completion follow from them.
create policy "members read their assessments" on public.assessment_results
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members begin an assessment" on public.assessment_results
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "members discard an unfinished assessment" on public.assessment_results
  for delete to authenticated using (user_id = (select auth.uid()) and completed_at is null);

create policy "members read their answers" on public.assessment_responses
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members answer" on public.assessment_responses
  for insert to authenticated with check (user_id = (select auth.uid()));
create policy "members change an answer" on public.assessment_responses
  for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
create policy "members take back an answer" on public.assessment_responses
  for delete to authenticated using (user_id = (select auth.uid()));
