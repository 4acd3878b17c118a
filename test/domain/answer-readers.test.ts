import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { problem } from "../../domain/problems.ts";
import { AnswerLog, type Ending } from "../../worker/member/stream/answer-log.ts";
import { eventEncoder, wordEncoder } from "../../worker/member/stream/encoders.ts";
import { openReader } from "../../worker/member/stream/reader.ts";

const HEAD = { turnId: "turn-1", conversationId: "talk", messageId: "answer", model: "model" };
const FACTS = {
  usage: null,
  timings: { firstWordMs: null, oursMs: null, upstreamMs: null },
  credits: null,
};
const ENDINGS: readonly Ending[] = [
  { state: "complete", finishReason: "stop", ...FACTS },
  { state: "stopped", ...FACTS },
  { state: "superseded", ...FACTS },
  { state: "interrupted", problem: problem("answer_cut"), ...FACTS },
  { state: "failed", problem: problem("provider_busy"), ...FACTS },
];
/** The last part of each ending, as the stream tells it. */
const LAST_PART: Readonly<Record<Ending["state"], string>> = {
  complete: "finish",
  stopped: "abort",
  superseded: "abort",
  interrupted: "error",
  failed: "error",
};
/** Long enough that no ping disturbs a run. */
const QUIET = {
  pingMs: 60_000,
  now: () => performance.now(),
  pipe: () => new TransformStream<Uint8Array, Uint8Array>(),
};

/** What should be true of the answer and of everyone who reads it. */
interface Model {
  text: string;
  ending: Ending | null;
  readers: { from: number; got: number; started: boolean; ended: boolean; left: boolean }[];
}

/** A client: takes chunk after chunk and checks each event against its place in the answer. */
class Client {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  /** Types of the parts so far. */
  readonly types: string[] = [];
  /** Events of text so far. */
  deltas = 0;
  text = "";
  offset: number;

  constructor(stream: ReadableStream<Uint8Array>, from: number) {
    this.#reader = stream.getReader();
    this.offset = from;
  }

  /** Takes one chunk. @returns false at the end of the body. */
  async take(): Promise<boolean> {
    const { done, value } = await this.#reader.read();
    if (done) return false;
    const blocks = this.#decoder.decode(value, { stream: true }).split("\n\n");
    expect(blocks.pop()).toBe("");
    for (const block of blocks) this.#event(block);
    return true;
  }

  #event(block: string): void {
    const [, id, data = ""] = /^(?:id: (\S+)\n)?(?:: *\n)?data: ([^\n]*)$/.exec(block) ?? [];
    const part = data === "[DONE]" ? { type: data } : JSON.parse(data);
    this.types.push(part.type);
    if (part.type === "text-delta") {
      this.text += part.delta;
      this.offset += part.delta.length;
      this.deltas += 1;
    }
    if (part.type !== "[DONE]") expect(id).toBe(`${HEAD.turnId}:${this.offset}`);
  }

  leave(): Promise<void> {
    return this.#reader.cancel();
  }
}

interface Real {
  readonly log: AnswerLog;
  readonly clients: Client[];
}

type Command = fc.AsyncCommand<Model, Real>;

class Append implements Command {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  check = (): boolean => true;
  async run(model: Model, { log }: Real): Promise<void> {
    log.append(this.text);
    if (!model.ending) model.text += this.text;
    expect(log.length).toBe(model.text.length);
    expect(log.text).toBe(model.text);
  }
  toString = (): string => `append ${JSON.stringify(this.text)}`;
}

class End implements Command {
  readonly ending: Ending;
  constructor(ending: Ending) {
    this.ending = ending;
  }
  check = (): boolean => true;
  async run(model: Model, { log }: Real): Promise<void> {
    log.end(this.ending);
    model.ending ??= this.ending;
    expect(log.ending).toBe(model.ending);
  }
  toString = (): string => `end as ${this.ending.state}`;
}

