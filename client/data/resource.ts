import { type ReadonlySignal, signal } from "@preact/signals";
import { type ClientProblem, problemOf } from "../api/problem.ts";

/** Something of the member's that is read from the server and shown on several pages. */
export interface Resource<T> {
  /** As the server told it last; null until it has. */
  readonly value: ReadonlySignal<T | null>;
  /** Why it could not be read the last time. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  /** Reads it again, unless that has just happened; resolves also when it failed (see `problem`). */
  refresh(): Promise<void>;
  /**
   * It has changed elsewhere: reads it again, where it was read before. Resolves with why it could not be
   * read; null where it was, or need not be.
   */
  changed(): Promise<ClientProblem | null>;
  /** Takes over what the server confirmed: reads that were asked for before are out of date. */
  set(value: T): void;
}

/** A read this young is not repeated: a link's prefetch and its page mean the same one. */
const RECENT_MS = 3_000;

/**
 * A resource.
 * @param read one request
 * @param now milliseconds, on a clock that nobody can set
 */
export function createResource<T>(
  read: () => Promise<T>,
  now: () => number = () => performance.now(),
): Resource<T> {
  const value = signal<T | null>(null);
  const problem = signal<ClientProblem | null>(null);
  let loading: Promise<void> | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let writes = 0;
  /** Whether it changed while it was being read. */
  let again = false;

  async function load(): Promise<void> {
    const before = writes;
    try {
      const found = await read();
      problem.value = null;
      if (writes === before) value.value = found;
      readAt = now();
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  async function loadAll(): Promise<void> {
    do {
      again = false;
      await load();
    } while (again);
  }

  return {
    value,
    problem,
    refresh() {
      if (!loading && value.peek() !== null && now() - readAt < RECENT_MS) return Promise.resolve();
      loading ??= loadAll().finally(() => {
        loading = null;
      });
      return loading;
    },
    async changed() {
      if (!loading && value.peek() === null) return null;
      again = loading !== null;
      readAt = Number.NEGATIVE_INFINITY;
      await this.refresh();
      return problem.peek();
    },
    set(next) {
      writes += 1;
      readAt = now();
      problem.value = null;
      value.value = next;
    },
  };
}
