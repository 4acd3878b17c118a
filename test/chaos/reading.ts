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
  /** Leaves at the first sign of another log: the place to go on was given without its name. */
  readonly wary?: boolean;
  /** Called with each word and each event. */
  readonly heard?: () => void;
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

/** Longest time without a word or an ending: longer than every time-out of a turn. */
const PATIENCE_MS = 20_000;

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
  const impatient = setTimeout(() => {
    const { member, talk, text } = reading;
    journal.violation(`${member} ${talk} turn ${turnId}: falls silent after ${text.length} units`);
    answer.drop();
  }, PATIENCE_MS);
  const heard = (): void => void impatient.refresh();
  try {
    if (events) await readEvents(answer, reading, journal, { ...manner, heard });
    else await readWords(answer, reading, String(turnId), journal, { ...manner, heard });
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  } finally {
    clearTimeout(impatient);
  }
}

async function pace(manner: Manner): Promise<void> {
  if (manner.slowMs > 0) await new Promise((resolve) => setTimeout(resolve, manner.slowMs));
}

async function readWords(
  answer: Answer,
  reading: Reading,
  turnId: string,
  journal: Journal,
  manner: Manner,
): Promise<void> {
  reading.turnId = turnId;
  reading.text = "";
  manner.onStart?.();
  for await (const piece of answer.pieces) {
    if (reading.text === "") journal.sees("first word");
    reading.text += piece;
    manner.heard?.();
    if (manner.leaveAfter !== null && reading.text.length >= manner.leaveAfter)
      return answer.drop();
    await pace(manner);
  }
  reading.ending = "clean";
  reading.endedAt = now();
  journal.sees("ending");
}

async function readEvents(
  answer: Answer,
  reading: Reading,
  journal: Journal,
  manner: Manner,
): Promise<void> {
  const until = manner.leaveAfter === null ? null : reading.text.length + manner.leaveAfter;
  let done = false;
  let left = false;
  const wrong = (what: string): void => {
    const { member, talk, turnId } = reading;
    journal.violation(`${member} ${talk} turn ${turnId}: ${what}`);
  };
  const parser = createParser({
    onEvent({ id, data }) {
      manner.heard?.();
      if (done) return wrong("an event after the end of the stream");
      if (data === "[DONE]") {
        done = true;
        if (reading.ending === null) wrong("the stream ended without an ending");
        return;
      }
      const part = JSON.parse(data) as Part;
      if (reading.ending !== null) wrong(`${part.type} after ${reading.ending}`);
      const [, log = "", offset] = /^(.+):(\d+)$/.exec(id ?? "") ?? [];
      const other = reading.log !== null && reading.text !== "" && log !== reading.log;
      if (other && part.type !== "start") {
        if (manner.wary) left = true;
        else wrong(`goes on with ${part.type} of ${log} where it had read ${reading.log}`);
      }
      if (left) return;
      if (part.type === "text-delta" && reading.text === "") journal.sees("first word");
      take(part, reading);
      if (reading.ending !== null) journal.sees("ending");
      if (part.type === "start") {
        if (reading.turnId) journal.acknowledge(reading.turnId, reading.member, reading.talk);
        manner.onStart?.();
      }
      reading.log = log;
      const fits = log.split(".")[0] === reading.turnId && Number(offset) === reading.text.length;
      if (!fits) wrong(`the event ${part.type} has the id ${id} at ${reading.text.length}`);
    },
  });
  for await (const piece of answer.pieces) {
    parser.feed(piece);
    if (left) return answer.drop();
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
