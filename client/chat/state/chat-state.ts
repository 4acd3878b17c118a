import { type Signal, signal } from "@preact/signals";
import type { ClientProblem } from "../../api/problem.ts";
import {
  type ChatMessage,
  type DeliveryStatus,
  type MessagesAction,
  reduceMessages,
} from "./messages.ts";
import { STOPPED, UNANSWERED } from "./reasons.ts";
import type { Topic } from "./topic.ts";

/** The message that the member is changing. */
export interface Editing {
  readonly messageId: string;
  /** What the member began with, or had come to when it was refused. */
  readonly text: string;
  /** Why the change was not taken. */
  readonly problem?: ClientProblem;
}

/** Whether the record of a conversation is on the screen. */
export type LoadState =
  | { readonly kind: "loading" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly problem: ClientProblem };

/** What the record holds before the first message on the screen; null for nothing. */
export type OlderState = {
  /** The position of that message. */
  readonly before: number;
  readonly loading?: boolean;
  /** Why it could not be read. */
  readonly problem?: ClientProblem;
} | null;

/** What of a chat is on the screen, for the parts of the chat to change. */
export interface Screen {
  readonly topic: Signal<Topic>;
  readonly load: Signal<LoadState>;
  readonly messages: Signal<readonly ChatMessage[]>;
  readonly greetingProblem: Signal<ClientProblem | null>;
  readonly greetingWaits: Signal<boolean>;
  readonly announcement: Signal<string>;
  readonly editing: Signal<Editing | null>;
  readonly older: Signal<OlderState>;
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
