import { BookmarkPlus, CirclePlay, RefreshCw, RotateCcw } from "lucide";
import { isCareTurn } from "../../../domain/care-turn.ts";
import type { GrowingText } from "../../text/growing-text.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Button } from "../../ui/Button.tsx";
import { CareText } from "../../ui/CareText.tsx";
import { memo } from "../../ui/memo.ts";
import { Text } from "../../ui/Text.tsx";
import type { ChatMessage } from "../state/messages.ts";
import { EARLY } from "../state/reasons.ts";
import type { BubbleProps } from "./bubble-props.ts";
import { MemberBubble } from "./MemberBubble.tsx";

/** One message. Renders again only when its message object is another one. */
export const Bubble = memo<BubbleProps>(function Bubble(props) {
  return props.message.role === "user" ? <MemberBubble {...props} /> : <VivaBubble {...props} />;
});

const ENDINGS: Readonly<Partial<Record<ChatMessage["status"], string>>> = {
  stopped: "You stopped this answer.",
  superseded: "Your next message came first.",
  interrupted: "VIVA's answer broke off here.",
  failed: "VIVA's answer broke off here.",
};

/** What can be done about the last answer; null where there is nothing. */
function nextFor({ message, asked, isLast, actions }: BubbleProps) {
  const { id, status, problem } = message;
  // Help lines are never traded for another answer.
  if (!isLast || isCareTurn(message.turnId)) return null;
  // Where the record does not know the answer, the same message leads to it anew.
  if (problem?.code === "broken" && asked) {
    return { label: "Try again", icon: RotateCcw, act: () => actions.retry(asked.id) };
  }
  if (status === "interrupted") {
    return { label: "Continue", icon: CirclePlay, act: () => actions.goOn(id) };
  }
  if (!asked) return null;
  const act = () => actions.askAnew(id);
  if (status === "failed" || status === "stopped")
    return { label: "Ask again", icon: RotateCcw, act };
  return status === "complete" ? { label: "Another answer", icon: RefreshCw, act } : null;
}

function VivaBubble(props: BubbleProps) {
  const { message, actions, onSaveVision } = props;
  const { status, text } = message;
  const growth = actions.growth(message.key);
  const ending = ENDINGS[status] ?? (message.early && EARLY[message.early]);
  const next = nextFor(props);
  const care = isCareTurn(message.turnId);
  return (
    <article class="turn turn-viva" aria-label="VIVA" data-status={status}>
      <Avatar size={32} busy={growth !== undefined} />
      <div class="turn-body">
        <div class="bubble bubble-viva">
          {growth ? (
            <GrowingBubble growth={growth} awaited={status === "sending"} />
          ) : care ? (
            <CareText of={text} />
          ) : (
            <Text of={text} />
          )}
        </div>
        {message.lost ? (
          <p class="reconnecting">
            <span class="spinner" aria-hidden="true" />
            The connection is lost. Reconnecting…
          </p>
        ) : null}
        {ending ? (
          <div class="ending">
            <p>{message.problem?.detail ?? ending}</p>
            {next ? (
              <Button icon={next.icon} onClick={next.act}>
                {next.label}
              </Button>
            ) : null}
          </div>
        ) : next ? (
          <Button kind="quiet" icon={next.icon} onClick={next.act}>
            {next.label}
          </Button>
        ) : null}
        {onSaveVision && status === "complete" && !care ? (
          <Button kind="quiet" icon={BookmarkPlus} onClick={() => onSaveVision(text)}>
            Use in my vision
          </Button>
        ) : null}
      </div>
    </article>
  );
}

/** The text of an answer that is being written: the only thing that renders while words arrive. */
function GrowingBubble({ growth, awaited }: { growth: GrowingText; awaited: boolean }) {
  const shown = growth.shown.value;
  const typing = (
    <span class="typing" role="img" aria-label="VIVA is thinking">
      <span />
      <span />
      <span />
    </span>
  );
  if (shown === "") return typing;
  return (
    <>
      <Text of={shown} growing />
      {awaited ? typing : null}
    </>
  );
}
