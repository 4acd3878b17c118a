-- The same rows, without a call for each of them: a function that sets its search path is never made
-- part of the query it stands in.
create or replace view public.first_words with (security_invoker = true) as
select
  (created_at at time zone 'UTC')::date as day,
  coalesce(metadata ->> 'country', '') as country,
  coalesce(nullif(region, ''), 'unknown') as region,
  first_token_ms as provider_ms,
  case when jsonb_typeof(metadata -> 'oursMs') = 'number'
    then (metadata ->> 'oursMs')::double precision end as ours_ms,
  case when jsonb_typeof(metadata -> 'firstWordMs') = 'number'
      then (metadata ->> 'firstWordMs')::double precision
    when jsonb_typeof(metadata -> 'oursMs') = 'number'
      then (metadata ->> 'oursMs')::double precision + first_token_ms end as whole_ms
from public.token_usage
where first_token_ms is not null
  and metadata ->> 'state' is distinct from 'lost'
  and coalesce(metadata ->> 'kind', '') not in ('summary', 'ahead');

drop function public.viva_metadata_number(jsonb, text);
