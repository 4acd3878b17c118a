import { describe, expect, it } from "vitest";
import {
  CATEGORIES,
  CATEGORY_KEYS,
  category,
  LIFE_CATEGORIES,
  normaliseCategory,
} from "../../domain/categories.ts";
import { DEFAULT_PHASE, isPhase, PHASE_KEYS, PHASES } from "../../domain/phases.ts";

/** Every name that requests and stored JSON may carry, by key: the key, the label, what is older. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  forward: ["Forward", "introduction"],
  fun: ["Fun", "Fun / Recreation"],
  health: ["Health", "Health / Vitality", "Health & Vitality", "wellness", "fitness"],
  travel: ["Travel", "Travel / Adventure"],
  love: ["Love", "romance", "Love / Romance"],
  family: ["Family", "Family / Parenting"],
  social: ["Social", "Social / Friends"],
  home: ["Home", "Home / Environment"],
  work: ["Work", "business", "career", "Business / Career"],
  money: ["Money", "finance", "wealth", "Money / Wealth"],
  stuff: ["Stuff", "possessions", "Possessions / Stuff"],
  giving: ["Giving", "legacy", "Giving / Legacy"],
  spirituality: ["Spirituality", "spiritual"],
  conclusion: ["Conclusion", "closing"],
};

describe("categories", () => {
  it("are 14 in the document's order: 12 of life between two bookends", () => {
    expect(CATEGORY_KEYS).toEqual(Object.keys(NAMES));
    expect(CATEGORIES.map(({ key }) => key)).toEqual(CATEGORY_KEYS);
    expect(LIFE_CATEGORIES.map(({ key }) => key)).toEqual(CATEGORY_KEYS.slice(1, 13));
    expect(category("money")).toMatchObject({ label: "Money", kind: "life" });
    expect(category("conclusion").kind).toBe("bookend");
  });

  const cases = Object.entries(NAMES).flatMap(([key, names]) =>
    [key, ...names].map((name) => [name, key] as const),
  );
  it.each(cases)("%s means %s, in any case and spacing", (name, key) => {
    const squeezed = name.replaceAll(" / ", "/");
    const wide = `  ${name.replaceAll(" ", "  ")}\n`;
    for (const form of [name, name.toUpperCase(), name.toLowerCase(), squeezed, wide]) {
      expect(normaliseCategory(form)).toBe(key);
    }
  });

  it.each([
    "",
    " ",
    "funny",
    "fun ny",
    "pets",
    "constructor",
    "__proto__",
    "toString",
    "0",
    "fun/",
  ])("%j is none", (name) => {
    expect(normaliseCategory(name)).toBeUndefined();
  });

  it("do not know a key that is none", () => {
    expect(() => category("pets" as never)).toThrow(RangeError);
  });
});

describe("phases", () => {
  it("are three, and begin with contrast", () => {
    expect(PHASE_KEYS).toEqual(["contrast", "peak", "specific"]);
    expect(PHASES.map(({ key, label }) => [key, label])).toEqual([
      ["contrast", "Contrast Clarity"],
      ["peak", "Peak Experience"],
      ["specific", "Specific Desires"],
    ]);
    expect(DEFAULT_PHASE).toBe("contrast");
  });

  it.each(["Contrast", "", "peak ", "toString", "desires"])("%j is none", (name) => {
    expect(isPhase(name)).toBe(false);
  });
});
