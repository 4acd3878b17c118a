import { modelTraits, TEMPERATURE } from "../../domain/models.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import type { AnswerFormat } from "../prompt/discovery-prompt.ts";
import { type SilenceTimer, silenceTimer } from "../silence.ts";
import { type Answer, chunkParser } from "./chunks.ts";
import { type BodyPieces, bodyPieces, type PiecesPorts } from "./pieces.ts";
import {
  cut,
  ProviderError,
  providerError,
  timeout,
  unsupportedParameter,
} from "./provider-error.ts";
import { completionsEndpoint, type ProviderAccess, refusalOf } from "./sdk.ts";

/** What a model is asked. */
export interface CompletionQuestion {
  readonly model: string;
  readonly messages: readonly PromptMessage[];
  /** The JSON that is answered; null for text. */
  readonly format: AnswerFormat | null;
  readonly maxOutputTokens: number;
  /** Hash that stands for the member with the provider; sent where the model takes it. */
  readonly memberHash: string;
}

/** One request for an answer. */
export interface CompletionRequest extends CompletionQuestion {
  readonly access: ProviderAccess;
  readonly firstTokenTimeoutMs: number;
  readonly gapTimeoutMs: number;
  /** Milliseconds on the clock that time-outs are measured with. */
  readonly now: () => number;
  /** Reads what is left of a body so that a piece is everything that has come in. */
  readonly readAhead: PiecesPorts["readAhead"];
}

/** Called as the answer comes in. */
export interface CompletionEvents {
  /** The request, with a body of this length, has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: (bodyLength: number) => void;
  /** Text that arrived in one piece, never empty. */
  readonly onText: (text: string) => void;
}

/** Parameters that a model refused, by model: learned once per isolate, never sent again. */
const refused = new Map<string, Set<string>>();

/** The body of a Chat Completions request, as this model wants it. */
export function completionBody(question: CompletionQuestion) {
  const { model, messages, format, maxOutputTokens, memberHash } = question;
  const traits = modelTraits(model);
  const body = {
    model,
    messages: [...messages],
    stream: true as const,
    stream_options: { include_usage: true },
    ...(format && {
      response_format: { type: "json_schema", json_schema: { ...format, strict: true } },
    }),
    [traits.outputLimit]: maxOutputTokens,
    ...(traits.temperature && { temperature: TEMPERATURE }),
    ...(traits.reasoningEffort && { reasoning_effort: traits.reasoningEffort }),
    ...(traits.memberHash && { prompt_cache_key: memberHash, safety_identifier: memberHash }),
  };
  for (const parameter of refused.get(model) ?? [])
    delete (body as Record<string, unknown>)[parameter];
  return body;
}

/** Remembers a parameter that the model does not take. False where leaving it out would change the question. */
function learnRefusal(model: string, parameter: string | null): boolean {
  if (parameter === null || ["model", "messages", "stream"].includes(parameter)) return false;
  const known = refused.get(model) ?? new Set();
  if (known.has(parameter)) return false;
  refused.set(model, known.add(parameter));
  return true;
}

function failureOf(error: unknown, model: string, accepted: boolean): ProviderError {
  if (error instanceof ProviderError) return error;
  if (accepted) return cut(error);
  if (learnRefusal(model, unsupportedParameter(error))) {
    return new ProviderError("provider_refused", {
      secondChance: { afterMs: 0, otherModel: false },
      cause: error,
    });
  }
  return providerError(error);
}

/**
 * Asks the provider for an answer and hands out its text as it comes in. `answer` is filled with
 * what the provider says of it and is whole when this resolves.
 * @throws ProviderError provider_refused, provider_busy, provider_unavailable, provider_timeout,
 *   content_filtered, answer_cut; the reason of `signal` when that aborted it
 */
export async function streamCompletion(
  request: CompletionRequest,
  events: CompletionEvents,
  signal: AbortSignal,
  answer: Answer,
): Promise<void> {
  const { url, headers } = await completionsEndpoint(request.access);
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort);
  let watch: SilenceTimer | undefined;
  let pieces: BodyPieces | undefined;
  try {
    signal.throwIfAborted();
    const body = JSON.stringify(completionBody(request));
    // Looked up at each call, so that a test's spy on the global takes effect.
    const sent = globalThis.fetch(url, {
      method: "POST",
      headers,
      body,
      signal: controller.signal,
    });
    watch = silenceTimer(request.now, request.firstTokenTimeoutMs, () =>
      controller.abort(timeout()),
    );
    events.onDispatch(body.length);
    const parse = chunkParser(answer);
    const response = await sent;
    answer.refused = !response.ok;
    if (answer.refused) throw await refusalOf(response);
    answer.accepted = true;
    if (!response.body) throw cut();
    pieces = bodyPieces(response.body, request);
    let said = false;
    while (!answer.done) {
      // Nothing is waited for before the first word, nor behind the last one.
      const { done, value } = await pieces.next(!said || answer.finishReason !== null);
      // What was read ahead would be given also where the request has been aborted.
      controller.signal.throwIfAborted();
      answer.reads += 1;
      if (done) break;
      const text = parse(value);
      if (text !== "") {
        said = true;
        watch?.heard(request.gapTimeoutMs);
        events.onText(text);
      }
      if (answer.failure) throw answer.failure;
    }
    controller.signal.throwIfAborted();
    if (answer.finishReason === null) throw cut();
  } catch (error) {
    controller.signal.throwIfAborted();
    const failure = failureOf(error, request.model, answer.accepted);
    // Whatever else the provider has to say is wanted by nobody.
    controller.abort(failure);
    throw failure;
  } finally {
    watch?.end();
    pieces?.end();
    signal.removeEventListener("abort", abort);
  }
}
