import { describe, expect, it } from "vitest";
import { waysFrom, whereabouts } from "../../client/create/address.ts";
import {
  createChoicesStore,
  NO_CHOICE,
  onOffer,
  saysSomething,
  toggled,
} from "../../client/create/choices.ts";
import { nextOf, progressOf } from "../../client/create/progress.ts";
import { mayMoveOn } from "../../client/create/readiness.ts";
import { memory } from "../../client/platform/storage.ts";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";

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
