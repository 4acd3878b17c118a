import { describe, expect, it } from "vitest";
import { toProposal } from "../../client/text/proposal.ts";
import {
  comparedWith,
  NO_VERSIONS,
  type TextVersions,
  versionLabel,
  withEarlierText,
  withVersion,
} from "../../client/text/text-versions.ts";

const text = (words: string, findings = 0) =>
  toProposal(words, {
    findings: Array.from({ length: findings }, () => ({ rule: "negation", message: "?" })),
  });
const textsOf = ({ versions }: TextVersions) => versions.map((version) => version.text);
const labelsOf = ({ versions }: TextVersions) =>
  versions.map((_, index) => versionLabel(versions, index));
const first = withVersion(NO_VERSIONS, text("a", 2), "new", true);
const pair = withVersion(first, text("b", 1), "second", true);

describe("versions of a text", () => {
  it("stand beside one another, the one closer to the voice chosen", () => {
    expect(textsOf(pair)).toEqual(["a", "b"]);
    expect(pair.chosen).toBe(1);
    expect(withVersion(first, text("b", 2), "second", true).chosen).toBe(0);
    expect(labelsOf(pair)).toEqual(["First version", "Second version"]);
  });

  it("keep the chosen one beside a better one", () => {
    const better = withVersion(pair, text("b with sea"), "better", true);
    expect(textsOf(better)).toEqual(["b", "b with sea"]);
    expect(better.chosen).toBe(1);
    expect(labelsOf(better)).toEqual(["The one before", "With your change"]);
    expect(comparedWith(better, "")).toBe("b");
    expect(comparedWith({ ...better, chosen: 0 }, "what is saved")).toBe("what is saved");
    expect(comparedWith({ ...better, chosen: 0 }, " ")).toBeNull();
  });

  it("keep the chosen text beside a new one, or give way to it", () => {
    const renewed = withVersion(pair, text("c"), "new", true);
    expect(textsOf(renewed)).toEqual(["b", "c"]);
    expect(comparedWith(renewed, "what is saved")).toBe("b");
    expect(labelsOf(renewed)).toEqual(["The one before", "The new one"]);
    expect(textsOf(withVersion(pair, text("c"), "new", false))).toEqual(["c"]);
    expect(textsOf(withVersion(pair, text("b"), "new", true))).toEqual(["b"]);
  });

  it("are joined by an earlier text that is brought back", () => {
    const back = withEarlierText(first, "of yesterday");
    expect(textsOf(back)).toEqual(["a", "of yesterday"]);
    expect(back.chosen).toBe(1);
    expect(labelsOf(back)).toEqual(["The one before", "An earlier text"]);
    expect(withEarlierText(back, "a")).toEqual({ ...back, chosen: 0 });
    expect(withEarlierText(NO_VERSIONS, "of yesterday")).toMatchObject({ chosen: 0 });
  });
});
