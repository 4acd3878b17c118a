import type { EarlyEnd, MessageStatus, TurnUnderWay } from "../../../domain/messages.ts";
import { textOf } from "../../../domain/messages.ts";
import { type ClientProblem, problemOf } from "../../api/problem.ts";
import type { TurnHandlers, TurnOutcome, TurnTransport } from "../../api/turn-transport.ts";
import type { Frames } from "../../platform/frames.ts";
import type { GrowingText } from "../../text/growing-text.ts";
import { createAnswer, type WrittenAnswer } from "./answer.ts";
import type { Screen } from "./chat-state.ts";
import { type ChatMessage, isOpen } from "./messages.ts";
import { EARLY, NOT_ANSWERED, STOPPED } from "./reasons.ts";
import { type TurnRequest, turnBody } from "./request.ts";

/** What the answers of a chat need of it. */
export interface AnswersHost {
  readonly conversationId: string;
  readonly screen: Screen;
  readonly wire: TurnTransport;
  readonly frames: Frames;
  /** Fires when the chat is left. */
  readonly closed: AbortSignal;
  newId(): string;
  /** ISO time. */
  now(): string;
}

/** How an answer ended: `problem` where nothing came of it, and it is to be asked for again. */
export interface Followed {
  readonly problem: ClientProblem | null;
}

/** The answers of a chat that are awaited or being written, each followed to its end on the screen. */
export interface Answers {
  /** The place on the list of an answer that is to come. */
  awaited(): ChatMessage;
  /** Asks for a turn and follows it to its end. `onStart` is told when the server has acknowledged it. */
  ask(key: string, request: TurnRequest, onStart?: () => void): Promise<Followed>;
  /** Has VIVA go on with an answer where it was interrupted. */
  goOn(answer: ChatMessage, onStart: () => void): void;
  /** Listens to a turn that is under way already. */
  attach(turn: TurnUnderWay): Promise<void>;
  /** Stops what is being written: now, or where its turn has not begun yet, as soon as it has. */
  stop(): void;
  /** Whether a turn's answer is or was on this screen. */
  knows(turnId: string): boolean;
  /** Another attempt has taken the place of one: what the member has stopped is stopped there too. */
  repeated(before: string, now: string): void;
  /** The growing text of an answer that is being written. */
  growth(key: string): GrowingText | undefined;
}

/** A finished answer, whole: a screen reader hears it once, when it is there. */
function answered(text: string, early: EarlyEnd | undefined): string {
  return early ? `VIVA: ${text} ${EARLY[early]}` : `VIVA: ${text}`;
}

