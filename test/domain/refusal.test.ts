import { describe, expect, it } from "vitest";
import {
  entriesOf,
  ParameterMemory,
  type StoredRefusals,
} from "../../worker/model/parameter-memory.ts";
import { refusalIn, refusedParameters } from "../../worker/model/refusal.ts";

const SENT = ["model", "messages", "stream", "stream_options", "temperature", "max_tokens"];

/** What is understood of an answer to a request that carries these parameters. */
function understood(status: number, body: unknown, sent: readonly string[] = SENT): string[] {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return refusedParameters(refusalIn(status, new Headers(), text), sent).sort();
}

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });
const extra = (...names: string[]) => ({
  detail: names.map((name) => ({
    type: "extra_forbidden",
    loc: ["body", name],
    msg: "Extra inputs are not permitted",
    input: { temperature: 1 },
  })),
});

describe("a refused parameter is understood from", () => {
  const both = ["max_tokens", "temperature"];
  const cases: [who: string, status: number, body: unknown, names: string[]][] = [
    [
      "OpenAI",
      400,
      error("Unsupported parameter.", { code: "unsupported_parameter", param: "temperature" }),
      ["temperature"],
    ],
    [
      "OpenAI's newer limit",
      400,
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        { param: "max_tokens", code: "unsupported_parameter" },
      ),
      both,
    ],
    [
      "the same without a param",
      400,
      error(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
        { code: "invalid_request_body" },
      ),
      both,
    ],
    [
      "OpenAI's one temperature",
      400,
      error(
        "Unsupported value: 'temperature' does not support 0.8 with this model. Only the default (1) value is supported.",
      ),
      ["temperature"],
    ],
    [
      "Azure",
      400,
      error("Unrecognized request argument supplied: stream_options", { param: null, code: null }),
      ["stream_options"],
    ],
    [
      "Azure, of two",
      400,
      error("Unrecognized request arguments supplied: stream_options, temperature"),
      ["stream_options", "temperature"],
    ],
    ["Mistral", 422, extra("stream_options"), ["stream_options"]],
    [
      "FastAPI, of two",
      422,
      extra("stream_options", "temperature"),
      ["stream_options", "temperature"],
    ],
    [
      "FastAPI inside a message",
      422,
      { object: "error", message: extra("temperature") },
      ["temperature"],
    ],
    [
      "older vLLM",
      400,
      {
        object: "error",
        message:
          "[{'type': 'extra_forbidden', 'loc': ('body', 'stream_options'), 'msg': 'Extra inputs are not permitted', 'input': {'temperature': 1}}]",
        param: null,
        code: 400,
      },
      ["stream_options"],
    ],
    [
      "older pydantic",
      422,
      {
        detail: [
          {
            loc: ["body", "stream_options"],
            msg: "extra fields not permitted",
            type: "value_error.extra",
          },
        ],
      },
      ["stream_options"],
    ],
    [
      "a JSON pointer",
      400,
      error("Validation error at #/stream_options: Extra inputs are not permitted"),
      ["stream_options"],
    ],
    ["Groq", 400, error("property 'temperature' is unsupported"), ["temperature"]],
    [
      "Google",
      400,
      [error('Invalid JSON payload received. Unknown name "stream_options": Cannot find field.')],
      ["stream_options"],
    ],
    [
      "Bedrock",
      400,
      {
        message:
          "Malformed input request: #: extraneous key [max_tokens] is not permitted, please reformat your input",
      },
      ["max_tokens"],
    ],
    [
      "LiteLLM",
      400,
      error(
        "litellm.UnsupportedParamsError: bedrock does not support parameters: {'stream_options': {'include_usage': True}}, for model=x. To drop these, set `litellm.drop_params=True`",
      ),
      ["stream_options"],
    ],
    [
      "older LiteLLM, by 500",
      500,
      error("UnsupportedParamsError: x does not support parameters: ['temperature'], for model=x"),
      ["temperature"],
    ],
    [
      "Python, by 500",
      500,
      error("create() got an unexpected keyword argument 'stream_options'"),
      ["stream_options"],
    ],
    ["llama.cpp, by 501", 501, error("Unsupported param: stream_options"), ["stream_options"]],
    [
      "Rust",
      422,
      "Failed to deserialize the JSON body into the target type: unknown field `stream_options`, expected one of `messages`, `model`, `max_tokens`, `temperature` at line 1 column 9",
      ["stream_options"],
    ],
    ["Go", 400, error('json: unknown field "stream_options"'), ["stream_options"]],
    [
      "xAI's spelling",
      400,
      {
        code: "Client specified an invalid argument",
        error: "Model m does not support parameter maxTokens.",
      },
      ["max_tokens"],
    ],
    [
      "Ollama's plain field",
      400,
      { error: "option temperature isn't supported by this model" },
      ["temperature"],
    ],
    [
      "OpenRouter, what its provider said",
      400,
      error("Provider returned error", {
        metadata: { raw: JSON.stringify(error("'temperature' is deprecated for this model")) },
      }),
      ["temperature"],
    ],
    [
      "a part of a parameter",
      400,
      error("Unknown parameter: 'stream_options.include_usage'.", {
        param: "stream_options.include_usage",
        code: "unknown_parameter",
      }),
      ["stream_options"],
    ],
    [
      "a server that does not say which",
      400,
      error("Extra fields are unsupported: unknown parameters in the request"),
      ["stream_options", "temperature"],
    ],
  ];
  it.each(cases)("%s", (_who, status, body, names) => {
    expect(understood(status, body)).toEqual(names);
  });

  const ALL = [
    ...SENT,
    "response_format",
    "reasoning_effort",
    "prompt_cache_key",
    "safety_identifier",
  ];
  const more: [who: string, status: number, body: unknown, names: string[]][] = [
    [
      "LiteLLM, which names no parameter by the word None",
      400,
      error("UnsupportedParamsError: x models don't support temperature=0.8.", {
        type: "None",
        param: "None",
        code: "400",
      }),
      ["temperature"],
    ],
    [
      "LiteLLM, around another server's error in Python's words",
      400,
      error(
        "litellm.BadRequestError: OpenAIException - Error code: 400 - {'error': {'message': \"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.\", 'type': 'invalid_request_error', 'param': 'max_tokens', 'code': 'unsupported_parameter'}}\nReceived Model Group=openai/o3-mini\nAvailable Model Group Fallbacks=None",
        { type: null, param: null, code: "400" },
      ),
      both,
    ],
    [
      "Cerebras, whose param is the kind of error",
      400,
      {
        message: "property 'body.prompt_cache_key' is unsupported",
        param: "validation_error",
        code: "wrong_api_format",
      },
      ["prompt_cache_key"],
    ],
    [
      "NVIDIA",
      400,
      error("Validation: Unsupported parameter(s): prompt_cache_key, safety_identifier"),
      ["prompt_cache_key", "safety_identifier"],
    ],
    ["a Chinese gateway", 400, error("未知请求字段：prompt_cache_key"), ["prompt_cache_key"]],
    ["Zhipu", 400, error("max_tokens参数非法", { code: "1214" }), ["max_tokens"]],
    ["Qwen", 400, error("该模型不支持 reasoning_effort 参数"), ["reasoning_effort"]],
    [
      "Perplexity's path in a list in a message",
      400,
      error('["At body -> stream_options: Extra inputs are not permitted"]'),
      ["stream_options"],
    ],
    [
      "OpenAI's effort under its other name",
      400,
      error("Unsupported value: 'none' is not supported with this model.", {
        param: "reasoning.effort",
        code: "unsupported_value",
      }),
      ["reasoning_effort"],
    ],
    [
      "Ollama's effort",
      400,
      error('invalid reasoning value: \'none\' (must be "high", "medium", "low", true, or false)'),
      ["reasoning_effort"],
    ],
    ["Ollama's thinking", 400, error('"gemma" does not support thinking'), ["reasoning_effort"]],
    [
      "Groq's effort",
      400,
      error("reasoning_effort must be one of `low`, `medium`, or `high`"),
      ["reasoning_effort"],
    ],
    [
      "Laravel",
      422,
      { message: "The safety identifier field is prohibited." },
      ["safety_identifier"],
    ],
    [
      "Jackson",
      400,
      error('JSON parse error: Unrecognized field "prompt_cache_key", not marked as ignorable'),
      ["prompt_cache_key"],
    ],
    ["a schema", 400, error("Field safety_identifier is not defined."), ["safety_identifier"]],
    ["a plain no", 400, "No such parameter: prompt_cache_key", ["prompt_cache_key"]],
    [
      "DeepInfra, by 405",
      405,
      error("json_object response format is not supported for model: x", { code: "405" }),
      ["response_format"],
    ],
  ];
  it.each(more)("%s", (_who, status, body, names) => {
    expect(understood(status, body, ALL)).toEqual(names);
  });

  it("no error about something else that the request cannot do without", () => {
    const body = error("Invalid 'messages': temperature words are not allowed.", {
      param: "messages",
    });
    expect(understood(400, body, ALL)).toEqual([]);
  });

  it.each([
    [400, error("This response_format type is unavailable now", { param: null })],
    [400, { error: "'response_format.type' must be 'json_object' or 'text'" }],
    [422, "Failed to deserialize: response_format.type `json_schema` is unavailable now"],
    [
      400,
      error(
        "'response_format.type' : value is not one of the allowed values ['text','json_object']",
      ),
    ],
    [400, error("Structured outputs are not supported by this model.")],
  ])("a format that is not taken: %i %j", (status, body) => {
    expect(understood(status, body, [...SENT, "response_format"])).toEqual(["response_format"]);
  });
});

