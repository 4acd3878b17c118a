import { describe, expect, it } from "vitest";
import type { KeyValue } from "../../client/platform/storage.ts";
import { layered, memory } from "../../client/platform/storage.ts";

/** A browser's store that takes so many characters at most. */
function limited(room: number): KeyValue & { room: number } {
  const items = memory();
  return Object.assign(Object.create(items) as KeyValue, {
    room,
    getItem: items.getItem,
    removeItem: items.removeItem,
    key: items.key,
    setItem(this: { room: number }, key: string, value: string) {
      if (value.length > this.room) throw new DOMException("full", "QuotaExceededError");
      items.setItem(key, value);
    },
  });
}

const keys = (store: KeyValue) =>
  Array.from({ length: store.length }, (_, index) => store.key(index)).sort();

describe("a store that is full", () => {
  it("still gives what is stored, and the newest value of what it did not take", () => {
    const full = limited(3);
    full.setItem("old", "one");
    const store = layered(() => full, memory());
    store.setItem("old", "longer");
    store.setItem("new", "longer, too");
    expect(store.getItem("old")).toBe("longer");
    expect(store.getItem("new")).toBe("longer, too");
    expect(keys(store)).toEqual(["new", "old"]);
    store.removeItem("old");
    store.removeItem("new");
    expect([store.getItem("old"), store.getItem("new")]).toEqual([null, null]);
    expect(keys(store)).toEqual([]);
  });

  it("keeps over a reload what the tab's own store takes", () => {
    const [full, tab] = [limited(3), memory()];
    full.setItem("key", "old");
    layered(() => full, tab).setItem("key", "newer");
    expect(layered(() => full, tab).getItem("key")).toBe("newer");
    // Later there is room again.
    full.room = 100;
    layered(() => full, tab).setItem("key", "newest");
    expect(full.getItem("key")).toBe("newest");
    expect(tab.length).toBe(0);
  });

  it("gives what another tab has written since, and not what this one could not", () => {
    const full = limited(5);
    full.setItem("key", "old");
    const store = layered(() => full, memory());
    store.setItem("key", "longer");
    full.setItem("key", "other");
    expect(store.getItem("key")).toBe("other");
    full.removeItem("key");
    expect(store.getItem("key")).toBeNull();
  });

  it("is read past what is in the tab's store for others", () => {
    const tab = memory();
    tab.setItem("viva.operations", "secret");
    tab.setItem("viva.held.broken", "{");
    const store = layered(() => memory(), tab);
    expect(keys(store)).toEqual([]);
    expect(store.getItem("viva.operations")).toBeNull();
    expect(tab.getItem("viva.operations")).toBe("secret");
  });
});

it("a store that is blocked lasts as long as the page", () => {
  const store = layered(() => {
    throw new DOMException("blocked", "SecurityError");
  }, memory());
  expect(store.getItem("key")).toBeNull();
  store.setItem("key", "value");
  expect(store.getItem("key")).toBe("value");
  expect(keys(store)).toEqual(["key"]);
  store.removeItem("key");
  expect(keys(store)).toEqual([]);
});
