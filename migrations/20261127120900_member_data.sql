-- Everything of a member in one document, and its erase.

-- Everything of the member but the account, under their own rights.
create function public.viva_export_record() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'exportedAt', now(),
    'profile', public.viva_profile(),
    'assessments', (
      select coalesce(jsonb_agg(
        public.viva_assessment_row(a) || jsonb_build_object('createdAt', a.created_at)
        order by a.created_at), '[]')
      from public.assessment_results as a where user_id = auth.uid()),
    'visions', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', v.id, 'title', v.title, 'state', v.state, 'versionNumber', v.version_number,
        'parentId', v.parent_id, 'createdAt', v.created_at, 'updatedAt', v.updated_at,
        'sections', public.viva_section_texts(v))
        order by v.created_at, v.version_number nulls last), '[]')
      from public.vision_versions as v where user_id = auth.uid()),
    'refinements', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', id, 'visionId', vision_id, 'category', category, 'before', before, 'after', after,
        'instructions', instructions, 'amount', amount, 'tone', tone, 'intensity', intensity,
        'vivaNotes', viva_notes, 'outcome', outcome, 'createdAt', created_at)
        order by created_at), '[]')
      from public.vision_refinements where user_id = auth.uid()),
    'discovery', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'visionId', vision_id, 'category', category, 'state', state, 'updatedAt', updated_at)
        order by updated_at), '[]')
      from public.discovery_sessions where user_id = auth.uid()),
    'conversations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', c.client_id, 'title', coalesce(c.title, ''), 'category', c.category,
        'phase', c.phase, 'visionId', c.vision_id, 'createdAt', c.created_at,
        'updatedAt', c.updated_at, 'messages', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
            'position', m.position, 'createdAt', m.created_at) order by m.position), '[]')
          from public.ai_conversations as m where m.conversation_id = c.id))
        order by c.created_at), '[]')
      from public.conversation_sessions as c
      where c.user_id = auth.uid() and c.deleted_at is null),
    'usage', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'turnId', turn_id, 'attempt', attempt, 'action', action_type, 'model', model_used,
        'inputTokens', input_tokens, 'cachedInputTokens', cached_input_tokens,
        'outputTokens', output_tokens, 'estimated', estimated, 'costMicroUsd', cost_micro_usd,
        'credits', metadata -> 'credits', 'success', success, 'errorCode', error_code,
        'createdAt', created_at) order by created_at), '[]')
      from public.token_usage where user_id = auth.uid()))
$$;

-- viva_export_record with the account, and from where they asked.
create function public.viva_export() returns jsonb
language sql stable
set search_path = ''
as $$
  select public.viva_export_record() || jsonb_build_object(
    'account', public.viva_account(),
    'places', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'turnId', turn_id, 'country', metadata ->> 'country', 'region', region, 'colo', colo,
        'at', created_at) order by created_at), '[]')
      from public.token_usage where user_id = auth.uid()))
$$;

-- Erases everything of a member but the account, and remembers the generation. Usage stays, without the member.
-- Idempotent for a generation; an older one than the stored does nothing.
create function public.viva_erase(p_user uuid, p_generation bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(public.viva_member_lock(p_user));
  -- Where the account is gone, all of this went with it.
  if not exists (select from auth.users where id = p_user) then
    return;
  end if;
  insert into public.erased_members as e (user_id, generation) values (p_user, p_generation)
  on conflict (user_id) do update set
    generation = excluded.generation,
    erased_at = case when e.generation = excluded.generation then e.erased_at else now() end
    where e.generation <= excluded.generation;
  if not found then
    return;
  end if;
  update public.token_usage set user_id = null, conversation_id = null where user_id = p_user;
  delete from public.session_troubles where user_id = p_user;
  delete from public.conversation_sessions where user_id = p_user;
  delete from public.vision_versions where user_id = p_user;
  delete from public.vision_numbers where user_id = p_user;
  delete from public.assessment_results where user_id = p_user;
  delete from public.user_profiles where user_id = p_user;
  delete from public.member_context_versions where user_id = p_user;
end
$$;
