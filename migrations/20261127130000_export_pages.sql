-- The export is read page by page, so that neither Postgres nor the Worker holds all of it at once.

-- What there is once of a member.
create or replace function public.viva_export_record() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'exportedAt', now(), 'profile', public.viva_profile(), 'account', public.viva_account())
$$;

-- A page of one part of the export, oldest first: {"items": [...], "next": text | null}. `next` is given as p_after for the
-- page behind it; null if there is none. At most 200 items, and 1 MB unless the first one is larger. The parts:
-- assessments, visions, refinements, discovery, usage, places, and conversations, of which an item is one message with its
-- conversation: {"conversation", "message"}; message is null in a conversation without any. Another part: 22023.
create function public.viva_export_page(p_part text, p_after text default null) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  after_time timestamptz := coalesce(split_part(p_after, '|', 1)::timestamptz, '-infinity');
  after_id uuid := coalesce(
    split_part(p_after, '|', 2)::uuid, '00000000-0000-0000-0000-000000000000');
  after_key text := split_part(p_after, '|', 3);
  -- {"at": what `next` would be behind it, "item"}
  rows jsonb[];
begin
  rows := case p_part
    when 'assessments' then array(
      select jsonb_build_object('at', concat_ws('|', a.created_at, a.id),
        'item', public.viva_assessment_row(a) || jsonb_build_object('createdAt', a.created_at))
      from public.assessment_results as a
      where a.user_id = auth.uid() and (a.created_at, a.id) > (after_time, after_id)
      order by a.created_at, a.id limit 200)
    when 'visions' then array(
      select jsonb_build_object('at', concat_ws('|', v.created_at, v.id, v.version_number), 'item', jsonb_build_object(
        'id', v.id, 'title', v.title, 'state', v.state, 'versionNumber', v.version_number,
        'parentId', v.parent_id, 'createdAt', v.created_at, 'updatedAt', v.updated_at,
        'sections', public.viva_section_texts(v)))
      from public.vision_versions as v
      where v.user_id = auth.uid()
        and (v.created_at, coalesce(v.version_number, 2147483647), v.id)
          > (after_time, coalesce(nullif(after_key, '')::integer, 2147483647), after_id)
      order by v.created_at, coalesce(v.version_number, 2147483647), v.id limit 200)
    when 'refinements' then array(
      select jsonb_build_object('at', concat_ws('|', r.created_at, r.id), 'item', jsonb_build_object(
        'id', r.id, 'visionId', r.vision_id, 'category', r.category, 'before', r.before, 'after', r.after,
        'instructions', r.instructions, 'amount', r.amount, 'tone', r.tone, 'intensity', r.intensity,
        'vivaNotes', r.viva_notes, 'outcome', r.outcome, 'createdAt', r.created_at))
      from public.vision_refinements as r
      where r.user_id = auth.uid() and (r.created_at, r.id) > (after_time, after_id)
      order by r.created_at, r.id limit 200)
    when 'discovery' then array(
      select jsonb_build_object('at', concat_ws('|', '-infinity', d.vision_id, d.category), 'item', jsonb_build_object(
        'visionId', d.vision_id, 'category', d.category, 'state', d.state, 'updatedAt', d.updated_at))
      from public.discovery_sessions as d
      where d.user_id = auth.uid() and (d.vision_id, d.category) > (after_id, coalesce(after_key, ''))
      order by d.vision_id, d.category limit 200)
    when 'usage' then array(
      select jsonb_build_object('at', concat_ws('|', u.created_at, u.id), 'item', jsonb_build_object(
        'turnId', u.turn_id, 'attempt', u.attempt, 'action', u.action_type, 'model', u.model_used,
        'inputTokens', u.input_tokens, 'cachedInputTokens', u.cached_input_tokens,
        'outputTokens', u.output_tokens, 'estimated', u.estimated, 'costMicroUsd', u.cost_micro_usd,
        'credits', u.metadata -> 'credits', 'success', u.success, 'errorCode', u.error_code,
        'createdAt', u.created_at))
      from public.token_usage as u
      where u.user_id = auth.uid() and (u.created_at, u.id) > (after_time, after_id)
      order by u.created_at, u.id limit 200)
    when 'places' then array(
      select jsonb_build_object('at', concat_ws('|', u.created_at, u.id), 'item', jsonb_build_object(
        'turnId', u.turn_id, 'country', u.metadata ->> 'country', 'region', u.region, 'colo', u.colo,
        'at', u.created_at))
      from public.token_usage as u
      where u.user_id = auth.uid() and (u.created_at, u.id) > (after_time, after_id)
      order by u.created_at, u.id limit 200)
    when 'conversations' then array(
      select jsonb_build_object(
        'at', concat_ws('|', c.created_at, c.id, page.position),
        'item', jsonb_build_object(
          'conversation', jsonb_build_object(
            'id', c.client_id, 'title', coalesce(c.title, ''), 'category', c.category,
            'phase', c.phase, 'visionId', c.vision_id, 'createdAt', c.created_at,
            'updatedAt', c.updated_at),
          'message', case when m.id is not null then jsonb_build_object(
            'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
            'position', m.position, 'createdAt', m.created_at) end))
      -- The texts are read of one page alone.
      from (
        select s.id, s.created_at, said.id as message_id, coalesce(said.position, 0) as position
        from public.conversation_sessions as s
        left join public.ai_conversations as said on said.conversation_id = s.id
        where s.user_id = auth.uid() and s.deleted_at is null
          and (s.created_at, s.id, coalesce(said.position, 0)) 
            > (after_time, after_id, coalesce(after_key::integer, -1))
        order by s.created_at, s.id, coalesce(said.position, 0) limit 200
      ) as page
      join public.conversation_sessions as c on c.id = page.id
      left join public.ai_conversations as m on m.id = page.message_id
      order by page.created_at, page.id, page.position)
  end;
  if rows is null then
    raise exception 'The export has no such part' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select jsonb_build_object(
      'items', coalesce(jsonb_agg(sized.entry -> 'item' order by sized.place), '[]'),
      'next', case when count(*) < cardinality(rows) or cardinality(rows) = 200
        then (array_agg(sized.entry ->> 'at' order by sized.place desc))[1] end)
    from (
      select entry, place, sum(octet_length(entry::text)) over (order by place) as bytes
      from unnest(rows) with ordinality as listed (entry, place)
    ) as sized
    where sized.place = 1 or sized.bytes <= 1048576);
