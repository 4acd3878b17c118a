import { costMicroUsd, DEFAULT_MODEL, listedModel } from "../../../domain/models.ts";
import { type Answer, emptyAnswer } from "../../../worker/model/answer.ts";
import type { PieceReader } from "../../../worker/model/body-reader.ts";
import { streamCompletion } from "../../../worker/model/chat-completion.ts";
import { providerAccess } from "../../../worker/model/provider-config.ts";
import type { ProviderError } from "../../../worker/model/provider-error.ts";
import { checkSettings, type Settings } from "../../../worker/settings.ts";
import { whyNot } from "../ask.ts";
import { type Finding, ok, problem, skipped, warning } from "../finding.ts";
import { type Subject, settingOf } from "../subject.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long before a model is shut down it is time to think of another. */
const SOON_MS = 90 * DAY_MS;

/** Whether the models are known and alive, and answer as a turn would ask them. */
export async function modelFindings(subject: Subject): Promise<Finding[]> {
  const model = settingOf(subject, "OPENAI_MODEL") ?? DEFAULT_MODEL;
  const fallback = settingOf(subject, "OPENAI_FALLBACK_MODEL");
  const found = listed("OPENAI_MODEL", model, subject);
  if (fallback === undefined) {
    found.push(ok("OPENAI_FALLBACK_MODEL", "none: where the model is away, so is VIVA"));
  } else if (fallback === model) {
    const text = "is the model itself: it helps where nothing helps";
    found.push(warning("OPENAI_FALLBACK_MODEL", text, "name another model, or leave it empty"));
  } else {
    found.push(...listed("OPENAI_FALLBACK_MODEL", fallback, subject));
  }
  found.push(...(await answers("OPENAI_MODEL", model, subject)));
  if (fallback !== undefined && fallback !== model) {
    found.push(...(await answers("OPENAI_FALLBACK_MODEL", fallback, subject)));
  }
  return found;
}

function listed(about: string, id: string, { now }: Subject): Finding[] {
  const row = listedModel(id);
  if (!row) {
    const text = `${id} has no row in domain/models.ts: its cost is recorded as unknown, its turns cost no credits`;
    return [warning(about, text, "add a row with its list price, or name a listed model")];
  }
  const { shutdownDate } = row;
  if (shutdownDate === null) return [ok(about, `${id}, with a list price and no end in sight`)];
  const left = Date.parse(shutdownDate) - now();
  const others = `take ${DEFAULT_MODEL}`;
  if (left <= 0) return [problem(about, `${id} was shut down on ${shutdownDate}`, others)];
  return left < SOON_MS
    ? [warning(about, `${id} is shut down on ${shutdownDate}`, others)]
    : [ok(about, `${id}, until ${shutdownDate}`)];
}

/** Asks for one token as a turn asks and reads, and as a turn does without what is refused. */
async function answers(about: string, model: string, subject: Subject): Promise<Finding[]> {
  if (!subject.askModel) return [skipped(about, `${model} was not asked`, "leave out --no-model")];
  const settings = settingsOf(subject);
  if (!settings) return [skipped(about, `${model} was not asked: key or address cannot be read`)];
  const answer = emptyAnswer();
  const access = providerAccess(settings);
  const learned: string[] = [];
  let contentType = "";
  const request = {
    access,
    model,
    messages: [{ role: "user" as const, content: "Say yes." }],
    format: null,
    maxOutputTokens: 1,
    memberHash: "doctor",
    firstTokenTimeoutMs: settings.FIRST_TOKEN_TIMEOUT_MS,
    gapTimeoutMs: settings.TOKEN_GAP_TIMEOUT_MS,
    finishWaitMs: settings.FINISH_WAIT_MS,
    now: subject.now,
    parameters: {
      refused: () => new Set(learned),
      learn: (_address: string, _model: string, names: readonly string[]) => {
        learned.push(...names);
      },
    },
    readAhead: plainReader,
    fetch: async (...sent: Parameters<typeof fetch>) => {
      const response = await subject.fetch(...sent);
      contentType = response.headers.get("content-type") ?? "";
      return response;
    },
  };
  const events = { onDispatch: () => {}, onText: () => {}, onRetract: () => {} };
  const found = await streamCompletion(request, events, new AbortController().signal, answer).then(
    () => answered(about, model, answer, contentType),
    (error) => notAnswered(about, model, answer, error),
  );
  return [...leftOut(about, model, [...(access.omit ?? []), ...learned], learned), found];
}

/** What the server refuses; turns leave it out by themselves. */
function leftOut(
  about: string,
  model: string,
  omit: readonly string[],
  learned: readonly string[],
): Finding[] {
  if (learned.length === 0) return [];
  const text = `${model} does not take ${learned.join(", ")}: turns leave it out after a first refusal`;
  return [warning(about, text, `set OPENAI_OMIT=${omit.join(",")} to spare that refusal`)];
}

