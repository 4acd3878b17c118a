import { describe, expect, it } from "vitest";
import { ApiError, type ClientProblem, localProblem, toProblem } from "../../client/api/problem.ts";
import { createResource } from "../../client/data/resource.ts";
import { createSaveQueue } from "../../client/data/save-queue.ts";
import { type Changes, createKept } from "../../client/data/unsaved-changes.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import type { Tabs } from "../../client/platform/tabs.ts";

const OFFLINE = localProblem("offline");
const REFUSED = toProblem({ code: "invalid_request" }, 400);
const naming = (...paths: string[]) =>
  toProblem(
    { code: "invalid_request", errors: paths.map((path) => ({ path, message: "no" })) },
    400,
  );

function memory(): KeyValue & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    get length() {
      return items.size;
    },
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** Tabs of a browser, of which the test closes any. */
function tabs(id: string) {
  const waiting = new Map<string, () => void>();
  const made: Tabs & { close(other: string): void } = {
    id,
    gone: (other, then) => void waiting.set(other, then),
    close: (other) => waiting.get(other)?.(),
  };
  return made;
}

/** A queue whose server answers when, and what, the test says. */
function saving(storage = memory(), tab = tabs("here")) {
  const sent: Changes<string>[] = [];
  const confirmed: Changes<string>[] = [];
  const pauses: number[] = [];
  let settle: { ok(): void; fail(problem: ClientProblem): void } | null = null;
  let resume: (() => void) | null = null;
  const queue = createSaveQueue<string, void>({
    send(changes) {
      sent.push({ ...changes });
      return new Promise((resolve, reject) => {
        settle = { ok: resolve, fail: (problem) => reject(new ApiError(problem)) };
      });
    },
    confirmed: (_, changes) => confirmed.push({ ...changes }),
    kept: createKept(storage, "test", tab),
    pause(ms) {
      pauses.push(ms);
      return new Promise((resolve) => {
        resume = resolve;
      });
    },
  });
  const turn = () => new Promise((resolve) => setTimeout(resolve));
  return {
    ...{ queue, sent, confirmed, pauses, storage },
    async ok() {
      settle?.ok();
      await turn();
    },
    async fail(problem: ClientProblem) {
      settle?.fail(problem);
      await turn();
    },
    async wake() {
      resume?.();
      await turn();
    },
  };
}