describe("nothing is left out", () => {
  it.each<[string, number, unknown]>([
    [
      "for a prompt that is too long",
      400,
      error(
        "This model's maximum context length is 2048 tokens. However, you requested 2600 tokens (2000 in the messages, 600 in max_tokens). Please reduce the length of the messages.",
      ),
    ],
    [
      "for a limit of another size",
      400,
      error("'max_tokens' is too large: 600. It cannot exceed 512.", {
        param: "max_tokens",
        code: "invalid_value",
      }),
    ],
    [
      "for a limit that was reached",
      400,
      error(
        "Could not finish the message because max_tokens or model output limit was reached. Please try again with higher max_tokens.",
      ),
    ],
    [
      "for what nobody can do without",
      400,
      error("Unsupported parameter: 'stream'", { param: "stream", code: "unsupported_parameter" }),
    ],
    [
      "for a model that is not there",
      404,
      error("The model 'temperature-1' does not exist", { param: "model" }),
    ],
    [
      "for messages that are not as they should be",
      422,
      {
        detail: [
          {
            loc: ["body", "messages", 0, "name"],
            msg: "Extra inputs are not permitted",
            type: "extra_forbidden",
          },
        ],
      },
    ],
    ["for what it does not find", 404, error("Unknown parameter in the path")],
    ["for words of the request itself", 400, { input: "temperature is not supported" }],
    [
      "for a parameter that was not sent",
      400,
      error("Unsupported parameter: 'seed'", { param: "seed", code: "unsupported_parameter" }),
    ],
    [
      "for a filter",
      400,
      error("The response was filtered: temperature not allowed", { code: "content_filter" }),
    ],
    ["for a key", 401, error("temperature is not supported")],
    ["for a limit of the pace", 429, error("Unsupported: temperature")],
    ["for a server that is down", 503, error("temperature is not supported")],
    ["without a reason", 400, ""],
    ["for an HTML page", 400, "<html><body>Bad Request</body></html>"],
  ])("%s", (_why, status, body) => {
    expect(understood(status, body)).toEqual([]);
  });
});

