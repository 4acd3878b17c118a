import { MessageSquarePlus } from "lucide";
import { Button } from "../ui/Button.tsx";
import { categoryIcon } from "../ui/category-icons.ts";
import { Icon } from "../ui/Icon.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import type { Conversations } from "./conversations.ts";
import { topicLabel, topicPath } from "./topic.ts";
import { whenLabel } from "./when.ts";

interface ConversationListProps {
  readonly conversations: Conversations;
  readonly currentId: string | null;
  /** A conversation was chosen: its link has been followed. */
  readonly onPick: () => void;
  readonly onNew: () => void;
}

/** The member's conversations, newest first, with the way to a new one. */
export function ConversationList(props: ConversationListProps) {
  const { conversations, currentId, onPick, onNew } = props;
  const items = conversations.items.value;
  const problem = conversations.problem.value;
  const now = Date.now();

  return (
    <div class="conversations">
      <Button icon={MessageSquarePlus} wide onClick={onNew}>
        New conversation
      </Button>
      {problem ? (
        <ProblemNotice problem={problem} onRetry={() => void conversations.refresh()} />
      ) : null}
      {items === null && !problem ? <Skeleton label="Loading conversations" lines={5} /> : null}
      {items?.length === 0 ? (
        <p class="muted conversations-empty">
          Your conversations gather here, so you can come back to every one of them.
        </p>
      ) : null}
      {items && items.length > 0 ? (
        <ul>
          {items.map((item) => (
            <li key={item.id}>
              <a
                class="conversation"
                href={topicPath(item, item.id)}
                aria-current={item.id === currentId ? "page" : undefined}
                onClick={onPick}
              >
                <Icon of={categoryIcon(item.category)} size={18} />
                <span class="conversation-text">
                  <span class="conversation-title">{item.title || topicLabel(item)}</span>
                  <span class="conversation-about">
                    {topicLabel(item)} · {whenLabel(item.updatedAt, now)}
                  </span>
                </span>
              </a>
            </li>
          ))}
        </ul>
      ) : null}
      {conversations.hasMore.value ? (
        <Button kind="quiet" wide onClick={() => void conversations.more()}>
          Show older ones
        </Button>
      ) : null}
    </div>
  );
}
