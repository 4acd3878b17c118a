import type { Turn } from "../../domain/messages.ts";
import { now } from "../../local/model/pace.ts";
import type { Journal, Reading } from "./journal.ts";
import type { Random } from "./random.ts";
import { type Manner, read } from "./reading.ts";
import { Broken, codeOf, databasePause, type Wire } from "./wire.ts";

/** A request for a turn. */
export interface TurnRequest {
  readonly body: object;
  readonly idempotencyKey?: string;
}

/** What became of a request: an answer that is being read, or a refusal. */
export type Asked =
  | { readonly is: "reading"; readonly reading: Reading }
  /** The turn failed, or was superseded, before its first word: told by the status where words were asked for. */
  | { readonly is: "wordless"; readonly code: string | null }
  | {
      readonly is: "refused";
      readonly status: number;
      readonly code: string | null;
      readonly tries: number;
    };

/** Codes with which the form of words tells a turn that ended before its first word. */
const WORDLESS = new Set([
  "provider_refused",
  "provider_unavailable",
  "provider_timeout",
  "provider_busy",
  "content_filtered",
]);
const EVENTS = "text/event-stream";
const WORDS = "text/plain";
/** Far more than any run of bad luck takes. */
const MOST_TRIES = 100;
/** Beyond the end of any answer. */
const FAR_AHEAD = 100_000_000;

/**
 * What one conversation's client does for a turn: sends until it is acknowledged, leaves and comes
 * back at random, and reads until it has seen an ending.
 */
export class TurnClient {
  readonly #wire: Wire;
  readonly #journal: Journal;
  readonly #random: Random;
  readonly #member: string;
  readonly #talk: string;
  readonly #path: string;
  /** How this client behaves: at random, undisturbed, or gone as soon as its turn is acknowledged. */
  mood: "random" | "calm" | "absent" = "random";

  constructor(wire: Wire, journal: Journal, random: Random, member: string, talk: string) {
    this.#wire = wire;
    this.#journal = journal;
    this.#random = random;
    this.#member = member;
    this.#talk = talk;
    this.#path = `/api/viva/chat/${encodeURIComponent(talk)}`;
  }

  /**
   * Sends a request under the same ids until it is acknowledged, and reads the answer as far as the
   * first connection carries.
   * @param acknowledged called once the client knows that its message is durable
   */
  async ask(request: TurnRequest, acknowledged: () => void): Promise<Asked> {
    for (let tries = 1; ; tries += 1) {
      if (tries > MOST_TRIES) {
        this.#wrong(`not acknowledged after ${MOST_TRIES} tries: ${JSON.stringify(request.body)}`);
        return { is: "refused", status: 0, code: null, tries };
      }
      if (tries > 1) this.#journal.count("requests sent again");
      const reading = this.#journal.reading(this.#member, this.#talk);
      const asked = await this.#askOnce(request, reading, tries, acknowledged);
      if (asked) return asked;
    }
  }

