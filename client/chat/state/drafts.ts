import { type KeyValue, keysOf } from "../../platform/storage.ts";

/** What one member has begun to write, by conversation. Survives a reload. */
export interface Drafts {
  /** The text in the composer; empty if none. */
  text(conversationId: string): string;
  setText(conversationId: string, text: string): void;
  /** Forgets everything of this member. */
  clear(): void;
}

interface Entry {
  readonly text: string;
  /** Unix milliseconds of the last change. */
  readonly at: number;
}

/** Conversations whose words are kept; the oldest beyond these are dropped. */
const KEPT = 40;
const EMPTY: Entry = { text: "", at: 0 };

function parse(json: string | null): Entry {
  if (json === null) return EMPTY;
  try {
    const value = JSON.parse(json) as Partial<Record<keyof Entry, unknown>> | null;
    return {
      text: typeof value?.text === "string" ? value.text : "",
      at: typeof value?.at === "number" ? value.at : 0,
    };
  } catch {
    return EMPTY;
  }
}

/**
 * The store of a member's begun messages. A storage that is full or refused does no harm: the words
 * then live as long as the page.
 */
export function createDrafts(
  storage: KeyValue,
  memberId: string,
  now: () => number = Date.now,
): Drafts {
  const prefix = `viva.unsent.${memberId}.`;
  const fallback = new Map<string, Entry>();

  function entry(conversationId: string): Entry {
    const held = fallback.get(conversationId);
    if (held) return held;
    try {
      return parse(storage.getItem(prefix + conversationId));
    } catch {
      return EMPTY;
    }
  }

  try {
    const all = keysOf(storage, prefix).map((key) => ({ key, at: parse(storage.getItem(key)).at }));
    all.sort((a, b) => b.at - a.at);
    for (const { key } of all.slice(KEPT)) storage.removeItem(key);
  } catch {
    // A storage that cannot be read needs no pruning.
  }

  return {
    text: (conversationId) => entry(conversationId).text,
    setText(conversationId, text) {
      const next: Entry = { text, at: now() };
      try {
        if (text === "") storage.removeItem(prefix + conversationId);
        else storage.setItem(prefix + conversationId, JSON.stringify(next));
        fallback.delete(conversationId);
      } catch {
        fallback.set(conversationId, next);
      }
    },
    clear() {
      fallback.clear();
      try {
        for (const key of keysOf(storage, prefix)) storage.removeItem(key);
      } catch {
        // Nothing can be kept there either.
      }
    },
  };
}
