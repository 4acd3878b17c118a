import type { Ending } from "./answer-log.ts";
import { LARGEST_EVENT, paddedEvent, utf8Bytes } from "./padded-event.ts";

/** What the head of a stream tells of its turn. */
export interface StreamHead {
  readonly turnId: string;
  readonly conversationId: string;
  /** The answer's message id. */
  readonly messageId: string;
  readonly model: string;
  /** Which of the turn's requests gives the words; without it the first. Settled by the first word. */
  readonly attempt?: () => number;
}

/**
 * What offsets in an answer count in: the turn, and from its second request on that too. Words that
 * were shown in the moment before their object was lost may be asked for anew; an offset in the lost
 * ones must not be taken for one in the new.
 */
export function logName({ turnId, attempt }: StreamHead): string {
  const which = attempt?.() ?? 1;
  return which > 1 ? `${turnId}.${which}` : turnId;
}

/** The turn that a log is of. */
export function turnOfLog(log: string): string {
  return log.replace(/\.\d$/, "");
}

/** How a reader writes what it reads: text chunks for each moment of an answer. */
export interface StreamEncoder {
  /** Before any text, for a reader that begins at offset 0. */
  readonly start: string;
  /** Kept alive in silence, or null where the form has no such thing. */
  readonly ping: string | null;
  /** Text whose last unit stands right before `offset`. */
  text(delta: string, offset: number): string;
  /** Whether what was sent can be replaced: text that ends at an offset takes the place of all from its beginning. */
  readonly replaces: boolean;
  /** The ending, or null where the body has to break off instead. */
  end(ending: Ending, offset: number): string | null;
}

/** The id of the one text part of an answer. */
const TEXT_PART = "text";

/** Room for the JSON of a text in the largest event: what stands around it takes less than 200 bytes. */
const TEXT_BYTES = LARGEST_EVENT - 200;
/** So many UTF-16 units fit whatever they are: JSON has six bytes for each at most. */
const TEXT_UNITS = Math.floor(TEXT_BYTES / 6);

function fitsOneEvent(text: string): boolean {
  if (text.length <= TEXT_UNITS) return true;
  return text.length <= TEXT_BYTES && utf8Bytes(JSON.stringify(text)) <= TEXT_BYTES;
}

/** About the middle of a text: a character of two units stays whole. */
function middleOf(text: string): number {
  const middle = text.length >> 1;
  const before = text.charCodeAt(middle - 1);
  return before >= 0xd800 && before <= 0xdbff ? middle + 1 : middle;
}

/**
 * The form of the AI SDK's UI message stream, version 1: server-sent events that carry their offset. Each
 * has one of three sizes, so that sizes on the wire do not tell the words.
 */
export function eventEncoder(head: StreamHead): StreamEncoder {
  const { turnId, conversationId, messageId, model } = head;
  const event = (offset: number, part: object) =>
    paddedEvent(`${logName(head)}:${offset}`, JSON.stringify(part));

  return {
    start:
      event(0, {
        type: "start",
        messageId,
        messageMetadata: { conversationId, turnId, model, status: "streaming" },
      }) + event(0, { type: "text-start", id: TEXT_PART }),
    ping: ": ping\n\n",
    replaces: true,
    text(delta, offset) {
      if (fitsOneEvent(delta)) return event(offset, { type: "text-delta", id: TEXT_PART, delta });
      const middle = middleOf(delta);
      const [first, rest] = [delta.slice(0, middle), delta.slice(middle)];
      return this.text(first, offset - rest.length) + this.text(rest, offset);
    },
    end(ending, offset) {
      const { state, usage, timings, credits, vision, care } = ending;
      const messageMetadata = {
        conversationId,
        turnId,
        model,
        status: state,
        usage,
        timings,
        credits,
        ...(vision && { vision }),
        ...(care && { care }),
      };
      const parts: object[] = [{ type: "text-end", id: TEXT_PART }];
      if (ending.state === "complete") {
        parts.push({ type: "finish", finishReason: ending.finishReason, messageMetadata });
      } else {
        parts.push({ type: "message-metadata", messageMetadata });
        if ("problem" in ending) {
          parts.push({ type: "data-problem", data: ending.problem, transient: true });
          parts.push({ type: "error", errorText: ending.problem.detail });
        } else {
          parts.push({ type: "abort", reason: ending.state });
        }
      }
      const done = paddedEvent(`${logName(head)}:${offset}`, "[DONE]");
      return parts.map((part) => event(offset, part)).join("") + done;
    },
  };
}

/** The bare words. Only an answer that is whole, or was stopped by the member, ends cleanly. */
export function wordEncoder(): StreamEncoder {
  return {
    start: "",
    ping: null,
    replaces: false,
    text: (delta) => delta,
    end: ({ state }) => (state === "complete" || state === "stopped" ? "" : null),
  };
}
