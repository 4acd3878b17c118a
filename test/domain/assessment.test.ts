import { describe, expect, it } from "vitest";
import { STATEMENTS, statement } from "../../domain/assessment.ts";
import { LIFE_CATEGORIES, STATEMENTS_PER_CATEGORY } from "../../domain/categories.ts";
import { GREEN_LINE_WORDS, NOT_APPLICABLE_WORDS } from "../../domain/green-line-words.ts";

const folded = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
const labels = STATEMENTS.flatMap(({ answers }) => answers.map(({ label }) => label));
const resultWords = [...Object.values(GREEN_LINE_WORDS), NOT_APPLICABLE_WORDS].flatMap((words) => [
  words.label,
  words.meaning,
  words.invitation,
]);

describe("the statements", () => {
  it("are 84, seven in each life category, in the document's order", () => {
    const keys = LIFE_CATEGORIES.flatMap(({ key }) =>
      [1, 2, 3, 4, 5, 6, 7].map((n) => `${key}_${n}`),
    );
    expect(STATEMENTS_PER_CATEGORY).toBe(7);
    expect(STATEMENTS.map(({ key }) => key)).toEqual(keys);
    for (const { key, category } of STATEMENTS) expect(key.startsWith(`${category}_`)).toBe(true);
  });

  it("each have five answers of their own, from 5 to 1", () => {
    for (const { answers } of STATEMENTS) {
      expect(answers.map(({ value }) => value)).toEqual([5, 4, 3, 2, 1]);
    }
    expect(labels).toHaveLength(420);
  });

  it("say nothing twice", () => {
    const texts = [...STATEMENTS.map(({ text }) => text), ...labels].map(folded);
    const twice = texts.filter((text, index) => texts.indexOf(text) !== index);
    expect(twice).toEqual([]);
  });

  it("are whole sentences that fit on a phone", () => {
    for (const text of [...STATEMENTS.map((each) => each.text), ...labels]) {
      expect(text).toMatch(/^\p{Lu}.*[^\s.]\.$/u);
      expect(text.length).toBeLessThanOrEqual(80);
    }
  });

  it("are in the first person and address nobody", () => {
    for (const { text, answers } of STATEMENTS) {
      expect(text).toMatch(/\b(i|me|my|mine|myself|we|us|our)\b/i);
      for (const { label } of answers) expect(label).not.toMatch(/\byou(r|rs|rself)?\b/i);
    }
  });

  it("judge nobody and are no exam", () => {
    const judging =
      /\b(test|quiz|exam|scor(e|es|ed|ing)|points?|grades?|fail\w*|wrong with|lazy|weak|bad|poor|should have|problem|disorder|goals?)\b/i;
    for (const text of [...STATEMENTS.map((each) => each.text), ...labels, ...resultWords]) {
      expect(text).not.toMatch(judging);
    }
  });
});

describe("a statement's key", () => {
  it("finds its statement", () => {
    for (const each of STATEMENTS) {
      expect(statement(each.key)).toBe(each);
    }
  });

  it.each([
    "",
    "fun",
    "fun_0",
    "fun_8",
    "fun_01",
    "FUN_1",
    "forward_1",
    "conclusion_7",
    "fun_1 ",
    "toString",
    "__proto__",
  ])("%j is none", (key) => {
    expect(statement(key)).toBeUndefined();
  });
});

describe("the words of the Green Line", () => {
  it("speak of below as contrast that brings clarity", () => {
    expect(GREEN_LINE_WORDS.below.meaning).toMatch(/contrast/i);
    expect(GREEN_LINE_WORDS.below.meaning).toMatch(/clarity/);
    expect(new Set(resultWords).size).toBe(resultWords.length);
  });
});
