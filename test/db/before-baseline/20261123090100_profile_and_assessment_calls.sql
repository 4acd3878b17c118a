-- Profile and assessment as the member's session reads and writes them: under the member's own
-- rights, in one round trip. What changes what VIVA knows answers the new context along with it.

-- The Life Profile: every field of the form, null where empty. Null where there is none.
create function public.viva_profile() returns jsonb
language sql stable
set search_path = ''
as $$
  select to_jsonb(p) - array['user_id', 'created_at', 'updated_at']
  from public.user_profiles as p where user_id = auth.uid()
$$;

-- Changes fields of the member's profile: {"first_name": "Mia", "city": null, …}. What is as it was
-- is not written. → {"profile": {…}, "context": {…} | null}, the context where something changed.
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

-- The member's unfinished assessment, else the newest completed one; with p_completed only the
-- latter. Null for none.
create function public.viva_assessment(p_completed boolean default false) returns jsonb
language sql stable
set search_path = ''
as $$
  select public.viva_assessment_row(a)
  from public.assessment_results as a
  where user_id = auth.uid() and (completed_at is not null or not p_completed)
  order by completed_at desc nulls first limit 1
$$;

-- Writes answers ({"fun_1": 4, "fun_2": null, …}) to the assessment named, else to the unfinished one,
-- else to a new one. → {"outcome": written | not_found | completed, "assessment": {…} | null}
create function public.viva_answer(p_responses jsonb, p_id uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  assessment public.assessment_results;
  outcome text := 'written';
begin
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

-- Completes the assessment named, else the unfinished one, else answers the newest completed one.
-- → {"outcome": completed | not_found | unanswered, "assessment": {…}, "unanswered": [keys],
-- "context": {…}}
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

revoke execute on function public.viva_profile() from public, anon, service_role;
revoke execute on function public.viva_edit_profile(jsonb) from public, anon, service_role;
revoke execute on function public.viva_assessment_row(public.assessment_results)
  from public, anon, service_role;
revoke execute on function public.viva_assessment(boolean) from public, anon, service_role;
revoke execute on function public.viva_answer(jsonb, uuid) from public, anon, service_role;
revoke execute on function public.viva_finish_assessment(uuid) from public, anon, service_role;
grant execute on function public.viva_profile() to authenticated;
grant execute on function public.viva_edit_profile(jsonb) to authenticated;
grant execute on function public.viva_assessment_row(public.assessment_results) to authenticated;
grant execute on function public.viva_assessment(boolean) to authenticated;
grant execute on function public.viva_answer(jsonb, uuid) to authenticated;
grant execute on function public.viva_finish_assessment(uuid) to authenticated;
