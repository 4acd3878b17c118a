-- Rules for every table, and who may call what. A hosted project grants whatever is new in `public` to all roles of
-- the API: a later file that makes a table or a function revokes that itself, and test/db/grants.test.ts fails if it
-- does not.

-- A revoked token reaches no table. `(select …)` asks once for a statement, not for each row.
do $$
declare
  reached record;
begin
  for reached in
    select distinct tablename from pg_policies
    where schemaname = 'public' and 'authenticated' = any (roles)
  loop
    execute format(
      'create policy "only tokens that hold" on public.%I as restrictive for all to authenticated
       using ((select public.viva_token_holds())) with check ((select public.viva_token_holds()))',
      reached.tablename);
  end loop;
end
$$;

-- Every time is finite: an infinite one breaks whatever sorts and shows by it.
do $$
declare
  of record;
begin
  for of in
    select c.relname as name, a.attname as field
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not a.attisdropped
      and a.attnum > 0 and a.atttypid in ('timestamptz'::regtype, 'date'::regtype)
    order by 1, 2
  loop
    execute format(
      'alter table public.%1$I add constraint %3$I check (isfinite(%2$I))',
      of.name, of.field, of.name || '_' || of.field || '_finite');
  end loop;
end
$$;

-- Nothing is granted but what follows.
revoke all on all tables in schema public from anon, authenticated, service_role;
revoke all on all sequences in schema public from anon, authenticated, service_role;
do $$
declare
  function regprocedure;
begin
  for function in
    select oid from pg_proc
    where pronamespace = 'public'::regnamespace and starts_with(proname, 'viva_')
  loop
    execute format(
      'revoke execute on function %s from public, anon, authenticated, service_role', function);
  end loop;
end
$$;

-- Members: as much of their own rows as row level security lets them reach.
grant select on
  public.ai_conversations, public.conversation_sessions, public.erased_members,
  public.member_context_versions, public.model_prices, public.token_usage,
  public.first_word_by_region, public.first_words, public.outcomes_by_day, public.usage_by_day
  to authenticated;
grant select, insert, update on public.user_profiles to authenticated;
grant select, insert, delete on public.assessment_results to authenticated;
grant select, insert, update, delete on
  public.assessment_responses, public.discovery_sessions, public.vision_versions
  to authenticated;
grant select, update on public.vision_refinements to authenticated;

-- The server.
grant select, insert, update, delete on
  public.ai_conversations, public.assessment_responses, public.assessment_results,
  public.conversation_sessions, public.deployment, public.discovery_sessions, public.erased_members,
  public.member_context_versions, public.model_prices, public.session_troubles, public.token_usage,
  public.user_profiles, public.vision_numbers, public.vision_refinements, public.vision_versions
  to service_role;
grant select, insert, update on public.revoked_tokens to service_role;
grant select on
  public.first_word_by_region, public.first_words, public.outcomes_by_day, public.usage_by_day
  to service_role;

-- For members, and for the server on a member's behalf.
grant execute on function
  public.viva_assessment_scores(uuid), public.viva_context(uuid), public.viva_conversation(text, uuid),
  public.viva_conversation_page(text, integer, integer, uuid), public.viva_conversation_pages(text[], uuid),
  public.viva_conversations(text[], uuid), public.viva_credits_used(uuid, timestamptz),
  public.viva_has_text(text), public.viva_is_member(), public.viva_open(uuid),
  public.viva_percentiles(double precision[]), public.viva_profile_completion(uuid),
  public.viva_refuse_large(jsonb, integer), public.viva_require_token(),
  public.viva_sections(public.vision_versions), public.viva_token_holds(),
  public.viva_usage_days(uuid, timestamptz), public.viva_uuid(text[])
  to authenticated, service_role;

-- For members alone: these know the member by the token.
grant execute on function
  public.viva_account(), public.viva_answer(jsonb, uuid), public.viva_assessment(boolean),
  public.viva_assessment_row(public.assessment_results), public.viva_begin_vision(uuid),
  public.viva_commit_draft(uuid, integer), public.viva_commit_vision(uuid, integer),
  public.viva_complete_assessment(uuid), public.viva_delete_vision(uuid, integer),
  public.viva_discovery(uuid, text), public.viva_edit_profile(jsonb), public.viva_end_session(uuid),
  public.viva_export(), public.viva_export_record(), public.viva_finish_assessment(uuid),
  public.viva_keep_discovery(uuid, text, jsonb), public.viva_profile(),
  public.viva_section_texts(public.vision_versions), public.viva_sessions(), public.viva_vision(uuid),
  public.viva_vision_row(public.vision_versions), public.viva_vision_summary(public.vision_versions),
  public.viva_visions(integer, bigint, uuid), public.viva_write_vision(uuid, integer, jsonb, uuid)
  to authenticated;

-- For the server alone.
grant execute on function
  public.viva_apply(uuid, json, bigint), public.viva_apply_batch(uuid, json, bigint),
  public.viva_apply_conversation(uuid, json), public.viva_apply_forget(uuid, json),
  public.viva_apply_message(uuid, json), public.viva_apply_refinement(uuid, json),
  public.viva_apply_revocation(uuid, json), public.viva_apply_row(uuid, json),
  public.viva_apply_usage(uuid, json), public.viva_erase(uuid, bigint), public.viva_member_lock(uuid),
  public.viva_operations(integer), public.viva_placement(text), public.viva_refuse_erased(uuid, bigint),
  public.viva_report(uuid, jsonb), public.viva_troubles(integer, bigint)
  to service_role;
