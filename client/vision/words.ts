import type { CategoryKey } from "../../domain/categories.ts";
import { type KeyValue, keysOf } from "../platform/storage.ts";

/** Text of a section that the server has not confirmed yet. */
export interface KeptWords {
  readonly text: string;
  /** What the server held when the writing began: tells whether someone else wrote meanwhile. */
  readonly base: string;
  /** Unix milliseconds of the last change. */
  readonly at: number;
}

/** What one member has typed into visions and the server does not have yet. Survives a reload. */
export interface WordsStore {
  /** Keeps a text, in place of the one this page kept before. */
  keep(visionId: string, key: CategoryKey, text: string, base: string): void;
  /** Forgets what this page kept of a section, or took over. */
  drop(visionId: string, key: CategoryKey): void;
  /** The newest words of a section. They are this page's from now on. */
  take(visionId: string, key: CategoryKey): KeptWords | null;
}

function parse(json: string | null): KeptWords | null {
  if (json === null) return null;
  try {
    const value = JSON.parse(json) as Partial<Record<keyof KeptWords, unknown>> | null;
    if (typeof value?.text !== "string" || typeof value.base !== "string") return null;
    return {
      text: value.text,
      base: value.base,
      at: typeof value.at === "number" ? value.at : 0,
    };
  } catch {
    return null;
  }
}

/** How the keys of a member's kept words begin: among what is forgotten when the member signs out. */
export const wordsPrefix = (memberId: string) => `viva.unsaved.${memberId}.words.`;

/**
 * The store of a member's unconfirmed words. Every page writes under an id of its own, so two tabs at
 * the same section cannot overwrite each other's; a page that opens takes over what it finds. A
 * storage that is full or refused does no harm: the words then live as long as the page.
 * @param pageId another one for every page that is open
 */
export function createWordsStore(
  storage: KeyValue,
  memberId: string,
  pageId: string,
  now: () => number = Date.now,
): WordsStore {
  const prefix = wordsPrefix(memberId);
  const fallback = new Map<string, KeptWords>();
  const place = (visionId: string, key: CategoryKey) => `${prefix}${visionId}.${key}.`;

  function put(at: string, words: KeptWords): void {
    try {
      storage.setItem(at + pageId, JSON.stringify(words));
      fallback.delete(at);
    } catch {
      fallback.set(at, words);
    }
  }

  return {
    keep: (visionId, key, text, base) => put(place(visionId, key), { text, base, at: now() }),

    drop(visionId, key) {
      const at = place(visionId, key);
      fallback.delete(at);
      try {
        storage.removeItem(at + pageId);
      } catch {
        // What cannot be removed is recognised as saved the next time.
      }
    },

    take(visionId, key) {
      const at = place(visionId, key);
      const held = fallback.get(at);
      if (held) return held;
      try {
        const [newest] = keysOf(storage, at)
          .map((from) => ({ from, words: parse(storage.getItem(from)) }))
          .filter((entry): entry is { from: string; words: KeptWords } => entry.words !== null)
          .sort((a, b) => b.words.at - a.words.at);
        if (!newest) return null;
        if (newest.from !== at + pageId) {
          put(at, newest.words);
          storage.removeItem(newest.from);
        }
        return newest.words;
      } catch {
        return null;
      }
    },
  };
}
