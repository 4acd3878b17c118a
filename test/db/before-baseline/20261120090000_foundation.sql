-- What Supabase brings along, made only where it is missing (plain PostgreSQL), and the small
-- functions that everything after builds on.
--
-- Errors that are no broken constraint are raised with SQLSTATE PT404, PT409 or PT412: PostgREST
-- answers with the HTTP status in the digits.

do $$
begin
  if not exists (select from pg_roles where rolname = 'anon') then
    create role anon nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'authenticated') then
    create role authenticated nologin noinherit;
  end if;
  if not exists (select from pg_roles where rolname = 'service_role') then
    create role service_role nologin noinherit bypassrls;
  end if;

  if to_regnamespace('auth') is null then
    create schema auth;
  end if;
  if to_regclass('auth.users') is null then
    create table auth.users (
      id uuid primary key,
      email text,
      raw_user_meta_data jsonb not null default '{}',
      created_at timestamptz not null default now()
    );
  end if;
  if to_regprocedure('auth.uid()') is null then
    create function auth.uid() returns uuid language sql stable as $body$
      select coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
      )::uuid
    $body$;
  end if;

  -- Granting what is there already would only warn; asking first keeps the output quiet.
  if not has_schema_privilege('authenticated', 'auth', 'usage') then
    grant usage on schema auth to anon, authenticated, service_role;
  end if;
  if not has_schema_privilege('authenticated', 'public', 'usage')
    or not has_schema_privilege('anon', 'public', 'usage')
    or not has_schema_privilege('service_role', 'public', 'usage') then
    grant usage on schema public to anon, authenticated, service_role;
  end if;
end
$$;

-- A UUID derived from what identifies a thing, so that writing it twice cannot make two of it.
-- The parts are joined by the unit separator, which no part may contain (client ids have no
-- control characters): first 16 bytes of the SHA-256, marked as version 8, variant 1. Null when a
-- part is null.
create function public.viva_uuid(variadic p_parts text[]) returns uuid
language sql immutable parallel safe
set search_path = ''
as $$
  select encode(
    set_byte(
      set_byte(digest, 6, (get_byte(digest, 6) & 15) | 128),
      8, (get_byte(digest, 8) & 63) | 128),
    'hex')::uuid
  from (
    select substring(
      sha256(convert_to(array_to_string(p_parts, chr(31)), 'UTF8')) from 1 for 16) as digest
  ) as hashed
  where array_position(p_parts, null) is null
$$;

-- Keeps `updated_at` true on every update.
create function public.viva_touch() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

-- Whether a statement runs for a member rather than for this schema's own functions or the server.
create function public.viva_is_member() returns boolean
language sql stable
set search_path = ''
as $$ select current_user in ('anon', 'authenticated') $$;
