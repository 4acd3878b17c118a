import type { Conversation, Message } from "../../domain/messages.ts";
import { textOf } from "../../domain/messages.ts";
import { mayPass, pauseMs } from "../../domain/retry.ts";
import type { Network } from "../platform/network.ts";
import type { Api } from "./http.ts";
import { localProblem, problemOf } from "./problem.ts";
import { readTurn, type TurnEnd, type TurnReader, type TurnStart } from "./stream.ts";

/** How an answer came to its end, for the one who waits for it. */
export type TurnOutcome = TurnEnd | { readonly kind: "recorded"; readonly message: Message };

export interface TurnDeps {
  readonly api: Api;
  readonly network: Network;
  /** Resolves after so many milliseconds. */
  wait(ms: number): Promise<void>;
}

export interface TurnHandlers {
  /** A turn's text begins, or begins again. */
  start(info: TurnStart): void;
  /** A piece of a turn's text, `at` its place there in UTF-16 units. */
  delta(text: string, at: number): void;
  /** The connection is lost, and another attempt to take the answer up is on its way; or it is there again. */
  connection(lost: boolean): void;
}

/** How often the record is asked where a turn runs that cannot be listened to. */
const POLL_MS = 1_500;
/** Polls before giving up: longer than any turn may take. */
const POLLS = 60;

const EVENT_STREAM = { Accept: "text/event-stream" } as const;

function failed(error: unknown): TurnEnd {
  return { kind: "failed", problem: problemOf(error) };
}

/** What is known of the answer that is read: where to take it up after a loss. */
interface Bookmark {
  answerId: string | null;
  turnId: string | null;
  /** How much of the turn's text has been read, in UTF-16 units. */
  offset: number;
  /** Whether the stream was another answer's. */
  elsewhere: boolean;
  /** Whether anything came since the connection was lost last. */
  progress: boolean;
}

