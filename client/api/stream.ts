import { createParser } from "eventsource-parser";
import type { EarlyEnd } from "../../domain/messages.ts";
import { type ClientProblem, localProblem, toProblem } from "./problem.ts";

/** What `start` says of an answer. */
export interface TurnStart {
  /** The answer's message id; null where the stream names none. */
  readonly messageId: string | null;
  readonly turnId: string | null;
  readonly conversationId: string | null;
}

/** How a stream ended. */
export type TurnEnd =
  /** The answer is whole. `metadata` is what `finish` carries: usage, credits left, timings. */
  | {
      readonly kind: "complete";
      readonly metadata: Readonly<Record<string, unknown>>;
      /** Where the provider ended it before its own end. */
      readonly early?: EarlyEnd;
    }
  /** The member stopped the answer, or a newer message took its place. */
  | { readonly kind: "aborted"; readonly metadata: Readonly<Record<string, unknown>> }
  /** The server said what went wrong. */
  | { readonly kind: "failed"; readonly problem: ClientProblem }
  /** The connection ended, or fell silent, before any ending. The turn itself may still be running. */
  | { readonly kind: "broken"; readonly problem: ClientProblem };

export interface TurnReader {
  /**
   * A turn's text begins, or begins again from its first word. False ends the reading there and then
   * (as `broken`): the stream turned out to be another answer's.
   */
  start?(info: TurnStart): boolean;
  /**
   * The next piece of text.
   * @param end where in the turn's text the piece ends, in UTF-16 units; null where the stream does not say
   */
  delta(text: string, end: number | null): void;
}

export interface ReadOptions {
  /** Milliseconds of silence, pings included, after which a connection counts as dead. */
  readonly silenceMs?: number;
}

type Part = Readonly<Record<string, unknown>>;

/** The offset in an event's id, `<turn>:<offset>`; null where it has none. */
function offsetOf(id: string | undefined): number | null {
  const digits = /:(\d{1,9})$/.exec(id ?? "")?.[1];
  return digits === undefined ? null : Number(digits);
}

function parsePart(data: string): Part | null {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" && value !== null ? (value as Part) : null;
  } catch {
    return null;
  }
}

const record = (value: unknown): Part =>
  typeof value === "object" && value !== null ? (value as Part) : {};
const text = (value: unknown): string | null =>
  typeof value === "string" && value !== "" ? value : null;

function earlyEnd(reason: unknown): { readonly early?: EarlyEnd } {
  return reason === "length" || reason === "content-filter" ? { early: reason } : {};
}

/**
 * Reads an answer's event stream (the AI SDK's UI message stream) to its end. Never throws: a lost
 * connection is an ending of its own, so that it cannot be taken for a finished answer. Part types
 * that are not known are passed over.
 */
export async function readTurn(
  body: ReadableStream<Uint8Array>,
  reader: TurnReader,
  { silenceMs = 45_000 }: ReadOptions = {},
): Promise<TurnEnd> {
  let metadata: Part = {};
  const seen: { problem: ClientProblem | null; end: TurnEnd | null } = { problem: null, end: null };

  const broken: TurnEnd = { kind: "broken", problem: localProblem("broken") };

  function onPart(part: Part, offset: number | null): void {
    switch (part.type) {
      case "start": {
        const about = record(part.messageMetadata);
        const wanted = reader.start?.({
          messageId: text(part.messageId),
          turnId: text(about.turnId),
          conversationId: text(about.conversationId),
        });
        if (wanted === false) seen.end = broken;
        return;
      }
      case "text-delta":
        if (typeof part.delta === "string") reader.delta(part.delta, offset);
        return;
      case "message-metadata":
        metadata = { ...metadata, ...record(part.messageMetadata) };
        return;
      case "data-problem":
        seen.problem = toProblem(part.data);
        return;
      case "finish":
        seen.end = {
          kind: "complete",
          metadata: { ...metadata, ...record(part.messageMetadata) },
          ...earlyEnd(part.finishReason),
        };
        return;
      case "abort":
        seen.end = { kind: "aborted", metadata };
        return;
      case "error":
        seen.end = {
          kind: "failed",
          problem: seen.problem ?? toProblem({ detail: part.errorText, retryable: true }),
        };
    }
  }

  const parser = createParser({
    onEvent({ id, data }) {
      if (seen.end || data === "[DONE]") return;
      const part = parsePart(data);
      if (part) onPart(part, offsetOf(id));
    },
  });

  const source = body.getReader();
  const decoder = new TextDecoder();
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    while (!seen.end) {
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("silent")), silenceMs);
      });
      const { done, value } = await Promise.race([source.read(), silence]);
      clearTimeout(timer);
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } catch {
    // The connection is lost; an ending that had arrived still counts.
  } finally {
    clearTimeout(timer);
    source.cancel().catch(() => {});
  }
  return seen.end ?? broken;
}
