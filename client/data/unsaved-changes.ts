import { type KeyValue, keysOf } from "../platform/storage.ts";
import type { Tabs } from "../platform/tabs.ts";

/** Changes by key: a field, a statement, a section. */
export type Changes<Value> = Readonly<Record<string, Value>>;

/** What a tab has not got through to the server yet, kept over a reload or a crash. */
export interface Kept<Value> {
  write(changes: Changes<Value>): void;
  /** Hands over what tabs that are gone have left, now or when they go. */
  adopt(take: (changes: Changes<Value>) => void): void;
}

function parse<Value>(json: string | null): Changes<Value> | null {
  try {
    const value: unknown = JSON.parse(json ?? "null");
    return typeof value === "object" && value !== null ? (value as Changes<Value>) : null;
  } catch {
    return null;
  }
}

/**
 * Keeps unsaved changes in the browser's storage, under a name that is the resource's own. Each tab
 * has an entry of its own, so that none sends what another one is about to send. A storage that is
 * full or refused does no harm: the changes then live as long as the page.
 */
export function createKept<Value>(storage: KeyValue, name: string, tabs: Tabs): Kept<Value> {
  const prefix = `${name}/`;
  return {
    write(changes) {
      try {
        if (Object.keys(changes).length === 0) storage.removeItem(prefix + tabs.id);
        else storage.setItem(prefix + tabs.id, JSON.stringify(changes));
      } catch {
        // They are still in memory.
      }
    },
    adopt(take) {
      for (const key of keysOf(storage, prefix)) {
        const tab = key.slice(prefix.length);
        if (tab === tabs.id) continue;
        tabs.gone(tab, () => {
          // Whoever hears of it first takes them; the others find nothing.
          const changes = parse<Value>(storage.getItem(key));
          storage.removeItem(key);
          if (changes) take(changes);
        });
      }
    },
  };
}
