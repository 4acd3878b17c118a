import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { CategoryKey } from "../../domain/categories.ts";
import type { Conversation, MessageStatus } from "../../domain/messages.ts";
import type { PhaseKey } from "../../domain/phases.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import { createAnswer, type WrittenAnswer } from "./answer.ts";
import type { Frames, Growth } from "./growth.ts";
import { type ChatMessage, isOpen, type MessagesAction, reduceMessages } from "./messages.ts";
import { createOutgoing } from "./outgoing.ts";
import type { Queue, Waiting } from "./queue.ts";
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
  readonly queue: Queue;
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
  /** Whether an answer is awaited or being written: then it can be stopped. */
  readonly answering: ReadonlySignal<boolean>;
  /** Why the greeting failed; null while none has. */
  readonly greetingProblem: ReadonlySignal<ClientProblem | null>;
  /** The one sentence for screen readers: an answer begins, is done, was stopped, has failed. */
  readonly announcement: ReadonlySignal<string>;
  /** The growing text of an answer that is being written. */
  growth(key: string): Growth | undefined;
  /** Reads the record; begins an empty conversation with the greeting. Also the way to try that again. */
  open(): Promise<void>;
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

/** The member stopped an answer before its first word. */
const STOPPED: ClientProblem = {
  ...localProblem("unknown"),
  detail: "You stopped VIVA before the first word.",
};
/** A stored message without an answer: it was stopped, or overtaken. */
const UNANSWERED: ClientProblem = {
  ...NOT_ANSWERED,
  detail: "VIVA has not answered this message.",
};

