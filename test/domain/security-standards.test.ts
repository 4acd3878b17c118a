import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const STATES = ["met", "partly", "not met", "operator", "platform", "n/a"];

/** How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has; their numbers begin with 1. */
const ASVS: Readonly<Record<string, readonly number[]>> = {
  V1: [2, 9, 11, 3, 2],
  V2: [3, 3, 4, 1],
  V3: [0, 2, 4, 6, 5, 0, 2],
  V4: [3, 1, 2, 4],
  V5: [1, 3, 2, 3],
  V6: [3, 12, 4, 4, 5, 3, 0, 4],
  V7: [3, 4, 2, 5, 2, 2],
  V8: [2, 3, 1, 1],
  V9: [3, 4],
  V10: [2, 2, 4, 11, 5, 2, 3],
  V11: [2, 3, 3, 4, 1, 1, 0],
  V12: [3, 2, 4],
  V13: [1, 5, 2, 5],
  V14: [2, 4, 3],
  V15: [3, 3, 7, 0],
  V16: [1, 5, 4, 3, 3],
  V17: [1, 4, 2],
};

interface Row {
  readonly id: string;
  readonly state: string;
  readonly where: string;
}

/** The rows of the table below a heading: number, requirement, state, where. */
function rowsBelow(heading: string): Row[] {
  const text = readFileSync(`${ROOT}SECURITY.md`, "utf8");
  const [, after = ""] = text.split(`\n## ${heading}`);
  const [section = ""] = after.split("\n## ");
  return section
    .split("\n")
    .filter((line) => /^\| (?:\d|LLM)/.test(line))
    .map((line) => {
      const [, id = "", , state = "", where = ""] = line.split(/(?<!\\)\|/).map((c) => c.trim());
      return { id, state, where };
    });
}

/** The numbers that a cell stands for: `2.3.1`, or `17.2.1-4`. */
function numbersIn(id: string): string[] {
  const [, section, first, last = first] = /^(\d+\.\d+)\.(\d+)(?:-(\d+))?$/.exec(id) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return Array.from({ length: to - from + 1 }, (_, n) => `${section}.${from + n}`);
}

const asvs = rowsBelow("OWASP ASVS 5.0, levels 1 and 2");
const llm = rowsBelow("OWASP Top 10 for LLM applications, 2026");

/** A file of this repository as it is named in a cell, and what follows its name. */
const FILE = /`((?:[\w.-]+\/)*[\w.-]+\.(?:ts|tsx|sql|md|toml|json|css))`((?: \("[^"]+"\))?)/g;

describe("the tables of SECURITY.md", () => {
  it("have every requirement of ASVS 5.0's levels 1 and 2 once", () => {
    const all = Object.entries(ASVS).flatMap(([chapter, sections]) =>
      sections.flatMap((count, section) =>
        Array.from({ length: count }, (_, n) => `${chapter.slice(1)}.${section + 1}.${n + 1}`),
      ),
    );
    // 70 of level 1, 183 of level 2.
    expect(all).toHaveLength(253);
    expect(asvs.flatMap(({ id }) => id.split(", ").flatMap(numbersIn))).toEqual(all);
  });

  it("have every risk of the LLM list once", () => {
    const risks = Array.from({ length: 10 }, (_, n) => `LLM${String(n + 1).padStart(2, "0")}:2026`);
    expect(llm.map(({ id }) => id)).toEqual(risks);
  });

  it("say for each how it stands and, if it is met, in which file", () => {
    for (const { id, state, where } of [...asvs, ...llm]) {
      expect([id, STATES.includes(state)]).toEqual([id, true]);
      expect([id, where !== ""]).toEqual([id, true]);
      if (state === "met") expect([id, where.match(FILE)]).toEqual([id, expect.any(Array)]);
    }
  });

  it("name files that exist, and tests that are in them", () => {
    let files = 0;
    for (const { id, where } of [...asvs, ...llm]) {
      for (const [, file = "", named = ""] of where.matchAll(FILE)) {
        files += 1;
        expect([id, file, existsSync(ROOT + file)]).toEqual([id, file, true]);
        const name = named.slice(3, -2);
        if (name === "") continue;
        const source = readFileSync(ROOT + file, "utf8");
        expect([id, file, name, source.includes(name)]).toEqual([id, file, name, true]);
      }
    }
    expect(files).toBeGreaterThan(100);
  });
});
