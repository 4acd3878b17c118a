import { modelTraits, TEMPERATURE } from "../../domain/models.ts";
import { type SilenceTimer, silenceTimer } from "../platform/idle-timer.ts";
import { log } from "../platform/log.ts";
import type { PromptMessage } from "../prompt/chat-prompt.ts";
import type { AnswerFormat } from "../prompt/discovery-prompt.ts";
import type { Answer } from "./answer.ts";
import { type BodyPieces, bodyPieces, type PiecesPorts } from "./body-reader.ts";
import { failureOfEnded } from "./chunks.ts";
import { completionsEndpoint, type ProviderAccess } from "./openai-request.ts";
import { entriesOf, isolateMemory, type ParameterMemory } from "./parameter-memory.ts";
import { OUTPUT_LIMITS } from "./parameters.ts";
import { cut, ProviderError, providerError, timeout } from "./provider-error.ts";
import { ENDED, readAnswer } from "./read-answer.ts";
import { refusalIn, refusedParameters } from "./refusal.ts";

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
  /** What this provider's models refused before; by default what this isolate has met. */
  readonly parameters?: Pick<ParameterMemory, "refused" | "learn">;
  /** How long the rest of an answer (its usage, `[DONE]`) is waited for once it has ended, in milliseconds. */
  readonly finishWaitMs: number;
  /** Milliseconds on the clock that time-outs are measured with. */
  readonly now: () => number;
  /** Reads what is left of a body so that a piece is everything that has come in. */
  readonly readAhead: PiecesPorts["readAhead"];
  /** Sends the request; the platform's own if none is given. */
  readonly fetch?: typeof fetch;
}

/** Called as the answer comes in. */
export interface CompletionEvents {
  /** The request, with a body of this length, has been handed to the platform, which sends it once JavaScript yields. */
  readonly onDispatch: (bodyLength: number) => void;
  /** Text that arrived in one piece, never empty. */
  readonly onText: (text: string) => void;
  /** All text so far was the model's thoughts: the answer begins anew. */
  readonly onRetract: () => void;
}

/** The most refusals of one request that are met by leaving out what was refused. */
const REFUSALS_MAX = 4;

/**
 * The body of a Chat Completions request, as this model wants it. The limit goes by its other name if the
 * usual one is left out, so that answers stay bounded.
 * @param omitted parameters to leave out; of `response_format` also one type, e.g. `response_format.json_schema`
 */
export function completionBody(
  question: CompletionQuestion,
  omitted: ReadonlySet<string> = new Set(),
) {
  const { model, format, maxOutputTokens, memberHash } = question;
  const traits = modelTraits(model);
  const limits = traits.limitsThoughts ? OUTPUT_LIMITS : OUTPUT_LIMITS.toReversed();
  const limit = limits.find((name) => !omitted.has(name));
  const formatType = formatTypeOf(question, omitted);
  const responseFormat =
    formatType === "json_schema"
      ? {
          type: formatType,
          json_schema: { name: format?.name, schema: format?.schema, strict: true },
        }
      : { type: formatType };
  const body = {
    model,
    messages: messagesOf(question, formatType),
    stream: true as const,
    stream_options: { include_usage: true },
    ...(formatType && { response_format: responseFormat }),
    ...(limit && { [limit]: maxOutputTokens }),
    ...(traits.temperature && { temperature: TEMPERATURE }),
    ...(traits.reasoningEffort && { reasoning_effort: traits.reasoningEffort }),
    ...(traits.memberHash && { prompt_cache_key: memberHash, safety_identifier: memberHash }),
  };
  for (const parameter of omitted) delete (body as Record<string, unknown>)[parameter];
  return body;
}

type FormatType = "json_schema" | "json_object" | null;

/** How JSON is asked for: by its schema, else as any object, else in words alone; null also for text. */
function formatTypeOf(
  { model, format }: CompletionQuestion,
  omitted: ReadonlySet<string>,
): FormatType {
  if (format === null || omitted.has("response_format")) return null;
  const canBeText = format.instructions !== undefined;
  if (canBeText && !modelTraits(model).structuredOutput) return null;
  const types = canBeText ? (["json_schema"] as const) : (["json_schema", "json_object"] as const);
  return types.find((type) => !omitted.has(`response_format.${type}`)) ?? null;
}

/** The prompt, whose last instructions say how to answer, as far as no schema does. */
function messagesOf(
  { messages, format }: CompletionQuestion,
  formatType: FormatType,
): readonly PromptMessage[] {
  if (format === null) return messages;
  const { instructions, schema } = format;
  const inWords = `Answer with one JSON object and nothing around it. It follows this JSON schema: ${JSON.stringify(schema)}`;
  const note =
    formatType === "json_schema" ? instructions?.withSchema : (instructions?.without ?? inWords);
  if (note === undefined) return messages;
  const last = messages.at(-1);
  if (last?.role !== "system") return [...messages, { role: "system", content: note }];
  return [...messages.slice(0, -1), { ...last, content: `${last.content}\n${note}` }];
}

