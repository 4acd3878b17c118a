import type { RefObject } from "preact";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import type { Chat } from "../state/chat.ts";
import { type ChatMessage, editable } from "../state/messages.ts";
import { Bubble } from "./Bubble.tsx";
import type { BubbleActions } from "./bubble-props.ts";
import { OlderMessages, useKeptView } from "./OlderMessages.tsx";

interface MessageListProps {
  readonly chat: Chat;
  readonly actions: BubbleActions;
  /** The element that scrolls. */
  readonly scroller: RefObject<HTMLElement | null>;
  readonly onSaveVision?: (text: string) => void;
}

/** What was said in a conversation, oldest first. */
export function MessageList({ chat, actions, scroller, onSaveVision }: MessageListProps) {
  const messages = chat.messages.value;
  const problem = chat.greetingProblem.value;
  const editing = chat.editing.value;
  const changeable = editable(messages);
  useKeptView(scroller, messages[0]?.key);
  let asked: ChatMessage | null = null;
  return (
    <>
      <OlderMessages older={chat.older.value} scroller={scroller} onLoad={chat.loadOlder} />
      {messages.map((message, index) => {
        if (message.role === "user") asked = message;
        return (
          <Bubble
            key={message.key}
            message={message}
            asked={asked}
            isLast={index === messages.length - 1}
            editable={message === changeable}
            editing={message === changeable && editing?.messageId === message.id ? editing : null}
            actions={actions}
            onSaveVision={onSaveVision}
          />
        );
      })}
      {problem && messages.length === 0 ? (
        <>
          <ProblemNotice problem={problem} onRetry={chat.greetAgain} />
          {chat.greetingWaits.value ? (
            <p class="delivery">VIVA begins by itself as soon as that is possible.</p>
          ) : null}
        </>
      ) : null}
    </>
  );
}