  async #askOnce(
    { body, idempotencyKey }: TurnRequest,
    reading: Reading,
    tries: number,
    acknowledged: () => void,
  ): Promise<Asked | null> {
    const leaves = this.mood === "random" && tries < 4 && this.#random.chance(0.12);
    const gone = new AbortController();
    const leaving = leaves
      ? setTimeout(
          () => {
            this.#journal.count("clients gone before the first byte");
            gone.abort();
          },
          this.#random.int(0, 60),
        )
      : undefined;
    const accept = this.#random.chance(0.75) ? EVENTS : WORDS;
    this.#journal.disturb(this.#talk);
    try {
      const answer = await this.#wire.open({
        method: "POST",
        path: "/api/viva/chat",
        headers: { accept, ...(idempotencyKey && { "idempotency-key": idempotencyKey }) },
        body,
        signal: gone.signal,
      });
      clearTimeout(leaving);
      if (answer.status !== 200) {
        return await this.#refusal(answer.status, await answer.text(), tries, acknowledged);
      }
      await read(answer, reading, this.#journal, { ...this.#manner(), onStart: acknowledged });
      return reading.turnId === null ? null : { is: "reading", reading };
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return null;
    } finally {
      clearTimeout(leaving);
    }
  }

  async #refusal(
    status: number,
    text: string,
    tries: number,
    acknowledged: () => void,
  ): Promise<Asked | null> {
    const code = codeOf(JSON.parse(text));
    if (code === "database_unavailable") {
      await databasePause(tries);
      return null;
    }
    const superseded = code === "conflict" && text.includes("took this one's place");
    if (superseded || WORDLESS.has(code ?? "")) {
      acknowledged();
      return { is: "wordless", code };
    }
    if (status >= 500) this.#wrong(`a turn was refused with ${status} ${code}`);
    return { is: "refused", status, code, tries };
  }

  /** Reads an answer until its ending is seen, or until the record tells that it has ended. */
  async follow(reading: Reading): Promise<void> {
    for (let tries = 1; reading.ending === null && reading.turnId !== null; tries += 1) {
      if (tries > MOST_TRIES) {
        return this.#wrong(`no ending of turn ${reading.turnId} after ${MOST_TRIES} tries`);
      }
      if (!(await this.#resume(reading, reading.turnId))) return;
    }
  }

  /** One more reader of whatever runs in the conversation now. */
  async look(): Promise<void> {
    const reading = this.#journal.reading(this.#member, this.#talk);
    const accept = this.#random.chance(0.7) ? EVENTS : WORDS;
    try {
      const path = `${this.#path}/stream`;
      const answer = await this.#wire.open({ method: "GET", path, headers: { accept } });
      if (answer.status === 200) {
        this.#journal.count("readers beside the first");
        await read(answer, reading, this.#journal, this.#manner());
      } else {
        await answer.text();
      }
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return;
    }
    await this.follow(reading);
  }

  /** @returns whether there is more to follow */
  async #resume(reading: Reading, turnId: string): Promise<boolean> {
    const { offset, path, headers, wary = false } = this.#place(reading, turnId);
    reading.resumes += 1;
    try {
      const answer = await this.#wire.open({ method: "GET", path, headers });
      if (answer.status === 204) {
        await answer.text();
        await this.turnState(turnId);
        return false;
      }
      if (answer.status !== 200) {
        this.#wrong(`resuming turn ${turnId}: ${answer.status} ${await answer.text()}`);
        return false;
      }
      this.#journal.count("connections taken up again");
      if (answer.headers["x-turn-id"] !== turnId) {
        if (wary) {
          answer.drop();
          return true;
        }
        // Something newer runs here: this turn's own ending stands in the record.
        const other = this.#journal.reading(this.#member, this.#talk);
        await read(answer, other, this.#journal, this.#manner());
        await this.turnState(turnId);
        return false;
      }
      reading.text = reading.text.slice(0, offset);
      await read(answer, reading, this.#journal, { ...this.#manner(), wary });
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
    }
    return true;
  }

  /** Where a reader goes on: where it was, somewhere before, at the start, or ahead of the log. */
  #place(reading: Reading, turnId: string) {
    const path = `${this.#path}/stream`;
    const { length } = reading.text;
    const back = this.#random.chance(0.5) ? length : this.#random.int(0, length);
    const mode = this.#random.weighted({ header: 4, query: 2, bare: 1, start: 2, ahead: 1 });
    this.#journal.count(`resumed by ${mode}`);
    // A client may keep the whole id, or just the turn's.
    const log = reading.log !== null && this.#random.chance(0.7) ? reading.log : turnId;
    switch (mode) {
      case "header":
        return { path, offset: back, headers: headersOf(`${log}:${back}`) };
      case "query": {
        const after = encodeURIComponent(`${log}:${back}`);
        return { path: `${path}?after=${after}`, offset: back, headers: headersOf(null) };
      }
      case "bare":
        return {
          path: `${path}?after=${back}`,
          offset: back,
          headers: headersOf(null),
          wary: true,
        };
      case "ahead": {
        const offset = length + FAR_AHEAD;
        return { path, offset: length, headers: headersOf(`${log}:${offset}`) };
      }
      case "start":
        return { path, offset: 0, headers: headersOf(null) };
    }
  }

  /** Asks how a turn stands; one that was acknowledged must be known. */
  async turnState(turnId: string): Promise<string> {
    const { status, body } = await this.#wire.json<Turn>({
      method: "GET",
      path: `/api/turns/${turnId}`,
    });
    if (status !== 200) {
      this.#wrong(`the acknowledged turn ${turnId} is gone: ${status}`);
      return "gone";
    }
    this.#observe(body);
    return body.state;
  }

  /** Stops a turn, or whatever runs here, from another connection. */
  async stop(turnId: string | null): Promise<void> {
    const askedAt = now();
    this.#journal.count("stops");
    this.#journal.disturb(this.#talk);
    const { status, body } = await this.#wire.json<Turn>({
      method: "POST",
      path: `${this.#path}/stop`,
      body: turnId === null ? {} : { turnId },
    });
    // Where nothing was ever acknowledged here there is nothing to stop.
    if (status === 404 && turnId === null) return;
    if (status !== 200) return this.#wrong(`stop: ${status} ${codeOf(body)}`);
    if (body.state === "streaming") this.#wrong(`turn ${body.id} still runs after its stop`);
    this.#observe(body);
    if (body.state === "stopped") {
      this.#journal.stops.push({ turnId: body.id, askedAt, toldAt: now() });
    }
  }

  #observe({ id, state }: Turn): void {
    if (state === "streaming") return;
    this.#journal.observed.push({ member: this.#member, turnId: id, state });
  }

  #manner(): Manner {
    if (this.mood === "absent") return { leaveAfter: 0, slowMs: 0 };
    if (this.mood === "calm") return { leaveAfter: null, slowMs: 0 };
    const leaves = this.#random.chance(0.25);
    if (leaves) this.#journal.count("clients gone in mid-stream");
    const slow = this.#random.chance(0.08);
    return {
      leaveAfter: leaves ? this.#random.int(1, 300) : null,
      slowMs: slow ? this.#random.int(20, 80) : 0,
    };
  }

  #wrong(what: string): void {
    this.#journal.violation(`${this.#member} ${this.#talk}: ${what}`);
  }
}

function headersOf(lastEventId: string | null): Record<string, string> {
  return { accept: EVENTS, ...(lastEventId !== null && { "last-event-id": lastEventId }) };
}
