import { computed, effect, type ReadonlySignal } from "@preact/signals";
import type { TurnUnderWay } from "../../../domain/messages.ts";
import type { Api } from "../../api/http.ts";
import { type ClientProblem, localProblem, problemOf } from "../../api/problem.ts";
import { createTurnTransport } from "../../api/turn-transport.ts";
import type { Frames } from "../../platform/frames.ts";
import type { Network } from "../../platform/network.ts";
import type { GrowingText } from "../../text/growing-text.ts";
import { createAnswers } from "./answers.ts";
import type { Editing, LoadState, OlderState } from "./chat-state.ts";
import { createScreen } from "./chat-state.ts";
import { createEditor } from "./editing.ts";
import { createGreeting } from "./greeting.ts";
import { type ChatMessage, isOpen } from "./messages.ts";
import { loadOlder, openChat, refreshChat } from "./opening.ts";
import { createOutgoing } from "./outgoing.ts";
import type { Queue, Waiting } from "./queue.ts";
import type { Topic } from "./topic.ts";

/** What surrounds a chat; everything that differs between a browser and a test. */
export interface ChatDeps {
  readonly api: Api;
  readonly queue: Queue;
  readonly frames: Frames;
  readonly network: Network;
  wait(ms: number): Promise<void>;
  newId(): string;
  /** ISO time. */
  now(): string;
  /** A turn of this conversation began: `text` is the member's message, empty where there is no new one. */
  onTurn?(conversationId: string, topic: Topic, text: string): void;
}

/** One conversation on the screen. */
export interface Chat {
  readonly id: string;
  readonly topic: ReadonlySignal<Topic>;
  readonly load: ReadonlySignal<LoadState>;
  readonly messages: ReadonlySignal<readonly ChatMessage[]>;
  readonly older: ReadonlySignal<OlderState>;
  /** Whether an answer is awaited or being written: then it can be stopped. */
  readonly answering: ReadonlySignal<boolean>;
  /** Why the greeting failed; null while none has. */
  readonly greetingProblem: ReadonlySignal<ClientProblem | null>;
  /** Whether a greeting that failed is asked for again by itself. */
  readonly greetingWaits: ReadonlySignal<boolean>;
  /** The one sentence for screen readers: an answer begins, is done, was stopped, has failed. */
  readonly announcement: ReadonlySignal<string>;
  /** The message that the member is changing; null while there is none. */
  readonly editing: ReadonlySignal<Editing | null>;
  /** The growing text of an answer that is being written. */
  growth(key: string): GrowingText | undefined;
  /** Reads the record; begins an empty conversation with the greeting. Also the way to try that again. */
  open(): Promise<void>;
  /** Brings a page of older messages to the screen, before those that are there. */
  loadOlder(): Promise<void>;
  /** Sends what the member wrote. The message is on the list when this returns; resolves once it is kept. */
  send(text: string): Promise<void>;
  /** Sends a message again, under the same id. */
  retry(messageId: string): void;
  /** Stops the answer that is being written. What is there of it stays. */
  stop(): void;
  /** Has VIVA go on with the last answer where it was interrupted. */
  goOn(answerId: string): void;
  /** Asks for another answer: in place of the last one, or to a last message that has none. */
  askAnew(messageId: string): void;
  /** Opens the member's last message to be changed. */
  edit(messageId: string): void;
  /** Keeps what the member has come to in changing it, so that a reload does not lose it. */
  holdEdit(text: string): void;
  cancelEdit(): void;
  /**
   * Sends the change: what followed the message gives way, and VIVA answers anew; where the server
   * refuses, all is as it was. Resolves once the change is kept.
   */
  sendEdit(text: string): Promise<void>;
  greetAgain(): void;
  /**
   * Whether a turn of this conversation that began or ended was asked for elsewhere, and is not here yet. Known
   * once what is on its way here has come to its end.
   */
  isNews(turnId: string): Promise<boolean>;
  /**
   * The conversation may have gone on elsewhere: brings what was said to the screen, and what is being
   * written as it is. Resolves with why it could not be read; null where it was, or the chat was left.
   */
  catchUp(): Promise<ClientProblem | null>;
  /** Leaves: stops listening. Answers go on without a listener. */
  close(): void;
}

