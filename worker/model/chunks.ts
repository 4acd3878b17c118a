import type { Answer, EndReason } from "./answer.ts";
import { type Chunk, readChunk } from "./chunk.ts";
import { ChunkTemplate } from "./chunk-template.ts";
import { Deltas } from "./deltas.ts";
import { EVENT_BYTES, eventLines } from "./event-lines.ts";
import { cut, declined, isDecline, type ProviderError } from "./provider-error.ts";
import { fieldsOf, mergedUsage } from "./reported-usage.ts";
import { thoughtFilter } from "./thoughts.ts";

/** Reads an answer out of the bytes of a Chat Completions body. */
export interface AnswerReader {
  /** The member's words that are certain with these bytes: the text of all complete events, without thoughts. */
  read(bytes: Uint8Array): string;
  /** The words that have waited, once nothing more comes: those of a last event without a line end too. */
  end(): string;
}

/** How an answer is read. */
export interface AnswerReading {
  /** Whether the model thinks without an opening tag: then words wait for the closing one. */
  readonly thinksAloud: boolean;
  /** All words that were given so far were a thought. */
  readonly onRetract: () => void;
}

const PLAIN: AnswerReading = { thinksAloud: false, onRetract: () => {} };

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

/** The object that a text is in JSON; null if it is none. */
function parsedObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    // Data of several lines comes here with each of its lines.
    return text.endsWith("}") ? fieldsOf(JSON.parse(text)) : null;
  } catch {
    return null;
  }
}

/** Tells where the server may have begun its answer again, as it names it anew or says again who speaks. */
function answerStarts(): (chunk: Chunk) => boolean {
  let id = "";
  let named = false;
  let introduced = false;
  return (chunk) => {
    const renamed = named && chunk.id !== "" && chunk.id !== id;
    const again = renamed || (introduced && chunk.hasRole);
    if (again) introduced = false;
    // Servers that name each chunk, or say in each who speaks, tell nothing by it.
    named = !renamed && (named || (chunk.id !== "" && chunk.id === id));
    introduced ||= chunk.text !== "" && !chunk.hasRole;
    id = chunk.id || id;
    return again;
  };
}

/** What is wrong with an answer that has come to its end; null for a whole one. */
export function failureOfEnded(answer: Answer): ProviderError | null {
  if (answer.failure) return answer.failure;
  // `[DONE]` alone is no end: gateways send it too behind an answer that broke off.
  if (answer.finishReason === null) return cut();
  return answer.finishReason === "declined" ? declined() : null;
}

/**
 * Makes a reader for one answer, which fills `answer`. It takes what servers send in the name of Chat
 * Completions: server-sent events with any line ends, one JSON object a line (NDJSON), or one object
 * that is the whole answer. Nothing in them is trusted, and nothing makes it throw. A reported error
 * and what is no JSON are the answer's `failure`, and end the reading.
 */
