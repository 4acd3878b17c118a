import { OPTIONAL_PARAMETERS, OUTPUT_LIMITS } from "./parameters.ts";

/** An answer of a provider that is an error, as far as servers agree on its shape. */
export interface ProviderRefusal {
  readonly status: number;
  readonly headers: Headers;
  /** The first error code in the body; null if there is none. */
  readonly code: string | null;
  /** Parameters that the body names in a field of their own (`param`, `loc`), without what is below them. */
  readonly located: readonly string[];
  /** Every sentence of the body. */
  readonly text: string;
}

/** Fields that repeat the request, or link to a manual. */
const NOT_SAID = new Set(["input", "input_value", "ctx", "url", "request", "body", "headers"]);
const DEPTH = 8;

/**
 * The parameter that a path leads to: the first name in `stream_options.include_usage`, `messages[0]` or
 * `#/stop`. Of `reasoning.effort`, as another protocol has it, `reasoning_effort`.
 */
function parameterOf(path: string): string {
  const [head = "", next = ""] = path.match(/\w+/g) ?? [];
  const both = `${head}_${next}`;
  return OPTIONAL_PARAMETERS.includes(both) ? both : head;
}

/** Reads an error body of any shape: OpenAI's, FastAPI's, JSON inside a message, or plain text. */
export function refusalIn(status: number, headers: Headers, body: string): ProviderRefusal {
  const texts: string[] = [];
  const located: string[] = [];
  let code: string | null = null;

  const read = (value: unknown, field: string, depth: number): void => {
    if (depth > DEPTH || NOT_SAID.has(field)) return;
    if (typeof value === "string") {
      if (field === "code") code ??= value;
      else if (field === "param" || field === "parameter") located.push(parameterOf(value));
      else if (!readJson(value, depth)) texts.push(value);
    } else if (Array.isArray(value)) {
      if (field === "loc") located.push(String(value.find((step) => step !== "body") ?? ""));
      else for (const item of value) read(item, field, depth + 1);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, item] of Object.entries(value)) read(item, name, depth + 1);
    }
  };
  const readJson = (text: string, depth: number): boolean => {
    if (!/^\s*[[{]/.test(text)) return false;
    try {
      read(JSON.parse(text), "", depth + 1);
      return true;
    } catch {
      return false;
    }
  };

  read(body, "", 0);
  const text = texts.join("\n");
  // Pydantic's list as Python prints it, and JSON Schema's pointers.
  for (const [, name = ""] of text.matchAll(/'loc': \('body', '(\w+)'|#\/(?=(\w+))/g)) {
    located.push(name);
  }
  return { status, headers, code, located: located.filter((name) => name !== ""), text };
}

/** What a server says of a parameter that it does not take. */
const REFUSES =
  /unsupported|unknown|unrecogni[sz]ed|unexpected|unavailable|disallowed|forbidden|deprecated|prohibited|no such|extra\b|extraneous|additional propert|invalid|illegal|only the default|incompatible|cannot|can't|must (?:not|be)|reject|remove|n't (?:support|allow|accept|permit|recogni)|\bnot? (?:\w+ ){0,4}?(?:support|allow|permit|recogni|accept|avail|implement|valid|compat|enabled|known|exist|defin|expect|one of)/i;
/** The same in Chinese (不支持, 不允许, 未知, 无效, 非法, 有误), escaped so that the Worker's script stays ASCII. */
const REFUSES_IN_CHINESE =
  /\u4e0d\u652f\u6301|\u4e0d\u5141\u8bb8|\u672a\u77e5|\u65e0\u6548|\u975e\u6cd5|\u6709\u8bef/;

/** What a server says of a number that it would take otherwise: another name for the limit would not help. */
const VALUE =
  /too (?:large|long|high|big|small|low|many)|exceed|context|maximum|minimum|at (?:most|least)|(?:less|greater) than|larger|smaller|higher|lower|below|above|between|range|reached|integer|positive/i;

/** What follows is a list of what the server does take. */
const TAKES_INSTEAD =
  /\b(?:expected|supported|allowed|valid|accepted|known|permitted)(?: \w+){0,2}(?: (?:are|is|one of))?:|\bexpected (?:one of|any of)\b|\b(?:did you mean|use|try)\b/i;

/** A refusal that does not say of what. */
const ANONYMOUS =
  /\b(?:extra|additional|unknown|unsupported|unexpected|unrecogni[sz]ed)(?: request| body| input)? (?:param|field|propert|argument|input|key|option|attribute)/i;

/** Other words for a parameter, or for what stands in it. */
const ALIASES: Readonly<Record<string, string>> = {
  response_format: "json_?schema|json_?object|json mode|structured[_ -]outputs?|guided_\\w+",
  stream_options: "include_usage",
  reasoning_effort: "reasoning (?:effort )?value|thinking",
};

function mentions(text: string, name: string): boolean {
  const words = [name.replaceAll("_", "[_ -]?"), ALIASES[name]].filter(Boolean).join("|");
  return new RegExp(`(?<![A-Za-z0-9_])(?:${words})(?![A-Za-z0-9_])`, "i").test(text);
}

/** Parameters that a text says are not taken, out of these names. */
function refusedInWords(text: string, names: readonly string[]): string[] {
  const clauses = text
    .split(/(?<=[.!?])\s+|;/)
    .filter((clause) => REFUSES.test(clause) || REFUSES_IN_CHINESE.test(clause));
  return names.filter((name) =>
    clauses.some((clause) => {
      const said = clause.split(TAKES_INSTEAD)[0] ?? "";
      return mentions(said, name) && !(OUTPUT_LIMITS.includes(name) && VALUE.test(clause));
    }),
  );
}

/** Statuses that are about the key, the money, the pace or the server's health, whatever they say. */
const NOT_ABOUT_PARAMETERS = new Set([401, 402, 403, 408, 413, 429, 502, 503, 504]);

/**
 * The parameters that a request is refused for: only ones that it carries and can do without.
 * @param names the parameters of the request
 */
export function refusedParameters(refusal: ProviderRefusal, names: readonly string[]): string[] {
  const { status, code, located, text } = refusal;
  if (NOT_ABOUT_PARAMETERS.has(status) || code === "content_filter") return [];
  const sent = OPTIONAL_PARAMETERS.filter((name) => names.includes(name));
  const invalid = status === 400 || status === 422;
  // Servers put other things there too, such as the kind of the error, or `None`.
  if (located.some((name) => names.includes(name))) {
    const wrongValue = VALUE.test(text) && !/^un(?:supported|known)/.test(code ?? "");
    return withTemperature(
      sent.filter(
        (name) => located.includes(name) && !(OUTPUT_LIMITS.includes(name) && wrongValue),
      ),
      refusal,
      sent,
    );
  }
  const named = refusedInWords(text, sent);
  if (named.length > 0) return withTemperature(named, refusal, sent);
  const anonymous = invalid && ANONYMOUS.test(text) && !/['"`]/.test(text);
  return anonymous ? sent.filter((name) => !OUTPUT_LIMITS.includes(name)) : [];
}

/**
 * A model that wants the limit under its newer name reasons, and such models take no temperature:
 * both are left out together, so that one refusal is enough.
 */
function withTemperature(
  refused: string[],
  { text }: ProviderRefusal,
  sent: readonly string[],
): string[] {
  const reasons = refused.includes("max_tokens") && mentions(text, "max_completion_tokens");
  const all = reasons ? [...refused, "temperature"] : refused;
  return sent.filter((name) => all.includes(name));
}
