import { describe, expect, it } from "vitest";
import { type CompletionQuestion, completionBody } from "../../worker/model/chat-completion.ts";
import { ProviderError, providerError } from "../../worker/model/provider-error.ts";
import { refusalIn } from "../../worker/model/refusal.ts";

/** An error as the SDK throws it. */
const apiError = (
  status: number,
  headers: Record<string, string> = {},
  code: string | null = null,
) => ({
  status,
  code,
  headers: new Headers(headers),
});

describe("what an error of the provider means to the member", () => {
  it.each([
    [429, "provider_busy"],
    [503, "provider_busy"],
    [500, "provider_unavailable"],
    [502, "provider_unavailable"],
    [529, "provider_unavailable"],
    [408, "provider_timeout"],
    [504, "provider_timeout"],
    [401, "provider_refused"],
    [403, "provider_refused"],
    [404, "provider_refused"],
    [400, "provider_refused"],
    [422, "provider_refused"],
  ])("status %i: %s", (status, code) => {
    expect(providerError(apiError(status)).code).toBe(code);
  });

  it("a quota that is used up is the operator's to mend, not the member's to wait for", () => {
    const error = providerError(apiError(429, { "retry-after": "1" }, "insufficient_quota"));
    expect([error.code, error.secondChance]).toEqual(["provider_refused", null]);
  });

  it("an answer that the provider filters is no fault of the service", () => {
    expect(providerError(apiError(400, {}, "content_filter")).code).toBe("content_filtered");
  });

  const refusal = (status: number, body: unknown) =>
    providerError(refusalIn(status, new Headers(), JSON.stringify(body)));

  it.each<[string, number, unknown]>([
    [
      "Portkey",
      446,
      { error: { message: "The guardrail checks in the config failed.", type: "hooks_failed" } },
    ],
    ["WSO2", 446, { code: "900514", message: { action: "GUARDRAIL_INTERVENED" } }],
    [
      "Cloudflare",
      424,
      { success: false, error: [{ code: 2016, message: "Prompt blocked due to security rules" }] },
    ],
    ["LiteLLM", 400, { error: { message: "Violated guardrail policy", code: "400" } }],
    [
      "LiteLLM's other one",
      400,
      { error: { message: "litellm.ContentPolicyViolationError: Prompt blocked.", code: "400" } },
    ],
    [
      "Databricks",
      400,
      { error_code: "BAD_REQUEST", message: '{"finishReason":"input_guardrail_triggered"}' },
    ],
  ])("a gateway's guardrail is one too: %s", (_name, status, body) => {
    expect(refusal(status, body).code).toBe("content_filtered");
  });

  it.each<[number, unknown]>([
    [400, { error: { message: "Guardrail 'x' does not exist" } }],
    [424, { error: { message: "The model could not be loaded" } }],
    [400, [{ error: { message: "API key not valid", status: "INVALID_ARGUMENT" } }]],
  ])("another error is none: %i %j", (status, body) => {
    expect(refusal(status, body).code).toBe("provider_refused");
  });

  it.each([undefined, null, new TypeError("fetch failed"), "text", {}])(
    "without an answer (%s) it could not be reached",
    (error) => {
      expect(providerError(error).code).toBe("provider_unavailable");
    },
  );

  it("is said once: an error that is understood already stays as it is", () => {
    const error = new ProviderError("answer_cut");
    expect(providerError(error)).toBe(error);
  });

  it.each([
    ["7", 7],
    ["0.4", 1],
    ["100000", 300],
    ["soon", 5],
    ["-3", 5],
    ["Wed, 21 Oct 2026 07:28:00 GMT", 5],
  ])("a wait of %j is passed on as %i seconds", (header, seconds) => {
    expect(providerError(apiError(429, { "retry-after": header })).retryAfter).toBe(seconds);
  });

  it("keeps the cause for the log", () => {
    const cause = apiError(500);
    expect(providerError(cause).cause).toBe(cause);
  });
});

describe("a second request", () => {
  it.each([
    [500, {}, true],
    [503, {}, true],
    [504, {}, true],
    [429, { "retry-after": "1" }, true],
    [429, { "retry-after": "2" }, true],
    [429, { "retry-after": "3" }, false],
    [429, {}, false],
    [503, { "retry-after": "30" }, false],
    [401, {}, false],
    [400, {}, false],
  ])("after status %i %j may help: %s", (status, headers, helps) => {
    const { secondChance } = providerError(apiError(status, headers as Record<string, string>));
    expect(secondChance !== null).toBe(helps);
  });

  it("waits as long as the provider asks", () => {
    const { secondChance } = providerError(apiError(429, { "retry-after": "1.5" }));
    expect(secondChance?.afterMs).toBe(1_500);
  });

  it("to a model that is gone helps only from another one", () => {
    expect(providerError(apiError(404)).secondChance).toMatchObject({ onlyOtherModel: true });
  });
});

describe("the body of a request", () => {
  const request = (model: string): CompletionQuestion => ({
    model,
    messages: [{ role: "user", content: "Hello" }],
    format: null,
    maxOutputTokens: 600,
    memberHash: "hash",
  });
  const always = {
    messages: [{ role: "user", content: "Hello" }],
    stream: true,
    stream_options: { include_usage: true },
  };

  it("is what the model's row says", () => {
    expect(completionBody(request("gpt-6-luna"))).toEqual({
      ...always,
      model: "gpt-6-luna",
      max_completion_tokens: 600,
      reasoning_effort: "none",
      prompt_cache_key: "hash",
      safety_identifier: "hash",
    });
    expect(completionBody(request("gpt-4-turbo"))).toMatchObject({
      model: "gpt-4-turbo",
      temperature: 0.8,
      max_tokens: 600,
    });
  });

  it("for a model without a row is what every compatible server takes", () => {
    expect(completionBody(request("llama-4"))).toEqual({
      ...always,
      model: "llama-4",
      max_tokens: 600,
      temperature: 0.8,
    });
  });

  it("keeps a limit under its other name where one is left out, and none where both are", () => {
    const limits = (...omitted: string[]) => {
      const body = completionBody(request("llama-4"), new Set(omitted));
      return Object.keys(body).filter((name) => /^max_/.test(name));
    };
    expect(limits()).toEqual(["max_tokens"]);
    expect(limits("max_tokens")).toEqual(["max_completion_tokens"]);
    expect(limits("max_completion_tokens")).toEqual(["max_tokens"]);
    expect(limits("max_tokens", "max_completion_tokens")).toEqual([]);
  });

  it("asks for JSON by schema, else as an object, else in words alone", () => {
    const format = { name: "theme", schema: { type: "object" } };
    const asked = (...omitted: string[]) => {
      const body = completionBody({ ...request("m"), format }, new Set(omitted));
      return [body.response_format, body.messages.at(-1)?.content];
    };
    const [schema, object] = [
      "response_format.json_schema",
      "response_format.json_object",
    ] as const;
    const inWords = expect.stringContaining('{"type":"object"}');
    expect(asked()).toEqual([expect.objectContaining({ type: "json_schema" }), "Hello"]);
    expect(asked(schema)).toEqual([{ type: "json_object" }, inWords]);
    expect(asked(schema, object)).toEqual([undefined, inWords]);
    expect(asked("response_format")).toEqual([undefined, inWords]);
  });
});
