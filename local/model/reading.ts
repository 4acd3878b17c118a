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

/** The phase that the instruction nearest to the end names first; a note may name the next one too. */
function phaseOf(instructions: readonly string[]): PhaseKey {
  for (const text of instructions.toReversed()) {
    const named = PHASES.map(({ key, label }) => ({ key, at: text.indexOf(label) }))
      .filter(({ at }) => at >= 0)
      .toSorted((a, b) => a.at - b.at);
    if (named[0]) return named[0].key;
    const spoken = PHASES.find(({ key }) => new RegExp(`\\b${key}\\b`, "i").test(text));
    if (spoken) return spoken.key;
  }
  return "contrast";
}

function categoryOf(instructions: readonly string[], data: readonly Json[]): Category | null {
  const labels = CATEGORIES.map(({ label }) => label).join("|");
  const named = new RegExp(
    `\\b(?:area of life|life area|section|category)\\b[^:\\n]{0,40}: ?["“]?(${labels})\\b`,
    "i",
  );
  const key = find(data, ["category", "current_category"]);
  const noted = instructions.toReversed().map((text) => named.exec(text)?.[1]);
  const name = noted.find((label) => label !== undefined) ?? (typeof key === "string" ? key : "");
  const normalised = normaliseCategory(name);
  return CATEGORIES.find((category) => category.key === normalised) ?? null;
}

/** Reads a prompt as VIVA's Worker writes it; anything else still gives a usable reading. */
export function readPrompt(messages: readonly ChatMessage[]): Reading {
  const instructions = messages
    .filter(({ role }) => role === "system" || role === "developer")
    .map(({ text }) => text);
  const answers = messages.filter(({ role }) => role === "assistant").map(({ text }) => text);
  const users = messages.filter(({ role }) => role === "user").map(({ text }) => text.trim());
  // Member data, material and summaries travel as messages of their own: the member did not say them.
  const isData = (text: string): boolean => /^(MEMBER DATA|MATERIAL|EARLIER)\b|^\{/.test(text);
  const blocks = messages.filter(({ role, text }) => role !== "assistant" && isData(text));
  const data = [...blocks.map(({ text }) => text), ...instructions].flatMap(objectsIn);
  const said = users.filter((text) => text !== "" && !isData(text));
  const newest = said.at(-1) ?? "";
  const note = instructions.length > 1 ? (instructions.at(-1) ?? "") : "";
  const greeting = newest === "START_SESSION" || newest === "" || /\bgreet\b/i.test(note);
  const wantsText = /\bwrite\b[^.]*\bvision text\b/i.test(note);
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
    city: asText(find(data, ["city", "lives_in"])),
    above: group(data, "above"),
    below: group(data, "below"),
    newest,
    said,
    answers: answers.length,
    lastAnswer: answers.at(-1) ?? null,
  };
}
