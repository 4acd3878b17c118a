import * as v from "valibot";
import type { MemberContext } from "../../../domain/context.ts";
import { causeOf, log } from "../../platform/log.ts";
import { resolvesWithin } from "../../platform/timers.ts";

/** A context as it is kept in the object's storage. */
interface Kept {
  readonly context: MemberContext;
  /** Milliseconds since the epoch. */
  readonly checkedAt: number;
}

/** What the cache works with. */
export interface ContextPorts {
  readonly load: () => Kept | undefined;
  readonly save: (kept: Kept) => void;
  readonly now: () => number;
}

/** How long things take, in milliseconds. */
export interface ContextTimes {
  readonly fresh: number;
  readonly staleWait: number;
  readonly coldWait: number;
}

/** Asks Postgres for the context, with the token of the request at hand. */
export type FetchContext = (timeoutMs: number) => Promise<unknown>;

const Group = v.picklist(["above", "transition", "below"]);
const SectionTexts = v.record(v.string(), v.string());

/** The border to the database: what `viva_context` answers. */
const ContextRow = v.object({
  version: v.number(),
  profile: v.nullable(v.record(v.string(), v.unknown())),
  assessment: v.nullable(
    v.object({
      id: v.string(),
      completedAt: v.string(),
      totalScore: v.number(),
      categoryScores: v.record(v.string(), v.number()),
      greenLine: v.record(v.string(), Group),
    }),
  ),
  active: v.nullable(
    v.object({ id: v.string(), versionNumber: v.number(), sections: SectionTexts }),
  ),
  draft: v.nullable(
    v.object({ id: v.string(), parentId: v.nullable(v.string()), sections: SectionTexts }),
  ),
});

/** How long a refresh may take that nobody waits for. */
const REFRESH_TIMEOUT_MS = 10_000;

/**
 * What VIVA knows of the member, kept in memory and storage. Postgres holds the truth; here a fresh
 * copy is used at once, a stale one is refreshed while the turn waits briefly, and only where none
 * is known the turn waits longer.
 */
export class ContextCache {
  readonly #ports: ContextPorts;
  readonly #times: ContextTimes;
  #kept: Kept | undefined;
  #savedAt: number;
  #stale = false;
  #refreshing: Promise<void> | undefined;
  /** How often a context was taken over: tells whether one came while another was being read. */
  #taken = 0;
  /** When Postgres was last asked in vain. */
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(ports: ContextPorts, times: ContextTimes) {
    this.#ports = ports;
    this.#times = times;
    this.#kept = ports.load();
    this.#savedAt = this.#kept?.checkedAt ?? 0;
  }

  /** The last known context, however old. */
  get known(): MemberContext | null {
    return this.#kept?.context ?? null;
  }

  /** Whether the known context may be used without asking. */
  get fresh(): boolean {
    const age = this.#kept ? this.#ports.now() - this.#kept.checkedAt : Number.POSITIVE_INFINITY;
    return !this.#stale && age < this.#times.fresh;
  }

  /** Something the context is made of may have changed: the next turn asks for it, whatever happens until then. */
  markStale(): void {
    this.#stale = true;
    if (!this.#kept) return;
    // As old as can be: so it stays known also to an object that loses its memory.
    this.#ports.save({ ...this.#kept, checkedAt: 0 });
    this.#savedAt = 0;
  }

  /**
   * Takes over the context that a confirmed write answered with it. One that cannot be read is asked
   * for anew by the next turn: the write stands all the same.
   */
  learn(context: unknown): void {
    const parsed = v.safeParse(ContextRow, context);
    if (parsed.success) this.#take(parsed.output);
    else this.markStale();
  }

  /** The version that Postgres holds now: where it is the known one, that one is as good as read anew. */
  confirm(version: number): void {
    const known = this.#kept?.context;
    if (known?.version === version) this.#take(known);
  }

  /** Whether what is known was read or confirmed at this time or later, and nothing has called it stale since. */
  checkedSince(time: number): boolean {
    return !this.#stale && this.#kept !== undefined && this.#kept.checkedAt >= time;
  }

  /**
   * The context for a turn: never later than the wait that its state allows.
   * @returns null where none is known and Postgres did not answer in time
   */
  async forTurn(fetchContext: FetchContext | null): Promise<MemberContext | null> {
    if (this.fresh || !fetchContext) return this.known;
    const wait = this.#kept ? this.#times.staleWait : this.#times.coldWait;
    const refresh = this.refresh(fetchContext);
    // Waited for in vain a moment ago, when the object was to be filled: once is enough for a turn.
    const failed = this.#ports.now() - this.#failedAt < wait;
    if (failed && !this.#kept) return null;
    await resolvesWithin(refresh, wait);
    return this.known;
  }

  /** Asks Postgres anew; one request at a time. Never rejects: the last known context stays. */
  refresh(fetchContext: FetchContext): Promise<void> {
    this.#refreshing ??= this.#refresh(fetchContext).finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #refresh(fetchContext: FetchContext): Promise<void> {
    const wasStale = this.#stale;
    this.#stale = false;
    const taken = this.#taken;
    try {
      const read = v.parse(ContextRow, await fetchContext(REFRESH_TIMEOUT_MS));
      this.#take(read, this.#taken === taken);
    } catch (error) {
      this.#stale ||= wasStale;
      this.#failedAt = this.#ports.now();
      log("context_unavailable", causeOf(error));
    }
  }

  /**
   * @param later whether it was read after the known one: then Postgres holds it, also if its version is
   *   lower, as after a backup was restored
   */
  #take(context: MemberContext, later = false): void {
    const before = this.#kept?.context;
    const checkedAt = this.#ports.now();
    const known = before?.version ?? Number.NEGATIVE_INFINITY;
    const newer = context.version > known || (later && context.version < known);
    this.#taken += 1;
    this.#kept = { context: newer || !before ? context : before, checkedAt };
    // That nothing changed is written down only now and then: a row written is paid for.
    if (newer || checkedAt - this.#savedAt > this.#times.fresh / 2) {
      this.#ports.save(this.#kept);
      this.#savedAt = checkedAt;
    }
  }
}
