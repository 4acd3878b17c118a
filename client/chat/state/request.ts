import type { Topic } from "./topic.ts";

/** What a request for a turn asks beyond its conversation. */
export interface TurnRequest {
  /** The member's new message; none for a greeting and for what asks about an answer. */
  readonly message?: { readonly id: string; readonly text: string };
  readonly trigger?: "submit-message" | "regenerate-message";
  /** The message that an edit, a regenerate or a continue is about. */
  readonly messageId?: string;
  readonly greets?: boolean;
}

/** The body of `POST /api/viva/chat`. */
export function turnBody(conversationId: string, topic: Topic, request: TurnRequest): object {
  const { message, trigger = "submit-message", messageId, greets } = request;
  const { category, phase } = topic;
  return {
    id: conversationId,
    trigger,
    messages: message
      ? [{ id: message.id, role: "user", parts: [{ type: "text", text: message.text }] }]
      : [],
    visionBuildPhase: phase,
    context: {
      ...(category ? { category } : {}),
      ...(greets ? { isInitialGreeting: true } : {}),
    },
    ...(messageId === undefined ? {} : { messageId }),
  };
}
