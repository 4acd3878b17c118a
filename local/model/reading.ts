import { CATEGORIES, type Category, normaliseCategory } from "../../domain/categories.ts";
import { PHASES, type PhaseKey } from "../../domain/phases.ts";
import type { ChatMessage } from "./types.ts";

/** What the rehearsal understood of a prompt. */
export interface Reading {
  kind: "greeting" | "reply" | "text";
  phase: PhaseKey;
  category: Category | null;
  firstName: string | null;
  /** Member facts worth noticing, as they stand in the member's data; null where absent. */
  hobbies: string | null;
  occupation: string | null;
  city: string | null;
  /** Labels of the life areas above the Green Line, and below it. */
  above: string[];
  below: string[];
  /** The newest user message, trimmed. */
  newest: string;
  /** What the member said in this conversation, oldest first. */
  said: string[];
  /** How many answers this conversation already has. */
  answers: number;
  lastAnswer: string | null;
}

type Json = Record<string, unknown>;

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON objects that stand in a text, outermost ones only. */
function objectsIn(text: string): Json[] {
  const found: Json[] = [];
  let start = text.indexOf("{");
  while (start >= 0) {
    let end = text.lastIndexOf("}");
    let parsed: unknown;
    while (end > start && parsed === undefined) {
      try {
        parsed = JSON.parse(text.slice(start, end + 1));
      } catch {
        end = text.lastIndexOf("}", end - 1);
      }
    }
    if (isObject(parsed)) found.push(parsed);
    start = text.indexOf("{", parsed === undefined ? start + 1 : end + 1);
  }
  return found;
}

/** The first value under one of the keys, at any depth, breadth first. */
function find(roots: readonly Json[], keys: readonly string[]): unknown {
  const wanted = new Set(keys.map((key) => key.toLowerCase()));
  let level: Json[] = [...roots];
  while (level.length > 0) {
    for (const object of level) {
      for (const [key, value] of Object.entries(object)) {
        if (wanted.has(key.toLowerCase()) && value !== null && value !== "") return value;
      }
    }
    level = level.flatMap((object) => Object.values(object)).filter(isObject);
  }
  return undefined;
}

function asText(value: unknown): string | null {
  if (Array.isArray(value)) return asText(value.filter((item) => typeof item === "string")[0]);
  if (typeof value !== "string") return null;
  const text = value.replace(/\s+/g, " ").trim();
  return text === "" ? null : text.slice(0, 80);
}

/** Labels of the categories in a Green Line group, given as a list or as {category: group}. */
function group(data: readonly Json[], name: "above" | "below"): string[] {
  const listed = find(data, [name]);
  const names = Array.isArray(listed)
    ? listed
    : Object.entries(find(data, ["green_line_status", "greenLine"]) ?? {})
        .filter(([, status]) => status === name)
        .map(([key]) => key);
  return names
    .map((key) => (typeof key === "string" ? normaliseCategory(key) : undefined))
    .map((key) => CATEGORIES.find((category) => category.key === key)?.label)
    .filter((label) => label !== undefined);
}

/** The phase most spoken of in the instruction nearest to the end that speaks of any. */
function phaseOf(instructions: readonly string[]): PhaseKey {
  for (const text of instructions.toReversed()) {
    const counts = PHASES.map(({ key, label }) => ({
      key,
      labels: text.split(label).length - 1,
      words: text.match(new RegExp(`\\b${key}\\b`, "gi"))?.length ?? 0,
    }));
    counts.sort((a, b) => b.labels - a.labels || b.words - a.words);
    const [first] = counts;
    if (first && first.labels + first.words > 0) return first.key;
  }
  return "contrast";
}

function categoryOf(instructions: readonly string[], data: readonly Json[]): Category | null {
  const label = CATEGORIES.map((category) => category.label).join("|");
  const named = [
    new RegExp(`\\b(?:category|life area|section)\\b[^\\w\\n]{1,12}(${label})\\b`, "i"),
    new RegExp(`\\b(?:about|in|of) (?:the )?["“']?(${label})\\b`),
  ];
  const key = find(data, ["category", "current_category", "currentCategory"]);
  let name = typeof key === "string" ? key : undefined;
  for (const text of instructions.toReversed()) {
    for (const pattern of named) name ??= pattern.exec(text)?.[1];
  }
  const normalised = name === undefined ? undefined : normaliseCategory(name);
  return CATEGORIES.find((category) => category.key === normalised) ?? null;
}

/** Reads a prompt as VIVA's Worker writes it; anything else still gives a usable reading. */
export function readPrompt(messages: readonly ChatMessage[]): Reading {
  const instructions = messages
    .filter(({ role }) => role === "system" || role === "developer")
    .map(({ text }) => text);
  const users = messages.filter(({ role }) => role === "user").map(({ text }) => text.trim());
  const answers = messages.filter(({ role }) => role === "assistant").map(({ text }) => text);
  const data = messages
    .filter(({ role }) => role !== "assistant")
    .slice(0, 4)
    .flatMap(({ text }) => objectsIn(text));
  // Member data may travel as a user message of its own: it is not something the member said.
  const said = users.filter((text) => text !== "" && objectsIn(text).length === 0);
  const newest = said.at(-1) ?? "";
  const last = messages.at(-1);
  const note = instructions.slice(1).join("\n");
  const greeting =
    newest === "START_SESSION" ||
    (answers.length === 0 && (newest === "" || /\bgreet/i.test(note) || last?.role !== "user"));
  const wantsText = /vision text|write the (vision )?section/i.test(instructions.at(-1) ?? "");
  const firstName =
    asText(find(data, ["first_name", "firstName", "name"])) ??
    asText(find(data, ["full_name", "fullName"]));
  return {
    kind: greeting ? "greeting" : wantsText ? "text" : "reply",
    phase: phaseOf(instructions),
    category: categoryOf(instructions, data),
    firstName,
    hobbies: asText(find(data, ["hobbies"])),
    occupation: asText(find(data, ["occupation"])),
    city: asText(find(data, ["city"])),
    above: group(data, "above"),
    below: group(data, "below"),
    newest,
    said,
    answers: answers.length,
    lastAnswer: answers.at(-1) ?? null,
  };
}
