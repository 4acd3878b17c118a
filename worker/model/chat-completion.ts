import { modelTraits, TEMPERATURE } from "../../domain/models.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import { type SilenceTimer, silenceTimer } from "../silence.ts";
import { type Answer, chunkParser, emptyAnswer } from "./chunks.ts";
import { ProviderError, providerError } from "./provider-error.ts";
import { type DispatchHook, modelClient, type ProviderAccess, withHook } from "./sdk.ts";

/** One request for an answer. */
export interface CompletionRequest {
  readonly access: ProviderAccess;
  readonly model: string;
  readonly messages: readonly PromptMessage[];
  readonly maxOutputTokens: number;
  /** Hash that stands for the member with the provider; sent where the model takes it. */
  readonly memberHash: string;
  readonly firstTokenTimeoutMs: number;
  readonly gapTimeoutMs: number;
  /** Aborts the request. */
  readonly signal: AbortSignal;
  /** Milliseconds on the clock that time-outs are measured with. */
  readonly now: () => number;
}

/** Called as the answer comes in. */
export interface CompletionEvents {
  /** The request has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: DispatchHook;
  /** Text that arrived in one read, never empty. */
  readonly onText: (text: string) => void;
}

/** The body of a Chat Completions request, as this model wants it. */
export function completionBody(request: CompletionRequest) {
  const { model, messages, maxOutputTokens, memberHash } = request;
  const traits = modelTraits(model);
  return {
    model,
    messages: [...messages],
    stream: true as const,
    stream_options: { include_usage: true },
    [traits.outputLimit]: maxOutputTokens,
    ...(traits.temperature && { temperature: TEMPERATURE }),
    ...(traits.reasoningEffort && { reasoning_effort: traits.reasoningEffort }),
    ...(traits.memberHash && { prompt_cache_key: memberHash, safety_identifier: memberHash }),
  };
}

/**
 * Asks the provider for an answer and hands out its text as it comes in.
 * @returns what the provider said of the answer, once it has ended properly
 * @throws ProviderError provider_refused, provider_busy, provider_unavailable, provider_timeout,
 *   content_filtered, answer_cut; the reason of `signal` when that aborted it
 */
export async function streamCompletion(
  request: CompletionRequest,
  events: CompletionEvents,
  answer: Answer = emptyAnswer(),
): Promise<Answer> {
  const client = await modelClient(request.access);
  const silence = new AbortController();
  const signal = AbortSignal.any([request.signal, silence.signal]);
  let watch: SilenceTimer | undefined;
  try {
    const response = await client.chat.completions
      .create(completionBody(request), {
        signal,
        fetchOptions: withHook(() => {
          watch = silenceTimer(request.now, request.firstTokenTimeoutMs, () =>
            silence.abort(new ProviderError("provider_timeout")),
          );
          events.onDispatch();
        }),
      })
      .asResponse();
    answer.accepted = true;
    if (!response.body) throw new ProviderError("answer_cut");
    const parse = chunkParser(answer);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const text = parse(value);
      if (text !== "") {
        watch?.heard(request.gapTimeoutMs);
        events.onText(text);
      }
      if (answer.done) {
        // Nothing follows but the end, which gives the connection back for the next request.
        reader.read().catch(() => {});
        break;
      }
    }
    if (answer.finishReason === null) throw new ProviderError("answer_cut");
    return answer;
  } catch (error) {
    request.signal.throwIfAborted();
    if (silence.signal.aborted) throw silence.signal.reason;
    if (error instanceof ProviderError) throw error;
    throw answer.accepted
      ? new ProviderError("answer_cut", undefined, { cause: error })
      : providerError(error);
  } finally {
    watch?.end();
  }
}
