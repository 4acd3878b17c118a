-- Signing out everywhere and erasing everything bind PostgREST too: a token that was issued before is
-- still good for up to an hour, and PostgREST looks at its signature only.

create table public.revoked_tokens (
  user_id uuid primary key references auth.users (id) on delete cascade,
  -- seconds since the epoch, as in a token's `iat`: what was issued before is refused
  revoked_before bigint not null
);
alter table public.revoked_tokens enable row level security;
revoke all on public.revoked_tokens from anon, authenticated;
grant select, insert, update on public.revoked_tokens to service_role;

-- Whether the token of this request was issued after its member signed out everywhere. True for the
-- server, which has no member.
create function public.viva_token_holds() returns boolean
language sql stable security definer
set search_path = ''
as $$
  select not exists (
    select from public.revoked_tokens
    where user_id = auth.uid() and revoked_before > coalesce((
      nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'iat')::numeric, 0))
$$;
revoke execute on function public.viva_token_holds() from public, anon;
grant execute on function public.viva_token_holds() to authenticated, service_role;

-- On every table that members reach. `(select …)` asks once for a statement, not for each row.
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

-- For functions that members call and that row level security does not bind.
create function public.viva_require_token() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not public.viva_token_holds() then
    raise exception 'This session is over' using errcode = 'PT401';
  end if;
end
$$;
revoke execute on function public.viva_require_token() from public, anon;
grant execute on function public.viva_require_token() to authenticated, service_role;

-- As before, for a token that holds.
create or replace function public.viva_complete_assessment(p_id uuid) returns public.assessment_results
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

-- As before, for a token that holds.
create or replace function public.viva_commit_vision(p_id uuid, p_revision integer default null)
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

-- From which second on tokens of a member are good again: {before}.
create function public.viva_apply_revocation(p_user uuid, p_row json) returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.revoked_tokens as r (user_id, revoked_before)
  values (p_user, (p_row ->> 'before')::bigint)
  on conflict (user_id) do update set
    revoked_before = greatest(r.revoked_before, excluded.revoked_before);
exception when foreign_key_violation then
  -- The account is gone, and its tokens reach nothing.
  null;
end
$$;
revoke execute on function public.viva_apply_revocation(uuid, json) from public, anon, authenticated;
grant execute on function public.viva_apply_revocation(uuid, json) to service_role;

create or replace function public.viva_apply_row(p_user uuid, p_row json) returns void
language plpgsql
set search_path = ''
as $$
begin
  case p_row ->> 'kind'
    when 'conversation' then perform public.viva_apply_conversation(p_user, p_row);
    when 'message' then perform public.viva_apply_message(p_user, p_row);
    when 'usage' then perform public.viva_apply_usage(p_user, p_row);
    when 'refinement' then perform public.viva_apply_refinement(p_user, p_row);
    when 'forget' then perform public.viva_apply_forget(p_user, p_row);
    when 'revocation' then perform public.viva_apply_revocation(p_user, p_row);
    else raise exception 'Unknown kind of row' using errcode = 'invalid_parameter_value';
  end case;
end
$$;
