/** One server-sent event of a turn's stream. */
export interface StreamEvent {
  /** `<turn>:<offset>`. */
  readonly id: string;
  /** Its part, or null for the closing `[DONE]`. */
  readonly part: { readonly type: string; readonly [member: string]: unknown } | null;
}

/** Reads a turn's body piece by piece. */
export class StreamReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  /** Everything that has been read so far. */
  text = "";

  constructor(response: Response) {
    if (!response.body) throw new Error("no body");
    this.#reader = response.body.getReader();
  }

  /** Reads the next piece. @returns false at the end; rejects where the body breaks off. */
  async next(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    this.text += this.#decoder.decode(value, { stream: !done });
    return !done;
  }

  /** Reads on until the text so far satisfies a condition. */
  async until(condition: (text: string) => boolean): Promise<string> {
    while (!condition(this.text)) {
      if (!(await this.next())) throw new Error(`ended before: ${this.text}`);
    }
    return this.text;
  }

  /** Reads to the end. */
  async rest(): Promise<string> {
    while (await this.next());
    return this.text;
  }

  /** Leaves, as a client does that closes its tab. */
  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

/** The events of a stream's text. Throws for a block that is no event of ours. */
export function parseEvents(text: string): StreamEvent[] {
  const blocks = text.split("\n\n").filter((block) => block !== "" && !block.startsWith(":"));
  return blocks.map((block) => {
    const [, id, data] = /^id: (\S+)\n: *\ndata: (.+)$/.exec(block) ?? [];
    if (!id || !data) throw new Error(`not an event: ${block}`);
    return { id, part: data === "[DONE]" ? null : JSON.parse(data) };
  });
}

/** The types of a stream's parts in order, with runs of text as one. */
export function shapeOf(events: readonly StreamEvent[]): string[] {
  const types = events.map(({ part }) => part?.type ?? "[DONE]");
  return types.filter((type, i) => type !== "text-delta" || types[i - 1] !== "text-delta");
}

/** The text that a stream's deltas add up to. */
export function textOf(events: readonly StreamEvent[]): string {
  return events.map(({ part }) => (part?.type === "text-delta" ? String(part.delta) : "")).join("");
}

/** The part of a type, which must be there once. */
export function partOf(events: readonly StreamEvent[], type: string) {
  const found = events.filter(({ part }) => part?.type === type);
  const [only] = found;
  if (found.length !== 1 || !only?.part) throw new Error(`${found.length} parts ${type}`);
  // biome-ignore lint/suspicious/noExplicitAny: parts are read by what their type has
  return only.part as Record<string, any>;
}

/** Reads a whole event stream. */
export async function readEvents(response: Response): Promise<StreamEvent[]> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return parseEvents(await new StreamReader(response).rest());
}

/** Reads a whole answer in words. */
export async function readWords(response: Response): Promise<string> {
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return new StreamReader(response).rest();
}
