import { costMicroUsd, DEFAULT_MODEL, listedModel } from "../../../domain/models.ts";
import {
  type ProviderAccess,
  providerAccess,
  providerHeaders,
  providerUrl,
} from "../../../worker/model/access.ts";
import { completionBody } from "../../../worker/model/chat-completion.ts";
import { chunkParser, emptyAnswer } from "../../../worker/model/chunks.ts";
import { entriesOf } from "../../../worker/model/parameter-memory.ts";
import { refusalIn, refusedParameters } from "../../../worker/model/refusal.ts";
import { checkSettings } from "../../../worker/settings.ts";
import { type Answer, ask } from "../ask.ts";
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

/** After so many refusals the doctor gives up, as a turn does. */
const REFUSALS_MAX = 4;

/** Asks for one token, streamed, with the very request of a turn, and as a turn does without what is refused. */
async function answers(about: string, model: string, subject: Subject): Promise<Finding[]> {
  if (!subject.askModel) return [skipped(about, `${model} was not asked`, "leave out --no-model")];
  const access = accessOf(subject);
  if (!access) return [skipped(about, `${model} was not asked: key or address cannot be read`)];
  const omitted = new Set(access.omit);
  const learned: string[] = [];
  for (let refusals = 1; ; refusals += 1) {
    const body = completionBody(
      {
        model,
        messages: [{ role: "user", content: "Say yes." }],
        format: null,
        maxOutputTokens: 1,
        memberHash: "doctor",
      },
      omitted,
    );
    const asked = await ask(subject, providerUrl(access, "/chat/completions"), {
      method: "POST",
      headers: { "content-type": "application/json", ...providerHeaders(access) },
      body: JSON.stringify(body),
    });
    if ("failure" in asked) {
      const todo = "check OPENAI_BASE_URL, and that the server runs";
      return [problem("OPENAI_BASE_URL", `cannot be reached: ${asked.failure}`, todo)];
    }
    const found = leftOut(about, model, [...(access.omit ?? []), ...learned], learned);
    if (asked.status === 200) return [...found, streamed(about, model, asked)];
    const refusal = refusalIn(asked.status, asked.headers, asked.text);
    const names = refusedParameters(refusal, Object.keys(body));
    if (names.length === 0 || refusals > REFUSALS_MAX) {
      return [...found, refused(about, model, asked)];
    }
    for (const name of entriesOf(names, body, refusals)) {
      omitted.add(name);
      learned.push(name);
    }
  }
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

/** The provider's access out of variables of which others may be missing. */
function accessOf(subject: Subject): ProviderAccess | null {
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
  return settings && providerAccess(settings);
}

function streamed(about: string, model: string, { headers, text }: Answer): Finding {
  const answer = emptyAnswer();
  try {
    chunkParser(answer)(new TextEncoder().encode(`${text}\n`));
  } catch {
    const todo = "check that OPENAI_BASE_URL leads to Chat Completions";
    return problem(about, `${model} broke off: its stream is not one of Chat Completions`, todo);
  }
  if (!/text\/event-stream/.test(headers.get("content-type") ?? "") && !answer.done) {
    const todo = "take a server that streams Chat Completions, or its address that does";
    return problem(about, `${model} answers, but does not stream`, todo);
  }
  if (answer.finishReason === null) {
    const todo = "ask again; if it stays so, members' answers will be marked interrupted";
    return problem(about, `${model} ended its stream without a finish reason`, todo);
  }
  const as = answer.model !== null && answer.model !== model ? ` as ${answer.model}` : "";
  const cost = answer.usage && costMicroUsd(answer.model ?? model, answer.usage);
  if (!answer.usage) {
    const text = `${model} answers${as}, without saying what it used: usage will be estimated`;
    return warning(about, text, "take a server that knows stream_options.include_usage");
  }
  const price = cost === null ? "at an unknown price" : `for ${cost ?? 0} micro-dollars`;
  const { inputTokens, outputTokens } = answer.usage;
  return ok(about, `${model} answers${as}: ${inputTokens} + ${outputTokens} tokens ${price}`);
}

function refused(about: string, model: string, { status, json, headers }: Answer): Finding {
  const { error } = (json ?? {}) as { error?: { code?: unknown; param?: unknown } };
  const code = typeof error?.code === "string" ? error.code : "";
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
    const wait = headers.get("retry-after");
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
