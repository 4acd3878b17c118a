-- Deleting an account takes its usage out of the member's name, and with it fires viva_keep_credits. Then
-- the statement is of auth's own role, which may not touch the tombstones: no account could be deleted.
alter function public.viva_keep_credits() security definer;
revoke execute on function public.viva_keep_credits() from service_role;
