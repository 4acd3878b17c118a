import type { Answer, EndReason } from "./answer.ts";
import { type Chunk, readChunk } from "./chunk.ts";
import { ChunkTemplate } from "./chunk-template.ts";
import { Deltas } from "./deltas.ts";
import { EventData } from "./event-data.ts";
import { eventLines } from "./event-lines.ts";
import { cut, declined, isDecline, type ProviderError } from "./provider-error.ts";
import { mergedUsage } from "./reported-usage.ts";
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
  /** The text of this read, with thoughts. */
  let fresh = "";
  /** Half a pair whose other half comes in the next chunk: alone it could not be sent as UTF-8. */
  let half = "";
  let given = false;
  /** Whether words have come by deltas: then a whole message only repeats them. */
  let byDeltas = false;
  /** The newest reason of a server that names one with each chunk. It counts once `[DONE]` has come. */
  let earlyReason: EndReason | null = null;
  let endsEarly = false;

  let filter = newFilter();
  const deltas = new Deltas(() => {
    fresh = "";
    half = "";
    filter = newFilter();
    retract();
  });
  const thoughts = new Deltas(() => {});
  const events = new EventData({
    onObject: take,
    onDone() {
      answer.done = true;
      answer.finishReason ??= earlyReason;
    },
    onFailure: fail,
  });

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

  function fail(cause: unknown): void {
    answer.failure ??= isDecline(cause) ? declined(cause) : cut(cause);
  }

  /** Adds to the text of this read. To find out what to add may have emptied it: so that comes first. */
  function add(text: string): void {
    fresh += text;
  }

  /** Takes one chunk into the answer. */
  function take(fields: Readonly<Record<string, unknown>>, line: string, isError: boolean): void {
    if (answer.failure) return;
    const chunk = readChunk(fields);
    if (chunk.error || isError) {
      fail(chunk.error ?? fields);
      return;
    }
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
    add(text);
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

  /** Takes complete lines. */
  function takeLines(received: string): void {
    let from = 0;
    while (from < received.length && !answer.failure && !answer.done) {
      const plain = events.isBetween && answer.finishReason === null && !endsEarly;
      const likeOthers = plain ? template.textAt(received, from) : null;
      if (likeOthers !== null) {
        add(deltas.take(likeOthers));
        from = template.end;
        continue;
      }
      const end = eventEnd(received, from);
      events.take(received.slice(from, end));
      from = end;
    }
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
      fresh = "";
      takeLines(lines.take(bytes));
      if (lines.endless) fail(new Error("a line without an end"));
      return fresh === "" ? "" : words(fresh);
    },
    end() {
      fresh = "";
      const last = lines.rest();
      if (last !== "") takeLines(`${last}\n`);
      add(deltas.end());
      answer.writtenUnits += thoughts.end().length;
      const said = words(fresh);
      return said + filter.end();
    },
  };
}
