import { type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import type { Conversation, MessageStatus } from "../../domain/messages.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import type { Drafts } from "./drafts.ts";
import { createGrowth, type Frames, type Growth } from "./growth.ts";
import { type ChatMessage, type MessagesAction, reduceMessages } from "./messages.ts";
import { createTurnWire, type Network, type TurnHandlers, type TurnOutcome } from "./turn.ts";

/** What a conversation is about. */
export interface Topic {
  /** Null for a conversation that stands alone. */
  readonly category: CategoryKey | null;
  readonly phase: PhaseKey;
}

/** What surrounds a chat; everything that differs between a browser and a test. */
export interface ChatDeps {
  readonly api: Api;
  readonly drafts: Drafts;
  readonly frames: Frames;
  readonly network: Network;
  wait(ms: number): Promise<void>;
  newId(): string;
  /** ISO time. */
  now(): string;
  /** A turn of this conversation began: `text` is the member's message, empty for a greeting. */
  onTurn?(conversationId: string, topic: Topic, text: string): void;
}

/** Whether the record of a conversation is on the screen. */
export type LoadState =
  | { readonly kind: "loading" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly problem: ClientProblem };

/** One conversation on the screen. */
export interface Chat {
  readonly id: string;
  readonly topic: ReadonlySignal<Topic>;
  readonly load: ReadonlySignal<LoadState>;
  readonly messages: ReadonlySignal<readonly ChatMessage[]>;
  /** Why the greeting failed; null while none has. */
  readonly greetingProblem: ReadonlySignal<ClientProblem | null>;
  /** The one sentence for screen readers: an answer begins, is done, was stopped, has failed. */
  readonly announcement: ReadonlySignal<string>;
  /** The growing text of an answer that is being written. */
  growth(key: string): Growth | undefined;
  /** Reads the record; begins an empty conversation with the greeting. Also the way to try that again. */
  open(): Promise<void>;
  /** Sends what the member wrote. The message is on the list when this returns. */
  send(text: string): void;
  /** Sends a message again, under the same id. */
  retry(messageId: string): void;
  greetAgain(): void;
  /** Leaves: stops listening. Answers go on without a listener. */
  close(): void;
}

const NOT_SENT: ClientProblem = {
  ...localProblem("unreachable"),
  detail: "This message was not sent.",
};
const NOT_ANSWERED: ClientProblem = {
  ...localProblem("unknown"),
  detail: "VIVA has not answered this message yet.",
};

/** A chat under a conversation's id; the id may be new. */
export function createChat(id: string, begin: Topic, deps: ChatDeps): Chat {
  const { api, drafts, frames, network } = deps;
  const wire = createTurnWire(id, deps);
  const closed = new AbortController();
  const topic = signal(begin);
  const load = signal<LoadState>({ kind: "loading" });
  const messages = signal<readonly ChatMessage[]>([]);
  const greetingProblem = signal<ClientProblem | null>(null);
  const announcement = signal("");
  const growths = new Map<string, Growth>();
  /** Counts the turns that were asked for: an answer with a newer one behind it was superseded. */
  let turns = 0;
  /** Resolves when the greeting that is on its way has ended. */
  let greeting: Promise<void> | null = null;

  function dispatch(action: MessagesAction): void {
    messages.value = reduceMessages(messages.peek(), action);
  }

  function find(messageId: string): ChatMessage | undefined {
    return messages.peek().find((message) => message.id === messageId);
  }

  function awaitedAnswer(): ChatMessage {
    const key = `answer-${deps.newId()}`;
    growths.set(key, createGrowth(frames));
    return {
      key,
      id: key,
      role: "assistant",
      text: "",
      status: "sending",
      turnId: null,
      createdAt: deps.now(),
    };
  }

  function end(
    key: string,
    text: string,
    status: MessageStatus,
    said: string,
    problem?: ClientProblem,
  ): void {
    growths.get(key)?.settle();
    dispatch({ type: "ended", key, text, status, ...(problem ? { problem } : {}) });
    growths.delete(key);
    announcement.value = said;
  }

  /** Settles an answer on the screen. Answers the problem where nothing came and it is to be asked for again. */
  function settle(key: string, outcome: TurnOutcome, turn: number): ClientProblem | null {
    const text = growths.get(key)?.text() ?? "";
    switch (outcome.kind) {
      case "complete":
        if (text === "") {
          end(key, "", "failed", NOT_ANSWERED.detail);
          return NOT_ANSWERED;
        }
        end(key, text, "complete", "VIVA has answered.");
        return null;
      case "recorded": {
        const { parts, metadata } = outcome.message;
        const whole = parts.map((part) => part.text).join("");
        const done = metadata.status === "complete";
        end(key, whole, metadata.status, done ? "VIVA has answered." : "The answer ended early.");
        return null;
      }
      case "aborted": {
        const superseded = outcome.metadata.status === "superseded" || turn < turns;
        end(key, text, superseded ? "superseded" : "stopped", "The answer was stopped.");
        return null;
      }
      case "failed":
      case "broken":
        end(key, text, "interrupted", outcome.problem.detail, outcome.problem);
        return text === "" ? outcome.problem : null;
    }
  }

  function handlers(key: string, onStart: () => void): TurnHandlers {
    const growth = growths.get(key);
    return {
      start({ messageId, turnId }) {
        growth?.reset();
        dispatch({ type: "began", key, id: messageId ?? key, turnId });
        announcement.value = "VIVA is answering.";
        onStart();
      },
      delta: (text) => growth?.push(text),
    };
  }

  function body(message: ChatMessage | null) {
    const { category, phase } = topic.peek();
    return {
      id,
      trigger: "submit-message",
      messages: message
        ? [{ id: message.id, role: "user", parts: [{ type: "text", text: message.text }] }]
        : [],
      visionBuildPhase: phase,
      context: {
        ...(category ? { category } : {}),
        ...(message ? {} : { isInitialGreeting: true }),
      },
    };
  }

  async function deliver(message: ChatMessage, answerKey: string): Promise<void> {
    turns += 1;
    const turn = turns;
    const delivery = (status: ChatMessage["status"], problem?: ClientProblem) =>
      dispatch({ type: "delivery", id: message.id, status, ...(problem ? { problem } : {}) });

    if (greeting) {
      // A word from the member must not cut off the greeting it answers.
      delivery("queued");
      await greeting;
    }
    if (!network.isOnline()) {
      delivery("queued");
      announcement.value = localProblem("offline").detail;
      await network.online();
    }
    if (closed.signal.aborted) return;
    delivery("sending");
    const onStart = () => {
      drafts.removeUnsent(id, message.id);
      delivery("complete");
      deps.onTurn?.(id, topic.peek(), message.text);
    };
    const outcome = await wire.ask(body(message), handlers(answerKey, onStart), closed.signal);
    if (closed.signal.aborted) return;
    const problem = settle(answerKey, outcome, turn);
    if (problem) delivery("failed", problem);
  }

  function greet(): void {
    greeting = askGreeting().finally(() => {
      greeting = null;
    });
  }

  async function askGreeting(): Promise<void> {
    greetingProblem.value = null;
    const answer = awaitedAnswer();
    dispatch({ type: "awaited", answer, after: null });
    turns += 1;
    const turn = turns;
    const onStart = () => deps.onTurn?.(id, topic.peek(), "");
    const outcome = await wire.ask(body(null), handlers(answer.key, onStart), closed.signal);
    if (!closed.signal.aborted) greetingProblem.value = settle(answer.key, outcome, turn);
  }

  async function attach(answerId: string): Promise<void> {
    const standing = find(answerId);
    const answer = standing ?? { ...awaitedAnswer(), id: answerId };
    if (!standing) dispatch({ type: "awaited", answer, after: null });
    const growth = growths.get(answer.key) ?? createGrowth(frames);
    growths.set(answer.key, growth);
    turns += 1;
    const turn = turns;
    if (standing) growth.push(standing.text);
    const outcome = await wire.attach(
      answerId,
      handlers(answer.key, () => {}),
      closed.signal,
    );
    if (closed.signal.aborted) return;
    const problem = settle(answer.key, outcome, turn);
    const asked = messages.peek().at(-1);
    if (problem && asked?.role === "user") {
      dispatch({ type: "delivery", id: asked.id, status: "failed", problem });
    }
  }

  function show(conversation: Conversation | null): void {
    if (conversation) {
      topic.value = { category: conversation.category, phase: conversation.phase };
    }
    const unsent = drafts.unsent(id).map(
      (message): ChatMessage => ({
        ...message,
        key: message.id,
        role: "user",
        status: "failed",
        turnId: null,
        problem: NOT_SENT,
      }),
    );
    dispatch({ type: "loaded", messages: conversation?.messages ?? [], unsent });
    for (const stored of conversation?.messages ?? []) drafts.removeUnsent(id, stored.id);
    load.value = { kind: "ready" };

    const running = conversation?.runningTurn ?? null;
    const last = messages.peek().at(-1);
    if (running) void attach(running.messageId);
    else if (!last) greet();
    else if (last.role === "user" && !last.problem) {
      dispatch({ type: "delivery", id: last.id, status: "failed", problem: NOT_ANSWERED });
    }
  }

  return {
    id,
    topic,
    load,
    messages,
    greetingProblem,
    announcement,
    growth: (key) => growths.get(key),

    async open() {
      load.value = { kind: "loading" };
      try {
        const path = `/api/conversations/${encodeURIComponent(id)}`;
        show(await api.json<Conversation>(path, { signal: closed.signal }));
      } catch (error) {
        if (closed.signal.aborted) return;
        const problem = problemOf(error);
        if (problem.code === "not_found") show(null);
        else load.value = { kind: "failed", problem };
      }
    },

    send(text) {
      const sent = { id: deps.newId(), text, createdAt: deps.now() };
      const message: ChatMessage = {
        ...sent,
        key: sent.id,
        role: "user",
        status: "sending",
        turnId: null,
      };
      const answer = awaitedAnswer();
      dispatch({ type: "wrote", message, answer });
      drafts.addUnsent(id, sent);
      void deliver(message, answer.key);
    },

    retry(messageId) {
      const message = find(messageId);
      if (message?.role !== "user") return;
      const answer = awaitedAnswer();
      dispatch({ type: "awaited", answer, after: messageId });
      void deliver(message, answer.key);
    },

    greetAgain: greet,

    close() {
      closed.abort();
    },
  };
}