/** A POST that asks for a turn. */
export interface TurnPost {
  readonly path: string;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The requests about the turns of one conversation: asking, listening, taking up lost streams, stopping. */
export interface TurnTransport {
  /**
   * Sends the request for a turn and listens to its end.
   * What ends before `start` was not acknowledged: a `broken` end, or a problem of status 0, may be
   * sent again under the same ids.
   */
  ask(post: TurnPost, handlers: TurnHandlers, signal: AbortSignal): Promise<TurnOutcome>;
  /** Listens to the turn that runs in a conversation, `answerId` its answer's message id. */
  attach(answerId: string, handlers: TurnHandlers, signal: AbortSignal): Promise<TurnOutcome>;
  /**
   * Stops a turn, however long that takes to reach the server.
   * @param turn its id, or what it is about: the id of a message that it answers, null for whatever runs
   * @throws ApiError when the server refuses
   */
  stop(turn: string | { readonly messageId: string | null }, signal: AbortSignal): Promise<void>;
  /** The stored answer, once no turn writes it any more; `failed` where the record does not have it. */
  recorded(answerId: string, signal: AbortSignal): Promise<TurnOutcome>;
  /**
   * Waits before attempt number `attempt` (from 0) after a lost connection: shorter when it comes back.
   * @param retryAfter the least number of seconds
   */
  pause(attempt: number, signal: AbortSignal, retryAfter?: number): Promise<void>;
}

/** The transport of one conversation's turns. */
export function createTurnTransport(conversationId: string, deps: TurnDeps): TurnTransport {
  const { api, network, wait } = deps;
  const id = encodeURIComponent(conversationId);

  async function pause(attempt: number, signal: AbortSignal, retryAfter = 0): Promise<void> {
    if (!network.isOnline()) return network.online(signal);
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    await Promise.race([wait(pauseMs("turn", attempt, { retryAfter })), network.back(either)]);
    over.abort();
  }

  async function recorded(answerId: string, signal: AbortSignal): Promise<TurnOutcome> {
    for (let poll = 0; poll < POLLS && !signal.aborted; poll += 1) {
      const conversation = await api.json<Conversation>(`/api/conversations/${id}`, { signal });
      const message = conversation.messages.find((other) => other.id === answerId);
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

  function reader(mark: Bookmark, handlers: TurnHandlers): TurnReader {
    return {
      start(info) {
        if (mark.answerId !== null && info.messageId !== mark.answerId) {
          mark.elsewhere = true;
          return false;
        }
        Object.assign(mark, { answerId: info.messageId, turnId: info.turnId, offset: 0 });
        mark.progress = true;
        handlers.start(info);
        return true;
      },
      delta(text, end) {
        mark.offset = end ?? mark.offset + text.length;
        mark.progress = true;
        handlers.delta(text, mark.offset - text.length);
      },
    };
  }

  /** A signal for one connection: a lost network ends it at once, long before its silence would tell. */
  function line(signal: AbortSignal): { signal: AbortSignal; end(): void } {
    const over = new AbortController();
    const either = AbortSignal.any([signal, over.signal]);
    network.lost(either).then(() => over.abort());
    return { signal: either, end: () => over.abort() };
  }

  /** One attempt to listen to a running turn: from where it was lost, else from its `start`. */
  async function listen(
    mark: Bookmark,
    handlers: TurnHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    const { turnId, answerId, offset } = mark;
    const after = turnId === null ? "" : `?after=${encodeURIComponent(turnId)}:${offset}`;
    const connection = line(signal);
    try {
      const response = await api.open(`/api/viva/chat/${id}/stream${after}`, {
        headers: EVENT_STREAM,
        signal: connection.signal,
      });
      handlers.connection(false);
      const end: TurnOutcome =
        response.status === 204 || !response.body
          ? { kind: "broken", problem: localProblem("broken") }
          : await readTurn(response.body, reader(mark, handlers));
      const over = response.status === 204 || mark.elsewhere;
      return over && answerId !== null ? await recorded(answerId, signal) : end;
    } catch (error) {
      const problem = problemOf(error);
      if (problem.status === 404 && answerId !== null) {
        return recorded(answerId, signal).catch(failed);
      }
      return mayPass(problem) ? { kind: "broken", problem } : failed(error);
    } finally {
      connection.end();
    }
  }

  async function resume(
    mark: Bookmark,
    begin: TurnOutcome,
    handlers: TurnHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    let end = begin;
    for (let attempt = 0; end.kind === "broken" && !signal.aborted; attempt += 1) {
      if (mark.progress) attempt = 0;
      // A gap that the first attempt closes is none to speak of.
      if (attempt > 0 || !network.isOnline()) handlers.connection(true);
      await pause(attempt, signal, end.problem.retryAfter);
      mark.progress = false;
      if (!signal.aborted) end = await listen(mark, handlers, signal);
    }
    return end;
  }

  function bookmark(answerId: string | null): Bookmark {
    return { answerId, turnId: null, offset: 0, elsewhere: false, progress: false };
  }

  return {
    recorded,
    pause,

    async ask({ path, body, headers }, handlers, signal) {
      const mark = bookmark(null);
      const connection = line(signal);
      let end: TurnOutcome;
      try {
        const response = await api.open(path, {
          body,
          headers: { ...headers, ...EVENT_STREAM },
          signal: connection.signal,
        });
        end = response.body
          ? await readTurn(response.body, reader(mark, handlers))
          : { kind: "broken", problem: localProblem("broken") };
      } catch (error) {
        return network.isOnline() ? failed(error) : failedOffline();
      } finally {
        connection.end();
      }
      // Before `start` nothing is acknowledged: there is nothing to take up yet.
      return mark.progress ? resume(mark, end, handlers, signal) : end;
    },

    async attach(answerId, handlers, signal) {
      const mark = bookmark(answerId);
      return resume(mark, await listen(mark, handlers, signal), handlers, signal);
    },

    async stop(turn, signal) {
      const body = typeof turn === "string" ? { turnId: turn } : turn;
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        try {
          await api.json(`/api/viva/chat/${id}/stop`, { body, signal });
          return;
        } catch (error) {
          if (signal.aborted) return;
          if (!mayPass(problemOf(error))) throw error;
        }
        await pause(attempt, signal);
      }
    },
  };
}

function failedOffline(): TurnEnd {
  return { kind: "failed", problem: localProblem("offline") };
}
