import { Pencil, RotateCcw } from "lucide";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../../ui/Button.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { Text } from "../../ui/Text.tsx";
import type { ChatMessage } from "../state/messages.ts";
import type { BubbleProps } from "./bubble-props.ts";
import { MessageEditor } from "./MessageEditor.tsx";

/** What is said of a member's message that the server does not have yet. */
const DELIVERY: Readonly<Partial<Record<ChatMessage["status"], string>>> = {
  queued: "Waiting to be sent",
  sending: "Sending",
};

/** A message of the member, and what can be done about it. */
export function MemberBubble(props: BubbleProps) {
  const { message, isLast, actions, editing } = props;
  const { id, status, problem } = message;
  const delivery = DELIVERY[status];
  // The server has said why a message that waits was not taken.
  const refused = status === "failed" || (status === "queued" && problem?.status);
  return (
    <article class="turn turn-member" aria-label="You" data-status={status}>
      <OwnWords {...props} />
      {delivery ? <p class="delivery">{delivery}…</p> : null}
      {delivery && problem?.code === "unrenewed" ? <p class="delivery">{problem.detail}</p> : null}
      {refused && problem && !editing ? (
        <ProblemNotice
          problem={problem}
          // The same words would be declined again: the pencil is beside them.
          onRetry={problem.code === "content_filtered" ? undefined : () => actions.retry(id)}
        />
      ) : null}
      {status === "stopped" && isLast && !editing ? (
        <div class="ending">
          <p>{problem?.detail}</p>
          <Button icon={RotateCcw} onClick={() => actions.askAnew(id)}>
            Ask again
          </Button>
        </div>
      ) : null}
    </article>
  );
}

/** What the member said, with a pencil where it can be changed, or in the field where it is. */
function OwnWords({ message, editable, editing, actions }: BubbleProps) {
  const row = useRef<HTMLDivElement>(null);
  const wasEditing = useRef(false);
  // The field takes the focus with it when it goes: it belongs where it came from.
  useLayoutEffect(() => {
    const closed = wasEditing.current && !editing;
    wasEditing.current = editing !== null;
    const lost = !document.activeElement || document.activeElement === document.body;
    if (closed && lost) row.current?.querySelector("button")?.focus();
  }, [editing]);

  if (editing) {
    return <MessageEditor editing={editing} actions={actions} onSent={actions.toComposer} />;
  }
  return (
    <div ref={row} class="own-words">
      {editable ? (
        <IconButton
          icon={Pencil}
          label="Edit your message"
          onClick={() => actions.edit(message.id)}
        />
      ) : null}
      <div class="bubble bubble-member">
        <Text of={message.text} />
      </div>
    </div>
  );
}
