import type { Message, MessageStatus } from "../../domain/messages.ts";
import type { ClientProblem } from "../api/problem.ts";

/**
 * How a message on the screen stands: before the server has it `queued` (waiting for the connection)
 * or `sending`, then as the record says.
 */
export type DeliveryStatus = "queued" | "sending" | MessageStatus;

/** A message on the screen. Immutable: a change is a new object, so an unchanged bubble need not render. */
export interface ChatMessage {
  /** Stays the same for as long as the bubble does; an answer's id is known only once it begins. */
  readonly key: string;
  readonly id: string;
  readonly role: "user" | "assistant";
  /** All of the text; of an answer that is being written, what is settled (the rest grows in a signal). */
  readonly text: string;
  readonly status: DeliveryStatus;
  readonly turnId: string | null;
  /** ISO time. */
  readonly createdAt: string;
  /** Why it failed or was interrupted; of a queued message, why it waits. */
  readonly problem?: ClientProblem;
  /** True while the connection to an answer that is being written is lost. */
  readonly lost?: boolean;
}

/** Whether an answer is awaited or being written. */
export function isOpen({ role, status }: ChatMessage): boolean {
  return role === "assistant" && (status === "sending" || status === "streaming");
}

export type MessagesAction =
  /** The record, as read back from the server; `unsent` are this browser's own that it does not have. */
  | {
      readonly type: "loaded";
      readonly messages: readonly Message[];
      readonly unsent: readonly ChatMessage[];
    }
  /** The member wrote a message; the place of its answer appears with it, unless it has to wait. */
  | { readonly type: "wrote"; readonly message: ChatMessage; readonly answer: ChatMessage | null }
  /** An answer is awaited that no new message asked for: a greeting, or another attempt. */
  | { readonly type: "awaited"; readonly answer: ChatMessage; readonly after: string | null }
  /** A message's delivery changed. */
  | {
      readonly type: "delivery";
      readonly id: string;
      readonly status: DeliveryStatus;
      readonly problem?: ClientProblem;
    }
  /** The awaited answer begins. */
  | {
      readonly type: "began";
      readonly key: string;
      readonly id: string;
      readonly turnId: string | null;
    }
  /** An interrupted answer is to go on: what is there of it stays. */
  | { readonly type: "continued"; readonly key: string }
  /** The connection to an answer is lost, or there again. */
  | { readonly type: "connection"; readonly key: string; readonly lost: boolean }
  /** An answer gives way to another one. */
  | { readonly type: "replaced"; readonly id: string; readonly answer: ChatMessage }
  /** The answer ended; without text nothing of it stays. */
  | {
      readonly type: "ended";
      readonly key: string;
      readonly text: string;
      readonly status: MessageStatus;
      readonly problem?: ClientProblem;
    };

/** The text of a stored message: its text parts, joined. */
export function textOf(message: Message): string {
  return message.parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** A stored message as it stands on the screen. */
export function fromStored(message: Message): ChatMessage {
  return {
    key: message.id,
    id: message.id,
    role: message.role,
    text: textOf(message),
    status: message.metadata.status,
    turnId: message.metadata.turnId,
    createdAt: message.metadata.createdAt,
  };
}

/** Sets or clears the problem of a message, whose connection is no question any more. */
function withProblem(message: ChatMessage, problem: ClientProblem | undefined): ChatMessage {
  const { problem: _, lost: __, ...rest } = message;
  return problem ? { ...rest, problem } : rest;
}

function change(
  messages: readonly ChatMessage[],
  is: (message: ChatMessage) => boolean,
  to: (message: ChatMessage) => ChatMessage | null,
): readonly ChatMessage[] {
  if (!messages.some(is)) return messages;
  return messages.flatMap((message) => (is(message) ? (to(message) ?? []) : message));
}

/** The list of messages after an action. Pure; messages that do not change keep their identity. */
export function reduceMessages(
  messages: readonly ChatMessage[],
  action: MessagesAction,
): readonly ChatMessage[] {
  switch (action.type) {
    case "loaded": {
      const stored = action.messages
        .filter(({ metadata }) => metadata.status !== "replaced")
        .map(fromStored)
        // An answer that failed without a word is nothing to show.
        .filter(
          ({ role, text, status }) => role === "user" || text !== "" || status === "streaming",
        );
      const known = new Set(stored.map(({ id }) => id));
      return [...stored, ...action.unsent.filter(({ id }) => !known.has(id))];
    }
    case "wrote":
      return [...messages, action.message, ...(action.answer ? [action.answer] : [])];
    case "awaited": {
      const asked = messages.findIndex(({ id }) => id === action.after);
      if (asked < 0) return [...messages, action.answer];
      // Behind what is already there of an answer to the same message.
      const next = messages.findIndex(({ role }, index) => index > asked && role === "user");
      const at = next < 0 ? messages.length : next;
      return [...messages.slice(0, at), action.answer, ...messages.slice(at)];
    }
    case "delivery":
      return change(
        messages,
        ({ id }) => id === action.id,
        (message) => withProblem({ ...message, status: action.status }, action.problem),
      );
    case "began":
      return change(
        // The same answer may already stand here: its turn is replayed after a lost connection.
        messages.filter(({ id, key }) => id !== action.id || key === action.key),
        ({ key }) => key === action.key,
        (message) =>
          withProblem(
            { ...message, id: action.id, turnId: action.turnId, status: "streaming" },
            undefined,
          ),
      );
    case "continued":
      return change(
        messages,
        ({ key }) => key === action.key,
        (message) => withProblem({ ...message, status: "sending" }, undefined),
      );
    case "connection":
      return change(
        messages,
        (message) => message.key === action.key && Boolean(message.lost) !== action.lost,
        ({ lost: _, ...message }) => (action.lost ? { ...message, lost: true } : message),
      );
    case "replaced":
      return change(
        messages,
        ({ id }) => id === action.id,
        () => action.answer,
      );
    case "ended":
      return change(
        messages,
        ({ key }) => key === action.key,
        (message) =>
          action.text === ""
            ? null
            : withProblem({ ...message, text: action.text, status: action.status }, action.problem),
      );
  }
}
