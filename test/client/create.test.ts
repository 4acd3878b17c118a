import { describe, expect, it } from "vitest";
import { waysFrom, whereabouts } from "../../client/create/address.ts";
import {
  createChoicesStore,
  NO_CHOICE,
  onOffer,
  saysSomething,
  toggled,
} from "../../client/create/choices.ts";
import { toKeptWriting } from "../../client/create/kept-writing.ts";
import { nextOf, progressOf } from "../../client/create/progress.ts";
import { mayMoveOn } from "../../client/create/readiness.ts";
import {
  broughtBack,
  comparedWith,
  joined,
  requestFor,
  secondAsk,
  type Version,
  versionLabel,
} from "../../client/create/versions.ts";
import type { KeyValue } from "../../client/platform/storage.ts";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import { talkId } from "../../domain/talk.ts";

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

describe("the address", () => {
  const WAYS = waysFrom("/life-vision/create-with-viva");
  const read = (path: string) => whereabouts(new URL(path, "http://app.test").searchParams);

  it("says where the member is, and is read back", () => {
    expect(WAYS.to("fun")).toBe("/life-vision/create-with-viva?category=fun");
    expect(read(WAYS.to("fun", 2))).toEqual({ category: "fun", view: 2, phase: "contrast" });
    expect(read(WAYS.to("love", "talk", "peak"))).toEqual({
      ...{ category: "love", view: "talk", phase: "peak" },
    });
    expect(read(WAYS.to("conclusion", "text")).view).toBe("text");
  });

  it("takes older names, and what it does not know for not said", () => {
    expect(read("/?category=Health%20%2F%20Vitality").category).toBe("health");
    const odd = read("/?category=cars&step=toString&phase=later");
    expect(odd).toEqual({ category: null, view: null, phase: "contrast" });
    expect(read("/?step=4").view).toBeNull();
  });
});

describe("choices", () => {
  it("join and leave, and say something by tiles or by words", () => {
    const one = toggled(NO_CHOICE, "a");
    expect(toggled(toggled(one, "b"), "a").selections).toEqual(["b"]);
    expect(saysSomething(NO_CHOICE)).toBe(false);
    expect(saysSomething({ selections: [], customInput: "  " })).toBe(false);
    expect(saysSomething({ selections: [], customInput: "clay" })).toBe(true);
    expect(saysSomething(one)).toBe(true);
  });

  it("lose what is not on offer any more, and keep the words", () => {
    const choice = { selections: ["a", "b"], customInput: "clay" };
    expect(onOffer(choice, ["b", "c"])).toEqual({ selections: ["b"], customInput: "clay" });
    expect(onOffer(choice, ["a", "b"])).toBe(choice);
  });

  it("are kept by step, whatever else stands in the storage", () => {
    const storage = memory();
    const store = createChoicesStore(storage, "place");
    store.write(2, { selections: ["a"], customInput: "x" });
    expect(createChoicesStore(storage, "place").read(2)?.selections).toEqual(["a"]);
    expect(store.read(1)).toBeNull();
    store.drop(2);
    expect(store.read(2)).toBeNull();
    for (const odd of ["{", "7", '{"selections":"a","customInput":""}', "null"]) {
      storage.setItem("place.3", odd);
      expect(store.read(3)).toBeNull();
    }
  });

  it("live as long as the page where the storage is full", () => {
    const full = memory();
    full.setItem = () => {
      throw new DOMException("full", "QuotaExceededError");
    };
    expect(() => createChoicesStore(full, "place").write(1, NO_CHOICE)).not.toThrow();
  });
});

const text = (words: string, findings = 0): Version => ({
  text: words,
  refinementId: null,
  notes: null,
  findings: Array.from({ length: findings }, () => ({ rule: "negation", message: "Say what is." })),
  ownWords: null,
  made: "new",
});
const NOTHING = { versions: [], chosen: 0 };
const NEW = { kind: "new", rhythm: null } as const;