/** A body without the platform's reading ahead: an answer of one token needs none. */
function plainReader(body: ReadableStream<Uint8Array>): PieceReader {
  const reader = body.getReader();
  const read = () => reader.read();
  return { read, gather: read, cancel: () => reader.cancel() };
}

/** The provider's settings out of variables of which others may be missing. */
function settingsOf(subject: Subject): Settings | null {
  const apiKey = settingOf(subject, "OPENAI_API_KEY");
  const unreadable = [...subject.unreadable].some((name) => name.startsWith("OPENAI_"));
  if (apiKey === undefined || unreadable) return null;
  const given = Object.entries(subject.variables).filter(([name]) => name.startsWith("OPENAI_"));
  const { settings } = checkSettings({
    SUPABASE_URL: "https://stand-in.invalid",
    SUPABASE_PUBLISHABLE_KEY: "stand-in",
    SUPABASE_SECRET_KEY: "stand-in",
    ...Object.fromEntries(given),
  });
  return settings;
}

/** Why there was no whole answer, as a turn would have it. */
function notAnswered(about: string, model: string, answer: Answer, error: unknown): Finding {
  const { code, cause } = error as Partial<ProviderError>;
  const { status } = (cause ?? {}) as { status?: number };
  if (status !== undefined) return refused(about, model, cause as Refusal);
  if (code === "provider_unavailable") {
    const todo = "check OPENAI_BASE_URL, and that the server runs";
    return problem("OPENAI_BASE_URL", `cannot be reached: ${whyNot(cause)}`, todo);
  }
  if (code === "provider_timeout") {
    const text = `${model} did not begin, or did not go on, in the time that a turn waits`;
    return problem(about, text, "look at the server's load; see FIRST_TOKEN_TIMEOUT_MS");
  }
  if (code === "content_filtered") {
    return problem(about, `${model} declines to say yes`, "look at the provider's content filter");
  }
  if (answer.accepted && cause === undefined) {
    const todo = "ask again; if it stays so, members' answers will be marked interrupted";
    return problem(about, `${model} ended its stream without a finish reason`, todo);
  }
  const todo = "check that OPENAI_BASE_URL leads to Chat Completions";
  return problem(about, `${model} broke off: its stream is not one of Chat Completions`, todo);
}

function answered(about: string, model: string, answer: Answer, contentType: string): Finding {
  const as = answer.model !== null && answer.model !== model ? ` as ${answer.model}` : "";
  if (!/text\/event-stream|ndjson/.test(contentType)) {
    const text = `${model} answers${as}, but does not stream: members wait for whole answers`;
    return warning(
      about,
      text,
      "take a server that streams Chat Completions, or its address that does",
    );
  }
  const { inputTokens = null, outputTokens = null, cachedInputTokens = 0 } = answer.usage ?? {};
  if (inputTokens === null || outputTokens === null) {
    const text = `${model} answers${as}, without saying what it used: usage will be estimated`;
    return warning(about, text, "take a server that knows stream_options.include_usage");
  }
  const cost = costMicroUsd(answer.model ?? model, {
    inputTokens,
    outputTokens,
    cachedInputTokens,
  });
  const price = cost === null ? "at an unknown price" : `for ${cost} micro-dollars`;
  return ok(about, `${model} answers${as}: ${inputTokens} + ${outputTokens} tokens ${price}`);
}

/** A provider's answer that is an error. */
interface Refusal {
  readonly status: number;
  readonly code?: unknown;
  readonly headers?: Headers;
}

function refused(about: string, model: string, refusal: Refusal): Finding {
  const { status, headers } = refusal;
  const code = typeof refusal.code === "string" ? refusal.code : "";
  if (status === 401 || status === 403) {
    const todo =
      "make a new key for this project and provider; see OPENAI_KEY_HEADER and OPENAI_HEADERS";
    return problem("OPENAI_API_KEY", `is refused by the provider (${status})`, todo);
  }
  if (status === 404) {
    const todo =
      "check the model's name (on Azure: the deployment's), the key's access to it, and OPENAI_BASE_URL";
    return problem(about, `${model} is not there (404)`, todo);
  }
  if (status === 429 && code === "insufficient_quota") {
    return problem("OPENAI_API_KEY", "its quota is used up", "add credit with the provider");
  }
  if (status === 429 || status === 503) {
    const wait = headers?.get("retry-after");
    const text = `${model} is busy (${status})${wait ? `, for ${wait} s` : ""}`;
    return warning(about, text, "ask again later; look at the provider's rate limits");
  }
  const text = `${model} answers with ${status}${code === "" ? "" : ` (${code.slice(0, 60)})`}`;
  if (status === 400 || status === 422) {
    const todo =
      "the server may refuse a parameter without naming it: list it in OPENAI_OMIT; DEPLOYING.md says which there are";
    return problem(about, text, todo);
  }
  return problem(about, text, "see the provider's status page, and that OPENAI_BASE_URL is right");
}
