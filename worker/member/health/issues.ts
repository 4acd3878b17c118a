import type { Trouble } from "../../../domain/operations.ts";
import { DatabaseError } from "../../db/supabase.ts";
import { log } from "../../platform/log.ts";
import type { TurnRecord } from "../store/turn-store.ts";
import type { Outbox } from "../sync/outbox.ts";
import { reportTroubles } from "./telemetry.ts";

/** A trouble as the session finds it; times in milliseconds since the epoch. */
export type Found = Pick<Trouble, "kind" | "rowKind" | "code" | "count"> & {
  readonly since: number;
};

/** What is remembered of what the operator was told. */
export interface KeptTroubles {
  /** Names what stood of the outbox, and all that stood, when it was told last. */
  readonly outbox: string;
  readonly all: string;
  /** When it was told. */
  readonly at: number;
  /** Since when turns, and an erase, have been seen that should have ended. */
  readonly seen: { readonly turns?: number; readonly erase?: number };
}

/** What the troubles of a session are found in and told to. */
export interface TroublePorts {
  readonly outbox: Pick<Outbox, "groups" | "failure">;
  readonly turns: Pick<TurnRecord, "unfinished">;
  /** Whether everything of the member is being erased. */
  readonly erasing: () => boolean;
  readonly load: () => KeptTroubles | undefined;
  readonly save: (kept: KeptTroubles) => void;
  /** Calls `viva_report` for this member. */
  readonly send: (troubles: readonly object[]) => Promise<unknown>;
  readonly memberId: string;
  readonly dataset: AnalyticsEngineDataset | undefined;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly wakeBy: (time: number) => void;
}

/** From which age on a backlog is no passing thing, in milliseconds: the longest pause twice. */
const BACKLOG_MS = 600_000;
/** No turn takes this long: two time-outs and an answer of the greatest length. */
const TURN_MS = 300_000;
const ERASE_MS = 600_000;
/** When what could not be told is told again, and turns that hang are looked at again. */
const AGAIN_MS = 300_000;
/** How often what still stands is told anew, so that an operator sees that it does. */
const RENEW_MS = 3_600_000;

const NOTHING: KeptTroubles = { outbox: "", all: "", at: 0, seen: {} };

/** What stands, in one word. Without the count of a backlog, which changes all the time. */
const nameOf = (troubles: readonly Found[]) =>
  troubles
    .map(({ kind, rowKind, code, count }) => [kind, rowKind, code, kind === "backlog" ? "" : count])
    .join(";");

/** A code as the operator's table takes it, whoever wrote it. */
const plain = (code: string) => code.replaceAll(/[^\w.-]/g, "").slice(0, 60);

/**
 * Tells the operator what is wrong in this session, since nobody can look into all of them: to a table
 * of Postgres, and once by a log line and a data point, which remain where Postgres is away. Takes it back
 * when it is mended. Only kinds, codes, counts and times, and whose session it is.
 */
export class Troubles {
  readonly #ports: TroublePorts;
  /** Names what stood when it was logged last; null where that was before this object woke. */
  #logged: string | null = null;
  #triedAt = Number.NEGATIVE_INFINITY;
  #kept: KeptTroubles | undefined;

  constructor(ports: TroublePorts) {
    this.#ports = ports;
  }

