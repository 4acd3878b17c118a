-- A second step at sign-in (Supabase's MFA). Of a member whose account has a verified factor, a token counts
-- only if a code was given for it: its claim `aal` is then `aal2`.

-- Whether an account has a verified factor. False if the auth server keeps no factors.
create function public.viva_has_factor(p_user uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
-- Auth's tables have row level security: an owner that it binds gets an error here, and not "no factor".
set row_security = off
as $$
begin
  if to_regclass('auth.mfa_factors') is null then
    return false;
  end if;
  return exists (
    select from auth.mfa_factors where user_id = p_user and status::text = 'verified');
end
$$;
revoke execute on function public.viva_has_factor(uuid) from public, anon, authenticated;
grant execute on function public.viva_has_factor(uuid) to service_role;

-- If it could not be asked, every request of every member would fail: the migration fails instead.
do $$
begin
  perform public.viva_has_factor('00000000-0000-0000-0000-000000000000');
exception
  when insufficient_privilege then
    raise exception '% cannot read auth.mfa_factors', current_user
      using hint = format('grant select on auth.mfa_factors to %I; its row level security must not bind that role.', current_user);
end
$$;

-- Whether the token of this request holds: it was issued after its member signed out everywhere, and no second
-- step is missing. The latter is an error (PT401), not an empty answer: nobody takes it for "there is nothing".
-- True for the server, which has no member.
create or replace function public.viva_token_holds() returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
declare
  claims jsonb := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
begin
  if exists (
    select from public.revoked_tokens
    where user_id = auth.uid() and revoked_before > coalesce((claims ->> 'iat')::numeric, 0)
  ) then
    return false;
  end if;
  if coalesce(claims ->> 'aal', '') not in ('aal2', 'aal3')
    and auth.uid() is not null and public.viva_has_factor(auth.uid())
  then
    raise exception 'insufficient_aal'
      using errcode = 'PT401', hint = 'Give a code of the authenticator app first.';
  end if;
  return true;
end
$$;

-- The outbox's answer also says whether the account has a factor: the member's object learns of one that was
-- added elsewhere, and of one that is gone.
create or replace function public.viva_apply_batch(
  p_user uuid, p_rows json, p_generation bigint default 0
) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  results jsonb := public.viva_apply(p_user, p_rows, p_generation);
begin
  return jsonb_build_object(
    'results', results,
    'contextVersion', coalesce(
      (select version from public.member_context_versions where user_id = p_user), 0),
    'hasFactor', public.viva_has_factor(p_user));
end
$$;
