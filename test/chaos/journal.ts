import { now } from "../../local/model/pace.ts";

/** A message as its client sent it. Its text is unlike any other's and begins with its mark. */
export interface Sent {
  readonly member: string;
  readonly talk: string;
  /** The client's id; null where the client gave none. */
  readonly id: string | null;
  readonly text: string;
  readonly firstAt: number;
  /** When its client first saw it acknowledged. */
  ackedAt: number | null;
  /** Whether an acknowledged edit or regenerate cut it away. */
  cut: boolean;
}

/** What one reader saw of a turn. */
export interface Reading {
  readonly member: string;
  readonly talk: string;
  turnId: string | null;
  messageId: string | null;
  /** What the offsets of its events count in; null while no event has told. */
  log: string | null;
  /** As the client has it: after a `start` it begins anew. */
  text: string;
  /** Last part of the event stream, or `clean` for words that ended; null while there is none. */
  ending: "finish" | "abort" | "error" | "clean" | null;
  /** The code of the problem that ended it. */
  code: string | null;
  /** How often the connection was taken up again. */
  resumes: number;
  endedAt: number | null;
}

/** How a turn that a client asked about stood. */
export interface Observed {
  readonly member: string;
  readonly turnId: string;
  readonly state: string;
}

/** What a client sees of a turn: it is durable, it says its first word, it has ended. */
export type Moment = "acknowledged" | "first word" | "ending";

/** A turn that was stopped by its member. */
export interface Stop {
  readonly turnId: string;
  readonly askedAt: number;
  readonly toldAt: number;
}

/** What all clients saw and did, for the judgement at the end. */
export class Journal {
  readonly sent: Sent[] = [];
  readonly readings: Reading[] = [];
  readonly observed: Observed[] = [];
  readonly stops: Stop[] = [];
  /** Each turn that was acknowledged to a client, with when that was. */
  readonly turns = new Map<string, { member: string; talk: string; ackedAt: number }>();
  /** When clients sent what may end a running turn, by conversation. */
  readonly disturbances = new Map<string, number[]>();
  /** What a client saw that must not be, told at once. */
  readonly violations: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #tell: (line: string) => void;
  #awaited: { readonly turns: number; readonly resolve: () => void }[] = [];
  readonly #moments = new Map<Moment, PromiseWithResolvers<void>>();

  /** @param tell told of each violation at once: a run may come to no end because of it */
  constructor(tell: (line: string) => void) {
    this.#tell = tell;
  }

  count(what: string, times = 1): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + times);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** Something is sent that may end a conversation's running turn. */
  disturb(talk: string): void {
    const times = this.disturbances.get(talk) ?? [];
    this.disturbances.set(talk, [...times, now()]);
  }

  violation(text: string): void {
    this.violations.push(text);
    this.#tell(`violation: ${text}`);
  }

  /** A turn's id was seen in an answer: it is durable from here on. */
  acknowledge(turnId: string, member: string, talk: string): void {
    if (this.turns.has(turnId)) return;
    this.turns.set(turnId, { member, talk, ackedAt: now() });
    const reached = this.#awaited.filter(({ turns }) => this.turns.size >= turns);
    this.#awaited = this.#awaited.filter(({ turns }) => this.turns.size < turns);
    for (const { resolve } of reached) resolve();
    this.sees("acknowledged");
  }

  /** A client sees something, now. */
  sees(moment: Moment): void {
    this.#moments.get(moment)?.resolve();
    this.#moments.delete(moment);
  }

  /** Resolves in the moment in which a client next sees something. */
  next(moment: Moment): Promise<void> {
    const waiting = this.#moments.get(moment) ?? Promise.withResolvers<void>();
    this.#moments.set(moment, waiting);
    return waiting.promise;
  }

  /** Resolves once so many turns have been acknowledged. */
  reached(turns: number): Promise<void> {
    if (this.turns.size >= turns) return Promise.resolve();
    return new Promise((resolve) => this.#awaited.push({ turns, resolve }));
  }

  reading(member: string, talk: string): Reading {
    const reading: Reading = {
      member,
      talk,
      turnId: null,
      messageId: null,
      log: null,
      text: "",
      ending: null,
      code: null,
      resumes: 0,
      endedAt: null,
    };
    this.readings.push(reading);
    return reading;
  }
}
