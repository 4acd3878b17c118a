import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { ConversationSummary } from "../../domain/messages.ts";
import { DEFAULT_PHASE } from "../../domain/phases.ts";
import { problemOf } from "../api/problem.ts";
import type { Topic } from "../chat/state/topic.ts";
import { topicOf, topicPath } from "../chat/state/topic.ts";
import { TopicPicker } from "../chat/ui/TopicPicker.tsx";
import { VivaChat } from "../chat/ui/VivaChat.tsx";
import { ConversationList } from "../conversations/ConversationList.tsx";
import { forgetUnsent } from "../conversations/forget.ts";
import { Gone } from "../conversations/Gone.tsx";
import { createSearch } from "../conversations/search.ts";
import { navigate } from "../router.ts";
import { api, services } from "../services.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { tell } from "../ui/toasts.ts";
import type { PageProps } from "./page.ts";

/** Calls back after the time, unless that is called off. */
function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

const ANY: Topic = { category: null, phase: DEFAULT_PHASE };

/**
 * Conversations and chat. The address says which: `?c=` a conversation, else `?category=&phase=` the
 * newest one of that topic, else the newest of all. It always ends up naming the conversation, so
 * that a reload comes back to it.
 */
export default function Viva({ query }: PageProps) {
  const { conversations, drafts, queue } = services();
  const search = useMemo(
    () => createSearch({ api, later, follows: conversations.items }),
    [conversations],
  );
  const listOpen = useSignal(false);
  const pickerOpen = useSignal(false);
  const conversationId = query.get("c");
  const items = conversations.items.value;
  const address = query.toString();
  const named = useMemo(() => topicOf(new URLSearchParams(address)), [address]);
  const deleted = conversations.gone.value;
  const listed = items?.find(({ id }) => id === conversationId);
  const topic = named ?? listed ?? ANY;
  const isGone = conversationId !== null && deleted.has(conversationId);
  // The chat that is shown below.
  const chat = conversationId === null || isGone ? null : services().chat(conversationId, topic);
  // One that begins anew, and that the server will not have: an old link leads to what was deleted.
  const gone = isGone || chat?.greetingProblem.value?.code === "not_found";

  useEffect(() => {
    void conversations.refresh();
    return search.close;
  }, [conversations, search]);

  useEffect(() => {
    if (conversationId !== null || items === null) return;
    const found = named ? conversations.newestOf(named) : items[0];
    if (found) navigate(topicPath(found, found.id), { replace: true });
    else if (named) navigate(topicPath(named, crypto.randomUUID()), { replace: true });
  }, [conversationId, items, named, conversations]);

  function begin(topic: Topic) {
    pickerOpen.value = false;
    listOpen.value = false;
    navigate(topicPath(topic, crypto.randomUUID()));
  }

  // Once they are off the screen, which keeps what was begun until then.
  useEffect(() => void forgetUnsent(deleted, { drafts, queue }), [deleted, drafts, queue]);

  async function rename(id: string, title: string) {
    try {
      await conversations.rename(id, title);
    } catch (error) {
      const { code, detail } = problemOf(error);
      const because = code === "offline" ? "You are offline." : detail;
      tell(`The title is as it was. ${because}`, {
        tone: "problem",
        name: "rename",
        action: { label: "Try again", run: () => void rename(id, title) },
      });
    }
  }

  async function remove({ id }: ConversationSummary) {
    await conversations.remove(id);
    if (id !== conversationId) return;
    const next = conversations.items.peek()?.[0];
    navigate(next ? topicPath(next, next.id) : "/viva", { replace: true });
  }

  const list = () => (
    <ConversationList
      conversations={conversations}
      search={search}
      currentId={conversationId}
      onPick={() => {
        listOpen.value = false;
      }}
      onNew={() => {
        listOpen.value = false;
        pickerOpen.value = true;
      }}
      onRename={({ id }, title) => void rename(id, title)}
      onDelete={remove}
    />
  );

  return (
    <div class="viva">
      <aside class="viva-side" aria-label="Conversations">
        {list()}
      </aside>
      <div class="viva-main">
        {gone ? (
          <Gone
            onNew={() => {
              pickerOpen.value = true;
            }}
            onList={() => {
              listOpen.value = true;
            }}
          />
        ) : conversationId !== null ? (
          <VivaChat
            key={conversationId}
            conversationId={conversationId}
            visionBuildPhase={topic.phase}
            currentCategory={topic.category}
            onTopic={(wanted) => navigate(topicPath(wanted))}
            onList={() => {
              listOpen.value = true;
            }}
          />
        ) : items === null && conversations.problem.value ? (
          <div class="page page-narrow">
            <ProblemNotice
              problem={conversations.problem.value}
              onRetry={() => void conversations.refresh()}
            />
          </div>
        ) : items?.length === 0 && !named ? (
          <div class="viva-start page page-narrow">
            <Avatar size={64} />
            <h1>Where shall we begin?</h1>
            <TopicPicker topic={ANY} action="Begin" onPick={begin} />
          </div>
        ) : (
          <div class="page page-narrow">
            <Skeleton label="Loading your conversations" lines={4} />
          </div>
        )}
      </div>
      <Dialog
        open={listOpen.value}
        title="Conversations"
        shape="side"
        onClose={() => {
          listOpen.value = false;
        }}
      >
        {list()}
      </Dialog>
      <Dialog
        open={pickerOpen.value}
        title="New conversation"
        onClose={() => {
          pickerOpen.value = false;
        }}
      >
        <TopicPicker topic={topic} action="Begin" onPick={begin} />
      </Dialog>
    </div>
  );
}