/** The answers of one chat. */
export function createAnswers(host: AnswersHost): Answers {
  const { conversationId, screen, wire, frames, closed } = host;
  const { messages, announcement } = screen;
  const written = new Map<string, WrittenAnswer>();
  /** By an answer's key: the message that its turn answers, or is about. */
  const about = new Map<string, string>();
  /** Keys of the answers that the member has stopped. */
  const stopped = new Set<string>();
  /** The turns that were listened to. */
  const heard = new Set<string>();
  /** Counts the turns that were asked for: an answer with a newer one behind it was superseded. */
  let turns = 0;

  function end(
    key: string,
    text: string,
    status: MessageStatus,
    said: string,
    more: { readonly problem?: ClientProblem; readonly early?: EarlyEnd } = {},
  ): void {
    written.get(key)?.end();
    // What gave way to an edit ends unseen.
    const seen = messages.peek().some((message) => message.key === key);
    screen.dispatch({ type: "ended", key, text, status, ...more });
    written.delete(key);
    if (seen) announcement.value = said;
  }

  /** Settles an answer on the screen. Answers the problem where nothing came and it is to be asked for again. */
  function settle(key: string, outcome: TurnOutcome, turn: number): ClientProblem | null {
    const answer = written.get(key);
    const text = answer?.growth.text() ?? "";
    const overtaken = turn < turns;
    switch (outcome.kind) {
      case "complete":
        if (text === "") {
          end(key, "", "failed", NOT_ANSWERED.detail);
          return NOT_ANSWERED;
        }
        end(
          key,
          text,
          "complete",
          answered(text, outcome.early),
          outcome.early && { early: outcome.early },
        );
        return null;
      case "recorded": {
        const { message } = outcome;
        const { status, finishReason: early } = message.metadata;
        const whole = textOf(message);
        const said = status === "complete" ? answered(whole, early) : "The answer ended early.";
        end(key, whole, status, said, early && { early });
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
        end(key, text, "interrupted", outcome.problem.detail, { problem: outcome.problem });
        return text === "" ? outcome.problem : null;
    }
  }

  function handlers(key: string, onStart: () => void): TurnHandlers {
    const answer = written.get(key);
    return {
      start(info) {
        answer?.start(info);
        if (info.turnId !== null) heard.add(info.turnId);
        screen.dispatch({ type: "began", key, id: info.messageId ?? key, turnId: info.turnId });
        announcement.value = "VIVA is answering.";
        onStart();
      },
      delta: (text, at) => answer?.delta(text, at),
      connection(lost) {
        const before = messages.peek();
        screen.dispatch({ type: "connection", key, lost });
        if (messages.peek() === before) return;
        announcement.value = lost ? "The connection is lost. Reconnecting." : "VIVA is answering.";
      },
    };
  }

  /** Follows a turn, however it was come by, to its end. */
  async function follow(
    key: string,
    listen: (handlers: TurnHandlers) => Promise<TurnOutcome>,
    onStart: () => void = () => {},
  ): Promise<Followed> {
    turns += 1;
    const turn = turns;
    const outcome = await verified(key, await listen(handlers(key, onStart)));
    return { problem: closed.aborted ? null : settle(key, outcome, turn) };
  }

  /** Where it was only inferred how an answer fits together, the record says how it reads. */
  async function verified(key: string, outcome: TurnOutcome): Promise<TurnOutcome> {
    const answer = messages.peek().find((message) => message.key === key);
    if (!written.get(key)?.inferred || !answer) return outcome;
    const recorded = await wire.recorded(answer.id, closed).catch(() => outcome);
    return recorded.kind === "recorded" ? recorded : outcome;
  }

  function stopAnswer(key: string): void {
    stopped.add(key);
    announcement.value = "Stopping.";
    const answer = written.get(key);
    if (answer) void stopTurn(key, answer);
  }

  /**
   * Stops the turn of an answer. A proxy may hold back everything that tells of the turn, so one that is
   * not known is named by its message, until it has begun and ended.
   */
  async function stopTurn(key: string, answer: WrittenAnswer): Promise<void> {
    for (let attempt = 0; written.get(key) === answer && !closed.aborted; attempt += 1) {
      const { turnId } = answer;
      try {
        await wire.stop(turnId ?? { messageId: about.get(key) ?? null }, closed);
        if (turnId !== null) return;
      } catch (error) {
        const problem = problemOf(error);
        if (turnId !== null || problem.code !== "not_found") {
          announcement.value = problem.detail;
          return;
        }
      }
      await Promise.race([answer.turn, wire.pause(attempt, closed)]);
    }
  }

  const answers: Answers = {
    awaited() {
      const key = `answer-${host.newId()}`;
      written.set(key, createAnswer(frames));
      return {
        key,
        id: key,
        role: "assistant",
        text: "",
        status: "sending",
        turnId: null,
        createdAt: host.now(),
      };
    },

    ask(key, request, onStart) {
      const messageId = request.message?.id ?? request.messageId;
      if (messageId !== undefined) about.set(key, messageId);
      const body = turnBody(conversationId, screen.topic.peek(), request);
      return follow(key, (on) => wire.ask({ path: "/api/viva/chat", body }, on, closed), onStart);
    },

    goOn(answer, onStart) {
      const { text } = answer;
      const begin = { known: text, base: text.length, turnId: null };
      written.set(answer.key, createAnswer(frames, begin));
      screen.dispatch({ type: "continued", key: answer.key });
      void answers.ask(answer.key, { messageId: answer.id }, onStart);
    },

    async attach({ id: turnId, messageId: answerId, base }) {
      heard.add(turnId);
      const standing = screen.find(answerId);
      const answer = standing ?? { ...answers.awaited(), id: answerId };
      const begin = { known: standing?.text ?? "", base, turnId };
      written.set(answer.key, createAnswer(frames, begin));
      if (!standing) screen.dispatch({ type: "awaited", answer, after: null });
      const { problem } = await follow(answer.key, (on) => wire.attach(answerId, on, closed));
      const asked = messages.peek().at(-1);
      if (problem && asked?.role === "user") screen.unanswered(asked.id, problem);
    },

    stop() {
      const answer = messages.peek().findLast(isOpen);
      if (answer) stopAnswer(answer.key);
    },

    repeated(before, now) {
      if (stopped.has(before)) stopAnswer(now);
    },

    knows: (turnId) =>
      heard.has(turnId) || messages.peek().some((message) => message.turnId === turnId),

    growth: (key) => written.get(key)?.growth,
  };
  return answers;
}
