import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CATEGORY_KEYS } from "../../domain/categories.ts";
import { ProblemError } from "../../domain/problems.ts";
import {
  changedSections,
  commitRefusal,
  deleteRefusal,
  editRefusal,
  etag,
  filledSections,
  type LooseSections,
  missingSections,
  parseIfMatch,
  refinedSections,
  sectionText,
  visionCompletion,
} from "../../domain/vision.ts";

const first = (count: number): LooseSections =>
  Object.fromEntries(CATEGORY_KEYS.slice(0, count).map((key) => [key, `I choose ${key}.`]));

const text = fc.oneof(
  fc.constantFrom(null, "", "  \n", "I dance.", " I dance.\r\n", "I sing."),
  fc.string(),
);
const sections: fc.Arbitrary<LooseSections> = fc.dictionary(
  fc.constantFrom(...CATEGORY_KEYS),
  text,
) as fc.Arbitrary<LooseSections>;

describe("completion of a vision", () => {
  it.each([
    [0, 0],
    [1, 7],
    [2, 14],
    [3, 21],
    [4, 29],
    [5, 36],
    [6, 43],
    [7, 50],
    [8, 57],
    [9, 64],
    [10, 71],
    [11, 79],
    [12, 86],
    [13, 93],
    [14, 100],
  ])("with %i sections is %i %%", (count, percent) => {
    expect(visionCompletion(first(count))).toBe(percent);
  });

  it("counts no blank section", () => {
    expect(visionCompletion({ fun: " \n\t", love: "", home: null, work: "I build." })).toBe(7);
  });

  it("is whole exactly when nothing is missing", () => {
    fc.assert(
      fc.property(sections, (some) => {
        expect(visionCompletion(some) === 100).toBe(missingSections(some).length === 0);
        expect(visionCompletion(filledSections(some))).toBe(visionCompletion(some));
      }),
    );
  });
});

describe("a section's text", () => {
  it.each([
    ["  I dance.\r\nI sing.\r ", "I dance.\nI sing."],
    ["I dance.\u0000", "I dance."],
    ["I  keep   my\n\n\nspaces.", "I  keep   my\n\n\nspaces."],
    [" \r\n ", null],
    ["", null],
    [null, null],
    [undefined, null],
  ])("%j is kept as %j", (given, kept) => {
    expect(sectionText(given)).toBe(kept);
    expect(sectionText(kept)).toBe(kept);
  });

  it("comes in the document's order, without what is blank", () => {
    expect(
      Object.entries(filledSections({ love: "b ", fun: " a", home: " ", work: null })),
    ).toEqual([
      ["fun", "a"],
      ["love", "b"],
    ]);
  });
});

describe("refined sections", () => {
  const parent = { fun: "I dance.", love: "I am loved.", home: "I rest." };

  it("are those whose text differs, was added or was taken out", () => {
    const draft = { fun: "I dance.", love: "I am deeply loved.", work: "I build." };
    expect(refinedSections(draft, parent)).toEqual(["love", "home", "work"]);
  });

  it("are not there where the same text was saved, whatever is blank around it", () => {
    expect(refinedSections({ ...parent, fun: "I dance.\r\n", work: "  " }, parent)).toEqual([]);
  });

  it("are not there without a parent", () => {
    expect(refinedSections(parent, null)).toEqual([]);
    expect(refinedSections(parent, {})).toEqual(["fun", "love", "home"]);
  });

  it("are the same seen from either version, and none within one", () => {
    fc.assert(
      fc.property(sections, sections, (a, b) => {
        expect(changedSections(a, b)).toEqual(changedSections(b, a));
        expect(changedSections(a, a)).toEqual([]);
        expect(changedSections(a, filledSections(a))).toEqual([]);
      }),
    );
  });
});

describe("what may happen to a version", () => {
  it("only a draft can be written", () => {
    expect(editRefusal("draft")).toBeNull();
    expect(editRefusal("active")).toContain("Refine");
    expect(editRefusal("history")).toContain("Copy");
  });

  it("only a draft with text can be committed, whole or not", () => {
    expect(commitRefusal("draft", first(1))).toBeNull();
    expect(commitRefusal("draft", first(14))).toBeNull();
    expect(commitRefusal("draft", {})).toContain("no words yet");
    expect(commitRefusal("draft", { fun: "  \n", love: null })).toContain("no words yet");
    expect(commitRefusal("active", first(14))).toContain("Only a draft");
    expect(commitRefusal("history", first(14))).toContain("Only a draft");
  });

  it("everything but the active version can be deleted", () => {
    expect(deleteRefusal("draft")).toBeNull();
    expect(deleteRefusal("history")).toBeNull();
    expect(deleteRefusal("active")).toContain("cannot be deleted");
  });
});

describe("If-Match", () => {
  it("names what etag gave", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999_999_999 }), (revision) => {
        expect(parseIfMatch(etag(revision))).toBe(revision);
        expect(parseIfMatch(` W/${etag(revision)} `)).toBe(revision);
      }),
    );
    expect(etag(3)).toBe('"v3"');
  });

  it.each([
    null,
    undefined,
    "",
    "*",
    "v3",
    "3",
    '"3"',
    '"v0"',
    '"v03"',
    '"v-1"',
    '"v1.5"',
    '"v3',
    '"V3"',
    'w/"v3"',
    '"v3", "v4"',
    '"v9999999999"',
    '"v3"x',
  ])("%j names none", (header) => {
    expect(() => parseIfMatch(header)).toThrow(
      expect.objectContaining({ name: "ProblemError", code: "precondition_required" }) as Error,
    );
    expect(() => parseIfMatch(header)).toThrow(ProblemError);
  });
});
