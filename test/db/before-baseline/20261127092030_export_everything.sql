-- The export is everything of the member: also the account they sign in with, and from where they asked.

-- The member's own account. Empty for a token that was revoked.
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
revoke execute on function public.viva_account() from public, anon, service_role;
grant execute on function public.viva_account() to authenticated;

alter function public.viva_export() rename to viva_export_record;

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
revoke execute on function public.viva_export() from public, anon, service_role;
grant execute on function public.viva_export() to authenticated;
