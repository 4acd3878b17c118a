import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATEGORY_KEYS, type CategoryKey } from "../../domain/categories.ts";
import type { Sections } from "../../domain/context.ts";
import { nextCategory, nextStep, type Standing, stepWords } from "../../domain/journey-step.ts";

const without = (...missing: CategoryKey[]): Sections =>
  Object.fromEntries(
    CATEGORY_KEYS.filter((key) => !missing.includes(key)).map((key) => [key, `My ${key}.`]),
  );

const ready: Standing = {
  profileCompletion: 70,
  assessed: true,
  assessing: false,
  draft: null,
  active: null,
};
const whole = { id: "d", sections: without() };
const active = { id: "a", sections: without() };

describe("the next step", () => {
  it("is the profile below 70 %, whatever else there is", () => {
    for (const profileCompletion of [0, 69]) {
      expect(nextStep({ ...ready, profileCompletion, draft: whole })).toEqual({
        kind: "profile",
        completion: profileCompletion,
      });
    }
    expect(nextStep({ ...ready, profileCompletion: 70 }).kind).toBe("create");
  });

  it("is the assessment while none is completed", () => {
    const not = { ...ready, assessed: false, draft: whole };
    expect(nextStep(not)).toEqual({ kind: "assessment", begun: false });
    expect(nextStep({ ...not, assessing: true })).toEqual({ kind: "assessment", begun: true });
  });

  it("stays past the assessment while a newer one is under way", () => {
    expect(nextStep({ ...ready, assessing: true }).kind).toBe("create");
  });

  it("is the first missing section: of the draft, else of the active version, else of all", () => {
    expect(nextStep(ready)).toEqual({ kind: "create", category: "forward" });
    expect(nextStep({ ...ready, active: { id: "a", sections: without("stuff", "work") } })).toEqual(
      { kind: "create", category: "work" },
    );
    const draft = { id: "d", sections: without("conclusion") };
    expect(nextStep({ ...ready, draft, active })).toEqual({
      kind: "create",
      category: "conclusion",
    });
    const blank = { id: "d", sections: { ...without(), home: " \n" } };
    expect(nextStep({ ...ready, draft: blank })).toEqual({ kind: "create", category: "home" });
  });

  it("is to commit a whole draft that says something new", () => {
    expect(nextStep({ ...ready, draft: whole })).toEqual({ kind: "commit", visionId: "d" });
    const changed = { id: "d", sections: { ...without(), fun: "I dance." } };
    expect(nextStep({ ...ready, draft: changed, active })).toEqual({
      kind: "commit",
      visionId: "d",
    });
  });

  it("is to refine, in the draft where one is open, when all is said", () => {
    expect(nextStep({ ...ready, active })).toEqual({ kind: "refine", visionId: "a" });
    expect(nextStep({ ...ready, draft: whole, active })).toEqual({ kind: "refine", visionId: "d" });
  });
});

describe("the next category", () => {
  it("is the one after the current, and round again", () => {
    expect(nextCategory(without("fun", "money"), "love")).toBe("money");
    expect(nextCategory(without("fun", "money"), "money")).toBe("fun");
    expect(nextCategory(without("fun"), "fun")).toBeUndefined();
    expect(nextCategory(without(), "fun")).toBeUndefined();
    expect(nextCategory({})).toBe("forward");
    expect(nextCategory({}, "conclusion")).toBe("forward");
  });

  it("leads through all 14 once each, wherever one begins", () => {
    fc.assert(
      fc.property(fc.constantFrom(...CATEGORY_KEYS), (start) => {
        const sections: Sections = {};
        let current: CategoryKey | undefined = start;
        const seen: CategoryKey[] = [];
        while (current) {
          seen.push(current);
          sections[current] = "I am here.";
          current = nextCategory(sections, current);
        }
        expect([...seen].sort()).toEqual([...CATEGORY_KEYS].sort());
      }),
    );
  });
});

describe("the words of a step", () => {
  it("lead to a page of their own", () => {
    const paths = [
      stepWords({ kind: "profile", completion: 35 }),
      stepWords({ kind: "assessment", begun: false }),
      stepWords({ kind: "create", category: "love" }),
      stepWords({ kind: "commit", visionId: "a/b" }),
      stepWords({ kind: "refine", visionId: "v" }),
    ].map(({ path }) => path);
    expect(paths).toEqual([
      "/profile?missing=1",
      "/assessment",
      "/life-vision/create-with-viva?category=love",
      "/life-vision/a%2Fb",
      "/life-vision/v",
    ]);
    expect(stepWords({ kind: "profile", completion: 35 }).text).toContain("35 %");
    expect(stepWords({ kind: "create", category: "love" }).title).toContain("Love");
    expect(stepWords({ kind: "assessment", begun: true }).action).toMatch(/^Go on/);
  });
});
