import { type ReadonlySignal, signal } from "@preact/signals";
import type { ConversationSummary, Page } from "../../domain/messages.ts";
import { truncate } from "../../domain/text.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { Topic } from "./chat.ts";

const PAGE = 30;
const TITLE_CHARACTERS = 80;

/** The member's conversations, newest first. */
export interface Conversations {
  /** Null until the first page has arrived. */
  readonly items: ReadonlySignal<readonly ConversationSummary[] | null>;
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Loads the newest page; resolves also when that failed (see `problem`). */
  refresh(): Promise<void>;
  more(): Promise<void>;
  /** They have changed elsewhere: reads the newest again, where they were read before. */
  changed(): Promise<void>;
  /** A member's message began a turn: its conversation is the newest now, before the server is asked. */
  touch(id: string, topic: Topic, text: string, now: string): void;
  /** The newest conversation of a topic among those loaded. */
  newestOf(topic: Topic): ConversationSummary | undefined;
}

/** The store of the conversations list. */
export function createConversations(api: Api): Conversations {
  const items = signal<readonly ConversationSummary[] | null>(null);
  const problem = signal<ClientProblem | null>(null);
  const hasMore = signal(false);
  let cursor: string | null = null;
  let loading: Promise<void> | null = null;

  async function page(after: string | null): Promise<void> {
    const query = after === null ? "" : `&cursor=${encodeURIComponent(after)}`;
    try {
      const { items: found, nextCursor } = await api.json<Page<ConversationSummary>>(
        `/api/conversations?limit=${PAGE}${query}`,
      );
      const before = after === null ? [] : (items.peek() ?? []);
      const known = new Set(before.map(({ id }) => id));
      items.value = [...before, ...found.filter(({ id }) => !known.has(id))];
      cursor = nextCursor;
      hasMore.value = nextCursor !== null;
      problem.value = null;
    } catch (error) {
      problem.value = problemOf(error);
    }
  }

  function once(after: string | null): Promise<void> {
    loading ??= page(after).finally(() => {
      loading = null;
    });
    return loading;
  }

  /** Reads the newest page, and leaves what was loaded behind it. */
  async function newest(): Promise<void> {
    try {
      const { items: found, nextCursor } = await api.json<Page<ConversationSummary>>(
        `/api/conversations?limit=${PAGE}`,
      );
      const last = nextCursor === null ? undefined : found.at(-1);
      const before = items.peek() ?? [];
      const behind = last ? before.filter(({ updatedAt }) => updatedAt < last.updatedAt) : [];
      const known = new Set(found.map(({ id }) => id));
      items.value = [...found, ...behind.filter(({ id }) => !known.has(id))];
      if (behind.length === 0) {
        cursor = nextCursor;
        hasMore.value = nextCursor !== null;
      }
      problem.value = null;
    } catch {
      // What is shown stands; the next change, or the next connection, asks again.
    }
  }

  /** Whether something changed while the newest were being read. */
  let again = false;
  let following: Promise<void> | null = null;

  async function follow(): Promise<void> {
    do {
      again = false;
      await loading;
      await newest();
    } while (again);
  }

  return {
    items,
    problem,
    hasMore,
    changed() {
      if (items.peek() === null && !loading) return Promise.resolve();
      again = true;
      following ??= follow().finally(() => {
        following = null;
      });
      return following;
    },
    refresh: () => once(null),
    more: () => (cursor === null ? Promise.resolve() : once(cursor)),

    touch(id, { category, phase }, text, now) {
      const all = items.peek() ?? [];
      const standing = all.find((item) => item.id === id);
      // A greeting alone does not make a conversation worth listing.
      if (!standing && text === "") return;
      const title = standing?.title || truncate(text.replace(/\s+/g, " ").trim(), TITLE_CHARACTERS);
      items.value = [
        { id, title, category, phase, createdAt: standing?.createdAt ?? now, updatedAt: now },
        ...all.filter((item) => item.id !== id),
      ];
    },

    newestOf({ category, phase }) {
      return items.peek()?.find((item) => item.category === category && item.phase === phase);
    },
  };
}