  /** When the operator should be told of a change in the outbox; null while they know all that there is. */
  get dueAt(): number | null {
    if (nameOf(this.#ofOutbox()) === this.#told.outbox) return null;
    return Math.max(this.#ports.now(), this.#triedAt + AGAIN_MS);
  }

  /** What the operator was told; read once, since it is asked for after every turn. */
  get #told(): KeptTroubles {
    this.#kept ??= this.#ports.load() ?? NOTHING;
    return this.#kept;
  }

  #keep(kept: KeptTroubles): void {
    this.#ports.save(kept);
    this.#kept = kept;
  }

  /**
   * Looks at the session and tells what has changed. Never rejects.
   * @param startedAt when a turn that is in memory began, null for one that is not
   * @param anew also where nothing has changed
   */
  async report(startedAt: (turnId: string) => number | null, anew = false): Promise<void> {
    const { send, now, wakeBy } = this.#ports;
    const kept = this.#told;
    const time = now();
    const ofOutbox = this.#ofOutbox();
    const seen = this.#seen(startedAt, kept.seen, time);
    const troubles = [...ofOutbox, ...this.#lasting(seen, startedAt, time)];
    const [outbox, all] = [nameOf(ofOutbox), nameOf(troubles)];
    // A turn that is lost ends when the object wakes the next time; nothing else may wake it.
    if (seen.turns !== undefined) wakeBy(time + AGAIN_MS);
    const due = all !== kept.all || (all !== "" && time - kept.at >= RENEW_MS);
    if (!due && !anew) {
      if (seen.turns !== kept.seen.turns || seen.erase !== kept.seen.erase)
        this.#keep({ ...kept, seen });
      return;
    }
    this.#log(troubles, kept.all, all, time);
    this.#triedAt = time;
    try {
      await send(
        troubles.map((found) => ({ ...found, since: new Date(found.since).toISOString() })),
      );
      this.#keep({ outbox, all, at: time, seen });
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : (error as Error).name;
      log("troubles_not_told", { code });
      this.#keep({ ...kept, seen });
      wakeBy(time + AGAIN_MS);
    }
  }

  /** Rows that were refused for good, and a backlog that is too old. */
  #ofOutbox(): Found[] {
    const { outbox, now } = this.#ports;
    const groups = outbox.groups();
    const refused = groups.flatMap(({ kind, failed, count, oldest }): Found[] =>
      failed === null
        ? []
        : [{ kind: "refused", rowKind: kind, code: plain(failed), count, since: oldest }],
    );
    const waiting = groups.filter(({ failed }) => failed === null);
    const since = Math.min(...waiting.map(({ oldest }) => oldest));
    if (now() - since < BACKLOG_MS) return refused;
    const count = waiting.reduce((sum, group) => sum + group.count, 0);
    return [
      ...refused,
      { kind: "backlog", rowKind: "", code: plain(outbox.failure ?? ""), count, since },
    ];
  }

  /** Turns that should have ended by now: running for too long, or not in memory any more. */
  #hanging(startedAt: (turnId: string) => number | null, time: number): (number | null)[] {
    return this.#ports.turns
      .unfinished()
      .map(({ id }) => startedAt(id))
      .filter((started) => started === null || time - started >= TURN_MS);
  }

  /** Since when turns and an erase have been seen that have not ended. */
  #seen(
    startedAt: (turnId: string) => number | null,
    before: KeptTroubles["seen"],
    time: number,
  ): KeptTroubles["seen"] {
    const turns = this.#hanging(startedAt, time);
    const oldest = Math.min(time, ...turns.filter((started) => started !== null));
    return {
      ...(turns.length > 0 && { turns: before.turns ?? oldest }),
      ...(this.#ports.erasing() && { erase: before.erase ?? time }),
    };
  }

  #lasting(
    { turns, erase }: KeptTroubles["seen"],
    startedAt: (turnId: string) => number | null,
    time: number,
  ): Found[] {
    const found: Found[] = [];
    const rest = { rowKind: "", code: "" };
    if (turns !== undefined && time - turns >= TURN_MS) {
      const count = this.#hanging(startedAt, time).length;
      found.push({ ...rest, kind: "turns", count, since: turns });
    }
    if (erase !== undefined && time - erase >= ERASE_MS) {
      found.push({ ...rest, kind: "erase", count: 1, since: erase });
    }
    return found;
  }

  #log(troubles: readonly Found[], before: string, all: string, time: number): void {
    if (all === (this.#logged ?? before)) return;
    this.#logged = all;
    const { memberId, dataset } = this.#ports;
    reportTroubles(
      memberId,
      troubles.map(({ since, ...found }) => ({ ...found, ageMs: Math.max(0, time - since) })),
      dataset,
    );
  }
}
