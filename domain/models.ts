/** List price in dollars per million tokens, which is also micro-dollars per token. */
export interface ModelPrice {
  readonly input: number;
  /** Null where the provider lists no price for cached input: it is then billed as input. */
  readonly cachedInput: number | null;
  readonly output: number;
}

/** What is known of a model. Models are data: nothing in the code asks for one by name. */
export interface Model {
  readonly id: string;
  readonly pricePerMillion: ModelPrice;
  /** Whether the model takes `temperature`. */
  readonly temperature: boolean;
  /** Reasoning effort to ask for, or null where the model has none. */
  readonly reasoningEffort: "none" | "minimal" | "low" | null;
  /** Whether the limit of its output counts what it thinks, too. */
  readonly limitsThoughts: boolean;
  /** Whether `prompt_cache_key` and `safety_identifier` are sent: other servers may refuse them. */
  readonly memberHash: boolean;
  /** Whether the model follows a JSON schema while it streams: asked so for a text with notes beside it. */
  readonly structuredOutput?: true;
  /** Day the provider shuts it down, `YYYY-MM-DD`, or null. */
  readonly shutdownDate: string | null;
}

const openai = {
  limitsThoughts: true,
  memberHash: true,
  structuredOutput: true,
} as const;

/** The models with a known list price. */
export const MODELS: readonly Model[] = [
  {
    id: "gpt-6-luna",
    pricePerMillion: { input: 0.1, cachedInput: 0.01, output: 0.5 },
    temperature: false,
    reasoningEffort: "none",
    shutdownDate: null,
    ...openai,
  },
  {
    id: "gpt-5.6-luna",
    pricePerMillion: { input: 0.2, cachedInput: 0.02, output: 1.2 },
    temperature: false,
    reasoningEffort: "none",
    shutdownDate: null,
    ...openai,
  },
  {
    id: "gpt-4-turbo",
    pricePerMillion: { input: 10, cachedInput: null, output: 30 },
    temperature: true,
    reasoningEffort: null,
    shutdownDate: "2026-10-23",
    ...openai,
    limitsThoughts: false,
  },
];

/** The model of a deployment that names none. */
export const DEFAULT_MODEL = "gpt-6-luna";
/** The most tokens an answer may have. */
export const MAX_OUTPUT_TOKENS = 600;
/** The temperature where the model takes one. */
export const TEMPERATURE = 0.8;

/** How to talk to a model without a row of its own: only what every compatible server knows. */
function unlisted(id: string): Omit<Model, "pricePerMillion"> {
  return {
    id,
    temperature: true,
    reasoningEffort: null,
    limitsThoughts: false,
    memberHash: false,
    shutdownDate: null,
  };
}

/**
 * A model's own row, with a dated snapshot (`gpt-6-luna-2026-08-01`) falling back to its family's.
 * The local stand-in (`rehearsal-gpt-6-luna`) is booked at the price of the model it stands in for,
 * so that usage and credits can be seen at work without a provider.
 */
export function listedModel(id: string): Model | undefined {
  const family = id.replace(/^rehearsal-/, "").replace(/-\d{4}-\d{2}-\d{2}$/, "");
  return MODELS.find((model) => model.id === id) ?? MODELS.find((model) => model.id === family);
}

/** What to send a model of this name: its row, or the defaults of a compatible server. */
export function modelTraits(id: string): Omit<Model, "pricePerMillion"> {
  return listedModel(id) ?? unlisted(id);
}

/**
 * What a model without a list price is counted at, unless the operator says otherwise: the default
 * model's price, so that a month's credits last as many turns.
 */
export const UNLISTED_PRICE: ModelPrice = { input: 0.1, cachedInput: 0.01, output: 0.5 };

/** Tokens of one request to a model. */
export interface TokenCount {
  readonly inputTokens: number;
  /** The part of `inputTokens` that the provider read from its cache. */
  readonly cachedInputTokens: number;
  readonly outputTokens: number;
}

/**
 * List price of a request in whole micro-dollars, rounded up.
 * @returns null for a model without a row: an unknown price is never recorded as 0
 */
export function costMicroUsd(modelId: string, tokens: TokenCount): number | null {
  const price = listedModel(modelId)?.pricePerMillion;
  return price ? microUsdAt(price, tokens) : null;
}

/**
 * What a request counts as, in whole micro-dollars, rounded up: its list price, or for a model without
 * a row what it costs at `unlisted`. For credits and budgets, never for `cost_micro_usd`.
 */
export function countedMicroUsd(
  modelId: string,
  tokens: TokenCount,
  unlisted: ModelPrice = UNLISTED_PRICE,
): number {
  return costMicroUsd(modelId, tokens) ?? microUsdAt(unlisted, tokens);
}

function microUsdAt(price: ModelPrice, tokens: TokenCount): number {
  const cached = Math.min(tokens.cachedInputTokens, tokens.inputTokens);
  const cost =
    (tokens.inputTokens - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    tokens.outputTokens * price.output;
  // A hundredth of a micro-dollar is below every list price's step: rounds away floating-point dust first.
  return Math.ceil(Math.round(cost * 100) / 100);
}
