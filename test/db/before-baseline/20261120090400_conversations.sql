-- The record of conversations. Written by the member's session alone (through viva_apply); members
-- read their own. Ids are derived from what the client named, see viva_uuid.

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
  unique (conversation_id, client_id),
  foreign key (user_id, conversation_id)
    references public.conversation_sessions (user_id, id) on delete cascade
);

create index ai_conversations_history on public.ai_conversations (conversation_id, position);
create index ai_conversations_member on public.ai_conversations (user_id, conversation_id);

alter table public.conversation_sessions enable row level security;
alter table public.ai_conversations enable row level security;
grant select on public.conversation_sessions, public.ai_conversations to authenticated;
grant all on public.conversation_sessions, public.ai_conversations to service_role;

create policy "members read their conversations" on public.conversation_sessions
  for select to authenticated using (user_id = (select auth.uid()));
create policy "members read their messages" on public.ai_conversations
  for select to authenticated using (user_id = (select auth.uid()));