describe("saving", () => {
  it("shows a change before the server is asked, and is done when it has answered", async () => {
    const { queue, sent, confirmed, ok } = saving();
    queue.put({ city: "Oaxaca" });
    expect(queue.pending.value).toEqual({ city: "Oaxaca" });
    expect(queue.status.value).toBe("saving");
    expect(sent).toEqual([{ city: "Oaxaca" }]);
    await ok();
    expect(confirmed).toEqual([{ city: "Oaxaca" }]);
    expect(queue.pending.value).toEqual({});
    expect(queue.status.value).toBe("saved");
  });

  it("sends one write at a time; of what changes meanwhile the newest value goes next", async () => {
    const { queue, sent, ok } = saving();
    queue.put({ city: "O" });
    queue.put({ city: "Oa" });
    queue.put({ city: "Oaxaca", country: "Mexico" });
    expect(sent).toHaveLength(1);
    await ok();
    expect(queue.pending.value).toEqual({ city: "Oaxaca", country: "Mexico" });
    expect(sent).toEqual([{ city: "O" }, { city: "Oaxaca", country: "Mexico" }]);
    await ok();
    expect(queue.status.value).toBe("saved");
  });

  it("takes a refused change back and keeps what was typed, with the reason", async () => {
    const { queue, confirmed, fail } = saving();
    queue.put({ email: "nobody" });
    await fail(naming("email"));
    expect(queue.pending.value).toEqual({});
    expect(queue.refusals.value).toEqual({ email: { value: "nobody", reason: "no" } });
    expect(confirmed).toEqual([]);
    expect(await queue.settled()).toBe(false);
    queue.put({ email: "somebody@viva.local" });
    expect(queue.refusals.value).toEqual({});
  });

  it("saves the rest where the server names what it refuses", async () => {
    const { queue, sent, ok, fail } = saving();
    queue.put({ first: "x" });
    queue.put({ email: "nobody", city: "Oaxaca" });
    await ok();
    await fail(naming("body.email"));
    expect(sent.at(-1)).toEqual({ city: "Oaxaca" });
    await ok();
    expect(Object.keys(queue.refusals.value)).toEqual(["email"]);
    expect(queue.status.value).toBe("saved");
  });

  it("finds out by itself what is refused where the server does not name it", async () => {
    const { queue, sent, ok, fail } = saving();
    queue.put({ first: "x" });
    queue.put({ email: "nobody", city: "Oaxaca" });
    await ok();
    await fail(REFUSED);
    expect(sent.at(-1)).toEqual({ email: "nobody" });
    await fail(REFUSED);
    expect(sent.at(-1)).toEqual({ city: "Oaxaca" });
    await ok();
    expect(queue.refusals.value).toEqual({ email: { value: "nobody", reason: REFUSED.detail } });
  });

  it("does not hold a refusal against a value that was typed since", async () => {
    const { queue, sent, ok, fail } = saving();
    queue.put({ email: "some" });
    queue.put({ email: "some@viva.local" });
    await fail(naming("email"));
    expect(queue.refusals.value).toEqual({});
    expect(sent.at(-1)).toEqual({ email: "some@viva.local" });
    await ok();
    expect(queue.status.value).toBe("saved");
  });

  it("tries again what may pass, with growing patience, and sends the newest value then", async () => {
    const { queue, sent, pauses, ok, fail, wake } = saving();
    queue.put({ city: "Oaxaca" });
    await fail(OFFLINE);
    expect(queue.status.value).toBe("waiting");
    expect(queue.problem.value).toEqual(OFFLINE);
    queue.put({ city: "Lisbon" });
    expect(sent).toHaveLength(1);
    await wake();
    await fail(toProblem({ code: "database_unavailable" }, 503));
    await wake();
    await fail(toProblem({ code: "rate_limited", retryAfter: 9 }, 429));
    await wake();
    expect(sent.at(-1)).toEqual({ city: "Lisbon" });
    await ok();
    expect(pauses).toEqual([1_000, 2_000, 9_000]);
    expect(queue.status.value).toBe("saved");
    expect(queue.problem.value).toBeNull();
  });

  it("keeps what could not be saved when the session ends, and does not knock again", async () => {
    const { queue, pauses, storage, fail } = saving();
    queue.put({ city: "Oaxaca" });
    await fail(toProblem({ code: "session_revoked" }, 401));
    expect(queue.status.value).toBe("waiting");
    expect(pauses).toEqual([]);
    expect(storage.items.get("test/here")).toBe('{"city":"Oaxaca"}');
  });

  it("keeps what is on its way over a reload, and lets go of it once it is saved", async () => {
    const { queue, storage, ok } = saving();
    queue.put({ city: "Oaxaca" });
    expect(storage.items.get("test/here")).toBe('{"city":"Oaxaca"}');
    await ok();
    expect(storage.items.size).toBe(0);
  });

  it("sends what a tab that is gone has left, once, and never over its own newer words", async () => {
    const storage = memory();
    storage.items.set("test/other", '{"city":"Oaxaca","country":"Mexico"}');
    const [tab, third] = [tabs("here"), tabs("third")];
    const { queue, sent, ok } = saving(storage, tab);
    const later = saving(storage, third);
    queue.put({ city: "Lisbon" });
    await ok();
    expect(sent).toHaveLength(1);
    tab.close("other");
    third.close("other");
    await ok();
    expect(sent).toEqual([{ city: "Lisbon" }, { country: "Mexico" }]);
    expect(storage.items.size).toBe(0);
    expect(later.sent).toEqual([]);
  });

  it("outlives a storage that is full or holds something else", async () => {
    const storage = memory();
    storage.items.set("test/other", "not json");
    const full: KeyValue = {
      ...storage,
      length: 1,
      key: () => "test/other",
      setItem: () => {
        throw new Error("full");
      },
    };
    const tab = tabs("here");
    const { queue, sent, ok } = saving(full as ReturnType<typeof memory>, tab);
    tab.close("other");
    queue.put({ city: "Oaxaca" });
    expect(sent).toEqual([{ city: "Oaxaca" }]);
    await ok();
    expect(queue.status.value).toBe("saved");
  });
});

describe("a resource", () => {
  it("is not set back by an answer that a write has overtaken", async () => {
    let answer: (value: string) => void = () => {};
    const resource = createResource(
      () =>
        new Promise<string>((resolve) => {
          answer = resolve;
        }),
      () => 0,
    );
    const reading = resource.refresh();
    resource.set("written");
    answer("before");
    await reading;
    expect(resource.value.value).toBe("written");
  });

  it("is read once for all who ask at the same time, and anew when it is older", async () => {
    let reads = 0;
    let now = 0;
    const resource = createResource(
      async () => {
        reads += 1;
        return reads;
      },
      () => now,
    );
    await Promise.all([resource.refresh(), resource.refresh()]);
    await resource.refresh();
    expect(reads).toBe(1);
    now = 60_000;
    await resource.refresh();
    expect(resource.value.value).toBe(2);
  });

  it("keeps what it knows when it cannot be read again", async () => {
    let fails = false;
    let now = 0;
    const resource = createResource(
      async () => {
        if (fails) throw new ApiError(OFFLINE);
        return "known";
      },
      () => now,
    );
    await resource.refresh();
    fails = true;
    now = 60_000;
    await resource.refresh();
    expect(resource.value.value).toBe("known");
    expect(resource.problem.value).toEqual(OFFLINE);
  });
});
