import { isBlank } from "./text.ts";

/** Allowed values of the profile's fields that are chosen from a list. */
export const PROFILE_CHOICES = {
  relationship_status: ["Single", "In a Relationship", "Married"],
  employment_type: ["Employee", "Business Owner", "Contractor/Freelancer", "Prefer not to say"],
  exercise_frequency: ["None", "1-2x", "3-4x", "5+"],
  living_situation: ["Own", "Rent", "With family/friends", "Other", "Prefer not to say"],
  household_income: [
    "<10,000",
    "10,000-24,999",
    "25,000-49,999",
    "50,000-99,999",
    "100,000-249,999",
    "250,000-499,999",
    "500,000-999,999",
    "1,000,000+",
    "Prefer not to say",
  ],
} as const;

/** The fields that every member's completion counts. */
export const COMPLETION_FIELDS = [
  "first_name",
  "last_name",
  "email",
  "phone",
  "date_of_birth",
  "gender",
  "relationship_status",
  "has_children",
  "exercise_frequency",
  "living_situation",
  "time_at_location",
  "city",
  "state",
  "country",
  "employment_type",
  "occupation",
  "household_income",
  "hobbies",
  "travel_frequency",
  "spiritual_practice",
] as const;

/** Completion from which the way to the vision is open, in percent. */
export const PROFILE_GATE = 70;

/** A Life Profile as stored: column names as keys, every field may be missing or null. */
export type Profile = Readonly<Record<string, unknown>>;

/** How complete a profile is. */
export interface ProfileCompletion {
  /** Whole percent. */
  readonly completion: number;
  /** The fields still to fill in, in the form's order. */
  readonly missing: readonly string[];
}

function isFilled(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value === "string") return !isBlank(value);
  if (Array.isArray(value)) return value.some(isFilled);
  return true;
}

/**
 * Completion of a profile, for server and client alike. `partner_name` counts when the relationship
 * is known and not Single, `number_of_children` when there are children.
 */
export function profileCompletion(profile: Profile | null): ProfileCompletion {
  const fields: string[] = [...COMPLETION_FIELDS];
  const relationship = profile?.relationship_status;
  if (isFilled(relationship) && relationship !== "Single") fields.push("partner_name");
  if (profile?.has_children === true) fields.push("number_of_children");
  const missing = fields.filter((field) => !isFilled(profile?.[field]));
  const completion = Math.round(((fields.length - missing.length) / fields.length) * 100);
  return { completion, missing };
}

/**
 * Age in whole years by the calendar.
 * @param dateOfBirth `YYYY-MM-DD`
 * @param now milliseconds since the epoch
 * @returns `undefined` for a date that is none, or lies in the future
 */
export function ageAt(dateOfBirth: string, now: number): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(dateOfBirth);
  if (!match) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const today = new Date(now);
  const hadBirthday =
    today.getUTCMonth() + 1 > month ||
    (today.getUTCMonth() + 1 === month && today.getUTCDate() >= day);
  const age = today.getUTCFullYear() - year - (hadBirthday ? 0 : 1);
  return age >= 0 ? age : undefined;
}
