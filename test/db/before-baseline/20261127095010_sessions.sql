-- A member sees where they are signed in, and ends a single session. Supabase's auth keeps sessions in
-- its own schema: functions of the owner read and delete there, and only what is the member's own.

-- The member's sessions, the newest first. Null if the deployment's owner may not read `auth.sessions`.
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

-- Ends one of the member's sessions: its refresh token goes with it. False if there is none of this id.
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

revoke execute on function public.viva_sessions(), public.viva_end_session(uuid) from public, anon, service_role;
grant execute on function public.viva_sessions(), public.viva_end_session(uuid) to authenticated;
