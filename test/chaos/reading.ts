import { createParser } from "eventsource-parser";
import { now } from "../../local/model/pace.ts";
import type { Journal, Reading } from "./journal.ts";
import { type Answer, Broken } from "./wire.ts";

/** How a reader behaves. */
export interface Manner {
  /** Leaves once it has this many units of text more; null stays to the end. */
  readonly leaveAfter: number | null;
  /** Milliseconds it lets pass between two pieces. */
  readonly slowMs: number;
  /** Called with the first sign that the turn is durable. */
  readonly onStart?: () => void;
}

interface Part {
  readonly type: string;
  readonly messageId?: string;
  readonly delta?: string;
  readonly data?: { readonly code?: string };
  readonly messageMetadata?: { readonly turnId?: string };
}

/** Reads an answer in either form into the reading. @returns once it ended or the connection is gone */
export async function read(
  answer: Answer,
  reading: Reading,
  journal: Journal,
  manner: Manner,
): Promise<void> {
  const events = answer.headers["content-type"]?.startsWith("text/event-stream");
  const turnId = answer.headers["x-turn-id"];
  if (typeof turnId === "string") journal.acknowledge(turnId, reading.member, reading.talk);
  try {
    if (events) await readEvents(answer, reading, journal, manner);
    else await readWords(answer, reading, String(turnId), manner);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
}

async function pace(manner: Manner): Promise<void> {
  if (manner.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, manner.slowMs));
}

async function readWords(
  answer: Answer,
  reading: Reading,
  turnId: string,
  manner: Manner,
): Promise<void> {
  reading.turnId = turnId;
  reading.text = "";
  manner.onStart?.();
  for await (const piece of answer.pieces) {
    reading.text += piece;
    if (manner.leaveAfter !== null && reading.text.length >= manner.leaveAfter)
      return answer.drop();
    await pace(manner);
  }
  reading.ending = "clean";
  reading.endedAt = now();
}

async function readEvents(
  answer: Answer,
  reading: Reading,
  journal: Journal,
  manner: Manner,
): Promise<void> {
  const until = manner.leaveAfter === null ? null : reading.text.length + manner.leaveAfter;
  let done = false;
  const wrong = (what: string): void => {
    const { member, talk, turnId } = reading;
    journal.violation(`${member} ${talk} turn ${turnId}: ${what}`);
  };
  const parser = createParser({
    onEvent({ id, data }) {
      if (done) return wrong("an event after the end of the stream");
      if (data === "[DONE]") {
        done = true;
        if (reading.ending === null) wrong("the stream ended without an ending");
        return;
      }
      const part = JSON.parse(data) as Part;
      if (reading.ending !== null) wrong(`${part.type} after ${reading.ending}`);
      take(part, reading);
      if (part.type === "start") {
        if (reading.turnId) journal.acknowledge(reading.turnId, reading.member, reading.talk);
        manner.onStart?.();
      }
      const expected = `${reading.turnId}:${reading.text.length}`;
      if (id !== expected) wrong(`the event ${part.type} has the id ${id} and not ${expected}`);
    },
  });
  for await (const piece of answer.pieces) {
    parser.feed(piece);
    if (until !== null && reading.text.length >= until && !done) return answer.drop();
    await pace(manner);
  }
  if (!done) wrong("the body ended cleanly before the end of the stream");
}

function take(part: Part, reading: Reading): void {
  switch (part.type) {
    case "start":
      reading.turnId = part.messageMetadata?.turnId ?? null;
      reading.messageId = part.messageId ?? null;
      reading.text = "";
      return;
    case "text-delta":
      reading.text += part.delta ?? "";
      return;
    case "data-problem":
      reading.code = part.data?.code ?? null;
      return;
    case "finish":
    case "abort":
    case "error":
      reading.ending = part.type;
      reading.endedAt = now();
  }
}
