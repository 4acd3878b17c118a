import type { CategoryKey } from "../../domain/categories.ts";
import { localProblem, problemOf } from "../api/problem.ts";
import { readTurn, type TurnStart } from "../api/stream.ts";
import {
  createTurnWire,
  type TurnDeps,
  type TurnHandlers,
  type TurnOutcome,
} from "../chat/turn.ts";
import { requestFor, type WritingAsk } from "./versions.ts";

/** What hears a text as it comes. */
export interface TextHandlers extends Pick<TurnHandlers, "connection"> {
  /** A piece of the text, `at` its place there in UTF-16 units; null for behind the last one. */
  delta(text: string, at: number | null): void;
  /** False where nobody listens any more. */
  start(info: TurnStart): boolean;
}

/** Everything of one text that goes over the wire. */
export interface TextWire {
  /**
   * One request, and its stream to the end. Sent again under the same key it means the same text. Its
   * `broken` end is not taken up again here.
   */
  send(
    asked: { readonly ask: WritingAsk; readonly key: string },
    on: TextHandlers,
    signal: AbortSignal,
  ): Promise<TurnOutcome>;
  /** Listens to a text that is being written, or was, through lost connections. */
  attach(turn: TurnStart, on: TextHandlers, signal: AbortSignal): Promise<TurnOutcome>;
  /** @throws ApiError where the server refuses */
  stop(turn: TurnStart, signal: AbortSignal): Promise<void>;
}

const BROKEN: TurnOutcome = { kind: "broken", problem: localProblem("broken") };

/** The wire of one section's texts. */
export function createTextWire(
  about: { readonly visionId: string; readonly category: CategoryKey },
  deps: TurnDeps,
): TextWire {
  return {
    async send({ ask, key }, on, signal) {
      const { path, body } = requestFor(ask, about);
      try {
        const response = await deps.api.open(path, {
          body,
          headers: { Accept: "text/event-stream", "Idempotency-Key": key },
          signal,
        });
        if (!response.body) return BROKEN;
        return await readTurn(response.body, {
          start: on.start,
          delta: (text, end) => on.delta(text, end === null ? null : end - text.length),
        });
      } catch (error) {
        return { kind: "failed", problem: problemOf(error) };
      }
    },

    async attach({ conversationId, messageId }, on, signal) {
      if (conversationId === null || messageId === null) return BROKEN;
      return createTurnWire(conversationId, deps).attach(messageId, on, signal);
    },

    async stop({ conversationId, turnId }, signal) {
      if (conversationId === null || turnId === null) return;
      await createTurnWire(conversationId, deps).stop(turnId, signal);
    },
  };
}
