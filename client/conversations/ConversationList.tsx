import { useSignal } from "@preact/signals";
import { MessageSquarePlus } from "lucide";
import type { ConversationSummary } from "../../domain/messages.ts";
import { searchWords } from "../../domain/search.ts";
import { topicLabel } from "../chat/state/topic.ts";
import { whenLabel } from "../chat/ui/when.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { ConversationRow } from "./ConversationRow.tsx";
import type { Conversations } from "./conversations.ts";
import { Found } from "./Found.tsx";
import { SearchField } from "./SearchField.tsx";
import type { Search } from "./search.ts";

interface ConversationListProps {
  readonly conversations: Conversations;
  readonly search: Search;
  readonly currentId: string | null;
  /** A conversation was chosen: its link has been followed. */
  readonly onPick: () => void;
  readonly onNew: () => void;
  readonly onRename: (item: ConversationSummary, title: string) => void;
  /** Deletes it; what it throws is shown, and nothing has changed. */
  readonly onDelete: (item: ConversationSummary) => Promise<void>;
}

/** The member's conversations, newest first, with the way to a new one, and what was said found again. */
export function ConversationList(props: ConversationListProps) {
  const { conversations, search, currentId, onPick, onNew, onRename, onDelete } = props;
  const deleting = useSignal<ConversationSummary | null>(null);
  const items = conversations.items.value;
  const problem = conversations.problem.value;
  const looksFor = searchWords(search.question.value).length > 0;
  const asked = deleting.value;
  const rows = { currentId, onPick, onRename };
  const ask = (item: ConversationSummary) => {
    deleting.value = item;
  };

  return (
    <div class="conversations">
      <Button icon={MessageSquarePlus} wide onClick={onNew}>
        New conversation
      </Button>
      {looksFor || (items && items.length > 0) ? <SearchField search={search} /> : null}
      {looksFor ? (
        <Found {...rows} search={search} conversations={conversations} onDelete={ask} />
      ) : (
        <Newest {...rows} conversations={conversations} onDelete={ask} />
      )}
      {problem && !looksFor ? (
        <ProblemNotice
          problem={problem}
          onRetry={() =>
            void (conversations.hasMore.peek() ? conversations.more() : conversations.refresh())
          }
        />
      ) : null}
      <Confirm
        open={asked !== null}
        title="Delete this conversation?"
        action="Delete it"
        danger
        onClose={() => {
          deleting.value = null;
        }}
        act={async () => {
          if (asked) await onDelete(asked);
        }}
      >
        <p>
          “<bdi>{asked ? asked.title || topicLabel(asked) : ""}</bdi>” and everything said in it
          goes, on all your devices. It cannot be brought back. Your Life Vision stays as it is.
        </p>
      </Confirm>
    </div>
  );
}

interface NewestProps {
  readonly conversations: Conversations;
  readonly currentId: string | null;
  readonly onPick: () => void;
  readonly onRename: (item: ConversationSummary, title: string) => void;
  readonly onDelete: (item: ConversationSummary) => void;
}

/** The conversations as they are, a page at a time. */
function Newest({ conversations, currentId, onPick, onRename, onDelete }: NewestProps) {
  const loading = useSignal(false);
  const items = conversations.items.value;
  const problem = conversations.problem.value;
  const now = Date.now();

  async function more() {
    loading.value = true;
    await conversations.more();
    loading.value = false;
  }

  return (
    <>
      {items === null && !problem ? <Skeleton label="Loading conversations" lines={5} /> : null}
      {items?.length === 0 ? (
        <p class="muted conversations-empty">
          Your conversations gather here, so you can come back to every one of them.
        </p>
      ) : null}
      {items && items.length > 0 ? (
        <ul aria-label="Newest first">
          {items.map((item) => (
            <ConversationRow
              key={item.id}
              item={item}
              current={item.id === currentId}
              title={item.title || topicLabel(item)}
              about={`${topicLabel(item)} · ${whenLabel(item.updatedAt, now)}`}
              onPick={onPick}
              onRename={(title) => onRename(item, title)}
              onDelete={() => onDelete(item)}
            />
          ))}
        </ul>
      ) : null}
      {conversations.hasMore.value && !problem ? (
        <Button kind="quiet" wide busy={loading.value} onClick={() => void more()}>
          Show older ones
        </Button>
      ) : null}
    </>
  );
}
