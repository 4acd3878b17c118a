import { Hangup } from "./http.ts";

/** What `POST /control` may say. Fields left out stay as they were. */
export interface OutageControl {
  /** Milliseconds before each REST answer: how far away the database is. */
  latencyMs?: number;
  /** True: REST and auth connections are cut without an answer. */
  down?: boolean;
  /** REST answers carry this status instead of being served; null serves them again. */
  status?: number | null;
}

/** Distance and outages of a database, played for tests and benches. */
export class Outage {
  #state: Required<OutageControl>;

  constructor(latencyMs = 0) {
    this.#state = { latencyMs, down: false, status: null };
  }

  /** @returns the state after the change, or null when a field has the wrong type. */
  set(change: unknown): Required<OutageControl> | null {
    if (typeof change !== "object" || change === null) return null;
    const next = { ...this.#state, ...change };
    const ok =
      Number.isFinite(next.latencyMs) &&
      next.latencyMs >= 0 &&
      typeof next.down === "boolean" &&
      (next.status === null || (Number.isInteger(next.status) && next.status >= 200));
    if (!ok) return null;
    this.#state = { latencyMs: next.latencyMs, down: next.down, status: next.status };
    return this.#state;
  }

  /**
   * Called before a request is served.
   *
   * @returns the answer to give instead, or null to serve it.
   * @throws Hangup while the database is down.
   */
  async before(path: string): Promise<Response | null> {
    const rest = path.startsWith("/rest/");
    if (rest && this.#state.latencyMs > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      setTimeout(resolve, this.#state.latencyMs);
      await promise;
    }
    if (this.#state.down) throw new Hangup();
    if (!rest || this.#state.status === null) return null;
    const body = { code: "REHEARSED", message: "An outage that a test asked for" };
    return Response.json(body, { status: this.#state.status });
  }
}
