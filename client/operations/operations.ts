import { type ReadonlySignal, signal } from "@preact/signals";
import { type OperationsOverview, OVERVIEW_DAYS, type Trouble } from "../../domain/operations.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";

/** How sending a member's rows again went. */
export type Sending =
  | { readonly state: "waiting" | "sending" }
  | { readonly state: "sent"; readonly resent: number; readonly failed: number }
  | { readonly state: "failed"; readonly detail: string };

/** What `POST /api/ops/outbox/resend` answers. */
interface Resent {
  readonly resent: number;
  readonly failed: number;
}

interface TroublePage {
  readonly items: readonly Trouble[];
  readonly nextCursor: string | null;
}

/** What the operator's page shows and does. */
export interface Operations {
  /** Whether a secret is known that was good when it was used last. */
  readonly admitted: ReadonlySignal<boolean>;
  readonly days: ReadonlySignal<number>;
  /** Null until it has been read. */
  readonly overview: ReadonlySignal<OperationsOverview | null>;
  readonly troubles: ReadonlySignal<readonly Trouble[] | null>;
  /** Whether there are more troubles than those. */
  readonly more: ReadonlySignal<boolean>;
  /** Why the last reading failed. */
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly loading: ReadonlySignal<boolean>;
  /** When the overview was read, in milliseconds since the epoch. */
  readonly readAt: ReadonlySignal<number | null>;
  /** By member. */
  readonly sendings: ReadonlySignal<ReadonlyMap<string, Sending>>;
  /** Tries a secret, and keeps it where it is good. Gives why it is not. */
  enter(secret: string): Promise<ClientProblem | null>;
  leave(): void;
  /** Reads everything again, of so many days. Resolves also when it failed (see `problem`). */
  load(days?: number): Promise<void>;
  loadMore(): Promise<void>;
  /** Sends again what Postgres refused of these members, one after the other, and reads the troubles anew. */
  resend(memberIds: readonly string[]): Promise<void>;
}

export interface OperationsOptions {
  readonly api: Pick<Api, "json">;
  /** Lasts as long as the tab: the secret is kept nowhere else. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem">;
  readonly now?: () => number;
}

const KEY = "viva.operations";

/** The operator's page without its looks. */
export function createOperations({ api, storage, now = Date.now }: OperationsOptions): Operations {
  let secret = storage.getItem(KEY);
  const admitted = signal(secret !== null);
  const days = signal(OVERVIEW_DAYS);
  const overview = signal<OperationsOverview | null>(null);
  const troubles = signal<readonly Trouble[] | null>(null);
  const cursor = signal<string | null>(null);
  const more = signal(false);
  const problem = signal<ClientProblem | null>(null);
  const loading = signal(false);
  const readAt = signal<number | null>(null);
  const sendings = signal<ReadonlyMap<string, Sending>>(new Map());
  /** Counts readings: an older answer never covers a newer one. */
  let reading = 0;

  const ask = <T>(path: string, as: string, body?: unknown) =>
    api.json<T>(path, {
      headers: { "X-Ops-Secret": as },
      ...(body === undefined ? {} : { body }),
    });
  const readOverview = (as: string, of: number) =>
    ask<OperationsOverview>(`/api/ops/overview?days=${of}`, as);
  const readTroubles = (as: string, from: string | null) =>
    ask<TroublePage>(`/api/ops/troubles${from === null ? "" : `?cursor=${from}`}`, as);

  function leave(): void {
    reading += 1;
    secret = null;
    storage.removeItem(KEY);
    admitted.value = false;
    overview.value = null;
    troubles.value = null;
    more.value = false;
    sendings.value = new Map();
    problem.value = null;
    loading.value = false;
  }

  /** Shows why something failed; a secret that is not good any more is forgotten. */
  function fail(thrown: unknown): void {
    const found = problemOf(thrown);
    if (found.code === "forbidden" || found.code === "not_found") leave();
    problem.value = found;
  }

  function showTroubles({ items, nextCursor }: TroublePage, before: readonly Trouble[] = []): void {
    troubles.value = [...before, ...items];
    cursor.value = nextCursor;
    more.value = nextCursor !== null;
  }

  async function load(of = days.peek()): Promise<void> {
    if (secret === null) return;
    reading += 1;
    const mine = reading;
    days.value = of;
    loading.value = true;
    try {
      const [found, page] = await Promise.all([
        readOverview(secret, of),
        readTroubles(secret, null),
      ]);
      if (mine !== reading) return;
      overview.value = found;
      showTroubles(page);
      readAt.value = now();
      problem.value = null;
    } catch (error) {
      if (mine === reading) fail(error);
    } finally {
      if (mine === reading) loading.value = false;
    }
  }

  function setSending(memberId: string, sending: Sending): void {
    sendings.value = new Map(sendings.peek()).set(memberId, sending);
  }

  return {
    ...{ admitted, days, overview, troubles, more, problem, loading, readAt, sendings },
    leave,
    load,
    async enter(given) {
      try {
        await readTroubles(given, null);
      } catch (error) {
        const found = problemOf(error);
        // The secret was good: what is wrong shows on the page.
        if (found.code !== "database_unavailable") return found;
      }
      secret = given;
      storage.setItem(KEY, given);
      problem.value = null;
      admitted.value = true;
      return null;
    },
    async loadMore() {
      const before = troubles.peek();
      if (secret === null || before === null || cursor.peek() === null) return;
      const mine = reading;
      try {
        const page = await readTroubles(secret, cursor.peek());
        if (mine === reading) showTroubles(page, before);
      } catch (error) {
        if (mine === reading) fail(error);
      }
    },
    async resend(memberIds) {
      const ids = [...new Set(memberIds)];
      for (const id of ids) setSending(id, { state: "waiting" });
      for (const memberId of ids) {
        if (secret === null) return;
        setSending(memberId, { state: "sending" });
        try {
          const { resent, failed } = await ask<Resent>("/api/ops/outbox/resend", secret, {
            memberId,
          });
          setSending(memberId, { state: "sent", resent, failed });
        } catch (error) {
          const { code, detail } = problemOf(error);
          if (code === "forbidden" || code === "not_found") return fail(error);
          setSending(memberId, { state: "failed", detail });
        }
      }
      await load();
    },
  };
}