function failureOf(error: unknown, accepted: boolean): ProviderError {
  if (error instanceof ProviderError) return error;
  return accepted ? cut(error) : providerError(error);
}

/**
 * Asks until the provider does not refuse a parameter any more. A refusal is learned, and the request is
 * sent again without what was refused: it was not accepted and cost nothing.
 * @param post sends a body
 * @throws ProviderError a refusal that no parameter explains
 */
async function accepted(
  request: CompletionRequest,
  first: { readonly body: CompletionBody; readonly response: Promise<Response> },
  post: (body: string) => Promise<Response>,
  answer: Answer,
): Promise<Response> {
  const { access, model, parameters = isolateMemory } = request;
  let { body } = first;
  let response = await first.response;
  for (let refusals = 1; !response.ok; refusals += 1) {
    answer.refused = true;
    const text = await response.text().catch(() => "");
    const refusal = refusalIn(response.status, response.headers, text);
    const failure = providerError(refusal);
    const refused = refusedParameters(refusal, Object.keys(body));
    const declines = failure.code === "content_filtered";
    if (declines || refused.length === 0 || refusals > REFUSALS_MAX) throw failure;
    const names = entriesOf(refused, body, refusals);
    parameters.learn(access.baseUrl, model, names);
    log("parameters_refused", { model, names });
    body = bodyOf(request);
    answer.refused = false;
    response = await post(JSON.stringify(body));
  }
  return response;
}

type CompletionBody = ReturnType<typeof completionBody>;

/** The request's body without what the operator and the provider do not want in it. */
function bodyOf(request: CompletionRequest): CompletionBody {
  const { access, model, parameters = isolateMemory } = request;
  const refused = parameters.refused(access.baseUrl, model);
  return completionBody(request, new Set([...(access.omit ?? []), ...refused]));
}

/**
 * Prepares, once per isolate, what a request to this provider needs besides its body.
 * @throws what loading the SDK throws
 */
export async function prepareCompletions(access: ProviderAccess): Promise<void> {
  await completionsEndpoint(access);
}

/** Models that think without an opening tag, by address and model: learned once per isolate. */
const thinkingAloud = new Set<string>();

/** Remembers whether a model thinks without an opening tag, from an answer in which it spoke. */
function learnThinking(key: string, { thinksAloud }: Answer): void {
  if (thinksAloud) thinkingAloud.add(key);
  else thinkingAloud.delete(key);
}

/**
 * Asks the provider for an answer and hands out its text as it comes in. `answer` is filled with
 * what the provider says of it and is whole when this resolves: at the latest `finishWaitMs` after the
 * provider said that it ended, whatever becomes of the connection.
 * @throws ProviderError provider_refused, provider_busy, provider_unavailable, provider_timeout,
 *   content_filtered, answer_cut; the reason of `signal` when that aborted it
 */
export async function streamCompletion(
  request: CompletionRequest,
  events: CompletionEvents,
  signal: AbortSignal,
  answer: Answer,
): Promise<void> {
  const { access, model, now, finishWaitMs, gapTimeoutMs } = request;
  const { url, headers } = await completionsEndpoint(access);
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  signal.addEventListener("abort", abort);
  let watch: SilenceTimer | undefined;
  let pieces: BodyPieces | undefined;
  try {
    signal.throwIfAborted();
    // Looked up at each call, so that a test's spy on the global takes effect.
    const send = request.fetch ?? globalThis.fetch;
    const { signal: ended } = controller;
    // A redirect would take the member's words and the key to a host that the settings do not name.
    const post = (body: string) =>
      send(url, { method: "POST", headers, body, redirect: "manual", signal: ended });
    const body = bodyOf(request);
    const json = JSON.stringify(body);
    const sent = post(json);
    const silence = silenceTimer(now, request.firstTokenTimeoutMs, () =>
      controller.abort(answer.finishReason === null ? timeout() : ENDED),
    );
    watch = silence;
    events.onDispatch(json.length);
    const response = await accepted(request, { body, response: sent }, post, answer);
    answer.accepted = true;
    if (!response.body) throw cut();
    pieces = bodyPieces(response.body, request);
    const key = `${access.baseUrl} ${model}`;
    const thinksAloud = thinkingAloud.has(key);
    const { onText, onRetract } = events;
    const reading = { pieces, silence, gapTimeoutMs, finishWaitMs, thinksAloud, onText, onRetract };
    await readAnswer(reading, answer, controller.signal);
    const failure = failureOfEnded(answer);
    if (failure) throw failure;
    if (controller.signal.reason !== ENDED) controller.signal.throwIfAborted();
    learnThinking(key, answer);
  } catch (error) {
    if (controller.signal.reason !== ENDED) controller.signal.throwIfAborted();
    const failure = failureOf(error, answer.accepted);
    // Whatever else the provider has to say is wanted by nobody.
    controller.abort(failure);
    throw failure;
  } finally {
    watch?.end();
    pieces?.end();
    signal.removeEventListener("abort", abort);
  }
}
