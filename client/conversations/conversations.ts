import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ConversationSummary, Page } from "../../domain/messages.ts";
import { oneLine, truncate } from "../../domain/text.ts";
import type { Api } from "../api/http.ts";
import { type ClientProblem, problemOf } from "../api/problem.ts";
import type { Topic } from "../chat/state/topic.ts";

const PAGE = 30;
const TITLE_CHARACTERS = 80;

/** The member's conversations, newest first. */
export interface Conversations {
  /** Null until the first page has arrived. A new title is shown at once, see `rename`. */
  readonly items: ReadonlySignal<readonly ConversationSummary[] | null>;
  readonly problem: ReadonlySignal<ClientProblem | null>;
  readonly hasMore: ReadonlySignal<boolean>;
  /** Loads the newest page; resolves also when that failed (see `problem`). */
  refresh(): Promise<void>;
  /** Loads what lies behind; resolves also when that failed. */
  more(): Promise<void>;
  /**
   * They have changed elsewhere: reads the newest again, where they were read before. Resolves with why they
   * could not be read; null where they were, or need not be.
   */
  changed(): Promise<ClientProblem | null>;
  /** A member's message began a turn: its conversation is the newest now, before the server is asked. */
  touch(id: string, topic: Topic, text: string, now: string): void;
  /** The newest conversation of a topic among those loaded. */
  newestOf(topic: Topic): ConversationSummary | undefined;
  /**
   * Gives a conversation a title. It is shown at once, and taken back where the server refuses it.
   * @throws ApiError
   */
  rename(id: string, title: string): Promise<void>;
  /** Deletes a conversation; it goes from the list once the server says that it is gone. @throws ApiError */
  remove(id: string): Promise<void>;
  /** The conversations that were listed here and have been deleted, here or elsewhere. */
  readonly gone: ReadonlySignal<ReadonlySet<string>>;
  /** What another list knows of conversations, with the titles that are not confirmed, without those that are gone. */
  shown<Item extends ConversationSummary>(items: readonly Item[]): readonly Item[];
}

