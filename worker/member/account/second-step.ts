import { ProblemError } from "../../../domain/problems.ts";
import type { Caller } from "../../auth/verify.ts";
import type { MemberCommand, MemberRequest } from "../../commands.ts";
import { nextTask } from "../../platform/timers.ts";

/** How long it holds that an account has no second factor, in milliseconds, before Postgres is asked again. */
const KNOWN_FOR_MS = 120_000;
/** The same if Postgres did not answer: what was known last holds for so long. */
const UNANSWERED_MS = 10_000;
/** How long a token that was refused is refused unasked, in milliseconds: a flood of it is no flood for Postgres. */
const REFUSED_FOR_MS = 5_000;

/** What the object keeps and asks with. */
export interface SecondStepPorts {
  /** Whether the account has a verified factor, as far as is known. Stays when everything is erased. */
  readonly load: () => boolean | undefined;
  readonly save: (hasFactor: boolean) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly keepAlive: (work: Promise<unknown>) => void;
  /** Asks Postgres as the member whether their token holds. @throws DatabaseError, ProblemError; an insufficient_aal has been learned */
  readonly ask: (shown: Shown) => Promise<unknown>;
  /** A factor was added: connections that were opened with one step are to end. */
  readonly onAdded: () => void;
  /** Postgres says so: what runs was begun with one step, and is to end. */
  readonly onRefused: () => void;
}

/** A request's token, and what it says. */
type Shown = Pick<MemberRequest, "caller" | "token">;

/**
 * Commands that need no question of their own: what Postgres answers with the member's token it refuses itself, and
 * the first token of a turn waits for nobody. A turn reads with that token what is not known yet.
 */
const ASKS_ITSELF: ReadonlySet<MemberCommand["kind"]> = new Set([
  ...(["chat", "discovery", "draft", "refine", "read-profile", "edit-profile"] as const),
  ...(["read-assessment", "answer-statements", "complete-assessment"] as const),
  ...(["list-visions", "read-vision", "begin-vision", "write-vision"] as const),
  ...(["delete-vision", "commit-vision"] as const),
]);

/**
 * Whether a member's tokens must be of two steps (`aal2`). That an account has a second factor stands in no
 * token; the object learns it from the first token of two steps, from Postgres when that refuses a token of one
 * step, with each copy that the outbox sends, and, for what the object answers by itself, by asking: at most
 * every two minutes.
 */
export class SecondStep {
  readonly #ports: SecondStepPorts;
  #hasFactor: boolean;
  /** Until when a token of one step is good without asking, in milliseconds since the epoch. */
  #goodUntil = 0;
  /** When it was learned that there is a factor, in this object's life. */
  #addedAt = 0;
  readonly #asking = new Map<string, Promise<void>>();
  /** The token that Postgres refused last, and until when it is refused without asking again. */
  #refused = { token: "", until: 0 };

  constructor(ports: SecondStepPorts) {
    this.#ports = ports;
    this.#hasFactor = ports.load() ?? false;
  }

  /**
   * Takes over what Postgres says of the account.
   * @param askedAt when Postgres was asked: that it knew of no factor before one was added says nothing
   */
  learn(hasFactor: boolean, askedAt = this.#ports.now()): void {
    const now = this.#ports.now();
    if (!hasFactor && askedAt <= this.#addedAt) return;
    this.#goodUntil = hasFactor ? 0 : now + KNOWN_FOR_MS;
    if (this.#keep(hasFactor) && hasFactor) this.#ports.onRefused();
  }

  /** @returns whether it is news */
  #keep(hasFactor: boolean): boolean {
    if (hasFactor === this.#hasFactor) return false;
    this.#hasFactor = hasFactor;
    this.#ports.save(hasFactor);
    if (hasFactor) {
      this.#goodUntil = 0;
      this.#addedAt = this.#ports.now();
      this.#ports.onAdded();
    }
    return true;
  }

  /**
   * Lets a token in without asking anybody.
   * @throws ProblemError insufficient_aal
   */
  admit({ aal }: Pick<Caller, "aal">): void {
    if (this.#hasFactor && aal === "aal1") throw new ProblemError("insufficient_aal");
  }

  /**
   * Lets a token in, by asking Postgres if need be.
   * @returns null if nothing has to be asked; else it rejects with ProblemError insufficient_aal, or
   *   database_unavailable if the account is known to have a factor and Postgres cannot say that it is gone
   */
  check(shown: Shown): Promise<void> | null {
    const { token, caller } = shown;
    const { aal } = caller;
    if (aal === "server") return null;
    if (aal === "aal2") {
      // Not before the request has left: a write would hold it back.
      if (!this.#hasFactor) this.#ports.keepAlive(nextTask().then(() => this.#keep(true)));
      return null;
    }
    const now = this.#ports.now();
    if (now < this.#goodUntil) return null;
    if (this.#refused.token === token && now < this.#refused.until) {
      return Promise.reject(new ProblemError("insufficient_aal"));
    }
    const asking = this.#asking.get(token) ?? this.#ask(shown);
    this.#asking.set(token, asking);
    const done = () => this.#asking.delete(token);
    asking.then(done, done);
    return asking;
  }

  /**
   * Answers a request once its token is let in. If Postgres refuses the token only after a turn has begun, nothing
   * of the turn is shown.
   * @throws ProblemError as `check`
   */
  async guard(
    kind: MemberCommand["kind"],
    shown: Shown,
    answer: () => Promise<Response>,
  ): Promise<Response> {
    if (this.#hasFactor || !ASKS_ITSELF.has(kind)) {
      await this.check(shown);
      return answer();
    }
    if (shown.caller.aal === "aal2") void this.check(shown);
    const given = await answer();
    try {
      this.admit(shown.caller);
      return given;
    } catch (error) {
      await given.body?.cancel();
      throw error;
    }
  }

  async #ask(shown: Shown): Promise<void> {
    const askedAt = this.#ports.now();
    try {
      // False: it was revoked. That says nothing of a factor, and the fence refuses it.
      if ((await this.#ports.ask(shown)) === true) this.learn(false, askedAt);
    } catch (error) {
      const code = error instanceof ProblemError ? error.code : null;
      if (code === "insufficient_aal") {
        this.#refused = {
          token: shown.token,
          until: this.#ports.now() + REFUSED_FOR_MS,
        };
        throw error;
      }
      if (this.#hasFactor) {
        if (code !== null) throw error;
        throw new ProblemError("database_unavailable", { retryAfter: 5 }, { cause: error });
      }
      this.#goodUntil = this.#ports.now() + UNANSWERED_MS;
    }
  }
}
