import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAnswers, parseCompletion } from "../../domain/assessment-request.ts";
import { CATEGORY_KEYS } from "../../domain/categories.ts";
import { SECTION_CHARACTERS } from "../../domain/journey.ts";
import { ProblemError } from "../../domain/problems.ts";
import { COMPLETION_FIELDS, PROFILE_CHOICES } from "../../domain/profile.ts";
import {
  isCalendarDate,
  PROFILE_CHARACTERS,
  parseProfileChanges,
} from "../../domain/profile-request.ts";
import {
  cursorOf,
  DEFAULT_TITLE,
  parseVisionChanges,
  parseVisionPage,
} from "../../domain/vision-request.ts";

const NOW = Date.UTC(2026, 10, 23, 11);

/** The paths that a request is refused for. */
function refusedFor(parse: () => unknown): string[] {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.code).toBe("invalid_request");
    return (error.extras.errors ?? []).map(({ path }) => path);
  }
  throw new Error("it was taken");
}

describe("changes of the profile", () => {
  it("may be of every field that completion counts, and empty every one", () => {
    const fields = [...COMPLETION_FIELDS, "partner_name", "number_of_children", "full_name"];
    const emptied = Object.fromEntries(fields.map((field) => [field, null]));
    expect(parseProfileChanges(emptied, NOW)).toEqual(emptied);
    for (const field of fields) {
      expect(refusedFor(() => parseProfileChanges({ [field]: { a: 1 } }, NOW))).toEqual([field]);
    }
  });

  it("are texts of one line up to their length, blank ones null", () => {
    const texts = { ...PROFILE_CHARACTERS, email: 0 };
    for (const [field, most] of Object.entries(texts)) {
      if (field === "email") continue;
      const full = "é".repeat(most);
      expect(parseProfileChanges({ [field]: ` ${full}\n` }, NOW)).toEqual({ [field]: full });
      expect(refusedFor(() => parseProfileChanges({ [field]: `${full}é` }, NOW))).toEqual([field]);
      for (const blank of ["\u0000 \t", "\u200b\u2060", "\u2028\ufeff"]) {
        expect(parseProfileChanges({ [field]: blank }, NOW)).toEqual({ [field]: null });
      }
      expect(parseProfileChanges({ [field]: "a\u2028b\u0085c" }, NOW)).toEqual({
        [field]: "a b c",
      });
    }
  });

  it("take nothing that is not in the list of a choice", () => {
    const values = Object.values(PROFILE_CHOICES).flat() as string[];
    for (const [field, list] of Object.entries(PROFILE_CHOICES)) {
      for (const value of values) {
        const parse = () => parseProfileChanges({ [field]: value }, NOW);
        if ((list as readonly string[]).includes(value))
          expect(parse()).toEqual({ [field]: value });
        else expect(refusedFor(parse)).toEqual([field]);
      }
    }
  });

  it("know the calendar", () => {
    for (const date of ["2024-02-29", "2000-02-29", "1999-12-31"]) {
      expect(isCalendarDate(date), date).toBe(true);
    }
    for (const date of ["2023-02-29", "1900-02-29", "2023-04-31", "2023-13-01", "2023-00-10"]) {
      expect(isCalendarDate(date), date).toBe(false);
    }
    fc.assert(
      fc.property(
        fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(NOW) }),
        (date) => {
          expect(isCalendarDate(date.toISOString().slice(0, 10))).toBe(true);
        },
      ),
    );
  });

  it("take a birth of today wherever it is today already, and none of tomorrow", () => {
    const born = (date_of_birth: string) => () => parseProfileChanges({ date_of_birth }, NOW);
    expect(born("2026-11-24")()).toEqual({ date_of_birth: "2026-11-24" });
    expect(refusedFor(born("2026-11-25"))).toEqual(["date_of_birth"]);
    expect(born("1900-01-01")()).toEqual({ date_of_birth: "1900-01-01" });
    expect(refusedFor(born("1899-12-31"))).toEqual(["date_of_birth"]);
  });
});

describe("answers", () => {
  it("are of the 84 statements, 1 to 5 or null", () => {
    const keys = CATEGORY_KEYS.flatMap((key) => [0, 1, 7, 8].map((n) => `${key}_${n}`));
    const known = keys.filter((key) => !/^forward|^conclusion|_0$|_8$/.test(key));
    expect(known).toHaveLength(24);
    for (const key of keys) {
      const parse = () => parseAnswers({ responses: { [key]: 3 } });
      if (known.includes(key)) expect(parse()).toEqual({ id: null, responses: { [key]: 3 } });
      else expect(refusedFor(parse)).toEqual([`responses.${key}`]);
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const parse = () => parseAnswers({ responses: { fun_1: value } }).responses.fun_1;
        if (value === null || [1, 2, 3, 4, 5].includes(value as number)) {
          expect(parse()).toBe(value);
        } else {
          expect(refusedFor(parse)).toEqual(["responses.fun_1"]);
        }
      }),
    );
  });

  it("of a completion are none: its body may be missing", () => {
    expect(parseCompletion(undefined)).toBeNull();
    expect(parseCompletion({})).toBeNull();
    expect(refusedFor(() => parseCompletion([]))).toEqual([""]);
  });
});

describe("changes of a draft", () => {
  it("carry sections under any of their names, each once", () => {
    const { changes } = parseVisionChanges({
      sections: { "health & VITALITY": " I run.\r\n", introduction: "", Closing: null },
    });
    expect(changes).toEqual({ health: "I run.", forward: null, conclusion: null });
    const twice = { sections: { health: "a", Fitness: "b", luck: "c", toString: "d" } };
    expect(refusedFor(() => parseVisionChanges(twice))).toEqual([
      "sections.Fitness",
      "sections.luck",
      "sections.toString",
    ]);
  });

  it("have a name of their own or none", () => {
    for (const title of [DEFAULT_TITLE, "  ", null]) {
      expect(parseVisionChanges({ title }).changes).toEqual({ title: null });
    }
    expect(parseVisionChanges({ title: " My\nlife " }).changes).toEqual({ title: "My life" });
  });

  it("have texts of 20,000 characters at most", () => {
    const full = "x".repeat(SECTION_CHARACTERS);
    expect(parseVisionChanges({ sections: { fun: full } }).changes).toEqual({ fun: full });
    expect(refusedFor(() => parseVisionChanges({ sections: { fun: `${full}x` } }))).toEqual([
      "sections.fun",
    ]);
  });
});

it("a list's cursor is read as it was written, and nothing else is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9e15 }), fc.uuid(), (micros, id) => {
      const cursor = cursorOf({ micros, id });
      expect(parseVisionPage({ cursor, limit: "7" })).toEqual({ limit: 7, after: { micros, id } });
    }),
  );
  expect(parseVisionPage({})).toEqual({ limit: 30, after: null });
  for (const cursor of ["", "1", "1.x", `x.${crypto.randomUUID()}`, `1.${"-".repeat(36)}`]) {
    expect(refusedFor(() => parseVisionPage({ cursor }))).toEqual(["cursor"]);
  }
});
