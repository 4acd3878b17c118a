import type { KeyValue } from "./chat/drafts.ts";

function memory(): KeyValue {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

function open(): KeyValue {
  try {
    // Where the member has blocked storage, even looking at it throws.
    const key = "viva.probe";
    localStorage.setItem(key, "1");
    localStorage.removeItem(key);
    return localStorage;
  } catch {
    return memory();
  }
}

/** The browser's storage; where it is blocked or full, one that lasts as long as the page. */
export const storage: KeyValue = open();
