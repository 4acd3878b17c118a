import { EVENT_BYTES } from "./event-lines.ts";
import { fieldsOf } from "./reported-usage.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What the data of a body's events is. */
export interface EventDataPorts {
  /**
   * An object. `line` is the line that is nothing but this object; empty if it came in another way.
   * `isError`: the server calls it one.
   */
  readonly onObject: (fields: Fields, line: string, isError: boolean) => void;
  /** `[DONE]` */
  readonly onDone: () => void;
  /** An error in words, or what is no JSON: nothing behind it is read. */
  readonly onFailure: (cause: unknown) => void;
}

const DONE = /^"?\[done\]"?$/i;

/** The objects that a text is in JSON: one, or a list of them. Null if it is no JSON. */
function parsedObjects(text: string): readonly Fields[] | null {
  try {
    const value: unknown = JSON.parse(text);
    const items: readonly unknown[] = Array.isArray(value) ? value : [value];
    return items.map(fieldsOf).filter((fields) => fields !== null);
  } catch {
    return null;
  }
}

/** What servers make of JSON: numbers that are none, as Python writes them, and events without a line end between. */
function mendedObjects(text: string): readonly Fields[] | null {
  const numbers = text.replace(/([[:,]\s*)-?(?:NaN|Infinity)\b/g, "$1null");
  const events = numbers.split(/(?<=\})data: ?(?=[{[])/);
  const parts = events.filter((event) => !DONE.test(event)).map(parsedObjects);
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

/** The objects in data that may not be whole yet; null as long as it is not. */
function objectsIn(text: string): readonly Fields[] | null {
  // Data of several lines comes here with each of its lines.
  return /[}\]]$/.test(text) ? (parsedObjects(text) ?? mendedObjects(text)) : null;
}

/** What JSON objects begin with, or a list of them, or a page of HTML. Other data is words such as `ping`. */
const BEGINS = /^(?:[{<]|\[\s*(?:\{|$))/;

/**
 * Reads lines as data: server-sent events, whose data may go over several lines, one JSON object a line
 * (NDJSON), or one object that is the whole body.
 */
export class EventData {
  readonly #ports: EventDataPorts;
  /** Data of the event at hand that is no whole JSON yet. */
  #data = "";
  /** Whether that data came without the name of its field. */
  #bare = false;
  #eventName = "";

  constructor(ports: EventDataPorts) {
    this.#ports = ports;
  }

  /** Whether the next line begins an event. */
  get isBetween(): boolean {
    return this.#data === "" && this.#eventName === "";
  }

  /** Takes a line, with the empty one behind it that ends its event. */
  take(line: string): void {
    // A line that is no field of an event: NDJSON, or an answer in one piece.
    const bare = /^[[{]/.test(line) || (this.#bare && this.#data !== "");
    if (line.startsWith("data:") || bare) {
      this.#bare = bare;
      // Gateways that read no events wrap each in one of their own: `data: data: {…}`.
      this.#takeData(line, (bare ? line : line.replace(/^(?:data: ?)+/, "")).trim());
    } else if (line.startsWith("event:")) {
      this.#eventName = line.slice("event:".length).trim().toLowerCase();
    } else if (line.startsWith("error:")) {
      // No field of an event, but llama.cpp sends its errors so.
      const said = line.slice("error:".length).trim();
      this.#ports.onFailure(objectsIn(said) ?? said);
    }
    if (line === "\n" || line.endsWith("\n\n")) this.#endEvent();
  }

  /** Takes a line of data. JSON that goes over several lines is taken with its last one. */
  #takeData(line: string, more: string): void {
    const { onObject, onDone, onFailure } = this.#ports;
    const isError = this.#eventName === "error";
    if (DONE.test(more)) {
      onDone();
      return;
    }
    if (isError && !more.startsWith("{")) {
      onFailure(more);
      return;
    }
    if (this.#data === "" && !BEGINS.test(more)) return;
    const isSingle = this.#data === "";
    this.#data = isSingle ? more : `${this.#data}\n${more}`;
    const objects = objectsIn(this.#data);
    if (objects) {
      this.#data = "";
      const own = isSingle && objects.length === 1 ? line : "";
      for (const fields of objects) onObject(fields, own, isError);
    } else if (this.#data.length > EVENT_BYTES) {
      onFailure(new Error("an event without an end"));
    }
  }

  /** The event has ended: JSON that has not is a broken stream. */
  #endEvent(): void {
    if (this.#data !== "") this.#ports.onFailure(new Error("not JSON"));
    this.#data = "";
    this.#eventName = "";
  }
}
