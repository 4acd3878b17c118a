import { ChunkTemplate } from "./chunk-template.ts";
import { cut, type ProviderError } from "./provider-error.ts";

/** Tokens as the provider reported them. */
export interface ReportedUsage {
  readonly inputTokens: number;
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/** What is known of an answer while its chunks come in. */
export interface Answer {
  /** Whether the provider took the request on: it may then bill it, whatever becomes of the answer. */
  accepted: boolean;
  /** Whether it said no: then nothing is billed, whatever else happens to the turn. */
  refused: boolean;
  /** The model as the provider names it. */
  model: string | null;
  /** The provider's own word: `stop`, `length`, `content_filter`, … */
  finishReason: string | null;
  usage: ReportedUsage | null;
  /** Whether the closing `[DONE]` has been read. */
  done: boolean;
  /** What is wrong with it: words that came before that have been given. Null while nothing is. */
  failure: ProviderError | null;
  /** How many pieces of its body have come in, each in a task of its own. */
  reads: number;
}

interface Chunk {
  model?: string;
  choices?: { delta?: { content?: string | null }; finish_reason?: string | null }[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    prompt_tokens_details?: { cached_tokens?: number } | null;
  } | null;
  error?: unknown;
}

/** An answer of which nothing has come in. */
export function emptyAnswer(): Answer {
  return {
    accepted: false,
    refused: false,
    model: null,
    finishReason: null,
    usage: null,
    done: false,
    failure: null,
    reads: 0,
  };
}

/** Takes one chunk into the answer and gives its text. */
function take(answer: Answer, data: string): string {
  let chunk: Chunk;
  try {
    chunk = JSON.parse(data);
  } catch (cause) {
    answer.failure = cut(cause);
    return "";
  }
  // Compatible servers report a failure in mid-stream as a chunk of its own.
  if (chunk.error) {
    answer.failure = cut(chunk.error);
    return "";
  }
  answer.model ??= chunk.model ?? null;
  const choice = chunk.choices?.[0];
  answer.finishReason = choice?.finish_reason ?? answer.finishReason;
  if (chunk.usage) {
    answer.usage = {
      inputTokens: chunk.usage.prompt_tokens ?? 0,
      cachedInputTokens: chunk.usage.prompt_tokens_details?.cached_tokens ?? 0,
      outputTokens: chunk.usage.completion_tokens ?? 0,
    };
  }
  return choice?.delta?.content ?? "";
}

const utf8 = new TextDecoder();
const LINE_END = 10;
const NOTHING = new Uint8Array();

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  if (one.length === 0) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

/** Behind the line that begins at `from`, and behind the empty one that ends its event, where that has come. */
function eventEnd(lines: string, from: number): number {
  const end = lines.indexOf("\n", from) + 1;
  return lines.startsWith("\n", end) ? end + 1 : end;
}

/** Whether a text ends with the first half of a surrogate pair. */
function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last <= 0xdbff;
}

/**
 * A parser of a Chat Completions event stream. Each call takes the bytes of one read and gives the
 * text of all events that are complete with them; a line cut at a border waits for the next read.
 * Only `data:` lines matter to this protocol, one per event. What is no chunk is the answer's
 * `failure` (answer_cut), and ends the parsing: the text before it is given all the same.
 */
export function chunkParser(answer: Answer): (bytes: Uint8Array) => string {
  /** A line whose end has not come, as a copy: the bytes of a read are not ours to keep. */
  let rest = NOTHING;
  /** The complete lines of what has come in. Nearly always that is all of it. */
  const lines = (bytes: Uint8Array): string => {
    const received = joined(rest, bytes);
    const end = received.lastIndexOf(LINE_END) + 1;
    if (end === received.length) {
      rest = NOTHING;
      return utf8.decode(received);
    }
    rest = received.slice(end);
    return utf8.decode(received.subarray(0, end));
  };
  const template = new ChunkTemplate();
  // Half a pair whose other half comes in the next chunk: alone it could not be sent as UTF-8.
  let half = "";
  return (bytes) => {
    const received = lines(bytes);
    let text = half;
    let from = 0;
    while (from < received.length && !answer.failure) {
      const likeOthers = template.textAt(received, from);
      if (likeOthers !== null) {
        text += likeOthers;
        from = template.end;
        continue;
      }
      const end = eventEnd(received, from);
      if (received.startsWith("data:", from)) {
        const event = received.slice(from, end);
        const data = event.slice("data:".length).trim();
        if (data === "[DONE]") answer.done = true;
        else if (data !== "") {
          const said = take(answer, data);
          text += said;
          const saysNoMore = answer.finishReason === null && answer.usage === null;
          if (saysNoMore) template.learn(event, said);
        }
      }
      from = end;
    }
    half = endsInHalf(text) ? text.slice(-1) : "";
    return half === "" ? text : text.slice(0, -1);
  };
}
