import { createStore, delMany, entries, set, type UseStore } from "idb-keyval";
import type { ClientProblem } from "../../api/problem.ts";
import type { Topic } from "./topic.ts";

/** A message, or the change of one, that waits to be sent or was never acknowledged. */
export interface Waiting {
  readonly conversationId: string;
  /** What the conversation is about, should it begin with this message. */
  readonly topic: Topic;
  readonly id: string;
  readonly text: string;
  /** ISO time; the order in which messages go out, too. */
  readonly createdAt: string;
  /** Whether it was refused: then it waits for the member, not for the connection. */
  readonly refused: boolean;
  /** Why the server refused it. Absent if it did not say, and in what an earlier version kept. */
  readonly problem?: ClientProblem;
  /** Whether it changes a message of this id that the server may have with another text. */
  readonly edits?: boolean;
}

/** The messages of one member that the server does not have yet. Survives a reload. */
export interface Queue {
  /** All that wait, the oldest first. */
  all(): Promise<readonly Waiting[]>;
  /** Adds a message, or puts it in place of the one with its id. Resolves once it is kept. */
  put(message: Waiting): Promise<void>;
  remove(conversationId: string, messageId: string): Promise<void>;
  /** Forgets everything of this member. */
  clear(): Promise<void>;
}

/** Where the queue is kept: keys and values. */
export interface QueueStore {
  entries(): Promise<[string, Waiting][]>;
  set(key: string, value: Waiting): Promise<void>;
  remove(keys: string[]): Promise<void>;
}

/** How long the browser's store is waited for, in milliseconds: some browsers at times never open it. */
const PATIENCE_MS = 3_000;

/**
 * The browser's own store: IndexedDB, opened when it is first needed, and opened again if the browser
 * has closed it, as phones do with pages in the background. Each call ends in time, or rejects.
 */
export function indexedStore(): QueueStore {
  let opened: UseStore | undefined;
  function use<T>(act: (store: UseStore) => Promise<T>): Promise<T> {
    // Async: some browsers throw at once if the store is blocked.
    const attempt = async () => {
      opened ??= createStore("viva", "queue");
      return act(opened);
    };
    const again = () => {
      opened = undefined;
      return attempt();
    };
    const late = new Promise<never>((_, reject) => setTimeout(reject, PATIENCE_MS));
    return Promise.race([attempt().catch(again), late]);
  }
  return {
    entries: () => use((store) => entries<string, Waiting>(store)),
    set: (key, value) => use((store) => set(key, value, store)),
    remove: (keys) => use((store) => delMany(keys, store)),
  };
}

/**
 * The queue of a member. A store that is blocked or full does no harm: the messages then wait as
 * long as the page lives.
 */
export function createQueue(store: QueueStore, memberId: string): Queue {
  const prefix = `${memberId}\n`;
  const keyOf = (conversationId: string, messageId: string) =>
    `${prefix}${conversationId}\n${messageId}`;

  async function mine(): Promise<[string, Waiting][]> {
    try {
      return (await store.entries()).filter(([key]) => key.startsWith(prefix));
    } catch {
      return [];
    }
  }

  return {
    async all() {
      const waiting = (await mine()).map(([, message]) => message);
      return waiting.sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
    },
    async put(message) {
      await store.set(keyOf(message.conversationId, message.id), message).catch(() => {});
    },
    async remove(conversationId, messageId) {
      await store.remove([keyOf(conversationId, messageId)]).catch(() => {});
    },
    async clear() {
      const keys = (await mine()).map(([key]) => key);
      await store.remove(keys).catch(() => {});
    },
  };
}
