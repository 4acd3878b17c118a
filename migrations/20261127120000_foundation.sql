-- What Supabase brings along, made only where it is missing (plain PostgreSQL), and the small
-- functions that everything after builds on.
--
-- Errors that are no broken constraint are raised with SQLSTATE PT401, PT403, PT404, PT409, PT410 or PT412:
-- PostgREST answers with the HTTP status in the digits.

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

-- Whether a reader would see anything of a text: more than blanks and characters that no font draws.
create function public.viva_has_text(p_text text) returns boolean
language sql immutable parallel safe
set search_path = ''
as $$
  select regexp_replace(
    p_text,
    '[\s\u0001-\u001f\u007f-\u00a0\u00ad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0]',
    '', 'g') <> ''
$$;

-- Refuses (22023) a document that is larger than any request of the product. Reads its size only.
create function public.viva_refuse_large(p_document jsonb, p_bytes integer) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if pg_column_size(p_document) > p_bytes then
    raise exception 'This is too much at once' using errcode = 'invalid_parameter_value';
  end if;
end
$$;

-- Refuses (PT409) more rows than anybody needs: tg_argv[0] of them in a table for a member.
create function public.viva_guard_count() returns trigger
language plpgsql
set search_path = ''
as $$
declare
  most integer := tg_argv[0];
  there integer;
begin
  execute format(
    'select count(*) from (select from %I.%I where user_id = $1 limit $2) as rows',
    tg_table_schema, tg_table_name)
  into there using new.user_id, most;
  if there >= most then
    raise exception 'There are % of these already: delete some first', most using errcode = 'PT409';
  end if;
  return new;
end
$$;

-- Sets the times of what a member writes by this clock.
create function public.viva_stamp() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.created_at := case tg_op when 'INSERT' then now() else old.created_at end;
  new.updated_at := now();
  return new;
end
$$;
