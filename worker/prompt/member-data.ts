import { CATEGORIES, type CategoryKey } from "../../domain/categories.ts";
import type { MemberContext } from "../../domain/context.ts";
import type { GreenLine } from "../../domain/green-line.ts";
import { ageAt, type Profile } from "../../domain/profile.ts";
import { oneLine, tidyText, truncate, utf8Length } from "../../domain/text.ts";

/** The most bytes the block of member data may take in a prompt. */
export const MEMBER_DATA_BYTES = 4096;

/** How long a text may be in the block, in UTF-16 units. */
interface Caps {
  readonly field: number;
  readonly hobbies: number;
  readonly story: number;
  readonly discovery: number;
  readonly vision: number;
}

/** What is cut first when the block is too long: the vision's text, then the story, then the rest. */
const CAPS: readonly Caps[] = [
  { field: 80, hobbies: 160, story: 300, discovery: 600, vision: 1_500 },
  { field: 80, hobbies: 160, story: 300, discovery: 300, vision: 600 },
  { field: 80, hobbies: 160, story: 150, discovery: 150, vision: 300 },
  { field: 40, hobbies: 80, story: 80, discovery: 80, vision: 120 },
  { field: 20, hobbies: 40, story: 0, discovery: 0, vision: 0 },
];

function textOf(value: unknown, cap: number): string | undefined {
  const text = typeof value === "string" ? tidyText(value) : "";
  return text === "" || cap === 0 ? undefined : truncate(text, cap);
}

/** The same for a field of one line. */
function lineOf(value: unknown, cap: number): string | undefined {
  return typeof value === "string" ? textOf(oneLine(value), cap) : undefined;
}

/** The name VIVA calls a member by: the first name, else the full name. */
function nameOf(profile: Profile): unknown {
  if (textOf(profile.first_name, 1)) return profile.first_name;
  if (textOf(profile.full_name, 1)) return profile.full_name;
  return profile.last_name;
}

function childrenOf(profile: Profile): string | undefined {
  if (profile.has_children === false) return "none";
  if (profile.has_children !== true) return undefined;
  return typeof profile.number_of_children === "number"
    ? String(profile.number_of_children)
    : "yes";
}

function profileFacts(profile: Profile, category: CategoryKey | null, caps: Caps, now: number) {
  const born = profile.date_of_birth;
  const places = [profile.city, profile.state, profile.country];
  const hobbies = Array.isArray(profile.hobbies) ? profile.hobbies.join(", ") : profile.hobbies;
  return {
    name: lineOf(nameOf(profile), caps.field),
    age: typeof born === "string" ? ageAt(born, now) : undefined,
    relationship: lineOf(profile.relationship_status, caps.field),
    partner: lineOf(profile.partner_name, caps.field),
    children: childrenOf(profile),
    lives_in:
      places
        .map((place) => lineOf(place, caps.field))
        .filter(Boolean)
        .join(", ") || undefined,
    occupation: lineOf(profile.occupation, caps.field),
    employment: lineOf(profile.employment_type, caps.field),
    hobbies: lineOf(hobbies, caps.hobbies),
    story_of_this_area: category ? textOf(profile[`${category}_story`], caps.story) : undefined,
  };
}

/** The assessment's categories in their three groups, by label; all three are always there. */
function greenLineGroups(assessment: NonNullable<MemberContext["assessment"]>) {
  const groups: Record<GreenLine, string[]> = { above: [], transition: [], below: [] };
  for (const { key, label } of CATEGORIES) {
    const line = assessment.greenLine[key];
    if (line) groups[line].push(label);
  }
  return groups;
}

function block(
  context: MemberContext,
  category: CategoryKey | null,
  caps: Caps,
  now: number,
  discovery: string,
) {
  const { profile, assessment, active, draft } = context;
  const sections = (draft ?? active)?.sections;
  const vision = category && sections ? textOf(sections[category], caps.vision) : undefined;
  return JSON.stringify({
    profile: profile ? profileFacts(profile, category, caps, now) : "not filled in yet",
    green_line: assessment ? greenLineGroups(assessment) : "no assessment completed yet",
    ...(category && { vision_text_of_this_area: vision ?? "nothing written yet" }),
    discovery_of_this_area: textOf(discovery, caps.discovery),
  });
}

/**
 * What is known of the member, as one message of data: at most 4 KB, only the current category's
 * story and vision text, no control characters. Without a context it says that nothing is known right now,
 * so that VIVA claims nothing.
 * @param discovery what the member chose in this category's discovery; empty for nothing
 */
export function memberData(
  context: MemberContext | null,
  category: CategoryKey | null,
  now: number,
  discovery = "",
): string {
  if (!context) return 'MEMBER DATA\n"not available right now: ask rather than assume"';
  for (const caps of CAPS) {
    const text = `MEMBER DATA\n${block(context, category, caps, now, discovery)}`;
    if (utf8Length(text) <= MEMBER_DATA_BYTES) return text;
  }
  return 'MEMBER DATA\n"too long to show: ask rather than assume"';
}
