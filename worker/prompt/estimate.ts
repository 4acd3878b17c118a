import type { PromptMessage } from "./chat-prompt.ts";

/** Characters of English that make a token, by OpenAI's rule of thumb. */
export const UNITS_PER_TOKEN = 4;

/**
 * Rough number of tokens of a text: four characters each, as OpenAI's rule of thumb for English
 * says. Used for budgets, reservations and for answers whose usage the provider did not report.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / UNITS_PER_TOKEN);
}

/** Tokens that a message costs beyond its text. */
const MESSAGE_OVERHEAD = 4;

/** Rough number of tokens of a prompt. */
export function estimatePromptTokens(messages: readonly PromptMessage[]): number {
  return messages.reduce((sum, m) => sum + estimateTokens(m.content) + MESSAGE_OVERHEAD, 0);
}
