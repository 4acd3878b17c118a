import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { DEFAULT_PHASE } from "../../domain/phases.ts";
import { ConversationList } from "../chat/ConversationList.tsx";
import type { Topic } from "../chat/chat.ts";
import { TopicPicker } from "../chat/TopicPicker.tsx";
import { topicOf, topicPath } from "../chat/topic.ts";
import { VivaChat } from "../chat/VivaChat.tsx";
import { navigate } from "../router.ts";
import type { PageProps } from "../routes.ts";
import { services } from "../services.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";

const ANY: Topic = { category: null, phase: DEFAULT_PHASE };

/**
 * Conversations and chat. The address says which: `?c=` a conversation, else `?category=&phase=` the
 * newest one of that topic, else the newest of all. It always ends up naming the conversation, so
 * that a reload comes back to it.
 */
export default function Viva({ query }: PageProps) {
  const { conversations } = services();
  const listOpen = useSignal(false);
  const pickerOpen = useSignal(false);
  const conversationId = query.get("c");
  const items = conversations.items.value;
  const search = query.toString();
  const named = useMemo(() => topicOf(new URLSearchParams(search)), [search]);

  useEffect(() => {
    void conversations.refresh();
  }, [conversations]);

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

  const listed = items?.find(({ id }) => id === conversationId);
  const topic = named ?? listed ?? ANY;
  const list = () => (
    <ConversationList
      conversations={conversations}
      currentId={conversationId}
      onPick={() => {
        listOpen.value = false;
      }}
      onNew={() => {
        listOpen.value = false;
        pickerOpen.value = true;
      }}
    />
  );

  return (
    <div class="viva">
      <aside class="viva-side" aria-label="Conversations">
        {list()}
      </aside>
      <div class="viva-main">
        {conversationId !== null ? (
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
