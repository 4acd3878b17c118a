import { BookmarkPlus, RotateCcw } from "lucide";
import { Avatar } from "../ui/Avatar.tsx";
import { Button } from "../ui/Button.tsx";
import { memo } from "../ui/memo.ts";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import type { Chat } from "./chat.ts";
import type { Growth } from "./growth.ts";
import type { ChatMessage } from "./messages.ts";
import { paragraphs } from "./paragraphs.ts";

interface BubbleProps {
  readonly message: ChatMessage;
  /** The member's message that an answer belongs to; null for a greeting. */
  readonly asked: ChatMessage | null;
  readonly isLast: boolean;
  readonly actions: Pick<Chat, "retry" | "send" | "growth">;
  readonly onSaveVision: ((text: string) => void) | undefined;
}

/** One message. Renders again only when its message object is another one. */
export const Bubble = memo<BubbleProps>(function Bubble(props) {
  return props.message.role === "user" ? <MemberBubble {...props} /> : <VivaBubble {...props} />;
});

const DELIVERY: Readonly<Partial<Record<ChatMessage["status"], string>>> = {
  queued: "Waiting to be sent",
  sending: "Sending",
};

function MemberBubble({ message, actions }: BubbleProps) {
  const delivery = DELIVERY[message.status];
  return (
    <article class="turn turn-member" aria-label="You" data-status={message.status}>
      <div class="bubble bubble-member">
        <Text of={message.text} />
      </div>
      {delivery ? <p class="delivery">{delivery}…</p> : null}
      {message.status === "failed" && message.problem ? (
        <ProblemNotice problem={message.problem} onRetry={() => actions.retry(message.id)} />
      ) : null}
    </article>
  );
}

const ENDINGS: Readonly<Partial<Record<ChatMessage["status"], string>>> = {
  stopped: "You stopped this answer.",
  superseded: "Your next message came first.",
  interrupted: "VIVA's answer broke off here.",
  failed: "VIVA's answer broke off here.",
};

/** What can be done about the last answer if it broke off; null where nothing can or need be. */
function againFor({ message, asked, isLast, actions }: BubbleProps) {
  const { status, problem } = message;
  if (!isLast || !asked || (status !== "interrupted" && status !== "failed")) return null;
  // Where only the connection was lost, the same message leads to the same answer, by now whole.
  if (problem?.status === 0) return { label: "Try again", act: () => actions.retry(asked.id) };
  // What the record holds as broken off stays so: the question is asked anew.
  return { label: "Ask again", act: () => actions.send(asked.text) };
}

function VivaBubble(props: BubbleProps) {
  const { message, actions, onSaveVision } = props;
  const { status, text } = message;
  const growth = actions.growth(message.key);
  const ending = ENDINGS[status];
  const again = againFor(props);
  return (
    <article class="turn turn-viva" aria-label="VIVA" data-status={status}>
      <Avatar size={32} busy={growth !== undefined} />
      <div class="turn-body">
        <div class="bubble bubble-viva">
          {growth ? <GrowingText growth={growth} /> : <Text of={text} />}
        </div>
        {ending ? (
          <div class="ending">
            <p>{message.problem?.detail ?? ending}</p>
            {again ? (
              <Button icon={RotateCcw} onClick={again.act}>
                {again.label}
              </Button>
            ) : null}
          </div>
        ) : null}
        {onSaveVision && status === "complete" ? (
          <Button kind="quiet" icon={BookmarkPlus} onClick={() => onSaveVision(text)}>
            Use in my vision
          </Button>
        ) : null}
      </div>
    </article>
  );
}

/** The text of an answer that is being written: the only thing that renders while words arrive. */
function GrowingText({ growth }: { growth: Growth }) {
  const shown = growth.shown.value;
  if (shown !== "") return <Text of={shown} growing />;
  return (
    <span class="typing" role="img" aria-label="VIVA is thinking">
      <span />
      <span />
      <span />
    </span>
  );
}

/** Untrusted text as paragraphs and lines; nothing in it is ever taken for markup. */
function Text({ of, growing = false }: { of: string; growing?: boolean }) {
  return (
    <div class={growing ? "text text-growing" : "text"}>
      {paragraphs(of).map((lines, index) => (
        <p key={index}>{lines.map((line, number) => (number === 0 ? line : [<br />, line]))}</p>
      ))}
    </div>
  );
}
