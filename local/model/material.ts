import { CATEGORIES } from "../../domain/categories.ts";
import type { ChatMessage } from "./types.ts";
import { VISION } from "./vision-phrases.ts";

/** What a prompt tells of the section at hand, in its message of material. */
export interface Material {
  /** The section's label. */
  readonly area: string;
  /** What the member chose and said, oldest first. */
  readonly said: readonly string[];
  /** The text there is; empty for none. */
  readonly soFar: string;
  /** The name of the theme; empty for none. */
  readonly theme: string;
  /** What the member asks for in a text that is there; empty for nothing. */
  readonly asked: string;
  /** Labels of the other sections that have text. */
  readonly others: readonly string[];
  /** Tiles that were picked, by id. */
  readonly picks: readonly { readonly pick: string; readonly label: string }[];
}

/** How a text that is there is to be changed. */
export interface Change {
  readonly instructions: string;
  /** 0 to 100. */
  readonly amount: number;
  readonly tone: string;
  readonly intensity: string;
}

/** A vision text that is asked for. */
export interface WritingBrief extends Material {
  readonly change: Change | null;
  /** Whether the version before broke the rules of voice and is to be mended. */
  readonly mend: boolean;
  /** Whether the rehearsal breaks a rule on purpose, so that a second version can be seen. */
  readonly stumbles: boolean;
}

const MATERIAL = /^MATERIAL\s/;
const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** What stands before the first colon: in "Fun: hobbies, play, joy" the label. */
const beforeColon = (line: string): string => line.split(":")[0]?.trim() ?? "";

function picksOf(value: unknown): Material["picks"] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const { pick, label } = Object(item) as Record<string, unknown>;
    return typeof pick === "string" && typeof label === "string" ? [{ pick, label }] : [];
  });
}

/** Reads the message of material; null where there is none. */
export function readMaterial(messages: readonly ChatMessage[]): Material | null {
  const block = messages.findLast(({ role, text }) => role === "user" && MATERIAL.test(text));
  if (!block) return null;
  let given: Record<string, unknown>;
  try {
    given = Object(JSON.parse(block.text.replace(MATERIAL, "")));
  } catch {
    return null;
  }
  const label = beforeColon(text(given.section ?? given.area));
  return {
    area: CATEGORIES.find((category) => category.label === label)?.label ?? "My life",
    said: [...texts(given.what_the_member_chose), ...texts(given.what_the_member_said)],
    soFar: text(given.section_so_far),
    theme: text(given.theme).split(/\.\s/)[0]?.trim() ?? "",
    asked: text(given.what_the_member_asks).trim(),
    others: texts(given.other_sections).map(beforeColon),
    picks: picksOf(given.picks),
  };
}

function changeIn(note: string, instructions: string): Change | null {
  const amount = /\(everything\): (\d+)/.exec(note)?.[1];
  if (amount === undefined) return null;
  return {
    instructions,
    amount: Number(amount),
    tone: /Tone: (\w+)/.exec(note)?.[1] ?? "balanced",
    intensity: /Intensity: (\w+)/.exec(note)?.[1] ?? "moderate",
  };
}

/** Reads a prompt that asks for a section's text; null for any other. */
export function readWritingBrief(messages: readonly ChatMessage[]): WritingBrief | null {
  if (!messages[0]?.text.startsWith("You write one section of a member's Life Vision")) return null;
  const material = readMaterial(messages);
  if (!material) return null;
  const note = messages.findLast(({ role }) => role !== "user")?.text ?? "";
  const mend = note.includes("The version before missed the voice");
  // What it broke itself before is no reason to do it again, nor what stands in another section.
  const soFar = material.soFar.replaceAll(VISION.stumble, "");
  const spoken = [...material.said, material.asked, soFar].join("\n");
  const stumbles = !mend && /\bstumble/i.test(spoken);
  return { ...material, change: changeIn(note, material.asked), mend, stumbles };
}
