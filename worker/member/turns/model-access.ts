import { streamCompletion } from "../../model/chat-completion.ts";
import { providerAccess } from "../../model/provider-config.ts";
import { readAhead } from "../../model/read-ahead.ts";
import type { PromptMessage } from "../../prompt/chat-prompt.ts";
import type { AnswerFormat } from "../../prompt/discovery-prompt.ts";
import { estimatePromptTokens } from "../../prompt/estimate.ts";
import type { SessionParts } from "../services.ts";
import type { TurnPermit } from "./limits.ts";
import type { AskOnce, ModelAccess } from "./turn-ports.ts";

type Asker = Pick<SessionParts, "settings" | "memberHash" | "parameters" | "now">;

/**
 * One way of asking a model with this prompt. The only place where a request to a model leaves: it is
 * admitted before, and its cost is held when it leaves.
 * @param format the JSON that is answered; null for text
 * @param waitedMs how long the first word has been waited for already
 */
export function askOnce(
  { settings, memberHash, parameters, now }: Asker,
  permit: TurnPermit,
  model: string,
  messages: readonly PromptMessage[],
  format: AnswerFormat | null = null,
  waitedMs = 0,
): AskOnce {
  return (events, signal, answer) => {
    permit.hold(model, estimatePromptTokens(messages), settings.MAX_OUTPUT_TOKENS);
    return streamCompletion(
      {
        access: providerAccess(settings),
        model,
        messages,
        format,
        maxOutputTokens: settings.MAX_OUTPUT_TOKENS,
        memberHash,
        parameters,
        firstTokenTimeoutMs: Math.max(1, settings.FIRST_TOKEN_TIMEOUT_MS - waitedMs),
        gapTimeoutMs: settings.TOKEN_GAP_TIMEOUT_MS,
        finishWaitMs: settings.FINISH_WAIT_MS,
        now,
        readAhead,
      },
      events,
      signal,
      answer,
    );
  };
}

/**
 * A turn's way to the model: first the deployment's own, then, where another one may help and the
 * operator has named it, the fallback; where a fallback is the only help and there is none, nothing.
 * @param wrap what becomes of each way of asking
 * @param format the JSON that is answered; null for text
 */
export function modelAccess(
  asker: Asker,
  permit: TurnPermit,
  messages: readonly PromptMessage[],
  wrap: (ask: AskOnce) => AskOnce = (ask) => ask,
  format: AnswerFormat | null = null,
): ModelAccess {
  const { OPENAI_MODEL, OPENAI_FALLBACK_MODEL: fallback } = asker.settings;
  return {
    request(after, waitedMs = 0) {
      const otherModel = after?.otherModel && fallback !== undefined;
      if (after?.onlyOtherModel && !otherModel) return null;
      const model = otherModel ? fallback : OPENAI_MODEL;
      return { model, ask: wrap(askOnce(asker, permit, model, messages, format, waitedMs)) };
    },
  };
}
