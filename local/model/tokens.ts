import { createHash } from "node:crypto";
import type { ChatMessage, ChatRequest, Usage } from "./types.ts";

const STEP = 128;
const LEAST_CACHED = 1024;
/** An average for English prose; prompts are counted by it because splitting them would cost time. */
const CHARACTERS_PER_TOKEN = 4;
const REMEMBERED_PREFIXES = 20_000;

/** Splits an answer into pieces the size of tokens; joined they are the answer again. */
export function splitTokens(text: string): string[] {
  return text.match(/\s*[\p{L}\p{N}'’]{1,8}|\s*[^\s\p{L}\p{N}]{1,2}|\s+/gu) ?? [];
}

/** The prompt as one text: what a cached prefix is a prefix of. */
function promptText(messages: readonly ChatMessage[]): string {
  return messages.map(({ role, text }) => `<|${role}|>${text}`).join("");
}

/**
 * Remembers which prompt prefixes were seen under which cache key, and counts tokens. A prefix is
 * cached from 1,024 tokens on, in steps of 128, when an earlier request began with the same text.
 */
export class PromptCache {
  #seen = new Set<string>();

  /** Token counts of a request whose answer has `completionTokens`; remembers its prompt. */
  usage(request: ChatRequest, completionTokens: number): Usage {
    const prompt = promptText(request.messages);
    const promptTokens = Math.ceil(prompt.length / CHARACTERS_PER_TOKEN);
    const hash = createHash("sha1").update(`${request.model}\n${request.cacheKey}\n`);
    let cached = 0;
    let from = 0;
    for (let tokens = STEP; tokens <= promptTokens; tokens += STEP) {
      const to = tokens * CHARACTERS_PER_TOKEN;
      if (to > prompt.length) break;
      hash.update(prompt.slice(from, to));
      from = to;
      if (tokens < LEAST_CACHED) continue;
      const prefix = hash.copy().digest("base64");
      if (this.#seen.delete(prefix)) cached = tokens;
      this.#seen.add(prefix);
    }
    for (const oldest of this.#seen) {
      if (this.#seen.size <= REMEMBERED_PREFIXES) break;
      this.#seen.delete(oldest);
    }
    return {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
      prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    };
  }
}
