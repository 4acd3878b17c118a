import { DatabaseError } from "../../db/supabase.ts";
import { log } from "../../platform/log.ts";
import type { Fence } from "../access-fence.ts";
import type { UnderWay } from "../pending-work.ts";
import type { SessionParts } from "../services.ts";
import type { Runner } from "../turns/runner.ts";
import { endTurns } from "./forget.ts";

/** First and longest pause between two attempts, in milliseconds. */
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 300_000;

/** What an erase works with. */
export interface ErasePorts {
  readonly fence: Fence;
  readonly underWay: UnderWay;
  readonly parts: () => SessionParts;
  readonly runner: () => Runner;
  /** Empties the object, all but its fence, and begins anew. */
  readonly empty: () => Promise<void>;
}

/**
 * Erases everything of the member. The fence stands before anything else happens and is persisted, so
 * that it is taken up again wherever it was broken off: turns end, what was written to meanwhile is
 * waited for, the books that Postgres lacks are sent, Postgres erases in one transaction, and only
 * then the object forgets. Each step may happen twice.
 */
export class Eraser {
  readonly #ports: ErasePorts;
  #running: Promise<void> | undefined;
  #failures = 0;

  constructor(ports: ErasePorts) {
    this.#ports = ports;
  }

  /** Goes on with what the fence says; one at a time. Never rejects: the alarm tries again. */
  run(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const { fence, parts, empty } = this.#ports;
    if (fence.erase !== "erasing") return;
    try {
      await this.#quiet();
      const { outbox } = parts();
      // One that is on its way is let through; what it tells goes with the rest.
      await outbox.flush();
      outbox.keepBooksOnly();
      await outbox.flush();
      if (outbox.pending) throw new Error("the books are not sent");
      await parts().eraseInPostgres(fence.generation);
      await empty();
      this.#failures = 0;
      log("member_erased", {}, "log");
    } catch (error) {
      this.#pause(error as Error);
    }
  }

  /** Waits until nobody writes any more, here or to Postgres: new requests are refused already. */
  async #quiet(): Promise<void> {
    await this.#ports.underWay.quiet(() => endTurns(this.#ports.runner(), () => true));
  }

  #pause(error: Error): void {
    const { now, wakeBy } = this.#ports.parts();
    const pause = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    const code = error instanceof DatabaseError ? error.code : error.name;
    log("erase_paused", { code, failures: this.#failures });
    wakeBy(now() + pause);
  }
}
