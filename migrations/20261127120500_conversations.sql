-- Conversations. viva_apply writes them; members read their own. Ids are derived from the client's, see viva_uuid.
create table public.conversation_sessions (
  id uuid primary key,
  user_id uuid not null references auth.users (id) on delete cascade,
  client_id text not null check (client_id ~ '^[^[:cntrl:]]{1,128}$'),
  -- null: the conversation stands alone
  category text check (category in
    ('forward', 'fun', 'health', 'travel', 'love', 'family', 'social', 'home', 'work', 'money',
     'stuff', 'giving', 'spirituality', 'conclusion')),
  phase text check (phase in ('contrast', 'peak', 'specific')),
  -- no foreign key: the record of a talk outlives the draft it was about
  vision_id uuid,
  title text check (length(title) <= 500),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  unique (user_id, client_id),
  unique (user_id, id)
);

create index conversation_sessions_newest
  on public.conversation_sessions (user_id, updated_at desc);

-- Messages. An edited message keeps its client's id, and what it replaced stays: its place in the conversation tells
-- them apart. The member's object gives each place once, so a retry cannot double a row.
create table public.ai_conversations (
  id uuid primary key,
  user_id uuid not null,
  conversation_id uuid not null,
  client_id text not null check (client_id ~ '^[^[:cntrl:]]{1,128}$'),
  role text not null check (role in ('user', 'assistant')),
  message text not null check (length(message) <= 262144),
  status text not null check (status in
    ('complete', 'streaming', 'stopped', 'interrupted', 'superseded', 'failed', 'replaced')),
  -- order within the conversation
  position integer not null check (position >= 0),
  context jsonb not null default '{}',
  created_at timestamptz not null,
  foreign key (user_id, conversation_id)
    references public.conversation_sessions (user_id, id) on delete cascade,
  constraint ai_conversations_context_size check (pg_column_size(context) <= 16384)
);

create index ai_conversations_history on public.ai_conversations (conversation_id, position);

create index ai_conversations_member on public.ai_conversations (user_id, conversation_id);

alter table public.conversation_sessions enable row level security;
alter table public.ai_conversations enable row level security;

create policy "members read their conversations" on public.conversation_sessions
  for select to authenticated using (user_id = (select auth.uid()));

create policy "members read their messages" on public.ai_conversations
  for select to authenticated using (user_id = (select auth.uid()));

-- The newest messages before a position (null: the newest of all), oldest first, and whether there are older ones.
-- At most 200 messages and, beyond the first one, 1 MB of text. Null if the conversation is not the caller's.
create function public.viva_conversation_page(
  p_id text, p_before integer default null, p_bytes integer default 1048576,
  p_user uuid default auth.uid()
) returns jsonb
language sql stable
set search_path = ''
as $$
  select (
    select jsonb_build_object(
      'messages', coalesce(jsonb_agg(jsonb_build_object(
        'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
        'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
        'errorCode', m.context ->> 'errorCode', 'createdAt', m.created_at) order by m.position), '[]'),
      'older', exists (
        select from public.ai_conversations as earlier
        where earlier.conversation_id = s.id and earlier.position < min(m.position)))
    from (
      select newest.*,
        sum(octet_length(newest.message)) over (order by newest.position desc) as bytes,
        row_number() over (order by newest.position desc) as place
      from (
        select * from public.ai_conversations as all_of_it
        where all_of_it.conversation_id = s.id and (p_before is null or all_of_it.position < p_before)
        order by all_of_it.position desc limit 200
      ) as newest
    ) as m
    where m.place = 1 or m.bytes <= least(greatest(p_bytes, 1), 1048576))
  from public.conversation_sessions as s
  where s.user_id = p_user and s.client_id = p_id
$$;

-- The newest page of several conversations, at most 25 (22023), in 1 MB together:
-- {"<client id>": as viva_conversation_page returns it}.
create function public.viva_conversation_pages(p_ids text[], p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if cardinality(p_ids) > 25 then
    raise exception 'At most 25 conversations at once' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_object_agg(
      id, public.viva_conversation_page(id, null, 1048576 / 25, p_user)), '{}')
    from (select distinct id from unnest(p_ids) as id where id is not null) as asked);
end
$$;

-- A whole conversation, for a Worker of the version before. Refused (22023) from 16 MB on. Null if it is not the
-- caller's.
create function public.viva_conversation(p_id text, p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  conversation uuid := (
    select id from public.conversation_sessions where user_id = p_user and client_id = p_id);
begin
  if conversation is null then
    return null;
  end if;
  if (
    select sum(octet_length(message)) > 16777216
    from public.ai_conversations where conversation_id = conversation
  ) then
    raise exception 'This conversation is read page by page' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', m.client_id, 'role', m.role, 'text', m.message, 'status', m.status,
      'position', m.position, 'turnId', coalesce(m.context ->> 'turnId', ''),
      'errorCode', m.context ->> 'errorCode', 'createdAt', m.created_at) order by m.position), '[]')
    from public.ai_conversations as m where m.conversation_id = conversation);
end
$$;

-- Several whole conversations, each once, at most 25 (22023): {"<client id>": as viva_conversation returns it}.
create function public.viva_conversations(p_ids text[], p_user uuid default auth.uid())
returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  if cardinality(p_ids) > 25 then
    raise exception 'At most 25 conversations at once' using errcode = 'invalid_parameter_value';
  end if;
  return (
    select coalesce(jsonb_object_agg(id, public.viva_conversation(id, p_user)), '{}')
    from (select distinct id from unnest(p_ids) as id where id is not null) as asked);
end
$$;

-- Deletes the texts that VIVA wrote for a version, whoever deletes the version. They are in conversations of their own,
-- "vision:<version>:<category>". Their rows stay, marked as deleted, so that nothing that comes late brings them back.
create function public.viva_forget_texts() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  with texts as (
    update public.conversation_sessions set
      title = null, deleted_at = coalesce(deleted_at, now())
    where user_id = old.user_id and starts_with(client_id, 'vision:' || old.id || ':')
    returning id)
  delete from public.ai_conversations where conversation_id in (select id from texts);
  return null;
end
$$;

create trigger forget_texts after delete on public.vision_versions
  for each row execute function public.viva_forget_texts();
