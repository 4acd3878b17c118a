import type { Conversation, Message } from "../../domain/messages.ts";
import type { Api } from "../api/http.ts";
import { ApiError, type ClientProblem, localProblem, problemOf } from "../api/problem.ts";
import { readTurn, type TurnEnd, type TurnStart } from "../api/stream.ts";
import { textOf } from "./messages.ts";

/** How an answer came to its end, for the one who waits for it. */
export type TurnOutcome = TurnEnd | { readonly kind: "recorded"; readonly message: Message };

/** The connection to the network, as far as a browser knows it. */
export interface Network {
  isOnline(): boolean;
  /** Resolves once there is a connection; at once when there is one. */
  online(): Promise<void>;
}

export interface TurnDeps {
  readonly api: Api;
  readonly network: Network;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

export interface TurnHandlers {
  start(info: TurnStart): void;
  delta(text: string): void;
}

/** Waits before each attempt to take up a broken stream again. */
const RESUME_AFTER_MS = [250, 1_000, 3_000, 6_000];
/** How often the record is asked where a turn runs that cannot be listened to. */
const POLL_MS = 1_500;
/** Polls before giving up: longer than any turn may take. */
const POLLS = 60;

const EVENT_STREAM = { Accept: "text/event-stream" } as const;

function failed(error: unknown): TurnEnd {
  return { kind: "failed", problem: problemOf(error) };
}

/** Problems after which another attempt to listen makes sense: no answer, or one from a tired server. */
function mayPass(problem: ClientProblem): boolean {
  return problem.status === 0 || problem.status === 429 || problem.status >= 500;
}

/** Everything of one answer that goes over the wire: asking for it, listening, and taking up lost streams. */
export interface TurnWire {
  /** Sends the request for a turn and listens to its end. `body` is the body of `POST /api/viva/chat`. */
  ask(body: unknown, handlers: TurnHandlers, signal: AbortSignal): Promise<TurnOutcome>;
  /** Listens to the turn that runs in a conversation, `answerId` its answer's message id. */
  attach(answerId: string, handlers: TurnHandlers, signal: AbortSignal): Promise<TurnOutcome>;
}

/** The wire of one conversation. */
export function createTurnWire(conversationId: string, deps: TurnDeps): TurnWire {
  const { api, network, wait } = deps;
  const path = `/api/viva/chat/${encodeURIComponent(conversationId)}/stream`;

  /** The stored answer, once no turn writes it any more; null where the record does not have it. */
  async function recorded(answerId: string, signal: AbortSignal): Promise<TurnOutcome> {
    for (let poll = 0; poll < POLLS && !signal.aborted; poll += 1) {
      const conversation = await api.json<Conversation>(
        `/api/conversations/${encodeURIComponent(conversationId)}`,
        { signal },
      );
      const message = conversation.messages.find(({ id }) => id === answerId);
      const running = conversation.runningTurn?.messageId === answerId;
      if (!running && message && message.metadata.status !== "streaming") {
        return textOf(message) === ""
          ? { kind: "failed", problem: localProblem("broken") }
          : { kind: "recorded", message };
      }
      // Neither written nor being written: listening on cannot bring it back.
      if (!running) return { kind: "failed", problem: localProblem("broken") };
      await wait(POLL_MS);
    }
    return { kind: "broken", problem: localProblem("broken") };
  }

  /** One attempt to listen to a running turn: the whole answer from its `start`. */
  async function listen(
    answerId: string,
    handlers: TurnHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    try {
      const response = await api.open(path, { headers: EVENT_STREAM, signal });
      if (response.status === 204 || !response.body) return await recorded(answerId, signal);
      return await readTurn(response.body, handlers);
    } catch (error) {
      const problem = problemOf(error);
      if (error instanceof ApiError && problem.status === 404) {
        return recorded(answerId, signal).catch(failed);
      }
      return mayPass(problem) ? { kind: "broken", problem } : failed(error);
    }
  }

  async function resume(
    answerId: string,
    begin: TurnOutcome,
    handlers: TurnHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    let end = begin;
    for (const delay of RESUME_AFTER_MS) {
      if (end.kind !== "broken" || signal.aborted) break;
      await wait(delay);
      await network.online();
      if (!signal.aborted) end = await listen(answerId, handlers, signal);
    }
    return end;
  }

  return {
    async ask(body, handlers, signal) {
      let answerId: string | null = null;
      const reader: TurnHandlers = {
        start(info) {
          answerId = info.messageId;
          handlers.start(info);
        },
        delta: handlers.delta,
      };
      let end: TurnOutcome;
      try {
        const response = await api.open("/api/viva/chat", { body, headers: EVENT_STREAM, signal });
        if (!response.body) return { kind: "broken", problem: localProblem("broken") };
        end = await readTurn(response.body, reader);
      } catch (error) {
        return failed(error);
      }
      // Before `start` nothing is acknowledged: sending again under the same id is the member's to decide.
      return answerId === null ? end : resume(answerId, end, handlers, signal);
    },

    async attach(answerId, handlers, signal) {
      return resume(answerId, await listen(answerId, handlers, signal), handlers, signal);
    },
  };
}