describe("versions of a text", () => {
  it("are asked for where they belong", () => {
    const about = { visionId: "v1", category: "fun" };
    expect(requestFor({ kind: "new", rhythm: "daily" }, about)).toEqual({
      path: "/api/vision/chat",
      body: {
        ...about,
        ...{ action: "submit_step_3", mode: "new", selections: ["daily"], customInput: "" },
      },
    });
    const better = requestFor({ kind: "better", instructions: " the sea " }, about).body;
    expect(better).toMatchObject({ mode: "better", selections: [], customInput: "the sea" });
    expect(
      requestFor({ kind: "talk", conversationId: talkId("v1", "fun", "peak") }, about),
    ).toEqual({ path: "/api/conversations/talk%3Av1%3Afun%3Apeak/draft", body: {} });
  });

  it("ask for a second one only where the voice is missed, and only once", () => {
    expect(secondAsk(NEW, text("I never rest", 1))).toEqual({ kind: "voice" });
    expect(secondAsk(NEW, text("I rest"))).toBeNull();
    expect(secondAsk({ kind: "voice" }, text("I never rest", 1))).toBeNull();
    const talk = { kind: "talk", conversationId: "c" } as const;
    expect(secondAsk(talk, text("x", 1))).toEqual({ ...talk, second: true });
    expect(secondAsk({ ...talk, second: true }, text("x", 1))).toBeNull();
  });

  it("stand beside one another, the one closer to the voice chosen", () => {
    const first = joined(NOTHING, NEW, text("first", 2), false);
    const closer = joined(first, { kind: "voice" }, text("second", 1), false);
    expect(closer.versions.map((version) => version.text)).toEqual(["first", "second"]);
    expect(closer.chosen).toBe(1);
    expect(joined(first, { kind: "voice" }, text("second", 2), false).chosen).toBe(0);
    expect([0, 1].map((index) => versionLabel(closer.versions, index))).toEqual([
      "First version",
      "Second version",
    ]);
  });

  it("keep the one that a better one was made from", () => {
    const pair = joined(
      joined(NOTHING, NEW, text("a", 1), false),
      { kind: "voice" },
      text("b"),
      false,
    );
    const better = joined(pair, { kind: "better", instructions: "sea" }, text("b with sea"), true);
    expect(better.versions.map((version) => version.text)).toEqual(["b", "b with sea"]);
    expect(better.chosen).toBe(1);
    expect(versionLabel(better.versions, 0)).toBe("The one before");
    expect(versionLabel(better.versions, 1)).toBe("With your change");
    expect(comparedWith(better, "")).toBe("b");
    expect(comparedWith({ ...better, chosen: 0 }, "what is saved")).toBe("what is saved");
    expect(comparedWith({ ...better, chosen: 0 }, " ")).toBeNull();
  });

  it("stay beside a text that is written anew, until the member has taken one", () => {
    const pair = joined(
      joined(NOTHING, NEW, text("a", 1), false),
      { kind: "voice" },
      text("b"),
      false,
    );
    for (const ask of [NEW, { kind: "talk", conversationId: "c" } as const]) {
      const anew = joined(pair, ask, text("c"), false);
      expect(anew.versions.map((version) => version.text)).toEqual(["b", "c"]);
      expect(anew.chosen).toBe(1);
      expect(comparedWith(anew, "what is saved")).toBe("b");
      expect([0, 1].map((index) => versionLabel(anew.versions, index))).toEqual([
        "The one before",
        "The new one",
      ]);
      const taken = joined(pair, ask, text("c"), true);
      expect(taken.versions.map((version) => version.text)).toEqual(["c"]);
      expect(comparedWith(taken, "what is saved")).toBe("what is saved");
    }
  });

  it("are joined by an earlier text that is brought back", () => {
    const one = joined(NOTHING, NEW, text("a"), false);
    const back = broughtBack(one, "of yesterday");
    expect(back.versions.map((version) => version.text)).toEqual(["a", "of yesterday"]);
    expect(back.chosen).toBe(1);
    expect(broughtBack(back, "a")).toEqual({ ...back, chosen: 0 });
    expect(broughtBack(NOTHING, "of yesterday")).toMatchObject({ chosen: 0 });
  });
});

describe("what is kept of the writing", () => {
  it("is read back, and counts as nothing where it is odd", () => {
    const kept = {
      pending: {
        ask: { kind: "better", instructions: "sea" },
        key: "k",
        turn: { messageId: "m", conversationId: "c", turnId: "t" },
      },
      choosing: { versions: [text("a"), { ...text("b"), made: "second" }], chosen: 1 },
      wish: "sea",
      taken: "a",
      newest: "b",
      spoken: null,
    };
    expect(toKeptWriting(JSON.stringify(kept))).toEqual(kept);
    const nothing = {
      pending: null,
      choosing: NOTHING,
      wish: "",
      taken: null,
      newest: null,
      spoken: null,
    };
    for (const odd of [null, "{", "[]", '{"choosing":{"versions":7},"pending":{"ask":{}}}']) {
      expect(toKeptWriting(odd)).toEqual(nothing);
    }
    const far = toKeptWriting(JSON.stringify({ choosing: { versions: [text("a")], chosen: 9 } }));
    expect(far.choosing.chosen).toBe(0);
  });
});

describe("progress", () => {
  it("counts what is written, and says where one is", () => {
    const progress = progressOf({ forward: "I choose.", fun: " " }, "fun");
    expect(progress).toMatchObject({ written: 1, percent: 7 });
    expect(progress.sections.slice(0, 3).map(({ state }) => state)).toEqual([
      "done",
      "current",
      "open",
    ]);
  });

  it("goes on with the next section without text, and round again", () => {
    expect(nextOf({ forward: "x" }, undefined)).toBe("fun");
    expect(nextOf({ conclusion: "x" }, "conclusion")).toBe("forward");
    expect(nextOf({}, undefined, LIFE_CATEGORIES)).toBe("fun");
    expect(nextOf({}, "spirituality", LIFE_CATEGORIES)).toBe("fun");
    const life = Object.fromEntries(LIFE_CATEGORIES.map(({ key }) => [key, "x"]));
    expect(nextOf(life, "fun", LIFE_CATEGORIES)).toBeUndefined();
    expect(nextOf(life, "fun")).toBe("conclusion");
  });
});

describe("moving on in the talk", () => {
  it("waits for what the phase is about, and does not wait for ever", () => {
    expect(mayMoveOn("contrast", [])).toBe(false);
    expect(mayMoveOn("contrast", ["I'm tired of it", "So tired"])).toBe(false);
    expect(mayMoveOn("contrast", ["I'm tired of it", "I’d rather dance"])).toBe(true);
    expect(mayMoveOn("peak", ["Last June at the lake", "I felt free"])).toBe(true);
    expect(mayMoveOn("specific", ["Salsa on Thursdays", "About a 6"])).toBe(false);
    expect(mayMoveOn("specific", ["Salsa on Thursdays", "An 8"])).toBe(true);
    expect(mayMoveOn("specific", ["a", "b", "c", "d", "e"])).toBe(true);
  });
});
