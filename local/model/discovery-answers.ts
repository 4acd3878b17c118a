import { join, pick } from "./choice.ts";
import { readMaterial } from "./material.ts";
import { small } from "./own-sentences.ts";
import type { ChatMessage } from "./types.ts";

type Tile = readonly [emoji: string, label: string, sublabel: string];

/** Questions for a closer look, each with tiles that answer it. `{pick}` is what was picked. */
const CLOSER: readonly { readonly question: string; readonly tiles: readonly Tile[] }[] = [
  {
    question: "When is {pick} most alive for you?",
    tiles: [
      ["🌅", "Early mornings", "while the house is quiet"],
      ["🌆", "Long evenings", "as the day lets go"],
      ["🛋️", "Slow Sundays", "hours that belong to me"],
      ["🧳", "Away from home", "new air, new eyes"],
      ["🍂", "In its season", "when the year calls for it"],
      ["⚡", "All of a sudden", "in the middle of things"],
    ],
  },
  {
    question: "Who is part of {pick}?",
    tiles: [
      ["🧘", "Just me", "my own good company"],
      ["💞", "My partner", "side by side"],
      ["👯", "Close friends", "people who know me well"],
      ["👨‍👩‍👧", "My family", "all ages around me"],
      ["👋", "New faces", "strangers who become friends"],
      ["🎉", "A whole crowd", "the more, the merrier"],
    ],
  },
  {
    question: "What do you love most about {pick}?",
    tiles: [
      ["🔥", "The energy", "wide awake and warm"],
      ["🌊", "The calm", "everything settles"],
      ["🎨", "The making", "something of mine appears"],
      ["🔍", "The discovering", "curious to the end"],
      ["😂", "The laughter", "until my cheeks ache"],
    ],
  },
];

const QUIET_WORDS =
  /^(?:with|from|that|this|what|when|over|into|very|more|have|about|their|them)$/i;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What stands in a schema at the end of a path of keys. */
function inside(schema: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), schema);
}

/** A text of at most so many units, cut at a blank. */
function short(text: string, units: number): string {
  if (text.length <= units) return text;
  return text.slice(0, text.lastIndexOf(" ", units) > 0 ? text.lastIndexOf(" ", units) : units);
}

function chosen(labels: readonly string[]): string {
  const named = labels.slice(0, 3).map((label) => short(small(label), 60));
  return join(labels.length > named.length ? [...named, "more"] : named);
}

function closerLook(schema: unknown, messages: readonly ChatMessage[]): unknown {
  const picks = readMaterial(messages)?.picks ?? [];
  const group = inside(schema, "properties", "groups");
  const ids = inside(group, "items", "properties", "pick", "enum");
  const most = Number(inside(group, "maxItems") ?? Number.POSITIVE_INFINITY);
  const labelOf = (id: string) => picks.find((one) => one.pick === id)?.label ?? id;
  const groups = (Array.isArray(ids) ? ids.map(String) : []).slice(0, most).map((id, index) => {
    const { question, tiles } = pick(CLOSER, index);
    return {
      pick: id,
      question: question.replace("{pick}", short(small(labelOf(id)), 60)),
      tiles: tiles.map(([emoji, label, sublabel]) => ({ emoji, label, sublabel })),
    };
  });
  const labels = picks.map(({ label }) => label);
  const said =
    labels.length === 0 ? "You said it in your own words" : `You chose ${chosen(labels)}`;
  const reflection = `${said}. I can hear how much life there is in it. Let’s look at it from close by.`;
  return { reflection, groups };
}

/** Words to name a theme by: of what was picked, else of what was said. */
function themeWords(labels: readonly string[], said: readonly string[]): string[] {
  const from = labels.length > 0 ? labels : said.flatMap((text) => text.split(/\s+/));
  const words = from.flatMap((text) => {
    const word = text.match(/[\p{L}’'-]{4,20}/gu)?.find((one) => !QUIET_WORDS.test(one));
    return word ? [word.charAt(0).toUpperCase() + word.slice(1)] : [];
  });
  return [...new Set(words)].slice(0, 2);
}

function theme(messages: readonly ChatMessage[]): unknown {
  const { picks = [], said = [] } = readMaterial(messages) ?? {};
  const labels = picks.map(({ label }) => label);
  const [first, second] = themeWords(labels, said);
  const name = second ? `${first} and ${second}` : first ? `${first} at Heart` : "My Own Way";
  const rests = labels.length > 0 ? `You chose ${chosen(labels)}` : "You said it in your own words";
  return { name, evidence: `${rests}, and the same spark is in all of it.` };
}

/** What discovery asks for as structured output, from its material; undefined for any other schema. */
export function discoveryAnswer(schema: unknown, messages: readonly ChatMessage[]): unknown {
  if (!readMaterial(messages)) return undefined;
  const names = Object.keys(Object(inside(schema, "properties")))
    .sort()
    .join();
  if (names === "groups,reflection") return closerLook(schema, messages);
  return names === "evidence,name" ? theme(messages) : undefined;
}
