import type { Api } from "../api/http.ts";
import { localProblem, problemOf } from "../api/problem.ts";
import { readTurn, type TurnStart } from "../api/stream.ts";
import {
  createTurnTransport,
  type TurnDeps,
  type TurnHandlers,
  type TurnOutcome,
} from "../api/turn-transport.ts";

/** What hears a text as it comes. */
export interface TextHandlers extends Pick<TurnHandlers, "connection"> {
  /** A piece of the text, `at` its place there in UTF-16 units; null for behind the last one. */
  delta(text: string, at: number | null): void;
  /** False if nobody listens any more. */
  start(info: TurnStart): boolean;
}

/** A POST that asks for a text. */
export interface TextRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A text that is asked for. */
export interface AskedText {
  readonly request: TextRequest;
  /** The request's Idempotency-Key: sent again under it, the request means the same text. */
  readonly key: string;
  /** Null until the server has begun it. */
  readonly turn: TurnStart | null;
}

/** Everything of one text that goes over the wire. */
export interface TextTransport {
  /**
   * Asks for a text and hears it to the end, through lost connections. A request of which nothing was
   * heard is sent again under the same key; one that has begun is taken up where it stands.
   * @param asked how the text stands now; null if it is not wanted any more
   */
  follow(
    asked: () => AskedText | null,
    on: TextHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome>;
  /**
   * Stops the text that is asked for. A proxy may hold back everything that tells of its turn: until the
   * turn is known, whatever is written in the section is stopped, again until the text has ended.
   * @param asked how the text stands now; null once it has ended
   * @throws ApiError if the server refuses
   */
  stop(asked: () => Pick<AskedText, "key" | "turn"> | null, signal: AbortSignal): Promise<void>;
}

const BROKEN: TurnOutcome = { kind: "broken", problem: localProblem("broken") };

/** How often a request is sent again of which nothing was heard. */
const RESENDS = 3;

/**
 * The wire of the vision texts of one section.
 * @param section the id of the conversation in which they are written
 */
export function createTextTransport(
  section: string,
  deps: TurnDeps & { readonly api: Api },
): TextTransport {
  async function send(
    { request, key }: AskedText,
    on: TextHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    const { path, body, headers } = request;
    const response = await deps.api.open(path, {
      body,
      headers: { ...headers, Accept: "text/event-stream", "Idempotency-Key": key },
      signal,
    });
    if (!response.body) return BROKEN;
    return readTurn(response.body, {
      start: on.start,
      delta: (text, end) => on.delta(text, end === null ? null : end - text.length),
    });
  }

  async function attach(
    { conversationId, messageId }: TurnStart,
    on: TextHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome> {
    if (conversationId === null || messageId === null) return BROKEN;
    return createTurnTransport(conversationId, deps).attach(messageId, on, signal);
  }

  return {
    async follow(asked, on, signal) {
      let outcome = BROKEN;
      for (let attempt = 0; attempt <= RESENDS; attempt += 1) {
        const now = asked();
        if (!now) break;
        const heard = now.turn ? attach(now.turn, on, signal) : send(now, on, signal);
        outcome = await heard.catch(
          (error: unknown): TurnOutcome => ({ kind: "failed", problem: problemOf(error) }),
        );
        if (signal.aborted || outcome.kind !== "broken") break;
        if (asked()?.turn) continue;
        on.connection(true);
        await deps.network.online(signal);
        await deps.wait(1_000);
      }
      return outcome;
    },

    async stop(asked, signal) {
      const key = asked()?.key;
      for (let attempt = 0; !signal.aborted; attempt += 1) {
        const now = asked();
        if (!now || now.key !== key) return;
        const turnId = now.turn?.turnId ?? null;
        const turns = createTurnTransport(now.turn?.conversationId ?? section, deps);
        try {
          await turns.stop(turnId ?? { messageId: null }, signal);
          if (turnId !== null) return;
        } catch (error) {
          // The request for the text may still be on its way.
          if (turnId !== null || problemOf(error).code !== "not_found") throw error;
        }
        await turns.pause(attempt, signal);
      }
    },
  };
}

type Loose<T> = Partial<Record<keyof T, unknown>> | null | undefined;

const textOrNull = (value: unknown) => (typeof value === "string" ? value : null);

/** Reads a turn that was kept in this browser; null for what is none. */
export function toTurn(value: unknown): TurnStart | null {
  const turn = value as Loose<TurnStart>;
  const [messageId, conversationId] = [turn?.messageId, turn?.conversationId].map(textOrNull);
  if (!messageId || !conversationId) return null;
  return { messageId, conversationId, turnId: textOrNull(turn?.turnId) };
}

/** Reads a text that was asked for and kept in this browser; null for what is none. */
export function toAskedText(value: unknown): AskedText | null {
  const asked = value as Loose<AskedText>;
  const request = asked?.request as Loose<TextRequest>;
  const [path, key] = [textOrNull(request?.path), textOrNull(asked?.key)];
  if (path === null || key === null) return null;
  const body = Object(request?.body) as TextRequest["body"];
  const headers = Object(request?.headers) as Record<string, string>;
  return { request: { path, body, headers }, key, turn: toTurn(asked?.turn) };
}
