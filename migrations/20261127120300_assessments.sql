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
  unique (user_id, id),
  constraint assessment_results_scores_size check (
    pg_column_size(category_scores) <= 4096 and pg_column_size(green_line_status) <= 4096)
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

alter table public.assessment_results enable row level security;
alter table public.assessment_responses enable row level security;

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

create trigger touch before update on public.assessment_responses
  for each row execute function public.viva_touch();

create trigger touch_begun before insert on public.assessment_responses
  for each row when (public.viva_is_member()) execute function public.viva_touch();

create trigger stamp before insert on public.assessment_results
  for each row when (public.viva_is_member()) execute function public.viva_stamp();

create trigger guard_count before insert on public.assessment_results
  for each row when (public.viva_is_member()) execute function public.viva_guard_count(500);

-- The scores of an assessment's present answers. A category counts if all seven statements have an answer. Its
-- percentage is of the most that the applicable statements can give: 28 of 35 and 24 of 30 are both above the Green
-- Line. A category without applicable statements has no score.
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

-- Computes the scores whenever an assessment is written, and refuses (PT409) to change a completed one.
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

-- Refuses (PT409) to change an answer of a completed assessment. Locks the assessment until the change is
-- committed, so that completing it meanwhile waits.
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

-- Touches the assessments whose answers changed, which computes their scores.
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

-- Completes the member's own assessment and returns it. Idempotent. PT404: not theirs. PT409: statements are
-- unanswered; `detail` lists their keys, separated by commas.
create function public.viva_complete_assessment(p_id uuid) returns public.assessment_results
language plpgsql security definer
set search_path = ''
as $$
declare
  result public.assessment_results;
  unanswered text;
begin
  perform public.viva_require_token();
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

-- An assessment with its answers, as viva_assessment and viva_answer give it.
create function public.viva_assessment_row(p_assessment public.assessment_results) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_assessment.id, 'completedAt', p_assessment.completed_at,
    'total', p_assessment.total_score, 'scores', p_assessment.category_scores,
    'greenLine', p_assessment.green_line_status,
    'responses', (
      select coalesce(jsonb_object_agg(question_key, value), '{}')
      from public.assessment_responses where assessment_id = p_assessment.id))
$$;

-- The member's unfinished assessment, else the newest completed one. p_completed: only the latter. Null if there
-- is none.
create function public.viva_assessment(p_completed boolean default false) returns jsonb
language sql stable
set search_path = ''
as $$
  select public.viva_assessment_row(a)
  from public.assessment_results as a
  where user_id = auth.uid() and (completed_at is not null or not p_completed)
  order by completed_at desc nulls first limit 1
$$;

-- Writes answers ({"fun_1": 4, "fun_2": null, …}) to the assessment of p_id, else to the unfinished one, else to
-- a new one. → {"outcome": written | not_found | completed, "assessment": {…} | null}
create function public.viva_answer(p_responses jsonb, p_id uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  assessment public.assessment_results;
  outcome text := 'written';
begin
  perform public.viva_refuse_large(p_responses, 16384);
  if p_id is null then
    insert into public.assessment_results (user_id) values (member)
    on conflict (user_id) where completed_at is null do nothing;
    select * into assessment from public.assessment_results
    where user_id = member and completed_at is null;
  else
    select * into assessment from public.assessment_results where id = p_id and user_id = member;
  end if;
  if not found then
    -- Without a name: completed by another request just now.
    return jsonb_build_object(
      'outcome', case when p_id is null then 'completed' else 'not_found' end, 'assessment', null);
  end if;
  if assessment.completed_at is not null then
    outcome := 'completed';
  else
    insert into public.assessment_responses as r (assessment_id, user_id, question_key, value)
    select assessment.id, member, answer.key, (answer.value #>> '{}')::smallint
    from jsonb_each(p_responses) as answer
    on conflict (assessment_id, question_key) do update set value = excluded.value
    where r.value is distinct from excluded.value;
  end if;
  return jsonb_build_object('outcome', outcome, 'assessment', (
    select public.viva_assessment_row(a) from public.assessment_results as a
    where id = assessment.id));
end
$$;

-- Completes the assessment of p_id, else the unfinished one, else returns the newest completed one.
-- → {"outcome": completed | not_found | unanswered, "assessment": {…}, "unanswered": [keys], "context": {…}}
create function public.viva_finish_assessment(p_id uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  chosen uuid := coalesce(p_id, (
    select id from public.assessment_results where user_id = auth.uid()
    order by completed_at desc nulls first limit 1));
  completed public.assessment_results;
  keys text;
begin
  completed := public.viva_complete_assessment(chosen);
  return jsonb_build_object(
    'outcome', 'completed', 'assessment', public.viva_assessment_row(completed),
    'context', public.viva_context());
exception
  when sqlstate 'PT404' then
    return jsonb_build_object('outcome', 'not_found');
  when sqlstate 'PT409' then
    get stacked diagnostics keys = pg_exception_detail;
    return jsonb_build_object(
      'outcome', 'unanswered', 'unanswered', to_jsonb(string_to_array(keys, ',')));
end
$$;
