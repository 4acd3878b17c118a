import { isCareTurn } from "../../../domain/care-turn.ts";
import {
  type EarlyEnd,
  type Message,
  type MessageMetadata,
  type MessageStatus,
  textOf,
} from "../../../domain/messages.ts";
import { failureDetail } from "../../../domain/problems.ts";
import { type ClientProblem, toProblem } from "../../api/problem.ts";

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
  /** Why VIVA's answer, though it is whole, ends before its own end. */
  readonly early?: EarlyEnd;
  /** True for a member's message that the server has not acknowledged. */
  readonly unsent?: boolean;
  /** Of a changed message, until the server has it. */
  readonly edit?: {
    /** What stood here before, from the message on; null where the server never had that either. */
    readonly before: readonly ChatMessage[] | null;
  };
}

/** Whether an answer is awaited or being written. */
export function isOpen({ role, status }: ChatMessage): boolean {
  return role === "assistant" && (status === "sending" || status === "streaming");
}

/**
 * The member's last message if it can be changed: nothing of it is on its way, and it was not met with
 * care, which a change would take away.
 */
export function editable(messages: readonly ChatMessage[]): ChatMessage | null {
  const last = messages.findLast(({ role }) => role === "user");
  if (!last || last.status === "queued" || last.status === "sending") return null;
  const met = messages
    .slice(messages.indexOf(last))
    .some(({ turnId, role }) => role === "assistant" && isCareTurn(turnId));
  return met ? null : last;
}

export type MessagesAction =
  /** A page of the record, as read back from the server; `unsent` is what comes behind it: this browser's own. */
  | {
      readonly type: "loaded";
      readonly messages: readonly Message[];
      readonly unsent: readonly ChatMessage[];
      /** What is on the screen of the record before these messages. */
      readonly earlier?: readonly ChatMessage[];
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
  /**
   * The member changed a message: what followed gives way to the place of its new answer, which is
   * there unless the message has to wait.
   */
  | {
      readonly type: "edited";
      readonly id: string;
      readonly text: string;
      readonly answer: ChatMessage | null;
    }
  /** The server refused the change of a message: what stood there before stands there again. */
  | { readonly type: "restored"; readonly id: string }
  /** The answer ended; without text nothing of it stays. */
  | {
      readonly type: "ended";
      readonly key: string;
      readonly text: string;
      readonly status: MessageStatus;
      readonly problem?: ClientProblem;
      readonly early?: EarlyEnd;
    };

/** Why a stored message has no answer, or only a part of one, as it was said when that happened. */
function problemOfStored({ errorCode: code, status }: MessageMetadata): ClientProblem | null {
  if (code === undefined) return null;
  return toProblem({ code, detail: failureDetail(code, status === "interrupted") });
}

/** A stored message as it stands on the screen. */
function fromStored(message: Message): ChatMessage {
  const problem = problemOfStored(message.metadata);
  return {
    key: message.id,
    id: message.id,
    role: message.role,
    text: textOf(message),
    status: message.metadata.status,
    turnId: message.metadata.turnId,
    createdAt: message.metadata.createdAt,
    ...(message.metadata.finishReason ? { early: message.metadata.finishReason } : {}),
    ...(problem ? { problem } : {}),
  };
}

/** A stored message where it stands on the screen already: the same bubble, and the same message where nothing is new. */
function standing(stored: ChatMessage, on: ChatMessage | undefined): ChatMessage {
  if (!on) return stored;
  const same = on.text === stored.text && on.status === stored.status && !on.unsent && !on.edit;
  return same ? on : { ...stored, key: on.key };
}

/** Stored messages as they stand on the screen, with the bubbles that are there. */
function shown(stored: readonly Message[], on: readonly ChatMessage[]): ChatMessage[] {
  const there = new Map(on.map((message) => [message.id, message]));
  return (
    stored
      .filter(({ metadata }) => metadata.status !== "replaced")
      .map((message) => standing(fromStored(message), there.get(message.id)))
      // An answer that failed without a word is nothing to show.
      .filter(({ role, text, status }) => role === "user" || text !== "" || status === "streaming")
  );
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
  // An answer that gave way to an edit may still end, or lose its connection, before that is settled.
  const within = ({ edit }: ChatMessage) => edit?.before?.some(is) ?? false;
  if (!messages.some((message) => is(message) || within(message))) return messages;
  return messages.flatMap((message) => {
    if (is(message)) return to(message) ?? [];
    if (!within(message)) return message;
    return { ...message, edit: { before: change(message.edit?.before ?? [], is, to) } };
  });
}

/** What a message is once the server has it. */
function acknowledged(message: ChatMessage): ChatMessage {
  const { unsent: _, edit: __, ...rest } = message;
  return rest;
}

function edited(
  messages: readonly ChatMessage[],
  { id, text, answer }: Extract<MessagesAction, { type: "edited" }>,
): readonly ChatMessage[] {
  const at = messages.findIndex((message) => message.id === id);
  const old = messages[at];
  if (!old) return messages;
  // What the member wrote behind it waits to be sent after it.
  const behind = messages.slice(at + 1);
  const before = old.unsent ? null : [old, ...behind.filter(({ role }) => role !== "user")];
  const status = answer ? "sending" : "queued";
  const changed: ChatMessage = {
    ...withProblem(old, undefined),
    ...{ text, status, edit: { before } },
  };
  return [
    ...messages.slice(0, at),
    changed,
    ...(answer ? [answer] : []),
    ...behind.filter(({ role }) => role === "user"),
  ];
}

function restored(messages: readonly ChatMessage[], id: string): readonly ChatMessage[] {
  const at = messages.findIndex((message) => message.id === id);
  const before = messages[at]?.edit?.before;
  if (!before) return messages;
  const behind = messages.slice(at + 1).filter(({ role }) => role === "user");
  return [...messages.slice(0, at), ...before, ...behind];
}

/** The list of messages after an action. Pure; messages that do not change keep their identity. */
export function reduceMessages(
  messages: readonly ChatMessage[],
  action: MessagesAction,
): readonly ChatMessage[] {
  switch (action.type) {
    case "loaded": {
      const { earlier = [], unsent } = action;
      const stored = [...earlier, ...shown(action.messages, messages)];
      const known = new Set(stored.map(({ id }) => id));
      return [...stored, ...unsent.filter(({ id }) => !known.has(id))];
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
        (message) => {
          const stands = withProblem({ ...message, status: action.status }, action.problem);
          return action.status === "complete" ? acknowledged(stands) : stands;
        },
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
    case "edited":
      return edited(messages, action);
    case "restored":
      return restored(messages, action.id);
    case "ended":
      return change(
        messages,
        ({ key }) => key === action.key,
        (message) =>
          action.text === ""
            ? null
            : {
                ...withProblem(
                  { ...message, text: action.text, status: action.status },
                  action.problem,
                ),
                ...(action.early ? { early: action.early } : {}),
              },
      );
  }
}
