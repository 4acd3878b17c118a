import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError, localProblem, toProblem } from "../../client/api/problem.ts";
import type { Network } from "../../client/platform/network.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import { createTextHistory, type TextHistory } from "../../client/text/history.ts";
import { createVisionEditor } from "../../client/vision/editor.ts";
import type { VisionChange } from "../../client/vision/wire.ts";
import { createWordsStore } from "../../client/vision/words.ts";
import type { CategoryKey } from "../../domain/categories.ts";
import type { Vision } from "../../domain/journey.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function memory(): KeyValue & { size(): number } {
  const items = new Map<string, string>();
  return {
    get length() {
      return items.size;
    },
    size: () => items.size,
    key: (index) => [...items.keys()][index] ?? null,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

const ID = "vision-1";

function draft(sections: Vision["sections"] = { fun: "I play." }): Vision {
  return {
    ...{ id: ID, title: "", versionNumber: null, state: "draft", parentId: null, refined: [] },
    ...{ completion: 7, revision: 1, createdAt: "2026-11-20", updatedAt: "2026-11-20", sections },
  };
}

/** A server with one vision: refuses what is about another revision, as Postgres does. */
function server(begin = draft()) {
  let now = begin;
  const sent: VisionChange[] = [];
  let fault: Error | null = null;
  const write = (change: VisionChange) => {
    now = { ...now, revision: now.revision + 1, sections: { ...now.sections, ...change.sections } };
  };
  return {
    sent,
    current: () => now,
    /** Someone else writes. */
    write: (key: CategoryKey, text: string) => write({ sections: { [key]: text } }),
    become: (state: Vision["state"]) => {
      now = { ...now, state, revision: now.revision + 1 };
    },
    fail: (error: Error | null) => {
      fault = error;
    },
    wire: {
      get: async () => {
        if (fault) throw fault;
        return now;
      },
      change: async (_: string, revision: number, change: VisionChange) => {
        if (fault) throw fault;
        sent.push(change);
        if (revision !== now.revision) {
          throw new ApiError(toProblem({ code: "precondition_failed", status: 412 }));
        }
        if (now.state !== "draft") throw new ApiError(toProblem({ code: "conflict", status: 409 }));
        write(change);
        return now;
      },
    },
  };
}

const network = (): Network & { restore(): void } => {
  let restore = () => {};
  return {
    isOnline: () => true,
    online: async () => {},
    lost: () => new Promise(() => {}),
    back: () =>
      new Promise((resolve) => {
        restore = resolve;
      }),
    restore: () => restore(),
  };
};

async function setUp({ at = server(), storage = memory(), past = memory(), page = "page-1" } = {}) {
  const line = network();
  const words = createWordsStore(storage, "member", page);
  const histories = new Map<CategoryKey, TextHistory>();
  const history = (key: CategoryKey) => {
    const known = histories.get(key) ?? createTextHistory(past, `texts.${key}`);
    histories.set(key, known);
    return known;
  };
  const editor = createVisionEditor(ID, { wire: at.wire, words, network: line, history });
  await editor.refresh();
  const text = (key: CategoryKey) => editor.section(key).value.text;
  const seen = () => history("fun").texts.value.map((each) => each.text);
  return { at, storage, past, editor, line, text, seen };
}

const rest = () => vi.advanceTimersByTimeAsync(1_000);

describe("typing into a draft", () => {
  it("sends once the member rests, and only what changed", async () => {
    const { at, editor, storage } = await setUp();
    editor.write("fun", "I play a");
    editor.write("fun", "I play all day.");
    editor.write("home", "A porch.");
    expect(editor.saving.value.kind).toBe("waiting");
    await rest();
    expect(at.sent).toEqual([{ sections: { fun: "I play all day.", home: "A porch." } }]);
    expect(editor.saving.value.kind).toBe("saved");
    expect(storage.size()).toBe(0);
  });

  it("saves now and then for someone who never rests", async () => {
    const { at, editor } = await setUp();
    for (let key = 1; key <= 60; key += 1) {
      editor.write("fun", "x".repeat(key));
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(at.sent.length).toBeGreaterThanOrEqual(1);
  });

  it("sends nothing for a text that is as it was", async () => {
    const { at, editor, storage } = await setUp();
    editor.write("fun", "I play!");
    editor.write("fun", "I play.");
    await rest();
    expect(at.sent).toEqual([]);
    expect(editor.saving.value.kind).toBe("saved");
    expect(storage.size()).toBe(0);
  });

  it("goes on typing while a save is on its way", async () => {
    const { at, editor, text } = await setUp();
    editor.write("fun", "one");
    const saving = editor.flush();
    editor.write("fun", "one two");
    await saving;
    expect(text("fun")).toBe("one two");
    await rest();
    expect(at.current().sections.fun).toBe("one two");
  });

  it("does not send a text that is too long, and sends what stands beside it", async () => {
    const { at, editor } = await setUp();
    editor.write("fun", "x".repeat(20_001));
    editor.write("home", "A porch.");
    await rest();
    expect(at.sent).toEqual([{ sections: { home: "A porch." } }]);
    expect(editor.unsaved.value).toEqual(["fun"]);
    expect(await editor.flush()).toBe(false);
  });

  it("leaves the words alone where the server stores them tidied", async () => {
    const { at, editor, text } = await setUp();
    const { change } = at.wire;
    at.wire.change = (id, revision, { sections }) =>
      change(id, revision, { sections: { fun: sections.fun?.trim() ?? "" } });
    editor.write("fun", "I play and ");
    await rest();
    expect(text("fun")).toBe("I play and ");
    expect(editor.unsaved.value).toEqual([]);
    await editor.refresh();
    expect(text("fun")).toBe("I play and ");
  });
});

describe("a save that fails", () => {
  it("says so, keeps the words over a reload, and sends them by itself", async () => {
    const { at, editor, storage } = await setUp();
    at.fail(new ApiError(localProblem("unreachable")));
    editor.write("fun", "Kept.");
    await rest();
    expect(editor.saving.value).toMatchObject({ kind: "failed", problem: { code: "unreachable" } });
    expect(storage.size()).toBe(1);

    at.fail(null);
    const again = await setUp({ at, storage, page: "page-2" });
    expect(again.text("fun")).toBe("Kept.");
    await rest();
    expect(at.current().sections.fun).toBe("Kept.");
    expect(storage.size()).toBe(0);
  });

  it("sends as soon as the connection is back", async () => {
    const { at, editor, line } = await setUp();
    at.fail(new ApiError(localProblem("offline")));
    editor.write("fun", "Kept.");
    await rest();
    at.fail(null);
    line.restore();
    await vi.advanceTimersByTimeAsync(0);
    expect(at.current().sections.fun).toBe("Kept.");
    expect(editor.saving.value.kind).toBe("saved");
  });

  it("tries again later and later, without the member's doing", async () => {
    const { at, editor } = await setUp();
    at.fail(new ApiError(toProblem({ code: "database_unavailable", status: 503 })));
    editor.write("fun", "Kept.");
    await vi.advanceTimersByTimeAsync(10_000);
    at.fail(null);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(at.current().sections.fun).toBe("Kept.");
  });

  it("does not repeat what was refused until something else is typed", async () => {
    const { at, editor } = await setUp();
    at.fail(new ApiError(toProblem({ code: "invalid_request", status: 400 })));
    editor.write("fun", "Bad.");
    await rest();
    at.fail(null);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(at.sent).toEqual([]);
    editor.write("fun", "Good.");
    await rest();
    expect(at.current().sections.fun).toBe("Good.");
  });
});

describe("two pages at one draft", () => {
  it("writes different sections without anyone noticing", async () => {
    const { at, editor, text } = await setUp();
    editor.write("fun", "Mine.");
    at.write("home", "Theirs.");
    await rest();
    expect(at.current().sections).toMatchObject({ fun: "Mine.", home: "Theirs." });
    expect(text("home")).toBe("Theirs.");
    expect(editor.section("fun").value.theirs).toBeNull();
  });

  it("asks which text shall stay where both wrote the same section, and saves neither", async () => {
    const { at, editor, text } = await setUp();
    editor.write("fun", "Mine.");
    at.write("fun", "Theirs.");
    await rest();
    expect(editor.section("fun").value).toMatchObject({ text: "Mine.", theirs: "Theirs." });
    expect(at.current().sections.fun).toBe("Theirs.");
    editor.write("fun", "Mine, longer.");
    await rest();
    expect(at.current().sections.fun).toBe("Theirs.");

    editor.keepMine("fun");
    await rest();
    expect(at.current().sections.fun).toBe("Mine, longer.");
    // Nothing is lost: theirs can still be had.
    editor.bringBack("fun");
    expect(text("fun")).toBe("Theirs.");
  });

  it("gives way and can still bring the own words back", async () => {
    const { at, editor, storage, text } = await setUp();
    editor.write("fun", "Mine.");
    at.write("fun", "Theirs.");
    await rest();
    editor.takeTheirs("fun");
    await rest();
    expect(text("fun")).toBe("Theirs.");
    expect(storage.size()).toBe(0);
    editor.bringBack("fun");
    await rest();
    expect(at.current().sections.fun).toBe("Mine.");
  });

  it("sees no conflict where both wrote the same words", async () => {
    const { at, editor } = await setUp();
    editor.write("fun", "Same.");
    at.write("fun", "Same.");
    await rest();
    expect(editor.section("fun").value.theirs).toBeNull();
    expect(editor.unsaved.value).toEqual([]);
  });

  it("goes on saving other sections beside a conflict", async () => {
    const { at, editor } = await setUp();
    editor.write("fun", "Mine.");
    at.write("fun", "Theirs.");
    await rest();
    editor.write("home", "A porch.");
    await rest();
    expect(at.current().sections).toMatchObject({ fun: "Theirs.", home: "A porch." });
  });

  it("takes over what was written elsewhere where nothing is unsaved", async () => {
    const { at, editor, text } = await setUp();
    at.write("fun", "Theirs.");
    await editor.refresh();
    expect(text("fun")).toBe("Theirs.");
  });

  it("asks after a reload too, where the words were written upon an older text", async () => {
    const { at, editor, storage } = await setUp();
    at.fail(new ApiError(localProblem("offline")));
    editor.write("fun", "Mine.");
    at.fail(null);
    at.write("fun", "Theirs.");
    const again = await setUp({ at, storage, page: "page-2" });
    expect(again.editor.section("fun").value).toMatchObject({ text: "Mine.", theirs: "Theirs." });
  });

  it("keeps the words of each page apart", async () => {
    const { at, editor, storage } = await setUp();
    const other = await setUp({ at, storage, page: "page-2" });
    editor.write("fun", "First page.");
    other.editor.write("fun", "Second page.");
    expect(storage.size()).toBe(2);
    expect(editor.section("fun").value.text).toBe("First page.");
  });

  it("keeps words for a draft that was committed elsewhere", async () => {
    const { at, editor, storage } = await setUp();
    editor.write("fun", "Late.");
    at.become("active");
    await rest();
    expect(editor.vision.value?.state).toBe("active");
    expect(editor.unsaved.value).toEqual(["fun"]);
    expect(storage.size()).toBe(1);
    editor.forget();
    expect(storage.size()).toBe(0);
  });
});

describe("an accepted proposal", () => {
  it("is saved all the same where the server has closed its record", async () => {
    const { at, editor } = await setUp();
    const { change } = at.wire;
    at.wire.change = async (id, revision, body) => {
      if (body.refinementId) throw new ApiError(toProblem({ code: "conflict", status: 409 }));
      return change(id, revision, body);
    };
    editor.accept("fun", "I dance.", "refinement-1");
    await rest();
    expect(at.current().sections.fun).toBe("I dance.");
    expect(editor.saving.value.kind).toBe("saved");
  });

  it("is sent by itself, with the record it belongs to, and can be taken back", async () => {
    const { at, editor, text } = await setUp();
    editor.write("home", "A porch.");
    editor.accept("fun", "I dance.", "refinement-1");
    await rest();
    expect(at.sent).toContainEqual({ sections: { fun: "I dance." }, refinementId: "refinement-1" });
    expect(at.sent).toContainEqual({ sections: { home: "A porch." } });
    editor.bringBack("fun");
    await rest();
    expect(text("fun")).toBe("I play.");
    expect(at.current().sections.fun).toBe("I play.");
    expect(at.sent.at(-1)?.refinementId).toBeUndefined();
  });
});

it("keeps words for a draft that was removed elsewhere, also over a reload", async () => {
  const { at, editor, storage } = await setUp();
  at.fail(new ApiError(toProblem({ code: "not_found", status: 404 })));
  editor.write("fun", "Kept.");
  await rest();
  expect(editor.problem.value?.code).toBe("not_found");
  const again = await setUp({ at, storage, page: "page-2" });
  expect(again.editor.unsaved.value).toEqual(["fun"]);
  expect(again.text("fun")).toBe("Kept.");
});

it("says why a vision cannot be shown, and forgets that once it can", async () => {
  const at = server();
  at.fail(new ApiError(toProblem({ code: "not_found", status: 404 })));
  const { editor } = await setUp({ at });
  expect(editor.problem.value?.code).toBe("not_found");
  at.fail(null);
  await editor.refresh();
  expect(editor.problem.value).toBeNull();
});

describe("a text that was seen", () => {
  const LONG = "I dance in the kitchen on Fridays, and my sister sings along with the radio.";

  it("stays when it is typed over, cut, emptied bit by bit, replaced or saved over elsewhere", async () => {
    const { at, editor, seen, past } = await setUp();
    editor.write("fun", LONG);
    await editor.flush();
    // Typing on adds nothing.
    for (const more of [" ", " W", " We", " We l", " We laugh."]) editor.write("fun", LONG + more);
    expect(seen()).toEqual(["I play."]);
    editor.write("fun", "Gone");
    expect(seen()).toEqual([`${LONG} We laugh.`, "I play."]);
    editor.write("fun", LONG);
    for (let end = LONG.length - 1; end >= 0; end -= 1) editor.write("fun", LONG.slice(0, end));
    expect(seen()[0]?.startsWith(LONG.slice(0, 30))).toBe(true);
    expect(seen()).toContain(LONG);
    editor.write("fun", "I row.");
    editor.accept("fun", "I sail.", null);
    expect(seen()[0]).toBe("I row.");
    editor.bringBack("fun");
    expect(seen()[0]).toBe("I sail.");
    await editor.flush();
    at.write("fun", "I swim.");
    await editor.refresh();
    expect(seen()[0]).toBe("I row.");
    const later = await setUp({ at, past, page: "page-2" });
    expect(later.seen()).toEqual(seen());
  });

  it("stays where two wrote and one text was chosen", async () => {
    const { at, editor, seen } = await setUp();
    editor.write("fun", "I row.");
    at.write("fun", "I swim.");
    await editor.refresh();
    editor.keepMine("fun");
    expect(seen()).toContain("I swim.");
    await editor.flush();
  });
});
