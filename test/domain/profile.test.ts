import { describe, expect, it } from "vitest";
import {
  ageAt,
  COMPLETION_FIELDS,
  PROFILE_GATE,
  type Profile,
  profileCompletion,
} from "../../domain/profile.ts";

const value = (field: string): unknown => {
  if (field === "has_children") return false;
  if (field === "relationship_status") return "Single";
  return field === "hobbies" ? ["dancing"] : "something";
};

/** A profile with the first fields of the form filled in. */
const filled = (count: number): Profile =>
  Object.fromEntries(COMPLETION_FIELDS.slice(0, count).map((field) => [field, value(field)]));

describe("profile completion", () => {
  it("counts 20 fields", () => {
    expect(COMPLETION_FIELDS).toHaveLength(20);
    expect(profileCompletion(filled(20))).toEqual({ completion: 100, missing: [] });
    expect(profileCompletion(null)).toEqual({ completion: 0, missing: [...COMPLETION_FIELDS] });
    expect(profileCompletion({})).toEqual(profileCompletion(null));
  });

  it("opens the gate at 70 %: 14 of 20, not 13", () => {
    expect(PROFILE_GATE).toBe(70);
    expect(profileCompletion(filled(13)).completion).toBe(65);
    expect(profileCompletion(filled(14)).completion).toBe(70);
    expect(profileCompletion(filled(14)).missing).toEqual(COMPLETION_FIELDS.slice(14));
  });

  it("asks for the partner's name unless the member is known to be single", () => {
    const { relationship_status: _, ...unknown } = filled(20);
    expect(profileCompletion(unknown).missing).toEqual(["relationship_status"]);
    for (const relationship_status of ["Married", "In a Relationship"]) {
      const coupled = { ...filled(20), relationship_status };
      // 20 of 21
      expect(profileCompletion(coupled)).toEqual({ completion: 95, missing: ["partner_name"] });
      expect(profileCompletion({ ...coupled, partner_name: "Kim" }).completion).toBe(100);
    }
    expect(profileCompletion({ ...filled(20), partner_name: "Kim" }).completion).toBe(100);
  });

  it("asks for the number of children only where there are some; 0 is a number", () => {
    const parent = { ...filled(20), has_children: true };
    expect(profileCompletion(parent).missing).toEqual(["number_of_children"]);
    expect(profileCompletion({ ...parent, number_of_children: 0 }).completion).toBe(100);
    expect(profileCompletion({ ...filled(20), has_children: null }).missing).toEqual([
      "has_children",
    ]);
  });

  it("rounds to whole percents", () => {
    const both = { ...filled(20), relationship_status: "Married", has_children: true };
    // 20 of 22 is 90.9 %
    expect(profileCompletion(both)).toEqual({
      completion: 91,
      missing: ["partner_name", "number_of_children"],
    });
    // 15 of 21 is 71.4 %; 14 of 21 is 66.7 %
    const coupled = (count: number) => ({ ...filled(count), relationship_status: "Married" });
    expect(profileCompletion(coupled(15)).completion).toBe(71);
    expect(profileCompletion(coupled(14)).completion).toBe(67);
  });

  it("takes blank text, empty lists, null and nothing for missing, and false for an answer", () => {
    for (const blank of ["", "  \n", "\u200b\ufeff", null, undefined, [], ["\u200b"]]) {
      expect(profileCompletion({ ...filled(20), hobbies: blank }).missing).toEqual(["hobbies"]);
    }
    expect(profileCompletion({ has_children: false }).missing).not.toContain("has_children");
  });
});

describe("age", () => {
  const at = (date: string) => Date.parse(`${date}T12:00:00Z`);

  it.each([
    ["1990-06-15", "2026-06-14", 35],
    ["1990-06-15", "2026-06-15", 36],
    ["1990-06-15", "2026-06-16", 36],
    ["1990-12-31", "2026-01-01", 35],
    ["2004-02-29", "2026-02-28", 21],
    ["2004-02-29", "2026-03-01", 22],
    ["2026-11-22", "2026-11-22", 0],
  ])("of someone born on %s is on %s: %i", (born, today, age) => {
    expect(ageAt(born, at(today))).toBe(age);
  });

  it.each(["", "15.06.1990", "soon", "2030-01-01"])("is not known for %j", (born) => {
    expect(ageAt(born, at("2026-11-22"))).toBeUndefined();
  });
});
