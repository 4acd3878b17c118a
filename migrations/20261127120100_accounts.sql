-- What belongs to an account and to no page: where its object lives, its sessions and revoked tokens, and that it
-- was erased.

-- Where the members' objects of this deployment live: one of Cloudflare's jurisdictions, or '' for
-- anywhere. Objects do not move: in another jurisdiction every member would get a fresh object beside the one
-- that holds their data. The first object that asks decides, once.
create table public.deployment (
  -- one row at most
  id boolean primary key default true check (id),
  jurisdiction text not null check (jurisdiction in ('', 'eu', 'us', 'fedramp', 'fedramp-high')),
  since timestamptz not null default now()
);

alter table public.deployment enable row level security;

-- Says where the objects live. Stores p_jurisdiction if nothing is stored yet.
create function public.viva_placement(p_jurisdiction text) returns text
language sql
set search_path = ''
as $$
  insert into public.deployment (jurisdiction) values (p_jurisdiction) on conflict do nothing;
  select jurisdiction from public.deployment
$$;

-- From when on a member's tokens are valid again. PostgREST checks a token's signature only, and a token lives
-- up to an hour: this table is what ends it after "sign out everywhere" and after an erase.
create table public.revoked_tokens (
  user_id uuid primary key references auth.users (id) on delete cascade,
  -- seconds since the epoch, as in a token's `iat`: what was issued before is refused
  revoked_before bigint not null
);

alter table public.revoked_tokens enable row level security;

-- Whether this request's token was issued after its member signed out everywhere. True for the server, which
-- has no member.
create function public.viva_token_holds() returns boolean
language sql stable security definer
set search_path = ''
as $$
  select not exists (
    select from public.revoked_tokens
    where user_id = auth.uid() and revoked_before > coalesce((
      nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'iat')::numeric, 0))
$$;

-- Refuses (PT401) a revoked token. For functions that run with their owner's rights: row level security does not
-- bind them.
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

-- The member's own account. Empty for a revoked token.
create function public.viva_account() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'email', a ->> 'email', 'phone', a ->> 'phone', 'createdAt', a ->> 'created_at',
    'details', a -> 'raw_user_meta_data')
  from (select to_jsonb(u) as a from auth.users as u where u.id = auth.uid()) as own
  where public.viva_token_holds()
$$;

-- The member's sessions, newest first, at most 100. Supabase keeps them in its own schema, so this reads with the
-- owner's rights, and only the member's own. Null if the owner may not read `auth.sessions`.
create function public.viva_sessions() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  own jsonb;
  current_id text := nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'session_id';
begin
  perform public.viva_require_token();
  select jsonb_agg(
    jsonb_build_object(
      'id', s.id,
      'current', s.id::text is not distinct from current_id,
      'created_at', s.created_at,
      -- of the auth server: a time in UTC without its zone, empty before the first renewal
      'used_at', coalesce(s.refreshed_at at time zone 'UTC', s.created_at),
      'user_agent', left(s.user_agent, 500))
    order by coalesce(s.refreshed_at at time zone 'UTC', s.created_at) desc)
  into own
  from (
    select * from auth.sessions
    where user_id = auth.uid() and (not_after is null or not_after > now())
    order by created_at desc limit 100) as s;
  return coalesce(own, '[]'::jsonb);
exception
  when undefined_table or undefined_column or insufficient_privilege then return null;
end
$$;

-- Ends one of the member's sessions and its refresh token. False if there is none of this id.
create function public.viva_end_session(p_id uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
  perform public.viva_require_token();
  delete from auth.sessions where id = p_id and user_id = auth.uid();
  return found;
exception
  when undefined_table or undefined_column or insufficient_privilege then return false;
end
$$;

-- That a member erased their data, and how often: a batch from before is refused. Goes with the account. The
-- month's credits stay as one number, so that erasing does not give them back.
create table public.erased_members (
  user_id uuid primary key references auth.users (id) on delete cascade,
  generation bigint not null check (generation > 0),
  erased_at timestamptz not null default now(),
  -- Creation Credits used before the erase in that UTC month (its first day); null: none
  credits_month date,
  credits_used bigint not null default 0 check (credits_used >= 0)
);

alter table public.erased_members enable row level security;

create policy "members read that they erased their data" on public.erased_members
  for select to authenticated using (user_id = (select auth.uid()));

-- The key of the advisory lock that makes batches of a member wait for their erase, and the erase for them.
create function public.viva_member_lock(p_user uuid) returns bigint
language sql immutable parallel safe
set search_path = ''
as $$ select hashtextextended('viva ' || p_user::text, 0) $$;

-- Refuses (PT410) a batch if the member has erased everything since that generation.
create function public.viva_refuse_erased(p_user uuid, p_generation bigint) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if exists (
    select from public.erased_members where user_id = p_user and generation > p_generation) then
    raise exception 'This member has erased their data since' using errcode = 'PT410';
  end if;
end
$$;
