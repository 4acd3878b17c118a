import { describe, expect, it } from "vitest";
import { CARE_LANGUAGES } from "../../domain/care/kinds.ts";
import { phrasePattern, phraseReader } from "../../domain/care/phrase.ts";
import { PATTERNS, phraseBook } from "../../domain/care/phrase-book.ts";
import { plainSentences } from "../../domain/care/plain.ts";

const finds = (source: string, sentence: string) =>
  phrasePattern(source, false, "").test(` ${sentence} `);

describe("a phrase", () => {
  it.each([
    ["want die|be_dead", "i want die", true],
    ["want die|be_dead", "i want be dead", true],
    ["want die|be_dead", "i want be", false],
    ["want die", "i want diet", false],
    ["want die", "unwant die", false],
    ["want really? die", "want die", true],
    ["want really? die", "want really die", true],
    ["want really? die", "want not die", false],
    ["want suicid*", "want suicidal", true],
    ["in #", "in 1999", true],
    ["in #", "in may", false],
    ["j'ai peur", "j ai peur", true],
    ["j'ai peur", "jai peur", true],
    ["want ..2 die", "want to just die", true],
    ["want ..2 die", "want to just maybe die", false],
    ["^ die", "die now", true],
    ["^ die", "i die", false],
    ["die $", "i die", true],
    ["die $", "die now", false],
    ["die now|$", "die now please", true],
    ["die now|$", "i die", true],
    ["die now|$", "die old", false],
    ["die !of|with_a", "die of joy", false],
    ["die !of|with_a", "die with a smile", false],
    ["die !of|with_a", "die with pills", true],
    ["die !..2:again", "die here and again", false],
    ["die !..2:again", "die here and now and again", true],
    ["!<never|not_ever die", "never die", false],
    ["!<never|not_ever die", "not ever die", false],
    ["!<never|not_ever die", "ever die", true],
    ["möchte", "moechte", true],
    ["möchte", "mochte", true],
    ["daño", "dano", true],
  ])("%j in %j: %s", (source, sentence, found) => {
    expect(finds(source, sentence)).toBe(found);
  });

  it("about others does not reach over an “I”", () => {
    const ofOthers = phrasePattern("friend ..4 suicidal", true, "");
    expect(ofOthers.test(" my friend is so suicidal ")).toBe(true);
    expect(ofOthers.test(" my friend left and i am suicidal ")).toBe(false);
  });

  it("names its rarest part first, so that few sentences need a look", () => {
    const read = phraseReader();
    expect(read("i want_to suicide").needs[0]).toEqual(["suicide"]);
    expect(() => read("..2 suicid*")).toThrow(TypeError);
  });
});

/** How the parts of a phrase are written. */
const WORDS = "[\\p{Ll}\\d_*#']+";
const PART = new RegExp(
  `^(?:\\^|\\$|\\.\\.\\d+|(?:!<|!\\.\\.\\d+:|!)?${WORDS}(?:\\|${WORDS})*(?:\\?|\\|\\$)?)$`,
  "u",
);

it("the patterns are written as phrases are, and each stands for something", () => {
  const read = phraseReader();
  for (const language of CARE_LANGUAGES) {
    for (const sources of Object.values(PATTERNS[language])) {
      expect(new Set(sources).size).toBe(sources.length);
      for (const source of sources) {
        expect(source.split(" ").filter((part) => !PART.test(part))).toEqual([]);
        expect(() => read(source)).not.toThrow();
        expect(() => phrasePattern(source, false, "g")).not.toThrow();
      }
    }
  }
});

describe("plain sentences", () => {
  const { known } = phraseBook();

  it.each([
    [
      "I’m here. Don't go!",
      [
        ["im", "here"],
        ["dont", "go"],
      ],
    ],
    ["Wait... what", [["wait", "what"]]],
    ["J'en ai marre", [["j", "en", "ai", "marre"]]],
    ["one\n\ntwo\nthree", [["one"], ["two", "three"]]],
    ["k1ll", [["kill"]]],
    ["$uicide", [["suicide"]]],
    ["k*ll s*****e", [["kill"], ["suicide"]].flat().map((word) => word)],
    ["covid19 and mp3", [["covid19", "and", "mp3"]]],
    ["s u i c i d e", [["suicide"]]],
    ["i  w a n t  t o  d i e", [["i", "want", "to", "die"]]],
    ["a b c", [["abc"]]],
    ["#killmyself #blessed", [["kill", "myself", "blessed"]]],
    ["soooo", [["so"]]],
    ["suicde", [["suicide"]]],
  ] as [string, string[] | string[][]][])("%j", (text, sentences) => {
    const rows = Array.isArray(sentences[0]) ? sentences : [sentences];
    expect(plainSentences(text, known)).toEqual(rows);
  });
});
