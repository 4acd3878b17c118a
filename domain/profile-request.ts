import * as v from "valibot";
import { LIFE_CATEGORIES } from "./categories.ts";
import { SECTION_CHARACTERS } from "./journey.ts";
import { PROFILE_CHOICES } from "./profile.ts";
import { invalidField, line, parseRequest, strictly } from "./requests.ts";
import { oneLine } from "./text.ts";
import { sectionText } from "./vision.ts";

/** The most characters (UTF-16 units) of the profile's fields of one line. */
export const PROFILE_CHARACTERS = {
  first_name: 200,
  last_name: 200,
  full_name: 400,
  email: 400,
  phone: 100,
  gender: 100,
  partner_name: 200,
  time_at_location: 200,
  city: 200,
  state: 200,
  country: 200,
  occupation: 200,
  travel_frequency: 200,
  spiritual_practice: 500,
} as const;

/** The most hobbies, and the most characters of one. */
export const HOBBIES = 50;
export const HOBBY_CHARACTERS = 100;
/** The most children that the form takes. */
export const CHILDREN = 50;
/** The earliest date of birth. */
const EARLIEST_BIRTH = "1900-01-01";

/** Whether a text is a date of the calendar, `YYYY-MM-DD`: no 30th of February. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** A value out of a list. */
const choice = (values: readonly string[]) =>
  v.nullable(v.picklist(values, `must be one of: ${values.join(" · ")}`));

const entriesOf = <Value, Made>(
  table: Readonly<Record<string, Value>>,
  make: (value: Value) => Made,
): Record<string, Made> =>
  Object.fromEntries(Object.entries(table).map(([key, value]) => [key, make(value)]));

/** Texts of one line, blank ones left out and each kept once. */
const Hobbies = v.nullable(
  v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.transform(oneLine),
        v.maxLength(HOBBY_CHARACTERS, `at most ${HOBBY_CHARACTERS} characters`),
      ),
    ),
    v.maxLength(HOBBIES, `at most ${HOBBIES}`),
    v.transform((hobbies) => [...new Set(hobbies.filter((hobby) => hobby !== ""))]),
  ),
);

const Story = v.nullable(
  v.pipe(
    v.string(),
    v.maxLength(
      SECTION_CHARACTERS,
      `at most ${SECTION_CHARACTERS.toLocaleString("en")} characters`,
    ),
    v.transform((text) => sectionText(text)),
  ),
);

/** The body of `PATCH /api/profile`. */
export const ProfileChanges = v.strictObject(
  {
    ...entriesOf(PROFILE_CHARACTERS, (characters) => v.optional(line(characters))),
    ...entriesOf(PROFILE_CHOICES, (values) => v.optional(choice(values))),
    ...Object.fromEntries(LIFE_CATEGORIES.map(({ key }) => [`${key}_story`, v.optional(Story)])),
    email: v.optional(
      v.pipe(
        line(PROFILE_CHARACTERS.email),
        v.check(
          (email) => email === null || /^[^\s@]+@[^\s@]+$/.test(email),
          "must be an email address",
        ),
      ),
    ),
    date_of_birth: v.optional(
      v.nullable(
        v.pipe(
          v.string(),
          v.check(isCalendarDate, "must be a date, YYYY-MM-DD"),
          v.minValue(EARLIEST_BIRTH, `must not be before ${EARLIEST_BIRTH}`),
        ),
      ),
    ),
    has_children: v.optional(v.nullable(v.boolean())),
    number_of_children: v.optional(
      v.nullable(
        v.pipe(
          v.number(),
          v.integer("must be a whole number"),
          v.minValue(0, "must not be negative"),
          v.maxValue(CHILDREN, `at most ${CHILDREN}`),
        ),
      ),
    ),
    hobbies: v.optional(Hobbies),
  },
  strictly,
);

/** Changes of a Life Profile: columns with their new values, null where emptied. */
export type ProfileChanges = Readonly<Record<string, unknown>>;

/** The day it is at the latest anywhere on earth, `YYYY-MM-DD`: 14 hours ahead of UTC. */
function latestToday(now: number): string {
  return new Date(now + 14 * 3_600_000).toISOString().slice(0, 10);
}

/**
 * The body of `PATCH /api/profile`: any of the profile's fields, null or blank to empty one.
 * @param now milliseconds since the epoch: nobody is born after it
 * @throws ProblemError invalid_request
 */
export function parseProfileChanges(body: unknown, now: number): ProfileChanges {
  const changes = parseRequest(ProfileChanges, body);
  if (Object.keys(changes).length === 0) throw invalidField("", "name at least one field");
  const { date_of_birth: born } = changes;
  if (typeof born === "string" && born > latestToday(now)) {
    throw invalidField("date_of_birth", "must not be in the future");
  }
  return changes;
}