export function answerReader(answer: Answer, reading: AnswerReading = PLAIN): AnswerReader {
  const lines = eventLines();
  const template = new ChunkTemplate();
  const beginsAgain = answerStarts();
  /** Data of the event at hand that is no whole JSON yet. */
  let data = "";
  /** Whether that data came without the name of its field. */
  let bareData = false;
  let eventName = "";
  /** Half a pair whose other half comes in the next chunk: alone it could not be sent as UTF-8. */
  let half = "";
  let given = false;
  /** Whether words have come by deltas: then a whole message only repeats them. */
  let byDeltas = false;
  /** The newest reason of a server that names one with each chunk. It counts once `[DONE]` has come. */
  let earlyReason: EndReason | null = null;
  let endsEarly = false;

  /** The text of this read, with thoughts. */
  let fresh = "";
  let filter = newFilter();
  const deltas = new Deltas(() => {
    fresh = "";
    half = "";
    filter = newFilter();
    retract();
  });
  const thoughts = new Deltas(() => {});

  function newFilter() {
    return thoughtFilter(reading.thinksAloud, {
      onThoughtAloud() {
        answer.thinksAloud = true;
        retract();
      },
    });
  }

  function retract(): void {
    if (given) reading.onRetract();
    given = false;
  }

  function fail(cause: unknown): string {
    answer.failure = isDecline(cause) ? declined(cause) : cut(cause);
    return "";
  }

  /** Takes one chunk into the answer and gives the text that it adds. */
  function take(fields: Readonly<Record<string, unknown>>, line: string): string {
    const chunk = readChunk(fields);
    if (chunk.error || eventName === "error") return fail(chunk.error ?? fields);
    const { end, usage } = chunk;
    const repeats = chunk.mayRepeat && byDeltas;
    if (beginsAgain(chunk)) deltas.mayBeginAgain();
    const text = repeats ? deltas.whole(chunk.text) : deltas.take(chunk.text);
    byDeltas ||= chunk.text !== "" && !chunk.mayRepeat;
    answer.model ??= chunk.model || null;
    answer.writtenUnits += thoughts.take(chunk.thoughts).length;
    if (usage) answer.usage = mergedUsage(answer.usage, usage);
    endedWith(end, text);
    if (end === null && usage === null && !repeats) template.learn(line, chunk.text);
    return text;
  }

  function endedWith(end: EndReason | "break" | null, text: string): void {
    // An answer that is declined stays so.
    if (answer.finishReason === "declined") return;
    // Words behind its end: this server's reasons do not tell the end.
    if (text !== "" && answer.finishReason !== null) {
      endsEarly = true;
      earlyReason = answer.finishReason;
      answer.finishReason = null;
    }
    if (end === "break") answer.failure = cut(new Error("the provider broke off"));
    else if (end === "declined" || !endsEarly) answer.finishReason = end ?? answer.finishReason;
    else earlyReason = end ?? earlyReason;
  }

  /** Takes a line of data. JSON that goes over several lines is taken with its last one. */
  function takeData(line: string, value: string): string {
    const more = value.trim();
    if (/^"?\[done\]"?$/i.test(more)) {
      answer.done = true;
      answer.finishReason ??= earlyReason;
      return "";
    }
    if (eventName === "error" && !more.startsWith("{")) return fail(new Error(more));
    // Bare words such as `ping` keep a connection alive.
    if (data === "" && !/^[{<]/.test(more)) return "";
    const whole = data === "" ? more : `${data}\n${more}`;
    const fields = parsedObject(whole);
    if (fields) {
      const single = data === "";
      data = "";
      return take(fields, single ? line : "");
    }
    data = whole;
    return data.length > EVENT_BYTES ? fail(new Error("an event without an end")) : "";
  }

  /** The event has ended: JSON that has not is a broken stream. */
  function endEvent(): void {
    if (data !== "") fail(new Error("not JSON"));
    data = "";
    eventName = "";
  }

  /** Takes a line, with the empty one behind it that ends its event, and gives its text. */
  function takeLine(line: string): string {
    let text = "";
    // A line that is no field of an event: NDJSON, or an answer in one piece.
    const bare = line.startsWith("{") || (bareData && data !== "");
    if (line.startsWith("data:") || bare) {
      bareData = bare;
      text = takeData(line, bare ? line : line.slice("data:".length));
    } else if (line.startsWith("event:")) {
      eventName = line.slice("event:".length).trim().toLowerCase();
    }
    if (line === "\n" || line.endsWith("\n\n")) endEvent();
    return text;
  }

  /** The text of complete lines, with thoughts. */
  function textOf(received: string): string {
    fresh = "";
    let from = 0;
    while (from < received.length && !answer.failure && !answer.done) {
      const plain = data === "" && eventName === "" && answer.finishReason === null && !endsEarly;
      const likeOthers = plain ? template.textAt(received, from) : null;
      if (likeOthers !== null) {
        const more = deltas.take(likeOthers);
        // Taking it may have emptied what was there.
        fresh += more;
        from = template.end;
        continue;
      }
      const end = eventEnd(received, from);
      const more = takeLine(received.slice(from, end));
      fresh += more;
      from = end;
    }
    return fresh;
  }

  /** The words in a text. */
  function words(text: string): string {
    answer.writtenUnits += text.length;
    const whole = half + filter.take(text);
    half = endsInHalf(whole) ? whole.slice(-1) : "";
    const said = half === "" ? whole : whole.slice(0, -1);
    given ||= said !== "";
    return said;
  }

  return {
    read(bytes) {
      const text = textOf(lines.take(bytes));
      if (lines.endless) fail(new Error("a line without an end"));
      return text === "" ? "" : words(text);
    },
    end() {
      const last = lines.rest();
      fresh = "";
      if (last !== "") textOf(`${last}\n`);
      const held = deltas.end();
      answer.writtenUnits += thoughts.end().length;
      const said = words(fresh + held);
      return said + filter.end();
    },
  };
}
