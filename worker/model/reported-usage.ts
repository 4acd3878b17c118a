import type { ReportedUsage } from "./answer.ts";

/** A request cannot have more tokens than this: what says so counts something else. */
const MOST_TOKENS = 100_000_000;

type Fields = Readonly<Record<string, unknown>>;

/** A value as an object; null if it is none, or a list. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** A number of tokens, also as text or with a fraction. Null for zero and for what cannot be one. */
function tokens(value: unknown): number | null {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number") return null;
  // False for NaN too.
  return number > 0 && number <= MOST_TOKENS ? Math.ceil(number) : null;
}

function firstTokens(fields: Fields | null, names: readonly string[]): number | null {
  for (const name of names) {
    const found = tokens(fields?.[name]);
    if (found !== null) return found;
  }
  return null;
}

const INPUT = [
  "prompt_tokens",
  "input_tokens",
  "promptTokens",
  "inputTokens",
  "prompt_eval_count",
  "promptTokenCount",
  "prompt_token_count",
];
const OUTPUT = [
  "completion_tokens",
  "output_tokens",
  "completionTokens",
  "outputTokens",
  "eval_count",
  "candidatesTokenCount",
  "candidates_token_count",
];
const CACHED = [
  "cached_tokens",
  "prompt_cache_hit_tokens",
  "cache_read_input_tokens",
  "cached_input_tokens",
  "cachedTokens",
  "cachedInputTokens",
  "cachedContentTokenCount",
];
const DETAILS = [
  "prompt_tokens_details",
  "input_tokens_details",
  "promptTokensDetails",
  "inputTokensDetails",
];

/** Where servers put usage in a chunk: first the places of their own, in which others leave zeros. */
function places(chunk: Fields, choice: Fields | null): (Fields | null)[] {
  return [
    fieldsOf(chunk.usage),
    fieldsOf(fieldsOf(chunk.x_groq)?.usage),
    fieldsOf(choice?.usage),
    fieldsOf(chunk.usageMetadata),
    fieldsOf(chunk.usage_metadata),
    fieldsOf(fieldsOf(chunk.message)?.usage),
    chunk,
  ];
}

/** The usage that a chunk reports; null if it reports none, or nothing that can be true. */
export function readUsage(chunk: Fields, choice: Fields | null): ReportedUsage | null {
  for (const place of places(chunk, choice)) {
    const inputTokens = firstTokens(place, INPUT);
    const outputTokens = firstTokens(place, OUTPUT);
    if (inputTokens === null && outputTokens === null) continue;
    const details = DETAILS.map((name) => firstTokens(fieldsOf(place?.[name]), CACHED));
    const cached = details.find((found) => found !== null) ?? firstTokens(place, CACHED) ?? 0;
    return { inputTokens, outputTokens, cachedInputTokens: cached };
  }
  return null;
}

/** Two reports of one request, the later one last: what it leaves open stands as it was. */
export function mergedUsage(before: ReportedUsage | null, later: ReportedUsage): ReportedUsage {
  return {
    inputTokens: later.inputTokens ?? before?.inputTokens ?? null,
    outputTokens: later.outputTokens ?? before?.outputTokens ?? null,
    cachedInputTokens: later.cachedInputTokens || (before?.cachedInputTokens ?? 0),
  };
}