class Open implements Command {
  readonly share: number;
  /** @param share of the text at which the reader begins; over 1: ahead of the log */
  constructor(share: number) {
    this.share = share;
  }
  check = (): boolean => true;
  async run(model: Model, { log, clients }: Real): Promise<void> {
    const asked = Math.round(model.text.length * this.share) + (this.share > 1 ? 1 : 0);
    const from = asked > model.text.length ? 0 : asked;
    const stream = openReader(log, eventEncoder(HEAD), { from: asked, ...QUIET });
    clients.push(new Client(stream, from));
    model.readers.push({ from, got: 0, started: from > 0, ended: false, left: false });
  }
  toString = (): string => `open at ${this.share}`;
}

class Take implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  #reader(model: Model) {
    return model.readers[this.pick % Math.max(1, model.readers.length)];
  }
  check(model: Model): boolean {
    const reader = this.#reader(model);
    if (!reader || reader.left || reader.ended) return false;
    const more = reader.from + reader.got < model.text.length;
    return more || !reader.started || model.ending !== null;
  }
  async run(model: Model, { clients }: Real): Promise<void> {
    const reader = this.#reader(model);
    const client = clients[this.pick % clients.length];
    if (!reader || !client) throw new Error("no reader");
    const more = await client.take();
    expect(more).toBe(true);
    reader.started = true;
    reader.got = client.text.length;
    expect(client.text).toBe(model.text.slice(reader.from, reader.from + reader.got));
    if (client.types.at(-1) === "[DONE]") {
      reader.ended = true;
      expect(reader.from + reader.got).toBe(model.text.length);
      expect(client.types.at(-2)).toBe(model.ending && LAST_PART[model.ending.state]);
      expect(await client.take()).toBe(false);
    }
  }
  toString = (): string => `take ${this.pick}`;
}

class Leave implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = (model: Model): boolean => model.readers.length > 0;
  async run(model: Model, { clients }: Real): Promise<void> {
    const at = this.pick % clients.length;
    const reader = model.readers[at];
    if (reader) reader.left = true;
    await clients[at]?.leave();
  }
  toString = (): string => `leave ${this.pick}`;
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const pick = fc.nat(50);
const commands = fc.commands(
  [
    text.map((piece) => new Append(piece)),
    text.map((piece) => new Append(piece)),
    fc.nat(150).map((percent) => new Open(percent / 100)),
    pick.map((at) => new Take(at)),
    pick.map((at) => new Take(at)),
    pick.map((at) => new Take(at)),
    pick.map((at) => new Leave(at)),
    fc.constantFrom(...ENDINGS).map((ending) => new End(ending)),
  ],
  { maxCommands: 60 },
);

describe("an answer and its readers, in any order of what they do", () => {
  it("gives each reader the log from its offset, then the ending, and nothing after", async () => {
    await fc.assert(
      fc.asyncProperty(commands, async (run) => {
        const model: Model = { text: "", ending: null, readers: [] };
        const real: Real = { log: new AnswerLog(), clients: [] };
        await fc.asyncModelRun(() => ({ model, real }), run);
        const ending = model.ending ?? ENDINGS[0];
        if (!ending) throw new Error("no ending");
        real.log.end(ending);
        for (const [index, client] of real.clients.entries()) {
          const reader = model.readers[index];
          if (!reader || reader.left) continue;
          const before = client.deltas;
          while (await client.take());
          expect(client.text).toBe(model.text.slice(reader.from));
          expect(client.types.slice(-2)).toEqual([LAST_PART[ending.state], "[DONE]"]);
          // What it was behind came as one piece, besides the one that was on its way already.
          expect(client.deltas - before).toBeLessThanOrEqual(2);
          const starts = client.types.filter((type) => type === "start").length;
          expect(starts).toBe(reader.from === 0 ? 1 : 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("gives words that break off unless the answer is whole or was stopped", async () => {
    const pieces = fc.array(text, { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom(...ENDINGS), async (said, ending) => {
        const log = new AnswerLog();
        const stream = openReader(log, wordEncoder(), { from: 0, ...QUIET });
        const read = new Response(stream).text();
        for (const piece of said) log.append(piece);
        log.end(ending);
        if (ending.state === "complete" || ending.state === "stopped") {
          expect(await read).toBe(said.join(""));
        } else {
          await expect(read).rejects.toThrow("broke off");
        }
      }),
    );
  });
});
