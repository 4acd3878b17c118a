import type { LogEntry } from "../local/model/types.ts";
import type { LoadClient, Seen } from "./client.ts";
import type { FarDatabase } from "./database.ts";
import { MARK, type Target } from "./targets.ts";

const MARK_PATTERN = /#\d{6}#/g;

/** What was measured of one turn. */
export interface Measured {
  /** How much later than the provider's own time the first word reached the client. */
  overheadMs: number;
  /** Whether the database was read before the first word. */
  readBefore: boolean;
}

/** Sends turns in waves: all of a wave at once, the next when everything has come to rest. */
export class Waves {
  readonly #client: LoadClient;
  readonly #model: string;
  readonly #database: FarDatabase;
  #sent = 0;
  #newest: string | null = null;

  /** @param model origin of the rehearsal model, whose log knows the provider's own time */
  constructor(client: LoadClient, model: string, database: FarDatabase) {
    this.#client = client;
    this.#model = model;
    this.#database = database;
  }

  /**
   * One wave of `atOnce` turns.
   * @returns for each turn how many milliseconds later than the provider's own time its first word
   *   reached the client, and whether the database was read before that
   * @throws when a turn fails or the provider's log lacks it
   */
  async run(target: Target, atOnce: number): Promise<Measured[]> {
    const marks = Array.from({ length: atOnce }, () => this.#nextMark());
    const calls = marks.map((mark, index) => target.call(index, mark));
    const seen = await Promise.all(calls.map((call) => this.#client.send(call)));
    await this.#database.atRest();
    const own = await this.#providerTimes();
    return marks.map((mark, index) => {
      const turn = seen[index];
      const ownMs = own.get(mark);
      if (turn?.status !== 200 || ownMs === undefined) throw failure(target, turn);
      const { sentAt, firstWordMs } = turn;
      const { authorization = "" } = calls[index]?.headers ?? {};
      return {
        overheadMs: firstWordMs - ownMs,
        readBefore: this.#database.readBetween(authorization, sentAt, sentAt + firstWordMs),
      };
    });
  }

  /** The body of the newest request at the provider, with the mark of its turn made replaceable. */
  newestRequest(): string {
    const mark = this.#newest?.match(MARK_PATTERN)?.at(-1);
    if (!this.#newest || mark === undefined)
      throw new Error("the provider has seen no request yet");
    return this.#newest.replaceAll(mark, MARK);
  }

  #nextMark(): string {
    this.#sent += 1;
    return `#${String(this.#sent).padStart(6, "0")}#`;
  }

  /** The provider's own time to the first token, by mark; empties its log. */
  async #providerTimes(): Promise<Map<string, number>> {
    const log = (await (await fetch(`${this.#model}/log`)).json()) as LogEntry[];
    await fetch(`${this.#model}/log`, { method: "DELETE" });
    const times = new Map<string, number>();
    for (const { newestUser, receivedAt, firstTokenSentAt, body } of log) {
      const mark = newestUser.match(MARK_PATTERN)?.at(-1);
      if (mark !== undefined && firstTokenSentAt !== null) {
        times.set(mark, firstTokenSentAt - receivedAt);
        this.#newest = JSON.stringify(body);
      }
    }
    return times;
  }
}

function failure(target: Target, turn: Seen | undefined): Error {
  const what = turn ? `${turn.status} ${turn.text.slice(0, 300)}` : "no answer";
  return new Error(`${target.name}: a turn failed: ${what}`);
}
