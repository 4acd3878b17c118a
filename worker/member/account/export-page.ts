import * as v from "valibot";
import { CATEGORIES } from "../../../domain/categories.ts";

const Text = v.nullable(v.string());
const Count = v.nullable(v.number());

/** What the page shows of the document that `viva_export` gives; README of the migrations has the whole. */
export const Everything = v.object({
  exportedAt: v.string(),
  account: v.optional(v.nullable(v.record(v.string(), v.unknown())), null),
  summaries: v.optional(v.array(v.object({ conversationId: v.string(), text: v.string() })), []),
  places: v.optional(v.array(v.object({ at: v.string(), country: Text, region: Text })), []),
  profile: v.nullable(v.record(v.string(), v.unknown())),
  assessments: v.array(
    v.object({
      completedAt: Text,
      createdAt: v.string(),
      total: Count,
      scores: v.record(v.string(), v.number()),
      greenLine: v.record(v.string(), v.string()),
      responses: v.record(v.string(), Count),
    }),
  ),
  visions: v.array(
    v.object({
      title: Text,
      state: v.string(),
      versionNumber: Count,
      createdAt: v.string(),
      sections: v.record(v.string(), v.string()),
    }),
  ),
  refinements: v.array(
    v.object({
      category: v.string(),
      before: Text,
      after: v.string(),
      instructions: Text,
      vivaNotes: Text,
      outcome: v.string(),
      createdAt: v.string(),
    }),
  ),
  discovery: v.array(v.object({ category: v.string(), state: v.unknown(), updatedAt: v.string() })),
  conversations: v.array(
    v.object({
      title: v.string(),
      category: Text,
      phase: Text,
      createdAt: v.string(),
      messages: v.array(
        v.object({ role: v.string(), text: v.string(), status: v.string(), createdAt: v.string() }),
      ),
    }),
  ),
  usage: v.array(
    v.object({ action: v.string(), createdAt: v.string(), credits: v.optional(v.unknown()) }),
  ),
});

type Everything = v.InferOutput<typeof Everything>;

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

function section(title: string, parts: readonly string[]): string {
  const body = parts.length > 0 ? parts.join("\n") : "<p>Nothing.</p>";
  return `<section><h2>${title}</h2>\n${body}\n</section>`;
}

function table(rows: readonly (readonly [name: string, value: string])[]): string {
  const lines = rows.map(
    ([name, value]) => `<tr><th>${name}</th><td dir="auto">${value}</td></tr>`,
  );
  return `<table>${lines.join("\n")}</table>`;
}

function profilePart({ profile }: Everything): string[] {
  const filled = Object.entries(profile ?? {}).filter(([, value]) => value !== null);
  if (filled.length === 0) return [];
  return [table(filled.map(([field, value]) => [words(field), shown(value)]))];
}

function accountPart({ account }: Everything): string[] {
  const filled = Object.entries(account ?? {}).filter(([, value]) => value !== null);
  return filled.length > 0
    ? [table(filled.map(([name, value]) => [words(name), shown(value)]))]
    : [];
}

const summaryPart = ({ summaries }: Everything) =>
  summaries.map(({ text }) => `<article><p dir="auto">${escaped(text)}</p></article>`);

/** From where the member asked, each place once a day. */
function placePart({ places }: Everything): string[] {
  const rows = places.map(({ at, country, region }) => {
    const place = [country, region].filter(Boolean).join(" · ");
    return `${when(at).slice(0, 10)}\u0000${escaped(place || "unknown")}`;
  });
  const once = [...new Set(rows)].map((row) => row.split("\u0000") as [string, string]);
  return once.length > 0 ? [table(once)] : [];
}

const assessmentPart = ({ assessments }: Everything) =>
  assessments.map(({ completedAt, createdAt, total, scores, greenLine, responses }) => {
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
  });

