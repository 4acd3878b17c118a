-- The outbox's call, which also says whether what VIVA knows of the member still holds: after a turn
-- one request then does what took two.

create function public.viva_apply_batch(
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
      (select version from public.member_context_versions where user_id = p_user), 0));
end
$$;
revoke execute on function public.viva_apply_batch(uuid, json, bigint)
  from public, anon, authenticated;
grant execute on function public.viva_apply_batch(uuid, json, bigint) to service_role;
