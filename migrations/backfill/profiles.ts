import * as v from "valibot";
import { LIFE_CATEGORIES } from "../../domain/categories.ts";
import { PROFILE_CHOICES } from "../../domain/profile.ts";
import { ProfileChanges } from "../../domain/profile-request.ts";
import { byCategory, type OlderRow, type Refuse, textIn } from "./older.ts";

/** Fields of a profile as they are stored: those that an older row had and that hold. */
export interface PlannedProfile {
  readonly user_id: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Older names of columns. */
const OLDER_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  date_of_birth: ["birth_date", "birthday"],
  partner_name: ["spouse_name"],
  has_children: ["has_kids"],
  number_of_children: ["children_count", "num_children"],
  phone: ["phone_number"],
  full_name: ["name"],
  occupation: ["job_title"],
};

/** Every field of the form, the stories first looked for under their older names. */
const FIELDS = Object.keys(ProfileChanges.entries);

/**
 * An older profile in the form of now. A field that breaks the rules is refused by itself and left
 * empty: the rest of the profile is good without it.
 */
export function planProfile(userId: string, row: OlderRow, refuse: Refuse): PlannedProfile {
  const stories = byCategory(row, "_story");
  const fields: Record<string, unknown> = {};
  for (const field of FIELDS) {
    const story = LIFE_CATEGORIES.find(({ key }) => field === `${key}_story`);
    const value = story ? stories[story.key] : givenFor(row, field);
    if (value === null || value === undefined || value === "") continue;
    const schema = ProfileChanges.entries[field as keyof typeof ProfileChanges.entries];
    const parsed = v.safeParse(schema as v.GenericSchema, inForm(field, value));
    if (!parsed.success) {
      refuse({ table: "user_profiles", id: userId, field, reason: ruleOf(parsed.issues[0]) });
    } else if (!isEmpty(parsed.output)) {
      fields[field] = parsed.output;
    }
  }
  return { user_id: userId, fields };
}

/** The rule that a value breaks, without the value. */
function ruleOf({ message, received, expected }: v.BaseIssue<unknown>): string {
  return message.includes(`received ${received}`)
    ? `must be: ${expected ?? "another type"}`
    : message;
}

function isEmpty(value: unknown): boolean {
  return value === null || (Array.isArray(value) && value.length === 0);
}

function givenFor(row: OlderRow, field: string): unknown {
  const columns = [field, ...(OLDER_COLUMNS[field] ?? [])];
  return columns
    .map((column) => row[column])
    .find((value) => value !== null && value !== undefined);
}

/** A value as the form takes it, where an older type or spelling says the same. */
function inForm(field: string, value: unknown): unknown {
  if (field in PROFILE_CHOICES) {
    const choices: readonly string[] = PROFILE_CHOICES[field as keyof typeof PROFILE_CHOICES];
    return choices.find((choice) => fold(choice) === fold(String(value))) ?? value;
  }
  switch (field) {
    case "has_children":
      return yesOrNo(value);
    case "number_of_children":
      return typeof value === "string" && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
    case "date_of_birth":
      return typeof value === "string" ? value.slice(0, 10) : value;
    case "hobbies":
      return typeof value === "string" ? value.split(/[,;\n]/) : value;
    default:
      return typeof value === "number" ? textIn({ value }, "value") : value;
  }
}

/** What of a choice counts when spellings are compared: letters, digits and signs, in small letters. */
function fold(text: string): string {
  return text
    .toLowerCase()
    .replace(/[$\s_]/g, "")
    .replace(/[–—]/g, "-");
}

function yesOrNo(value: unknown): unknown {
  if (typeof value === "number") return value === 1 ? true : value === 0 ? false : value;
  if (typeof value !== "string") return value;
  const said = value.trim().toLowerCase();
  if (said === "yes" || said === "true") return true;
  return said === "no" || said === "false" ? false : value;
}
