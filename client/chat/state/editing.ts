import type { ClientProblem } from "../../api/problem.ts";
import type { Answers } from "./answers.ts";
import type { Screen } from "./chat-state.ts";
import { type ChatMessage, editable, isOpen } from "./messages.ts";
import type { Waiting } from "./queue.ts";
import { UNANSWERED } from "./reasons.ts";

/** What changing a message needs of its chat. */
export interface EditorHost {
  readonly screen: Screen;
  readonly answers: Answers;
  /** Whether a message would go out at once. */
  goes(): boolean;
  /** Keeps a message where a reload does not reach it. */
  keep(
    message: Pick<Waiting, "id" | "text" | "createdAt" | "edits">,
    refused: boolean,
    problem?: ClientProblem,
  ): Promise<void>;
  /** Forgets what was kept under a message's id. */
  forget(messageId: string): void;
  /** Sends what waits, also where the line was held; `ready`, already on its way, first. */
  sendOut(ready: { readonly message: ChatMessage; readonly answerKey: string } | null): void;
  /** Reads the record anew. */
  reload(): void;
  /** ISO time. */
  now(): string;
}

/** Changing one's own last message: what followed it gives way, and VIVA answers anew. */
export interface Editor {
  begin(messageId: string): void;
  /** Keeps what the member has come to, so that a reload does not lose it. */
  hold(text: string): void;
  cancel(): void;
  /** Sends the change; the same text again, or none, changes nothing. Resolves once it is kept. */
  send(text: string): Promise<void>;
  /** The server refused a change: what stood there stands there again, and the words are not lost. */
  refused(message: ChatMessage, problem: ClientProblem): void;
}

/** The editor of a chat. */
export function createEditor(host: EditorHost): Editor {
  const { screen, answers } = host;
  const { editing, messages } = screen;

  /** The message that is being changed, as long as it is the last one. */
  function target(): ChatMessage | null {
    const last = editable(messages.peek());
    return last && last.id === editing.peek()?.messageId ? last : null;
  }

  function dropHeld(message: ChatMessage): void {
    if (message.unsent) void host.keep(message, true);
    else host.forget(message.id);
  }

  return {
    begin(messageId) {
      const message = editable(messages.peek());
      if (message?.id === messageId) editing.value = { messageId, text: message.text };
    },

    hold(text) {
      const message = target();
      if (!message) return;
      const { id, createdAt } = message;
      void host.keep({ id, text, createdAt, edits: true }, true);
    },

    cancel() {
      const message = target();
      if (!editing.peek()) return;
      editing.value = null;
      screen.announcement.value = "Your message stands as it was.";
      if (message) dropHeld(message);
    },

    async send(text) {
      const message = target();
      if (!message || text === "") return;
      editing.value = null;
      if (text === message.text) return dropHeld(message);
      const answer = host.goes() ? answers.awaited() : null;
      screen.dispatch({ type: "edited", id: message.id, text, answer });
      const changed = { ...message, text };
      const kept = host.keep({ id: message.id, text, createdAt: host.now(), edits: true }, false);
      host.sendOut(answer && { message: changed, answerKey: answer.key });
      await kept;
    },

    refused({ id, text, createdAt }, problem) {
      screen.dispatch({ type: "restored", id });
      editing.value = { messageId: id, text, problem };
      // A session that is over is begun again; the change then goes out by itself.
      if (problem.status !== 401)
        void host.keep({ id, text, createdAt, edits: true }, true, problem);
      const last = messages.peek().at(-1);
      if (last?.id === id && last.status === "complete") screen.unanswered(id, UNANSWERED);
      // An answer that ran when its message was changed elsewhere, and that nobody here listens to.
      if (last && isOpen(last) && !answers.growth(last.key)) host.reload();
    },
  };
}
