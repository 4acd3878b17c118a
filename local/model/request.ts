import { ModelError, unsupported } from "./errors.ts";
import type { ChatMessage, ChatRequest, Control } from "./types.ts";

type Json = Record<string, unknown>;

const ROLES = ["system", "developer", "user", "assistant", "tool", "function"];

/** Every parameter Chat Completions knows; others are refused, as the real one does. */
const KNOWN = new Set(
  `audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens
  max_tokens messages metadata modalities model n parallel_tool_calls prediction presence_penalty
  prompt_cache_key prompt_cache_retention reasoning_effort response_format safety_identifier seed
  service_tier stop store stream stream_options temperature tool_choice tools top_logprobs top_p user
  verbosity web_search_options`.split(/\s+/),
);

const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalidType(param: string, expected: string): ModelError {
  return new ModelError(400, `Invalid type for '${param}': expected ${expected}.`, {
    param,
    code: "invalid_type",
  });
}

function missing(param: string): ModelError {
  return new ModelError(400, `Missing required parameter: '${param}'.`, {
    param,
    code: "missing_required_parameter",
  });
}

function invalidValue(param: string, message: string): ModelError {
  return new ModelError(400, message, { param, code: "invalid_value" });
}

/** A number within bounds, or undefined where the parameter is absent or null. */
function number(body: Json, param: string, min: number, max: number, whole = false) {
  const value = body[param];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || (whole && !Number.isInteger(value))) {
    throw invalidType(param, whole ? "an integer" : "a number");
  }
  const kind = whole ? "integer" : "decimal";
  if (value < min) {
    throw new ModelError(400, `Invalid '${param}': ${value} is below the minimum of ${min}.`, {
      param,
      code: `${kind}_below_min_value`,
    });
  }
  if (value > max) {
    throw new ModelError(400, `Invalid '${param}': ${value} is above the maximum of ${max}.`, {
      param,
      code: `${kind}_above_max_value`,
    });
  }
  return value;
}

function boolean(body: Json, param: string): boolean {
  const value = body[param];
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw invalidType(param, "a boolean");
  return value;
}

function text(content: unknown, param: string): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) throw invalidType(param, "a string or an array of parts");
  return content
    .map((part, index) => {
      if (!isObject(part)) throw invalidType(`${param}[${index}]`, "an object");
      if (part.type === undefined) throw missing(`${param}[${index}].type`);
      if (part.type !== "text") return "";
      if (typeof part.text !== "string") throw invalidType(`${param}[${index}].text`, "a string");
      return part.text;
    })
    .join("");
}

function message(value: unknown, index: number): ChatMessage {
  const param = `messages[${index}]`;
  if (!isObject(value)) throw invalidType(param, "an object");
  if (value.role === undefined) throw missing(`${param}.role`);
  if (typeof value.role !== "string" || !ROLES.includes(value.role)) {
    throw invalidValue(`${param}.role`, `Invalid value: '${value.role}' is no message role.`);
  }
  const empty = value.content === undefined || value.content === null;
  if (empty && value.role === "assistant" && (value.tool_calls || value.function_call)) {
    return { role: value.role, text: "" };
  }
  if (empty) throw invalidType(`${param}.content`, "a string");
  return { role: value.role, text: text(value.content, `${param}.content`) };
}

function schemaOf(format: unknown): Json | null {
  if (format === undefined || format === null) return null;
  if (!isObject(format)) throw invalidType("response_format", "an object");
  if (format.type === undefined) throw missing("response_format.type");
  if (format.type === "text") return null;
  if (format.type === "json_object") return {};
  if (format.type !== "json_schema") {
    throw invalidValue("response_format.type", `Invalid value: '${format.type}'.`);
  }
  const spec = format.json_schema;
  if (!isObject(spec)) throw missing("response_format.json_schema");
  if (typeof spec.name !== "string") throw missing("response_format.json_schema.name");
  if (!/^[\w-]{1,64}$/.test(spec.name)) {
    throw invalidValue("response_format.json_schema.name", "Invalid schema name.");
  }
  if (!isObject(spec.schema)) throw missing("response_format.json_schema.schema");
  return spec.schema;
}

