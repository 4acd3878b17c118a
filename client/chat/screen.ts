import { type Signal, signal } from "@preact/signals";
import type { ClientProblem } from "../api/problem.ts";
import type { Chat, LoadState, OlderState, Topic } from "./chat.ts";
import type { Editing } from "./editing.ts";
import {
  type ChatMessage,
  type DeliveryStatus,
  type MessagesAction,
  reduceMessages,
} from "./messages.ts";
import { STOPPED, UNANSWERED } from "./reasons.ts";

type Shown<Name extends keyof Chat> = Chat[Name] extends { readonly value: infer Value }
  ? Signal<Value>
  : never;

/** What of a chat is on the screen, for the parts of the chat to change. */
export interface Screen {
  readonly topic: Shown<"topic">;
  readonly load: Shown<"load">;
  readonly messages: Shown<"messages">;
  readonly greetingProblem: Shown<"greetingProblem">;
  readonly greetingWaits: Shown<"greetingWaits">;
  readonly announcement: Shown<"announcement">;
  readonly editing: Shown<"editing">;
  readonly older: Shown<"older">;
  dispatch(action: MessagesAction): void;
  find(messageId: string): ChatMessage | undefined;
  /** Changes how the delivery of a message stands. */
  delivery(messageId: string, status: DeliveryStatus, problem?: ClientProblem): void;
  /** A message that the server has, and whose answer did not come to a word. */
  unanswered(messageId: string, problem: ClientProblem): void;
}

/** The screen of a chat before anything is on it. */
export function createScreen(begin: Topic): Screen {
  const messages = signal<readonly ChatMessage[]>([]);
  const screen: Screen = {
    topic: signal(begin),
    load: signal<LoadState>({ kind: "loading" }),
    messages,
    greetingProblem: signal<ClientProblem | null>(null),
    greetingWaits: signal(false),
    announcement: signal(""),
    editing: signal<Editing | null>(null),
    older: signal<OlderState>(null),
    dispatch(action) {
      messages.value = reduceMessages(messages.peek(), action);
    },
    find: (messageId) => messages.peek().find((message) => message.id === messageId),
    delivery(id, status, problem) {
      screen.dispatch({ type: "delivery", id, status, ...(problem ? { problem } : {}) });
    },
    unanswered(messageId, problem) {
      const stopped = problem === STOPPED || problem === UNANSWERED;
      screen.delivery(messageId, stopped ? "stopped" : "failed", problem);
    },
  };
  return screen;
}