describe("what was refused is remembered", () => {
  const DAY = 24 * 60 * 60 * 1000;
  /** A memory over the same storage, as after its object or its isolate was gone. */
  function memories() {
    let stored: StoredRefusals | undefined;
    let time = 0;
    const memory = () =>
      new ParameterMemory({
        load: () => stored,
        save: (refusals) => {
          stored = refusals;
        },
        now: () => time,
      });
    return { memory, pass: (ms: number) => (time += ms), stored: () => stored };
  }

  it("by address and model, for a week, in storage too", () => {
    const { memory, pass, stored } = memories();
    memory().learn("https://a/v1", "week", ["temperature"]);
    expect([...memory().refused("https://a/v1", "week")]).toEqual(["temperature"]);
    expect([...memory().refused("https://a/v1", "other")]).toEqual([]);
    expect([...memory().refused("https://b/v1", "week")]).toEqual([]);
    expect(JSON.stringify(stored())).toContain("temperature");
    pass(7 * DAY - 1);
    expect([...memory().refused("https://a/v1", "week")]).toEqual(["temperature"]);
    pass(1);
    expect([...memory().refused("https://a/v1", "week")]).toEqual([]);
  });

  it("with what another isolate has stored", () => {
    const kept = { names: ["stream_options"], until: 10 };
    const memory = new ParameterMemory({
      load: () => ({ "stored https://a/v1": kept }),
      save: () => {},
      now: () => 5,
    });
    expect([...memory.refused("https://a/v1", "stored")]).toEqual(["stream_options"]);
  });

  it("of a format by its type, and of a server that goes on refusing all that can go", () => {
    const body = { max_tokens: 5, temperature: 1, response_format: { type: "json_schema" } };
    expect(entriesOf(["response_format"], body, 1)).toEqual(["response_format.json_schema"]);
    expect(entriesOf(["temperature"], body, 2)).toEqual(["temperature"]);
    expect(entriesOf(["temperature"], body, 3)).toEqual([
      "temperature",
      "response_format.json_schema",
    ]);
  });
});
