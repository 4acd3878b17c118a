import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { isRefused, pauseMs } from "../../domain/retry.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { Changes, Kept } from "./unsaved-changes.ts";

/**
 * Where saving stands: `saved` all is confirmed; `saving` a write is on its way; `waiting` it failed
 * and will be tried again by itself.
 */
export type SaveStatus = "saved" | "saving" | "waiting";

/** A change that the server refused for good: it is rolled back, what was typed is here. */
export interface Refusal<Value> {
  readonly value: Value;
  /** A sentence a member may read. */
  readonly reason: string;
}

export interface SaveQueueOptions<Value, Answer> {
  /**
   * Sends one write.
   * @throws ApiError
   */
  send(changes: Changes<Value>): Promise<Answer>;
  /** The server has confirmed these changes. */
  confirmed(answer: Answer, changes: Changes<Value>): void;
  /** The server refused these changes for good; they are not pending any more. */
  refused?(refusals: Readonly<Record<string, Refusal<Value>>>, problem: ClientProblem): void;
  readonly kept: Kept<Value>;
  /** Resolves after the time, or sooner when the connection is back. */
  pause(ms: number): Promise<void>;
}

/** The changes of one resource on their way to the server. */
export interface SaveQueue<Value> {
  /** What the server has not confirmed yet, newest values. */
  readonly pending: ReadonlySignal<Changes<Value>>;
  readonly status: ReadonlySignal<SaveStatus>;
  /** Why it is `waiting`. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** What was refused and has not been changed since. */
  readonly refusals: ReadonlySignal<Readonly<Record<string, Refusal<Value>>>>;
  /** Shows at once, sends in order; of several values for a key the newest wins. */
  put(changes: Changes<Value>): void;
  /** Resolves once nothing is on its way: true when all is confirmed. */
  settled(): Promise<boolean>;
  /** Sends nothing any more; what is pending stays kept for the next time. */
  close(): void;
}

/** Whether the session is at fault, not the change: it is kept until the member is back. */
const SESSION = new Set(["unauthorized", "token_expired", "session_revoked", "insufficient_aal"]);

/** The changes that a problem's `errors` are about, with the reason; empty where it names none. */
function named(problem: ClientProblem, keys: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { path, message } of problem.errors ?? []) {
    const parts = path.split(".");
    const key = keys.find((candidate) => parts.includes(candidate));
    if (key !== undefined && !found.has(key)) found.set(key, message);
  }
  return found;
}

/**
 * Saves one resource: one write at a time, in order. What is changed while a write is on its way goes
 * with the next one. Failures that may pass are tried again, for as long as it takes; a refusal takes
 * back only what was refused.
 */
export function createSaveQueue<Value, Answer>(
  options: SaveQueueOptions<Value, Answer>,
): SaveQueue<Value> {
  const pending = signal<Changes<Value>>({});
  const status = signal<SaveStatus>("saved");
  const problem = signal<ClientProblem | null>(null);
  const refusals = signal<Readonly<Record<string, Refusal<Value>>>>({});
  /** Keys that go alone, to find out which of them the server refuses. */
  const alone = new Set<string>();
  /** Keys that were changed here. */
  const own = new Set<string>();
  const waiters = new Set<(all: boolean) => void>();
  let running = false;
  let closed = false;
  let failures = 0;

  function keep(next: Changes<Value>): void {
    pending.value = next;
    options.kept.write(next);
  }

  /** Takes what was sent out of what is pending, unless it has been changed since. */
  function forget(sent: Changes<Value>): void {
    const now = pending.peek();
    keep(Object.fromEntries(Object.entries(now).filter(([key, value]) => sent[key] !== value)));
    for (const key of Object.keys(sent)) alone.delete(key);
  }

  function next(): Changes<Value> {
    const now = pending.peek();
    const single = Object.keys(now).find((key) => alone.has(key));
    return single === undefined ? now : { [single]: now[single] as Value };
  }

  function refuse(sent: Changes<Value>, why: ClientProblem): void {
    const keys = Object.keys(sent);
    const reasons = named(why, keys);
    if (reasons.size === 0 && keys.length > 1) {
      for (const key of keys) alone.add(key);
      return;
    }
    const refused = reasons.size > 0 ? [...reasons.keys()] : keys;
    const taken: Record<string, Refusal<Value>> = {};
    for (const key of refused) {
      // Changed since: the newer value has its own chance.
      if (pending.peek()[key] !== sent[key]) continue;
      taken[key] = { value: sent[key] as Value, reason: reasons.get(key) ?? why.detail };
    }
    batch(() => {
      forget(Object.fromEntries(refused.map((key) => [key, sent[key] as Value])));
      refusals.value = { ...refusals.peek(), ...taken };
      if (Object.keys(taken).length > 0) options.refused?.(taken, why);
    });
  }

  /** Whether to go on after a failure. */
  async function fail(sent: Changes<Value>, why: ClientProblem): Promise<boolean> {
    const over = SESSION.has(why.code);
    if (!over && isRefused(why)) {
      refuse(sent, why);
      return true;
    }
    batch(() => {
      status.value = "waiting";
      problem.value = why;
    });
    if (over) return false;
    await options.pause(pauseMs("save", failures, why));
    failures += 1;
    return true;
  }

  async function run(): Promise<void> {
    if (running || closed) return;
    running = true;
    let going = true;
    while (going && !closed && Object.keys(pending.peek()).length > 0) {
      const sent = next();
      status.value = "saving";
      try {
        const answer = await options.send(sent);
        failures = 0;
        batch(() => {
          forget(sent);
          problem.value = null;
          options.confirmed(answer, sent);
        });
      } catch (error) {
        going = await fail(sent, problemOf(error));
      }
    }
    running = false;
    const all = Object.keys(pending.peek()).length === 0;
    if (all) {
      batch(() => {
        status.value = "saved";
        problem.value = null;
      });
    }
    for (const waiter of waiters) waiter(all && Object.keys(refusals.peek()).length === 0);
    waiters.clear();
  }

  function put(changes: Changes<Value>): void {
    for (const key of Object.keys(changes)) own.add(key);
    batch(() => {
      keep({ ...pending.peek(), ...changes });
      const left = Object.entries(refusals.peek()).filter(([key]) => !(key in changes));
      refusals.value = Object.fromEntries(left);
      if (!running) status.value = "saving";
    });
    void run();
  }

  // What this tab has changed itself is newer than anything that another one has left.
  options.kept.adopt((left) => {
    const news = Object.entries(left).filter(([key]) => !own.has(key));
    if (!closed && news.length > 0) put(Object.fromEntries(news));
  });

  return {
    pending,
    status,
    problem,
    refusals,
    put,
    settled() {
      if (!running) {
        const all = Object.keys(pending.peek()).length === 0;
        return Promise.resolve(all && Object.keys(refusals.peek()).length === 0);
      }
      return new Promise((resolve) => waiters.add(resolve));
    },
    close() {
      closed = true;
    },
  };
}
