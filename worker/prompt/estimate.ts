import type { PromptMessage } from "./chat-prompt.ts";

/**
 * Rough number of tokens of a text: four characters each, as OpenAI's rule of thumb for English
 * says. Used for budgets, reservations and for answers whose usage the provider did not report.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 4);
}

/** Tokens that a message costs beyond its text. */
const MESSAGE_OVERHEAD = 4;

/** Rough number of tokens of a prompt. */
export function estimatePromptTokens(messages: readonly PromptMessage[]): number {
  return messages.reduce((sum, m) => sum + estimateTokens(m.content) + MESSAGE_OVERHEAD, 0);
}
