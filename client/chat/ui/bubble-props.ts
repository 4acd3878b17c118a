import type { Chat } from "../state/chat.ts";
import type { Editing } from "../state/chat-state.ts";
import type { ChatMessage } from "../state/messages.ts";

/** What a bubble can do. */
export interface BubbleActions
  extends Pick<Chat, "retry" | "goOn" | "askAnew" | "growth">,
    Pick<Chat, "edit" | "holdEdit" | "cancelEdit" | "sendEdit"> {
  /** Puts the focus where one writes on. */
  toComposer(): void;
}

export interface BubbleProps {
  readonly message: ChatMessage;
  /** The member's message that an answer belongs to; null for a greeting. */
  readonly asked: ChatMessage | null;
  readonly isLast: boolean;
  /** Whether the member may change it. */
  readonly editable: boolean;
  /** The change that the member is at; null where they are not. */
  readonly editing: Editing | null;
  readonly actions: BubbleActions;
  readonly onSaveVision: ((text: string) => void) | undefined;
}