/** A chat under a conversation's id; the id may be new. */
export function createChat(id: string, begin: Topic, deps: ChatDeps): Chat {
  const { api, queue, frames, network } = deps;
  const wire = createTurnTransport(id, deps);
  const leaving = new AbortController();
  const closed = leaving.signal;
  const screen = createScreen(begin);
  const { topic, load, messages, greetingProblem, greetingWaits, announcement } = screen;
  const answers = createAnswers({
    ...{ conversationId: id, screen, wire, frames, closed },
    newId: deps.newId,
    now: deps.now,
  });
  let pauses = new AbortController();

  /** Waits before another attempt at what was not taken: as long as the server says, at least. */
  const pause = (attempt: number, { retryAfter }: ClientProblem) =>
    wire.pause(attempt, AbortSignal.any([closed, pauses.signal]), retryAfter);
  /** Whoever waits tries again now. */
  function hurry() {
    pauses.abort();
    pauses = new AbortController();
  }

  type Kept = Pick<Waiting, "id" | "text" | "createdAt" | "edits">;
  function keep(kept: Kept, refused: boolean, problem?: ClientProblem) {
    const { id: messageId, text, createdAt, edits = false } = kept;
    const message = { id: messageId, text, createdAt, edits, refused, ...(problem && { problem }) };
    return queue.put({ conversationId: id, topic: topic.peek(), ...message });
  }

  /** The time now, or where the device's clock was set back, a time behind what waits: they go out in this order. */
  function stamp(): string {
    const now = deps.now();
    const before = messages.peek().findLast(({ unsent }) => unsent)?.createdAt;
    if (before === undefined || Date.parse(before) < Date.parse(now)) return now;
    return new Date(Date.parse(before) + 1).toISOString();
  }

  const goes = () => !outgoing.busy && !greeting.pending && network.isOnline();
  const opening = {
    ...{ conversationId: id, screen, api, queue, closed, pause, greet: () => greeting.ask() },
    newId: deps.newId,
    attach: (turn: TurnUnderWay) => void answers.attach(turn),
    sendWaiting: () => void outgoing.go(),
  };
  const open = () => openChat(opening);

  /** Whether nothing of this chat's own is on its way. */
  const isIdle = () =>
    load.value.kind === "ready" &&
    !messages.value.some((message) => isOpen(message) || message.status === "sending");

  /** Resolves once something holds that depends on what is on the screen, or when the chat is left. */
  function until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const stop = effect(() => {
        if (!holds() && !closed.aborted) return;
        // Not within the effect's own first run.
        queueMicrotask(() => stop());
        resolve();
      });
      closed.addEventListener("abort", () => {
        stop();
        resolve();
      });
    });
  }

  async function catchUp(): Promise<ClientProblem | null> {
    try {
      do await until(isIdle);
      while (!closed.aborted && !(await refreshChat(opening, isIdle)));
      return null;
    } catch (error) {
      return closed.aborted ? null : problemOf(error);
    }
  }

  const editor = createEditor({
    ...{ screen, answers, goes, keep },
    forget: (messageId) => void queue.remove(id, messageId),
    sendOut: (ready) => (ready ? void outgoing.go(ready) : outgoing.again()),
    reload: () => void open(),
    now: stamp,
  });

  const outgoing = createOutgoing({
    closed,
    next: () => messages.peek().find(({ status }) => status === "queued"),
    async clear() {
      // A word from the member must not cut off the greeting it answers; one that only waits gives way to it.
      if (greetingWaits.peek()) hurry();
      if (greeting.pending) await greeting.pending;
      if (network.isOnline()) return;
      announcement.value = localProblem("offline").detail;
      await network.online(closed);
    },
    depart(message) {
      screen.delivery(message.id, "sending");
      const answer = answers.awaited();
      screen.dispatch({ type: "awaited", answer, after: message.id });
      return answer.key;
    },
    ask(message, key, onStart) {
      const edits = screen.find(message.id)?.edit !== undefined;
      return answers.ask(key, { message, ...(edits && { messageId: message.id }) }, onStart);
    },
    acknowledged(message) {
      void queue.remove(id, message.id);
      screen.delivery(message.id, "complete");
      deps.onTurn?.(id, topic.peek(), message.text);
    },
    unanswered: screen.unanswered,
    refused(message, problem) {
      const edit = screen.find(message.id)?.edit;
      if (edit?.before) return editor.refused(message, problem);
      screen.delivery(message.id, "failed", problem);
      // A session that is over is begun again; the message then goes out by itself.
      if (problem.status !== 401) {
        void keep({ ...message, edits: edit !== undefined }, true, problem);
      }
    },
    waits: (message, problem) => screen.delivery(message.id, "queued", problem),
    ...{ pause, hurry, repeated: answers.repeated },
  });

  /** VIVA answers without a new message: that makes the conversation the newest as well. */
  const began = () => deps.onTurn?.(id, topic.peek(), "");

  const greeting = createGreeting({ screen, answers, closed, pause, hurry, began });

  return {
    id,
    topic,
    load,
    messages,
    greetingProblem,
    greetingWaits,
    announcement,
    answering: computed(() => messages.value.some(isOpen)),
    growth: answers.growth,

    editing: screen.editing,
    older: screen.older,
    open,
    loadOlder: () => loadOlder(opening),

    send(text) {
      // Who writes on has thought better of changing what was said before.
      editor.cancel();
      const sent = { id: deps.newId(), text, createdAt: stamp() };
      const answer = goes() ? answers.awaited() : null;
      const message: ChatMessage = {
        ...sent,
        key: sent.id,
        role: "user",
        status: answer ? "sending" : "queued",
        turnId: null,
        unsent: true,
      };
      screen.dispatch({ type: "wrote", message, answer });
      const kept = keep(sent, false);
      void outgoing.go(answer && { message, answerKey: answer.key });
      return kept;
    },

    retry(messageId) {
      const message = screen.find(messageId);
      if (message?.role !== "user") return;
      screen.delivery(messageId, "queued");
      void keep({ ...message, edits: message.edit !== undefined }, false);
      outgoing.again();
    },

    stop: answers.stop,

    goOn(answerId) {
      const answer = screen.find(answerId);
      if (answer?.status === "interrupted") answers.goOn(answer, began);
    },

    askAnew(messageId) {
      const message = screen.find(messageId);
      if (!message) return;
      const answer = answers.awaited();
      if (message.role === "assistant") {
        screen.dispatch({ type: "replaced", id: messageId, answer });
      } else {
        screen.delivery(messageId, "complete");
        screen.dispatch({ type: "awaited", answer, after: messageId });
      }
      let begun = false;
      const onStart = () => {
        begun = true;
        began();
      };
      const request = { trigger: "regenerate-message", messageId } as const;
      void answers.ask(answer.key, request, onStart).then(({ problem }) => {
        if (!problem || closed.aborted) return;
        if (message.role === "user") screen.unanswered(messageId, problem);
        // Nothing came of it: what the record still has is shown again.
        else if (!begun) screen.dispatch({ type: "wrote", message, answer: null });
      });
    },

    edit: editor.begin,
    holdEdit: editor.hold,
    cancelEdit: editor.cancel,
    sendEdit: editor.send,
    greetAgain: greeting.ask,

    async isNews(turnId) {
      await until(() => isIdle() || answers.knows(turnId));
      return !closed.aborted && !answers.knows(turnId);
    },
    catchUp,

    close() {
      leaving.abort();
    },
  };
}
