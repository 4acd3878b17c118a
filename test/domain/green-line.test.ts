import { describe, expect, it } from "vitest";
import { greenLine } from "../../domain/green-line.ts";

describe("the Green Line", () => {
  it.each([
    [35, "above"],
    [28, "above"],
    [27, "transition"],
    [21, "transition"],
    [20, "below"],
    [7, "below"],
  ])("of 7 answers that sum up to %i is %s", (score, line) => {
    expect(greenLine(score, 7)).toBe(line);
  });

  it("holds the same percentages on the statements that apply", () => {
    for (let answered = 1; answered <= 7; answered += 1) {
      for (let score = answered; score <= answered * 5; score += 1) {
        const percent = (score * 100) / (answered * 5);
        const expected = percent >= 80 ? "above" : percent >= 60 ? "transition" : "below";
        expect([answered, score, greenLine(score, answered)]).toEqual([answered, score, expected]);
      }
    }
  });

  it.each([
    [1, 4, "above"],
    [1, 3, "transition"],
    [1, 2, "below"],
    [2, 8, "above"],
    [2, 7, "transition"],
    [2, 6, "transition"],
    [2, 5, "below"],
    [6, 24, "above"],
    [6, 23, "transition"],
    [6, 18, "transition"],
    [6, 17, "below"],
  ])("of %i answers that sum up to %i is %s", (answered, score, line) => {
    expect(greenLine(score, answered)).toBe(line);
  });

  it("does not exist for a category that does not apply at all", () => {
    expect(greenLine(0, 0)).toBeUndefined();
  });
});
