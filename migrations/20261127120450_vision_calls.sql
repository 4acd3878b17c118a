-- Versions of the Life Vision as the member's object reads and writes them, under the member's own rights, in one
-- round trip.
-- Each write names the revision that it is meant for. `outcome` says why a write does not apply, with the version as
-- it is now; a write that applies returns the new context.

-- The sections that have text, whole.
create function public.viva_section_texts(p_vision public.vision_versions) returns jsonb
language sql immutable parallel safe
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(key, text), '{}')
  from (values
    ('forward', p_vision.forward), ('fun', p_vision.fun), ('health', p_vision.health),
    ('travel', p_vision.travel), ('love', p_vision.love), ('family', p_vision.family),
    ('social', p_vision.social), ('home', p_vision.home), ('work', p_vision.work),
    ('money', p_vision.money), ('stuff', p_vision.stuff), ('giving', p_vision.giving),
    ('spirituality', p_vision.spirituality), ('conclusion', p_vision.conclusion)
  ) as sections (key, text)
  where text ~ '\S'
$$;

-- A version without its text. `prints` and `parentPrints` are digests of its sections and of its parent's: enough
-- to tell which have text and which differ.
create function public.viva_vision_summary(p_vision public.vision_versions) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'id', p_vision.id, 'title', p_vision.title, 'versionNumber', p_vision.version_number,
    'state', p_vision.state, 'parentId', p_vision.parent_id, 'revision', p_vision.revision,
    'createdAt', p_vision.created_at, 'updatedAt', p_vision.updated_at,
    'prints', (
      select coalesce(jsonb_object_agg(key, md5(value)), '{}')
      from jsonb_each_text(public.viva_section_texts(p_vision))),
    'parentPrints', (
      select coalesce(jsonb_object_agg(key, md5(value)), '{}')
      from public.vision_versions as parent,
        jsonb_each_text(public.viva_section_texts(parent))
      where parent.id = p_vision.parent_id and parent.user_id = p_vision.user_id))
$$;

-- A version with its text.
create function public.viva_vision_row(p_vision public.vision_versions) returns jsonb
language sql stable
set search_path = ''
as $$
  select public.viva_vision_summary(p_vision)
    || jsonb_build_object('sections', public.viva_section_texts(p_vision))
$$;

-- One version with its text; null if it is not the member's.
create function public.viva_vision(p_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select public.viva_vision_row(v) from public.vision_versions as v
  where id = p_id and user_id = auth.uid()
$$;

-- Summaries of the member's versions, newest first, at most 101: one more than a page, which says that there are
-- more. `micros` with `id` is a version's place in that order; p_after_* is the place that the last page ended at.
create function public.viva_visions(
  p_limit integer, p_after_micros bigint default null, p_after_id uuid default null
) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    public.viva_vision_summary(page.vision) || jsonb_build_object('micros', page.micros)
    order by page.micros desc, (page.vision).id desc), '[]')
  from (
    select v as vision, place.micros
    from public.vision_versions as v,
      lateral (select (extract(epoch from v.created_at) * 1000000)::bigint) as place (micros)
    where v.user_id = auth.uid()
      and (p_after_micros is null or (place.micros, v.id) < (p_after_micros, p_after_id))
    order by place.micros desc, v.id desc limit least(greatest(p_limit, 1), 101)
  ) as page
$$;

-- Begins the member's draft: a copy of p_from, else of the active version, else empty. `outcome`:
-- created | exists (the draft there is) | not_found (p_from is not theirs).
create function public.viva_begin_vision(p_from uuid default null) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  member uuid := auth.uid();
  source public.vision_versions;
  draft public.vision_versions;
begin
  loop
    select * into source from public.vision_versions
    where user_id = member and case when p_from is null then state = 'active' else id = p_from end;
    if not found and p_from is not null then
      return jsonb_build_object('outcome', 'not_found');
    end if;
    select * into draft from public.vision_versions where user_id = member and state = 'draft';
    if found then
      return jsonb_build_object('outcome', 'exists', 'vision', public.viva_vision_row(draft));
    end if;
    insert into public.vision_versions (
      user_id, parent_id, title, forward, fun, health, travel, love, family, social, home, work,
      money, stuff, giving, spirituality, conclusion)
    values (
      member, source.id, source.title, source.forward, source.fun, source.health, source.travel,
      source.love, source.family, source.social, source.home, source.work, source.money,
      source.stuff, source.giving, source.spirituality, source.conclusion)
    on conflict (user_id) where state = 'draft' do nothing
    returning * into draft;
    if found then
      return jsonb_build_object(
        'outcome', 'created', 'vision', public.viva_vision_row(draft),
        'context', public.viva_context());
    end if;
    -- Another request was first: its draft is there by now, unless it was committed already.
  end loop;
end
$$;

