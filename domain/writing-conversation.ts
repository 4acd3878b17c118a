import type { CategoryKey } from "./categories.ts";

const WRITING = "vision:";

/** The conversation in which the texts of a section are written. It is in no list. */
export function writingConversation(visionId: string, category: CategoryKey): string {
  return `${WRITING}${visionId}:${category}`;
}

/** Whether a conversation's id is of that kind: nobody chats there. */
export function isWriting(conversationId: string): boolean {
  return conversationId.startsWith(WRITING);
}
