/** The part of `Storage` that is used; `localStorage` in the browser. */
export interface KeyValue {
  readonly length: number;
  key(index: number): string | null;
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** All keys of a storage that begin with this prefix. */
export function keysOf(storage: KeyValue, prefix: string): string[] {
  const found: string[] = [];
  for (let index = 0; index < storage.length; index += 1) {
    const key = storage.key(index);
    if (key?.startsWith(prefix)) found.push(key);
  }
  return found;
}

/** A key-value store that lasts as long as the page. */
export function memory(): KeyValue {
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

/** How the keys begin under which a store holds what the store above did not take. */
const HELD = "viva.held.";

/**
 * A value that a store did not take (null if it did not even remove the old one), and what the store
 * had instead. If the store has something else by now, another tab has written there since.
 */
type Held = readonly [value: string | null, instead: string | null];

const isValue = (value: unknown): value is string | null =>
  value === null || typeof value === "string";

/** Parsed by hand, as everything that each page needs before it can be used: see the budget in build.ts. */
function parseHeld(json: string): Held | null {
  try {
    const [value, instead]: unknown[] = JSON.parse(json);
    return isValue(value) && isValue(instead) ? [value, instead] : null;
  } catch {
    return null;
  }
}

/**
 * A store that never throws. What `open()` does not take because it is full or blocked is held in
 * `below`, and covers the older value until somebody writes a newer one. What is stored can be read
 * even if nothing can be written.
 * @param open gives the browser's store; may throw, as it does if the member has blocked storage
 */
export function layered(open: () => KeyValue, below: KeyValue): KeyValue {
  function read<T>(look: (store: KeyValue) => T, otherwise: T): T {
    try {
      return look(open());
    } catch {
      return otherwise;
    }
  }

  const stored = (key: string) => read((store) => store.getItem(key), null);
  const count = () => read(({ length }) => length, 0);

  function held(key: string): Held | null {
    const json = below.getItem(HELD + key);
    if (json === null) return null;
    const found = parseHeld(json);
    if (found && found[1] === stored(key)) return found;
    below.removeItem(HELD + key);
    return null;
  }

  /** Keys that only `below` has. */
  function more(): string[] {
    const keys = Array.from({ length: below.length }, (_, index) => below.key(index) ?? "");
    return keys
      .filter((key) => key.startsWith(HELD))
      .map((key) => key.slice(HELD.length))
      .filter((key) => held(key)?.[1] === null);
  }

  function change(key: string, value: string | null): void {
    try {
      if (value === null) open().removeItem(key);
      else open().setItem(key, value);
      below.removeItem(HELD + key);
    } catch {
      const entry: Held = [value, stored(key)];
      if (entry[0] === entry[1]) below.removeItem(HELD + key);
      else below.setItem(HELD + key, JSON.stringify(entry));
    }
  }

  return {
    get length() {
      return count() + more().length;
    },
    key(index) {
      const own = count();
      return index < own ? read((store) => store.key(index), null) : (more()[index - own] ?? null);
    },
    getItem(key) {
      const entry = held(key);
      return entry ? entry[0] : stored(key);
    },
    setItem: change,
    removeItem: (key) => change(key, null),
  };
}

/** What lasts as long as the tab, over reloads; if the browser's storage is blocked, as long as the page. */
export const tabStorage: KeyValue = layered(() => sessionStorage, memory());

/** The browser's storage. What it does not take lasts as long as the tab. */
export const storage: KeyValue = layered(() => localStorage, tabStorage);
