-- The rights of the API's roles, as few as are used. A hosted Supabase project hands every new table
-- and function in `public` to all of its roles; row level security then decides alone, and it does not
-- stand before TRUNCATE. Whoever adds a table or a function grants what is used, and revokes the rest.

-- A visitor has no right to anything.
revoke all on all tables in schema public from anon;
revoke all on all sequences in schema public from anon, authenticated, service_role;

-- PostgREST uses none of these.
revoke truncate, references, trigger on all tables in schema public from authenticated, service_role;
do $$
begin
  if current_setting('server_version_num')::integer >= 170000 then
    revoke maintain on all tables in schema public from authenticated, service_role;
  end if;
end
$$;

-- What members read, and the server writes.
revoke insert, update, delete on
  public.ai_conversations, public.conversation_sessions, public.erased_members,
  public.member_context_versions, public.model_prices, public.token_usage
  from authenticated;
revoke delete on public.user_profiles, public.vision_refinements from authenticated;
revoke update on public.assessment_results from authenticated;

-- What only the server and the schema's own functions touch.
revoke all on public.deployment, public.session_troubles, public.vision_numbers from authenticated;

-- Views are read.
revoke insert, update, delete on
  public.first_word_by_region, public.first_words, public.outcomes_by_day, public.usage_by_day
  from authenticated, service_role;

revoke execute on function
  public.viva_is_member(), public.viva_percentiles(double precision[]), public.viva_touch(),
  public.viva_uuid(text[])
  from public, anon;
revoke execute on function public.viva_touch() from authenticated, service_role;
grant execute on function
  public.viva_is_member(), public.viva_percentiles(double precision[]), public.viva_uuid(text[])
  to authenticated, service_role;
