/**
 * Makes an empty PostgreSQL database look as a hosted Supabase project does before its first
 * migration: the auth schema belongs to somebody else, the role that migrates is no superuser, and
 * default privileges hand everything new to the API's roles. Roles belong to the whole server.
 */
export const hostedSupabase = (database: string): string => `
  create role supabase_auth_admin noinherit createrole nologin;
  create role owner login createrole bypassrls;
  do $$ begin
    if not exists (select from pg_roles where rolname = 'anon') then
      create role anon nologin noinherit;
      create role authenticated nologin noinherit;
      create role service_role nologin noinherit bypassrls;
    end if;
  end $$;
  grant anon, authenticated, service_role to owner;
  grant create on database ${database} to owner;
  grant all on schema public to owner;
  grant usage on schema public to anon, authenticated, service_role;

  create schema auth authorization supabase_auth_admin;
  grant usage on schema auth to owner, anon, authenticated, service_role;
  set role supabase_auth_admin;
  create table auth.users (
    instance_id uuid, id uuid primary key, aud varchar(255), role varchar(255),
    email varchar(255), raw_user_meta_data jsonb, created_at timestamptz, deleted_at timestamptz);
  create function auth.uid() returns uuid language sql stable as $$
    select coalesce(
      nullif(current_setting('request.jwt.claim.sub', true), ''),
      (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'))::uuid
  $$;
  create type auth.factor_status as enum ('unverified', 'verified');
  create table auth.mfa_factors (
    id uuid primary key default gen_random_uuid(), status auth.factor_status not null,
    user_id uuid not null references auth.users (id) on delete cascade);
  alter table auth.mfa_factors enable row level security;
  grant all on auth.users, auth.mfa_factors to owner;
  reset role;

  alter default privileges for role owner in schema public grant all on tables to anon, authenticated, service_role;
  alter default privileges for role owner in schema public grant all on functions to anon, authenticated, service_role;
  alter default privileges for role owner in schema public grant all on sequences to anon, authenticated, service_role;
`;