-- Changes title and sections of the draft: {"title": "…", "fun": "…", "love": null, …}. Unchanged ones are not
-- written. p_refinement: the suggestion that is accepted with it. `outcome`: written | unchanged | not_found | stale
-- (another revision) | read_only (no draft) | decided (no open suggestion for one of these sections).
create function public.viva_write_vision(
  p_id uuid, p_revision integer, p_changes jsonb, p_refinement uuid default null
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  vision public.vision_versions;
  changed public.vision_versions;
  section text;
begin
  perform public.viva_refuse_large(p_changes, 1500000);
  select * into vision from public.vision_versions
  where id = p_id and user_id = auth.uid() for update;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if vision.revision <> p_revision then
    return jsonb_build_object('outcome', 'stale', 'vision', public.viva_vision_row(vision));
  end if;
  if vision.state <> 'draft' then
    return jsonb_build_object('outcome', 'read_only', 'vision', public.viva_vision_row(vision));
  end if;
  if p_refinement is not null then
    update public.vision_refinements set outcome = 'accepted'
    where id = p_refinement and vision_id = p_id and outcome = 'proposed' and p_changes ? category
    returning category into section;
    if not found then
      return jsonb_build_object('outcome', 'decided', 'vision', public.viva_vision_row(vision));
    end if;
    update public.vision_refinements set outcome = 'discarded'
    where vision_id = p_id and category = section and outcome = 'proposed';
  end if;
  -- Only what a member writes, whatever else is named.
  changed := jsonb_populate_record(vision, p_changes - array[
    'id', 'user_id', 'parent_id', 'state', 'version_number', 'revision', 'created_at', 'updated_at']);
  if changed is not distinct from vision then
    return jsonb_build_object('outcome', 'unchanged', 'vision', public.viva_vision_row(vision));
  end if;
  update public.vision_versions set
    title = changed.title, forward = changed.forward, fun = changed.fun, health = changed.health,
    travel = changed.travel, love = changed.love, family = changed.family,
    social = changed.social, home = changed.home, work = changed.work, money = changed.money,
    stuff = changed.stuff, giving = changed.giving, spirituality = changed.spirituality,
    conclusion = changed.conclusion
  where id = p_id returning * into vision;
  return jsonb_build_object(
    'outcome', 'written', 'vision', public.viva_vision_row(vision),
    'context', public.viva_context());
end
$$;

-- Discards the draft or deletes an earlier version. `outcome`: deleted | not_found | stale | read_only (the active
-- version).
create function public.viva_delete_vision(p_id uuid, p_revision integer) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  vision public.vision_versions;
begin
  select * into vision from public.vision_versions
  where id = p_id and user_id = auth.uid() for update;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  if vision.revision <> p_revision then
    return jsonb_build_object('outcome', 'stale', 'vision', public.viva_vision_row(vision));
  end if;
  if vision.state = 'active' then
    return jsonb_build_object('outcome', 'read_only', 'vision', public.viva_vision_row(vision));
  end if;
  delete from public.vision_versions where id = p_id;
  return jsonb_build_object('outcome', 'deleted', 'context', public.viva_context());
end
$$;

-- Makes the member's draft the active version, in one transaction, and returns it. p_revision: only at that
-- revision. The active version is returned as it is, so the call is idempotent. PT404: not theirs. PT409: history,
-- or a draft without text. PT412: at another revision.
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
  perform public.viva_require_token();
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
  if public.viva_section_texts(result) = '{}' then
    raise exception 'A draft without any text cannot be committed' using errcode = 'PT409';
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

-- Commits the draft by viva_commit_vision and discards its open suggestions. Idempotent for the revision that was
-- committed. `outcome`: committed | not_found | stale | read_only (history) | empty.
create function public.viva_commit_draft(p_id uuid, p_revision integer) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  vision public.vision_versions;
begin
  select * into vision from public.vision_versions
  where id = p_id and user_id = auth.uid() for update;
  if not found then
    return jsonb_build_object('outcome', 'not_found');
  end if;
  -- Committing is one update: one revision on from what was asked for is that very commit.
  if vision.revision <> p_revision
    and not (vision.state = 'active' and vision.revision = p_revision + 1) then
    return jsonb_build_object('outcome', 'stale', 'vision', public.viva_vision_row(vision));
  end if;
  if vision.state = 'history' then
    return jsonb_build_object('outcome', 'read_only', 'vision', public.viva_vision_row(vision));
  end if;
  if public.viva_section_texts(vision) = '{}' then
    return jsonb_build_object('outcome', 'empty', 'vision', public.viva_vision_row(vision));
  end if;
  update public.vision_refinements set outcome = 'discarded'
  where vision_id = p_id and outcome = 'proposed';
  vision := public.viva_commit_vision(p_id);
  return jsonb_build_object(
    'outcome', 'committed', 'vision', public.viva_vision_row(vision),
    'context', public.viva_context());
end
$$;

-- What a step of discovery needs of one section: {profile, vision, state}. `vision` is null if it is not the
-- member's, `state` if discovery has not begun.
create function public.viva_discovery(p_vision uuid, p_category text) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'profile', public.viva_profile(),
    'vision', public.viva_vision(p_vision),
    'state', (
      select state from public.discovery_sessions
      where vision_id = p_vision and category = p_category and user_id = auth.uid()))
$$;

-- Stores how far discovery has come. False if the version is not the member's.
create function public.viva_keep_discovery(p_vision uuid, p_category text, p_state jsonb)
returns boolean
language sql
set search_path = ''
as $$
  select public.viva_refuse_large(p_state, 65536);
  with kept as (
    insert into public.discovery_sessions as s (user_id, vision_id, category, state)
    select v.user_id, v.id, p_category, p_state from public.vision_versions as v
    where v.id = p_vision and v.user_id = auth.uid()
    on conflict (vision_id, category) do update set state = excluded.state
    returning 1)
  select exists (select from kept)
$$;