const visionPart = ({ visions }: Everything) =>
  visions.map(({ title, state, versionNumber, createdAt, sections }) => {
    const version = versionNumber === null ? "" : ` · version ${versionNumber}`;
    const texts = Object.entries(sections).map(
      ([key, text]) => `<h4>${labelOf(key)}</h4><p dir="auto">${escaped(text)}</p>`,
    );
    return `<article><h3 dir="auto">${escaped(title ?? "The Life I Choose")}</h3>
<p class="about">${escaped(state)}${version} · ${when(createdAt)}</p>${texts.join("\n")}</article>`;
  });

const refinementPart = ({ refinements }: Everything) =>
  refinements.map(
    ({ category, before, after, instructions, vivaNotes, outcome, createdAt }) =>
      `<article><h3>${labelOf(category)}</h3>
<p class="about">${escaped(outcome)} · ${when(createdAt)}</p>${table([
        ["Asked for", shown(instructions)],
        ["Before", shown(before)],
        ["After", shown(after)],
        ["VIVA's notes", shown(vivaNotes)],
      ])}</article>`,
  );

const discoveryPart = ({ discovery }: Everything) =>
  discovery.map(
    ({ category, state, updatedAt }) =>
      `<article><h3>${labelOf(category)}</h3><p class="about">${when(updatedAt)}</p>
<pre dir="auto">${escaped(JSON.stringify(state, null, 2))}</pre></article>`,
  );

const conversationPart = ({ conversations }: Everything) =>
  conversations.map(({ title, category, phase, createdAt, messages }) => {
    const about = [category && labelOf(category), phase && escaped(phase), when(createdAt)];
    const said = messages.map(
      ({ role, text, status, createdAt: at }) =>
        `<div class="${role === "user" ? "member" : "viva"}"><p class="about">${
          role === "user" ? "You" : "VIVA"
        } · ${when(at)}${status === "complete" ? "" : ` · ${escaped(status)}`}</p><p dir="auto">${escaped(text)}</p></div>`,
    );
    return `<article><h3 dir="auto">${escaped(title) || "Conversation"}</h3>
<p class="about">${about.filter(Boolean).join(" · ")}</p>${said.join("\n")}</article>`;
  });

/** The credits of each day and action. */
function usagePart({ usage }: Everything): string[] {
  const days = new Map<string, number>();
  for (const { action, createdAt, credits } of usage) {
    const name = `${when(createdAt).slice(0, 10)} · ${words(action)}`;
    days.set(name, (days.get(name) ?? 0) + (Number(credits) || 0));
  }
  const rows = [...days].map(([name, credits]): [string, string] => [name, `${credits} credits`]);
  return rows.length > 0 ? [table(rows)] : [];
}

const STYLE = `body{max-width:46rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif;
color:#1a1a1a;background:#fff}h1,h2{line-height:1.2}section{border-top:2px solid #ddd;margin-top:2rem}
article{margin:1.5rem 0}p,td,pre{white-space:pre-wrap;overflow-wrap:anywhere}.about{color:#666;margin:0}
table{border-collapse:collapse;width:100%}th,td{text-align:start;vertical-align:top;padding:.25rem .75rem
.25rem 0;border-bottom:1px solid #eee}th{font-weight:600;width:12rem}.member,.viva{margin:1rem 0;
padding:.25rem 1rem;border-left:4px solid #7a00b8}.member{border-color:#178a00}`;

/** Everything of a member as one page that needs nothing else. Members' and model's words are escaped. */
export function exportPage(everything: Everything): string {
  const parts = [
    section("Account", accountPart(everything)),
    section("Life Profile", profilePart(everything)),
    section("Life Vision", visionPart(everything)),
    section("Suggestions for the vision", refinementPart(everything)),
    section("Discovery", discoveryPart(everything)),
    section("Vibrational Assessment", assessmentPart(everything)),
    section("Conversations with VIVA", conversationPart(everything)),
    section("What VIVA has summed up", summaryPart(everything)),
    section("Where you asked from", placePart(everything)),
    section("Creation Credits", usagePart(everything)),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Everything of mine at VibrationFit</title><style>${STYLE}</style></head>
<body><h1>Everything of mine at VibrationFit</h1>
<p class="about">Exported ${when(everything.exportedAt)} UTC</p>
${parts.join("\n")}
</body></html>
`;
}
