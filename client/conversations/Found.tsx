import { useEffect } from "preact/hooks";
import type { ConversationSummary, FoundConversation } from "../../domain/messages.ts";
import { topicLabel } from "../chat/state/topic.ts";
import { whenLabel } from "../chat/ui/when.ts";
import { Button } from "../ui/Button.tsx";
import { online } from "../ui/online.ts";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { ConversationRow } from "./ConversationRow.tsx";
import type { Conversations } from "./conversations.ts";
import { Marked } from "./Marked.tsx";
import type { Search } from "./search.ts";

const OFFLINE = "You are offline. Searching goes on once you are connected.";

interface FoundProps {
  readonly search: Search;
  readonly conversations: Conversations;
  readonly currentId: string | null;
  readonly onPick: () => void;
  readonly onRename: (item: ConversationSummary, title: string) => void;
  readonly onDelete: (item: ConversationSummary) => void;
}

/** What a search is about to say, for everyone. */
function sentence(count: number, hasMore: boolean, question: string): string {
  if (count === 0) return `Nothing was said with “\u2068${question.trim()}\u2069” in it.`;
  const found = count === 1 ? "1 conversation" : `${count} conversations`;
  return hasMore ? `${found} found so far.` : `${found} found.`;
}

/** The conversations in which something was found, with the words around it. */
export function Found(props: FoundProps) {
  const { search, conversations, currentId, onPick, onRename, onDelete } = props;
  const results = search.results.value;
  const problem = search.problem.value;
  const busy = search.busy.value;
  const isOnline = online.value;
  const items = results ? conversations.shown(results.items) : [];
  const now = Date.now();

  // Once the connection is back it is looked again.
  useEffect(() => {
    if (isOnline && search.problem.peek()?.status === 0) search.again();
  }, [isOnline, search]);

  return (
    <>
      <p class="search-said muted" role="status">
        {busy
          ? "Searching…"
          : results && !problem
            ? sentence(items.length, results.hasMore, search.question.value)
            : ""}
      </p>
      {problem && !busy ? (
        <ProblemNotice
          problem={isOnline ? problem : { ...problem, code: "offline", detail: OFFLINE }}
          onRetry={search.again}
        />
      ) : null}
      {busy && items.length === 0 ? <Skeleton label="Searching" lines={3} /> : null}
      {results && items.length > 0 ? (
        <ul aria-label="Found" aria-busy={busy}>
          {items.map((item) => (
            <ConversationRow
              key={item.id}
              item={item}
              current={item.id === currentId}
              title={<Marked text={item.title || topicLabel(item)} words={results.words} />}
              about={<About item={item} words={results.words} now={now} />}
              onPick={onPick}
              onRename={(title) => onRename(item, title)}
              onDelete={() => onDelete(item)}
            />
          ))}
        </ul>
      ) : null}
      {results?.hasMore && !problem ? (
        <Button kind="quiet" wide busy={busy} onClick={search.more}>
          Look further back
        </Button>
      ) : null}
    </>
  );
}

interface AboutProps {
  readonly item: FoundConversation;
  readonly words: readonly string[];
  readonly now: number;
}

/** Where it was found: who said it, and the words around it. */
function About({ item, words, now }: AboutProps) {
  const when = whenLabel(item.updatedAt, now);
  if (!item.match) {
    return (
      <>
        {topicLabel(item)} · {when}
      </>
    );
  }
  return (
    <>
      <span class="conversation-match">
        {item.match.role === "user" ? "You: " : "VIVA: "}
        <bdi>
          <Marked text={item.match.text} words={words} />
        </bdi>
      </span>
      {topicLabel(item)} · {when}
    </>
  );
}
