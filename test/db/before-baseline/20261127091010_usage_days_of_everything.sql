-- Summaries and greetings that are written ahead cost Creation Credits like a turn. As before they are no
-- turn of the member's; what they cost is part of the day.
create or replace function public.viva_usage_days(p_user uuid, p_since timestamptz) returns jsonb
language sql stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(to_jsonb(d)), '[]')
  from (
    select
      to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, action_type as action,
      (count(distinct turn_id)
        filter (where coalesce(metadata ->> 'kind', '') not in ('summary', 'ahead')))::integer as turns,
      coalesce(sum((metadata ->> 'credits')::bigint)
        filter (where metadata ->> 'credits' ~ '^\d{1,9}$'), 0)::bigint as credits
    from public.token_usage
    where user_id = p_user and created_at >= p_since
    group by 1, 2
  ) as d
  where d.turns > 0 or d.credits > 0
$$;