/** Models that reason take no sampling parameters and name their output limit differently. */
function checkReasoning(body: Json, model: string): void {
  if (!/^(gpt-[5-9]|o\d)/.test(model)) return;
  if (body.max_tokens !== undefined && body.max_tokens !== null) {
    throw new ModelError(
      400,
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      { param: "max_tokens", code: "unsupported_parameter" },
    );
  }
  if (typeof body.temperature === "number" && body.temperature !== 1) {
    throw new ModelError(
      400,
      `Unsupported value: 'temperature' does not support ${body.temperature} with this model. Only the default (1) value is supported.`,
      { param: "temperature", code: "unsupported_value" },
    );
  }
}

/**
 * Checks a request body as the real endpoint does and keeps what the model reads.
 * The control names parameters to refuse. Throws a {@link ModelError} with the parameter at fault.
 */
export function readRequest(
  body: unknown,
  control: Pick<Control, "unsupported" | "refuseAs">,
): ChatRequest {
  if (!isObject(body)) throw new ModelError(400, "The request body must be a JSON object.");
  for (const param of Object.keys(body)) {
    if (!KNOWN.has(param)) {
      throw new ModelError(400, `Unknown parameter: '${param}'.`, {
        param,
        code: "unknown_parameter",
      });
    }
  }
  const refused = Object.keys(body).filter((param) => control.unsupported.includes(param));
  if (refused.length > 0) throw unsupported(refused, control.refuseAs);
  if (body.model === undefined) throw missing("model");
  if (typeof body.model !== "string") throw invalidType("model", "a string");
  if (body.messages === undefined) throw missing("messages");
  if (!Array.isArray(body.messages)) throw invalidType("messages", "an array");
  if (body.messages.length === 0) {
    throw new ModelError(400, "Invalid 'messages': empty array.", {
      param: "messages",
      code: "empty_array",
    });
  }
  const messages = body.messages.map(message);
  checkReasoning(body, body.model);
  number(body, "temperature", 0, 2);
  number(body, "top_p", 0, 1);
  number(body, "frequency_penalty", -2, 2);
  number(body, "presence_penalty", -2, 2);
  if ((number(body, "n", 1, 128, true) ?? 1) > 1) {
    throw new ModelError(400, "Unsupported value: this rehearsal gives one choice.", {
      param: "n",
      code: "unsupported_value",
    });
  }
  const limit = number(body, "max_completion_tokens", 1, 1_000_000, true);
  const oldLimit = number(body, "max_tokens", 1, 1_000_000, true);
  const effort = body.reasoning_effort;
  if (effort !== undefined && effort !== null && !EFFORTS.includes(effort as string)) {
    throw invalidValue("reasoning_effort", `Invalid value: '${effort}'.`);
  }
  for (const param of ["prompt_cache_key", "safety_identifier", "user"]) {
    const value = body[param];
    if (value !== undefined && value !== null && typeof value !== "string") {
      throw invalidType(param, "a string");
    }
  }
  const stream = boolean(body, "stream");
  const options = body.stream_options;
  if (options !== undefined && options !== null) {
    if (!stream) {
      throw new ModelError(400, "'stream_options' is only allowed when 'stream' is true.", {
        param: "stream_options",
      });
    }
    if (!isObject(options)) throw invalidType("stream_options", "an object");
    for (const option of Object.keys(options)) {
      if (option !== "include_usage" && option !== "include_obfuscation") {
        throw new ModelError(400, `Unknown parameter: 'stream_options.${option}'.`, {
          param: `stream_options.${option}`,
          code: "unknown_parameter",
        });
      }
    }
  }
  return {
    model: body.model,
    messages,
    stream,
    includeUsage: isObject(options) && boolean(options, "include_usage"),
    maxTokens: limit ?? oldLimit ?? null,
    cacheKey: typeof body.prompt_cache_key === "string" ? body.prompt_cache_key : "",
    schema: schemaOf(body.response_format),
  };
}