/** The store of the conversations list. */
export function createConversations(api: Api): Conversations {
  /** As the server told them last. */
  const told = signal<readonly ConversationSummary[] | null>(null);
  /** Titles that the server has not confirmed yet. */
  const titles = signal<ReadonlyMap<string, string>>(new Map());
  const gone = signal<ReadonlySet<string>>(new Set());
  const items = computed(() => told.value && shown(told.value));
  const problem = signal<ClientProblem | null>(null);
  const hasMore = signal(false);
  let cursor: string | null = null;
  let loading: Promise<void> | null = null;

  function shown<Item extends ConversationSummary>(list: readonly Item[]): readonly Item[] {
    const [unconfirmed, deleted] = [titles.value, gone.value];
    if (unconfirmed.size + deleted.size === 0) return list;
    return list
      .filter(({ id }) => !deleted.has(id))
      .map((item) => ({ ...item, title: unconfirmed.get(item.id) ?? item.title }));
  }

  function forget(id: string): void {
    gone.value = new Set([...gone.peek(), id]);
  }

  async function page(after: string | null): Promise<void> {
    const query = after === null ? "" : `&cursor=${encodeURIComponent(after)}`;
    try {
      const { items: found, nextCursor } = await api.json<Page<ConversationSummary>>(
        `/api/conversations?limit=${PAGE}${query}`,
      );
      const before = after === null ? [] : (told.peek() ?? []);
      const known = new Set(before.map(({ id }) => id));
      told.value = [...before, ...found.filter(({ id }) => !known.has(id))];
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

  /** A conversation that was listed is listed no more: deleted, as the server alone can say. */
  async function askWhetherGone(id: string): Promise<void> {
    if (gone.peek().has(id)) return;
    try {
      await api.json(`/api/conversations/${encodeURIComponent(id)}`);
    } catch (error) {
      if (problemOf(error).code === "not_found") forget(id);
    }
  }

  /** Reads the newest page, and leaves what was loaded behind it. */
  async function newest(): Promise<ClientProblem | null> {
    const asked = told.peek() ?? [];
    try {
      const { items: found, nextCursor } = await api.json<Page<ConversationSummary>>(
        `/api/conversations?limit=${PAGE}`,
      );
      const last = nextCursor === null ? undefined : found.at(-1);
      const before = told.peek() ?? [];
      const behind = last ? before.filter(({ updatedAt }) => updatedAt <= last.updatedAt) : [];
      const known = new Set(found.map(({ id }) => id));
      const kept = new Set([...known, ...behind.map(({ id }) => id)]);
      told.value = [...found, ...behind.filter(({ id }) => !known.has(id))];
      if (behind.length === 0) {
        cursor = nextCursor;
        hasMore.value = nextCursor !== null;
      }
      problem.value = null;
      // What began here while the list was on its way may be missing in it, and is not gone.
      await Promise.all(
        asked.filter(({ id }) => !kept.has(id)).map(({ id }) => askWhetherGone(id)),
      );
      return null;
    } catch (error) {
      // What is shown stands.
      return problemOf(error);
    }
  }

  /** Whether something changed while the newest were being read. */
  let again = false;
  let following: Promise<ClientProblem | null> | null = null;

  async function follow(): Promise<ClientProblem | null> {
    let found: ClientProblem | null;
    do {
      again = false;
      await loading;
      found = await newest();
    } while (again);
    return found;
  }

  function changed(): Promise<ClientProblem | null> {
    if (told.peek() === null && !loading) return Promise.resolve(null);
    again = true;
    following ??= follow().finally(() => {
      following = null;
    });
    return following;
  }

  /** Titles go out one after the other, so that the last one stays. */
  let renaming: Promise<unknown> = Promise.resolve();

  async function sendTitle(id: string, title: string): Promise<void> {
    const path = `/api/conversations/${encodeURIComponent(id)}`;
    const renamed = await api.json<ConversationSummary>(path, { method: "PATCH", body: { title } });
    told.value =
      told.peek()?.map((item) => (item.id === id ? { ...item, title: renamed.title } : item)) ??
      null;
    // A list that was asked for before may bring the old title.
    if (loading || following) void changed();
  }

  function unconfirmed(id: string, title: string | null): void {
    const next = new Map(titles.peek());
    if (title === null) next.delete(id);
    else next.set(id, title);
    titles.value = next;
  }

  return {
    items,
    problem,
    hasMore,
    gone,
    shown,
    changed,
    refresh: () => once(null),
    more: () => (cursor === null ? Promise.resolve() : once(cursor)),

    touch(id, { category, phase }, text, now) {
      const all = told.peek() ?? [];
      const standing = all.find((item) => item.id === id);
      // A greeting alone does not make a conversation worth listing.
      if (!standing && text === "") return;
      const title = standing?.title || truncate(oneLine(text), TITLE_CHARACTERS);
      told.value = [
        { id, title, category, phase, createdAt: standing?.createdAt ?? now, updatedAt: now },
        ...all.filter((item) => item.id !== id),
      ];
    },

    newestOf({ category, phase }) {
      return items.peek()?.find((item) => item.category === category && item.phase === phase);
    },

    async rename(id, title) {
      unconfirmed(id, title);
      const sent = renaming.then(() => sendTitle(id, title));
      renaming = sent.catch(() => {});
      try {
        await sent;
      } finally {
        // A later title goes on being shown.
        if (titles.peek().get(id) === title) unconfirmed(id, null);
      }
    },

    async remove(id) {
      try {
        await api.open(`/api/conversations/${encodeURIComponent(id)}`, { method: "DELETE" });
      } catch (error) {
        // Deleted already, on another device.
        if (problemOf(error).code !== "not_found") throw error;
      }
      forget(id);
    },
  };
}
