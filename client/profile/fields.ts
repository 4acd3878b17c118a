import { CATEGORIES } from "../../domain/categories.ts";
import { PROFILE_CHOICES, type Profile } from "../../domain/profile.ts";

/** How a field of the Life Profile is filled in. */
export type FieldInput =
  | {
      readonly kind: "text";
      readonly type: "text" | "email" | "tel";
      readonly characters: number;
      /** The platform's token, e.g. `given-name`. */
      readonly autocomplete?: string;
      /** Common answers, one press each; any other text is as good. */
      readonly suggestions?: readonly string[];
    }
  | { readonly kind: "date" }
  | { readonly kind: "number"; readonly most: number }
  | { readonly kind: "choice"; readonly values: readonly string[] }
  | { readonly kind: "yes-no" }
  | { readonly kind: "tags"; readonly most: number; readonly characters: number }
  | { readonly kind: "story"; readonly characters: number };

/** A field of the Life Profile, as the form shows it. */
export interface ProfileField {
  /** The column's name. */
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly input: FieldInput;
  /** Whether it is asked for at all, given the rest; default yes. */
  readonly when?: (profile: Profile) => boolean;
}

export interface ProfileSection {
  readonly key: string;
  readonly title: string;
  readonly about: string;
  readonly fields: readonly ProfileField[];
}

const text = (
  characters: number,
  autocomplete?: string,
  suggestions?: readonly string[],
): FieldInput => ({
  kind: "text",
  type: "text",
  characters,
  ...(autocomplete ? { autocomplete } : {}),
  ...(suggestions ? { suggestions } : {}),
});

const choice = (name: keyof typeof PROFILE_CHOICES): FieldInput => ({
  kind: "choice",
  values: PROFILE_CHOICES[name],
});

const STORY_CHARACTERS = 20_000;

/** The form, in the order of the fields that completion counts. */
export const PROFILE_SECTIONS: readonly ProfileSection[] = [
  {
    key: "you",
    title: "You",
    about: "How VIVA speaks to you.",
    fields: [
      { name: "first_name", label: "First name", input: text(200, "given-name") },
      { name: "last_name", label: "Last name", input: text(200, "family-name") },
      {
        name: "email",
        label: "E-mail",
        input: { kind: "text", type: "email", characters: 400, autocomplete: "email" },
      },
      {
        name: "phone",
        label: "Phone",
        input: { kind: "text", type: "tel", characters: 100, autocomplete: "tel" },
      },
      { name: "date_of_birth", label: "Date of birth", input: { kind: "date" } },
      {
        name: "gender",
        label: "Gender",
        hint: "In your own words, or with one press.",
        input: text(100, "sex", ["Female", "Male", "Non-binary", "Prefer not to say"]),
      },
    ],
  },
  {
    key: "people",
    title: "People",
    about: "Who shares your days.",
    fields: [
      { name: "relationship_status", label: "Relationship", input: choice("relationship_status") },
      {
        name: "partner_name",
        label: "Your partner's name",
        input: text(200, "off"),
        when: ({ relationship_status }) =>
          typeof relationship_status === "string" &&
          relationship_status !== "" &&
          relationship_status !== "Single",
      },
      { name: "has_children", label: "Do you have children?", input: { kind: "yes-no" } },
      {
        name: "number_of_children",
        label: "How many children?",
        input: { kind: "number", most: 50 },
        when: ({ has_children }) => has_children === true,
      },
    ],
  },
  {
    key: "ways",
    title: "Body and place",
    about: "Where and how you live.",
    fields: [
      {
        name: "exercise_frequency",
        label: "Exercise in a week",
        input: choice("exercise_frequency"),
      },
      { name: "living_situation", label: "Your home", input: choice("living_situation") },
      {
        name: "time_at_location",
        label: "How long have you lived there?",
        input: text(200, "off", ["Under a year", "1-3 years", "4-10 years", "Over 10 years"]),
      },
      { name: "city", label: "City", input: text(200, "address-level2") },
      { name: "state", label: "State or region", input: text(200, "address-level1") },
      { name: "country", label: "Country", input: text(200, "country-name") },
    ],
  },
  {
    key: "work",
    title: "Work and money",
    about: "What you do, and what comes of it.",
    fields: [
      { name: "employment_type", label: "You work as", input: choice("employment_type") },
      { name: "occupation", label: "Occupation", input: text(200, "organization-title") },
      {
        name: "household_income",
        label: "Household income in a year",
        input: choice("household_income"),
      },
    ],
  },
  {
    key: "living",
    title: "Ways of living",
    about: "What fills your time and lifts you.",
    fields: [
      {
        name: "hobbies",
        label: "Hobbies",
        hint: "Press Enter after each one.",
        input: { kind: "tags", most: 50, characters: 100 },
      },
      {
        name: "travel_frequency",
        label: "How often do you travel?",
        input: text(200, "off", ["Rarely", "Once a year", "A few times a year", "Every month"]),
      },
      {
        name: "spiritual_practice",
        label: "Spiritual practice",
        hint: "Whatever connects you: prayer, a walk, ten quiet minutes.",
        input: text(500, "off"),
      },
    ],
  },
];

/** The member's own story of each life category: nothing that completion counts. */
export const STORY_FIELDS: readonly ProfileField[] = CATEGORIES.filter(
  ({ kind }) => kind === "life",
).map(({ key, label, about }) => ({
  name: `${key}_story`,
  label,
  hint: `${about[0]?.toUpperCase()}${about.slice(1)}.`,
  input: { kind: "story", characters: STORY_CHARACTERS },
}));

const byName = new Map(
  [...PROFILE_SECTIONS.flatMap(({ fields }) => fields), ...STORY_FIELDS].map((field) => [
    field.name,
    field,
  ]),
);

/** The name that a member reads. */
export function fieldLabel(name: string): string {
  return byName.get(name)?.label ?? name.replaceAll("_", " ");
}
