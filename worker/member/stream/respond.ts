import { isCareTurn } from "../../../domain/care-turn.ts";
import type { Credits } from "../../../domain/credits.ts";
import { ProblemError } from "../../../domain/problems.ts";
import type { WrittenText } from "../../../domain/writing.ts";
import type { StreamForm } from "../../http/accept.ts";
import { type TurnRow, timingsOf, usageOf } from "../store/rows.ts";
import { endingOf } from "../turns/settle.ts";
import { AnswerLog, type Ending } from "./answer-log.ts";
import { eventEncoder, type StreamHead, wordEncoder } from "./encoders.ts";
import { openReader } from "./reader.ts";

/** An answer that can be read: of a running turn or of one long ended. */
export interface Readable {
  readonly head: StreamHead;
  readonly log: AnswerLog;
}

/** How an answer is to be sent. */
export interface ResponseOptions {
  readonly form: StreamForm;
  /** Offset to begin at, in UTF-16 units. */
  readonly from: number;
  readonly pingMs: number;
  readonly now: () => number;
  /** What is known of the timings when headers leave, by name, in milliseconds. */
  readonly timings: Readonly<Record<string, number | null>>;
}

/**
 * A stored answer as something to read: the same text and the same ending as when it was new.
 * @param attempt which of the turn's requests gave the words, counted from 1
 * @param vision what is told of it where it is a vision text
 * @param credits the member's balance, for what is shown anew; null for what is only read again
 */
export function storedAnswer(
  turn: TurnRow,
  text: string,
  model: string,
  attempt: number,
  vision: WrittenText | null,
  credits: Credits | null = null,
): Readable {
  const head: StreamHead = {
    turnId: turn.id,
    conversationId: turn.conversation_id,
    messageId: turn.message_id,
    model,
    attempt: () => attempt,
  };
  return { head, log: AnswerLog.ended(text, endingOfRow(turn, vision, credits)) };
}

function endingOfRow(turn: TurnRow, vision: WrittenText | null, credits: Credits | null): Ending {
  const facts = {
    usage: usageOf(turn),
    timings: timingsOf(turn),
    credits,
    ...(vision && { vision }),
    ...(isCareTurn(turn.id) && { care: true as const }),
  };
  const { state } = turn;
  if (state === "complete") return { state, finishReason: turn.finish_reason ?? "stop", ...facts };
  if (state === "stopped" || state === "superseded") return { state, ...facts };
  const errorCode = turn.error_code ?? "answer_cut";
  return endingOf(
    { state: state === "failed" ? "failed" : "interrupted", errorCode },
    turn.id,
    facts,
  );
}

/** `Server-Timing` of what is known, e.g. `ctx;dur=0.1`. */
export function serverTiming(timings: ResponseOptions["timings"]): string {
  return Object.entries(timings)
    .filter(([, ms]) => ms !== null)
    .map(([name, ms]) => `${name};dur=${Number(ms).toFixed(1)}`)
    .join(", ");
}

function streamHeaders(head: StreamHead, form: StreamForm, timings: string): Headers {
  const headers = new Headers({
    "cache-control": "no-cache, no-transform",
    "content-encoding": "identity",
    "content-type":
      form === "events" ? "text/event-stream; charset=utf-8" : "text/plain; charset=utf-8",
    "x-accel-buffering": "no",
    "x-conversation-id": encodeURIComponent(head.conversationId),
    "x-turn-id": head.turnId,
  });
  if (form === "events") headers.set("x-vercel-ai-ui-message-stream", "v1");
  if (timings !== "") headers.set("server-timing", timings);
  return headers;
}

/**
 * The response that reads an answer. In the form of words its headers are held until the first word
 * or the failure, so that a failure before it has a status of its own.
 * @throws ProblemError the failure's code, or conflict for a turn superseded before its first word
 */
export async function respond(answer: Readable, options: ResponseOptions): Promise<Response> {
  const { head, log } = answer;
  const { form, from, pingMs, now } = options;
  if (form === "words") {
    await log.begun();
    if (log.length === 0 && log.ending) refuseWordless(log.ending);
  }
  const encoder = form === "events" ? eventEncoder(head) : wordEncoder();
  // The platform's own pipe: through it the words leave without another turn in JavaScript.
  const pipe = () => new IdentityTransformStream();
  const body = openReader(log, encoder, { from, pingMs, now, pipe });
  const headers = streamHeaders(head, form, serverTiming(options.timings));
  return new Response(body, { headers });
}

/**
 * The headers of the response that `respond` would give now. No reader is attached, and the first
 * word is not waited for.
 * @throws ProblemError as `respond` does, for a turn that has ended without a word
 */
export function respondHead({ head, log }: Readable, form: StreamForm): Response {
  if (form === "words" && log.length === 0 && log.ending) refuseWordless(log.ending);
  return new Response(null, { headers: streamHeaders(head, form, "") });
}

function refuseWordless(ending: Ending): void {
  if ("problem" in ending) {
    const { code, retryAfter, errors } = ending.problem;
    throw new ProblemError(code, {
      ...(retryAfter !== undefined && { retryAfter }),
      ...(errors && { errors }),
    });
  }
  if (ending.state === "superseded") {
    throw new ProblemError("conflict", { detail: "A newer message took this one's place." });
  }
}