end
$$;

-- The whole export in one document, for a Worker of the version before. Refused (22023) beyond 16 pages of a part.
create or replace function public.viva_export() returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  document jsonb := public.viva_export_record();
  part text;
  page jsonb;
  items jsonb;
begin
  foreach part in array array[
    'assessments', 'visions', 'refinements', 'discovery', 'usage', 'places', 'conversations']
  loop
    items := '[]';
    page := '{"next": null}';
    for pages in 1 .. 17 loop
      page := public.viva_export_page(part, page ->> 'next');
      items := items || (page -> 'items');
      exit when page ->> 'next' is null;
      if pages = 17 then
        raise exception 'This export is read page by page' using errcode = 'invalid_parameter_value';
      end if;
    end loop;
    document := document || jsonb_build_object(part, items);
  end loop;
  return document || jsonb_build_object('conversations', (
    select coalesce(jsonb_agg(
      talk.conversation || jsonb_build_object('messages', talk.messages) order by talk.place), '[]')
    from (
      select entry -> 'conversation' as conversation, min(place) as place,
        coalesce(jsonb_agg(entry -> 'message' order by place)
          filter (where entry -> 'message' <> 'null'), '[]') as messages
      from jsonb_array_elements(document -> 'conversations') with ordinality as listed (entry, place)
      group by 1
    ) as talk));
end
$$;

revoke execute on function public.viva_export_page(text, text) from public, anon, service_role;
grant execute on function public.viva_export_page(text, text) to authenticated;
