import * as v from "valibot";
import { CATEGORIES } from "../../../domain/categories.ts";
import { readRow } from "../vision-data/database.ts";
import type { ExportSource } from "./export-source.ts";

const Text = v.nullable(v.string());
const Count = v.nullable(v.number());

/** What the page shows of the export. README of the migrations has the whole. */
const Head = v.object({
  exportedAt: v.string(),
  account: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  summaries: v.optional(v.array(v.object({ conversationId: v.string(), text: v.string() })), []),
  profile: v.nullable(v.record(v.string(), v.unknown())),
});

const Place = v.object({ at: v.string(), country: Text, region: Text });
const Assessment = v.object({
  completedAt: Text,
  createdAt: v.string(),
  total: Count,
  scores: v.record(v.string(), v.number()),
  greenLine: v.record(v.string(), v.string()),
  responses: v.record(v.string(), Count),
});
const Version = v.object({
  title: Text,
  state: v.string(),
  versionNumber: Count,
  createdAt: v.string(),
  sections: v.record(v.string(), v.string()),
});
const Refinement = v.object({
  category: v.string(),
  before: Text,
  after: v.string(),
  instructions: Text,
  vivaNotes: Text,
  outcome: v.string(),
  createdAt: v.string(),
});
const Discovery = v.object({ category: v.string(), state: v.unknown(), updatedAt: v.string() });
const Conversation = v.object({
  title: v.string(),
  category: Text,
  phase: Text,
  createdAt: v.string(),
});
const Message = v.object({
  role: v.string(),
  text: v.string(),
  status: v.string(),
  createdAt: v.string(),
});
const Usage = v.object({
  action: v.string(),
  createdAt: v.string(),
  credits: v.optional(v.unknown()),
});