/** A chat under a conversation's id; the id may be new. */
export function createChat(id: string, begin: Topic, deps: ChatDeps): Chat {
  const { api, queue, frames, network } = deps;
  const wire = createTurnWire(id, deps);
  const closed = new AbortController();
  const topic = signal(begin);
  const load = signal<LoadState>({ kind: "loading" });
  const messages = signal<readonly ChatMessage[]>([]);
  const greetingProblem = signal<ClientProblem | null>(null);
  const announcement = signal("");
  const answers = new Map<string, WrittenAnswer>();
  /** Keys of the answers that the member has stopped. */
  const stopped = new Set<string>();
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

  function delivery(messageId: string, status: ChatMessage["status"], problem?: ClientProblem) {
    dispatch({ type: "delivery", id: messageId, status, ...(problem ? { problem } : {}) });
  }

  function awaitedAnswer(): ChatMessage {
    const key = `answer-${deps.newId()}`;
    answers.set(key, createAnswer(frames));
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
    answers.get(key)?.end();
    dispatch({ type: "ended", key, text, status, ...(problem ? { problem } : {}) });
    answers.delete(key);
    announcement.value = said;
  }

  /** Settles an answer on the screen. Answers the problem where nothing came and it is to be asked for again. */
  function settle(key: string, outcome: TurnOutcome, turn: number): ClientProblem | null {
    const answer = answers.get(key);
    const text = answer?.growth.text() ?? "";
    const overtaken = turn < turns;
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
        const superseded = outcome.metadata.status === "superseded" || overtaken;
        // An interrupted answer that was stopped before a new word is what it was before.
        const as = answer?.standsAsBefore ? "interrupted" : superseded ? "superseded" : "stopped";
        end(key, text, as, "The answer was stopped.");
        return text === "" && !superseded ? STOPPED : null;
      }
      case "failed":
      case "broken":
        if (overtaken && text === "") {
          end(key, "", "superseded", "");
          return null;
        }
        end(key, text, "interrupted", outcome.problem.detail, outcome.problem);
        return text === "" ? outcome.problem : null;
    }
  }

  function handlers(key: string, onStart: () => void): TurnHandlers {
    const answer = answers.get(key);
    return {
      start(info) {
        answer?.start(info);
        dispatch({ type: "began", key, id: info.messageId ?? key, turnId: info.turnId });
        announcement.value = "VIVA is answering.";
        onStart();
      },
      delta: (text, at) => answer?.delta(text, at),
      connection(lost) {
        const before = messages.peek();
        dispatch({ type: "connection", key, lost });
        if (messages.peek() === before) return;
        announcement.value = lost ? "The connection is lost. Reconnecting." : "VIVA is answering.";
      },
    };
  }

  function body(more: object, greets = false) {
    const { category, phase } = topic.peek();
    return {
      id,
      trigger: "submit-message",
      messages: [],
      visionBuildPhase: phase,
      context: {
        ...(category ? { category } : {}),
        ...(greets ? { isInitialGreeting: true } : {}),
      },
      ...more,
    };
  }

  /** Asks for a turn and follows it to its end. `onStart` is told when the server has acknowledged it. */
  async function follow(
    key: string,
    request: object,
    onStart: () => void,
  ): Promise<{ outcome: TurnOutcome; problem: ClientProblem | null }> {
    turns += 1;
    const turn = turns;
    const on = handlers(key, onStart);
    const outcome = await verified(key, await wire.ask(request, on, closed.signal));
    if (closed.signal.aborted) return { outcome, problem: null };
    return { outcome, problem: settle(key, outcome, turn) };
  }

  /** Where it was only inferred how an answer fits together, the record says how it reads. */
  async function verified(key: string, outcome: TurnOutcome): Promise<TurnOutcome> {
    const answer = messages.peek().find((message) => message.key === key);
    if (!answers.get(key)?.inferred || !answer) return outcome;
    const recorded = await wire.recorded(answer.id, closed.signal).catch(() => outcome);
    return recorded.kind === "recorded" ? recorded : outcome;
  }

  const outgoing = createOutgoing({
    closed: closed.signal,
    next: () => messages.peek().find(({ status }) => status === "queued"),
    async clear() {
      // A word from the member must not cut off the greeting it answers.
      if (greeting) await greeting;
      if (network.isOnline()) return;
      announcement.value = localProblem("offline").detail;
      await network.online(closed.signal);
    },
    depart(message) {
      delivery(message.id, "sending");
      const answer = awaitedAnswer();
      dispatch({ type: "awaited", answer, after: message.id });
      return answer.key;
    },
    ask(message, key, onStart) {
      const parts = [{ type: "text", text: message.text }];
      return follow(key, body({ messages: [{ id: message.id, role: "user", parts }] }), onStart);
    },
    acknowledged(message) {
      void queue.remove(id, message.id);
      delivery(message.id, "complete");
      deps.onTurn?.(id, topic.peek(), message.text);
    },
    unanswered,
    refused(message, problem) {
      delivery(message.id, "failed", problem);
      // A session that is over is begun again; the message then goes out by itself.
      if (problem.status !== 401) void keep(message, true);
    },
    waits: (message, problem) => delivery(message.id, "queued", problem),
    pause: (attempt) => wire.pause(attempt, closed.signal),
    repeated(before, now) {
      // What the member has stopped is to be stopped in whichever attempt arrives.
      if (stopped.has(before)) stopAnswer(now);
    },
  });

  /** Stops the turn of an answer: now, or where it has not begun yet, as soon as it has. */
  function stopAnswer(key: string): void {
    stopped.add(key);
    announcement.value = "Stopping.";
    void answers.get(key)?.turn.then(async (turnId) => {
      if (turnId === null) return;
      try {
        await wire.stop(turnId, closed.signal);
      } catch (error) {
        announcement.value = problemOf(error).detail;
      }
    });
  }

  /** A message that the server has, and whose answer did not come to a word. */
  function unanswered(messageId: string, problem: ClientProblem): void {
    delivery(messageId, problem === STOPPED ? "stopped" : "failed", problem);
  }

  function keep(message: Pick<Waiting, "id" | "text" | "createdAt">, refused: boolean) {
    const { id: messageId, text, createdAt } = message;
    const waiting = { conversationId: id, topic: topic.peek(), id: messageId, text, createdAt };
    return queue.put({ ...waiting, refused });
  }

  function greet(): void {
    greetingProblem.value = null;
    const answer = awaitedAnswer();
    dispatch({ type: "awaited", answer, after: null });
    const onStart = () => deps.onTurn?.(id, topic.peek(), "");
    greeting = follow(answer.key, body({}, true), onStart)
      .then(({ problem }) => {
        if (!closed.signal.aborted) greetingProblem.value = problem;
      })
      .finally(() => {
        greeting = null;
      });
  }

  /** Listens to a turn that is under way already. */
  async function attach(answerId: string): Promise<void> {
    const standing = find(answerId);
    const answer = standing ?? { ...awaitedAnswer(), id: answerId };
    answers.set(answer.key, createAnswer(frames, standing?.text, null));
    if (!standing) dispatch({ type: "awaited", answer, after: null });
    turns += 1;
    const turn = turns;
    const on = handlers(answer.key, () => {});
    const outcome = await verified(answer.key, await wire.attach(answerId, on, closed.signal));
    if (closed.signal.aborted) return;
    const problem = settle(answer.key, outcome, turn);
    const asked = messages.peek().at(-1);
    if (problem && asked?.role === "user") unanswered(asked.id, problem);
  }

  function show(conversation: Conversation | null, kept: readonly Waiting[]): void {
    if (conversation) {
      topic.value = { category: conversation.category, phase: conversation.phase };
    }
    const stored = conversation?.messages ?? [];
    const known = new Set(stored.map((message) => message.id));
    for (const message of kept) if (known.has(message.id)) void queue.remove(id, message.id);
    const unsent = kept.map((message): ChatMessage => {
      const { text, createdAt, refused } = message;
      const base = { id: message.id, key: message.id, role: "user", turnId: null } as const;
      if (!refused) return { ...base, text, createdAt, status: "queued" };
      return { ...base, text, createdAt, status: "failed", problem: NOT_SENT };
    });
    // What was written while the record was read stays.
    const written = messages.peek().filter(({ status }) => status === "queued");
    const fresh = written.filter((message) => !kept.some((other) => other.id === message.id));
    const last = stored.at(-1);
    dispatch({ type: "loaded", messages: stored, unsent: [...unsent, ...fresh] });
    load.value = { kind: "ready" };

    const running = conversation?.runningTurn ?? null;
    if (running) void attach(running.messageId);
    else if (messages.peek().length === 0) greet();
    else if (last?.role === "user" && !unsent.length) {
      const again = last.metadata.status === "failed";
      delivery(last.id, again ? "failed" : "stopped", again ? NOT_ANSWERED : UNANSWERED);
    }
    void outgoing.go();
  }

  async function open(): Promise<void> {
    load.value = { kind: "loading" };
    const kept = (await queue.all()).filter(({ conversationId }) => conversationId === id);
    if (closed.signal.aborted) return;
    try {
      const path = `/api/conversations/${encodeURIComponent(id)}`;
      show(await api.json<Conversation>(path, { signal: closed.signal }), kept);
    } catch (error) {
      if (closed.signal.aborted) return;
      const problem = problemOf(error);
      if (problem.code === "not_found") return show(null, kept);
      load.value = { kind: "failed", problem };
      if (problem.status !== 0) return;
      // The member may ask again; a connection that comes back asks by itself.
      await network.back(closed.signal);
      if (load.peek().kind === "failed" && !closed.signal.aborted) await open();
    }
  }

  return {
    id,
    topic,
    load,
    messages,
    greetingProblem,
    announcement,
    answering: computed(() => messages.value.some(isOpen)),
    growth: (key) => answers.get(key)?.growth,
    open,

    send(text) {
      const sent = { id: deps.newId(), text, createdAt: deps.now() };
      const goes = !outgoing.busy && !greeting && network.isOnline();
      const message: ChatMessage = {
        ...sent,
        key: sent.id,
        role: "user",
        status: goes ? "sending" : "queued",
        turnId: null,
      };
      const answer = goes ? awaitedAnswer() : null;
      dispatch({ type: "wrote", message, answer });
      const kept = keep(sent, false);
      void outgoing.go(answer && { message, answerKey: answer.key });
      return kept;
    },

    retry(messageId) {
      const message = find(messageId);
      if (message?.role !== "user") return;
      delivery(messageId, "queued");
      void keep(message, false);
      outgoing.again();
    },

    stop() {
      const answer = messages.peek().findLast(isOpen);
      if (answer) stopAnswer(answer.key);
    },

    goOn(answerId) {
      const answer = find(answerId);
      if (answer?.status !== "interrupted") return;
      answers.set(answer.key, createAnswer(frames, answer.text, true));
      dispatch({ type: "continued", key: answer.key });
      void follow(answer.key, body({ messageId: answerId }), () => {});
    },

    askAnew(messageId) {
      const message = find(messageId);
      if (!message) return;
      const answer = awaitedAnswer();
      if (message.role === "assistant") dispatch({ type: "replaced", id: messageId, answer });
      else {
        delivery(messageId, "complete");
        dispatch({ type: "awaited", answer, after: messageId });
      }
      let begun = false;
      const request = body({ trigger: "regenerate-message", messageId });
      const onStart = () => {
        begun = true;
      };
      void follow(answer.key, request, onStart).then(({ problem }) => {
        if (!problem || closed.signal.aborted) return;
        if (message.role === "user") unanswered(messageId, { ...problem });
        // Nothing came of it: what the record still has is shown again.
        else if (!begun) dispatch({ type: "wrote", message, answer: null });
      });
    },

    greetAgain: greet,

    close() {
      closed.abort();
    },
  };
}