type Head = v.InferOutput<typeof Head>;

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** A text as HTML shows it: whatever it holds, it stays text. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** A value of a row as a reader reads it. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return escaped(value.map(String).join(", "));
  return escaped(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** The day and minute of a time of Postgres, UTC. */
const when = (time: string) => escaped(time.slice(0, 16).replace("T", " "));

const LABELS = new Map<string, string>(CATEGORIES.map(({ key, label }) => [key, label]));
const labelOf = (key: string) => escaped(LABELS.get(key) ?? key);
const words = (name: string) => escaped(name.replaceAll("_", " "));

/** A section with its parts, of which none is held. */
async function* section(
  title: string,
  parts: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<string> {
  yield `<section><h2>${title}</h2>\n`;
  let empty = true;
  for await (const part of parts) {
    yield `${part}\n`;
    empty = false;
  }
  yield empty ? "<p>Nothing.</p>\n</section>\n" : "</section>\n";
}

/** Each item of a list as it is shown. @throws ProblemError for one that is not as expected */
async function* shownAs<Schema extends v.GenericSchema>(
  items: AsyncIterable<unknown>,
  schema: Schema,
  part: (item: v.InferOutput<Schema>) => string,
): AsyncGenerator<string> {
  for await (const item of items) yield part(readRow(schema, item));
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th>${name}</th><td dir="auto">${value}</td></tr>`,
  );
  return `<table>${lines.join("\n")}</table>`;
}

/** The fields that are filled in. */
function fieldsPart(row: Readonly<Record<string, unknown>> | null): string[] {
  const filled = Object.entries(row ?? {}).filter(([, value]) => value !== null);
  return filled.length > 0
    ? [table(filled.map(([field, value]) => [words(field), shown(value)]))]
    : [];
}

const summaryPart = ({ summaries }: Head) =>
  summaries.map(({ text }) => `<article><p dir="auto">${escaped(text)}</p></article>`);

/** From where the member asked, each place once a day. */
async function* placePart(places: AsyncIterable<unknown>): AsyncGenerator<string> {
  const once = new Map<string, [day: string, place: string]>();
  for await (const item of places) {
    const { at, country, region } = readRow(Place, item);
    const day = when(at).slice(0, 10);
    const place = escaped([country, region].filter(Boolean).join(" · ") || "unknown");
    once.set(`${day} ${place}`, [day, place]);
  }
  if (once.size > 0) yield table([...once.values()]);
}

function assessmentPart(assessment: v.InferOutput<typeof Assessment>): string {
  const { completedAt, createdAt, total, scores, greenLine, responses } = assessment;
  const title = completedAt === null ? `begun ${when(createdAt)}` : when(completedAt);
  const rows = Object.entries(scores).map(([key, score]): [string, string] => [
    labelOf(key),
    `${score} · ${shown(greenLine[key])}`,
  ]);
  const answers = Object.entries(responses).map(([key, value]): [string, string] => [
    words(key),
    value === null ? "not applicable" : String(value),
  ]);
  return `<article><h3>${title} · total ${shown(total)}</h3>${table(rows)}
<details><summary>Answers</summary>${table(answers)}</details></article>`;
}

function visionPart(version: v.InferOutput<typeof Version>): string {
  const { title, state, versionNumber, createdAt, sections } = version;
  const number = versionNumber === null ? "" : ` · version ${versionNumber}`;
  const texts = Object.entries(sections).map(
    ([key, text]) => `<h4>${labelOf(key)}</h4><p dir="auto">${escaped(text)}</p>`,
  );
  return `<article><h3 dir="auto">${escaped(title ?? "The Life I Choose")}</h3>
<p class="about">${escaped(state)}${number} · ${when(createdAt)}</p>${texts.join("\n")}</article>`;
}

function refinementPart(refinement: v.InferOutput<typeof Refinement>): string {
  const { category, before, after, instructions, vivaNotes, outcome, createdAt } = refinement;
  return `<article><h3>${labelOf(category)}</h3>
<p class="about">${escaped(outcome)} · ${when(createdAt)}</p>${table([
    ["Asked for", shown(instructions)],
    ["Before", shown(before)],
    ["After", shown(after)],
    ["VIVA's notes", shown(vivaNotes)],
  ])}</article>`;
}

const discoveryPart = ({ category, state, updatedAt }: v.InferOutput<typeof Discovery>) =>
  `<article><h3>${labelOf(category)}</h3><p class="about">${when(updatedAt)}</p>
<pre dir="auto">${escaped(JSON.stringify(state, null, 2))}</pre></article>`;

async function* conversationParts(source: ExportSource): AsyncGenerator<string> {
  for await (const { about, messages } of source.conversations()) {
    const { title, category, phase, createdAt } = readRow(Conversation, about);
    const facts = [category && labelOf(category), phase && escaped(phase), when(createdAt)];
    yield `<article><h3 dir="auto">${escaped(title) || "Conversation"}</h3>
<p class="about">${facts.filter(Boolean).join(" · ")}</p>`;
    yield* shownAs(messages, Message, messagePart);
    yield "</article>";
  }
}

function messagePart({ role, text, status, createdAt }: v.InferOutput<typeof Message>): string {
  const [side, name] = role === "user" ? ["member", "You"] : ["viva", "VIVA"];
  const ended = status === "complete" ? "" : ` · ${escaped(status)}`;
  return `<div class="${side}"><p class="about">${name} · ${when(createdAt)}${ended}</p><p dir="auto">${escaped(text)}</p></div>`;
}

/** The credits of each day and action. */
async function* usagePart(usage: AsyncIterable<unknown>): AsyncGenerator<string> {
  const days = new Map<string, number>();
  for await (const item of usage) {
    const { action, createdAt, credits } = readRow(Usage, item);
    const name = `${when(createdAt).slice(0, 10)} · ${words(action)}`;
    days.set(name, (days.get(name) ?? 0) + (Number(credits) || 0));
  }
  const rows = [...days].map(([name, credits]): [string, string] => [name, `${credits} credits`]);
  if (rows.length > 0) yield table(rows);
}

const STYLE = `body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;
color:#1a1a1a;background:#fff}h1,h2{line-height:1.2}section{border-top:2px solid #ddd;margin-top:2rem}
article{margin:1.5rem 0}p,td,pre{white-space:pre-wrap;overflow-wrap:anywhere}.about{color:#666;margin:0}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .75rem
.25rem 0;border-bottom:1px solid #eee}th{font-weight:600;width:12rem}.member,.viva{margin:1rem 0;
padding:.25rem 1rem;border-left:4px solid #7a00b8}.member{border-color:#178a00}`;

/**
 * Everything of a member as one page that needs nothing else, piece by piece. Members' and model's words
 * are escaped.
 * @throws ProblemError
 */
export async function* exportPage(source: ExportSource): AsyncGenerator<string> {
  const head = readRow(Head, source.record);
  const { list } = source;
  yield `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Everything of mine at VibrationFit</title><style>${STYLE}</style></head>
<body><h1>Everything of mine at VibrationFit</h1>
<p class="about">Exported ${when(head.exportedAt)} UTC</p>
`;
  yield* section("Account", fieldsPart(head.account));
  yield* section("Life Profile", fieldsPart(head.profile));
  yield* section("Life Vision", shownAs(list("visions"), Version, visionPart));
  const refinements = shownAs(list("refinements"), Refinement, refinementPart);
  yield* section("Suggestions for the vision", refinements);
  yield* section("Discovery", shownAs(list("discovery"), Discovery, discoveryPart));
  const assessments = shownAs(list("assessments"), Assessment, assessmentPart);
  yield* section("Vibrational Assessment", assessments);
  yield* section("Conversations with VIVA", conversationParts(source));
  yield* section("What VIVA has summed up", summaryPart(head));
  yield* section("Where you asked from", placePart(list("places")));
  yield* section("Creation Credits", usagePart(list("usage")));
  yield "</body></html>\n";
}
