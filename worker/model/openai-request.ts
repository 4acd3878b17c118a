import { type ProviderAccess, providerHeaders, providerUrl } from "./provider-config.ts";

export type { ProviderAccess } from "./provider-config.ts";

/** A request to a provider as the SDK writes it, but for its body. */
export interface CompletionsEndpoint {
  readonly url: string;
  /** With the key, and what the SDK tells of itself. */
  readonly headers: Headers;
}

let sdk: Promise<typeof import("openai")> | undefined;
const endpoints = new Map<string, Promise<CompletionsEndpoint>>();

/** Loads the SDK once per isolate. It is large: imported only when a model is first needed, not at start-up. */
export function loadSdk(): Promise<typeof import("openai")> {
  sdk ??= import("openai");
  return sdk;
}

async function buildEndpoint(access: ProviderAccess): Promise<CompletionsEndpoint> {
  const { OpenAI } = await loadSdk();
  const { apiKey, baseUrl: baseURL } = access;
  // The SDK's own bearer token makes way for the header that carries the key.
  const defaultHeaders = { authorization: null, ...providerHeaders(access) };
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0, defaultHeaders });
  const url = providerUrl(access, "/chat/completions");
  const { req } = await client.buildRequest({ method: "post", path: url, body: {}, stream: true });
  return { url, headers: req.headers };
}

/**
 * Where a provider's chat completions are asked for. The SDK builds the request once per isolate and
 * provider, and only its body differs from turn to turn: going through the SDK's own sending, whose
 * retries and time-outs we do not use, costs each first word 0.6 ms.
 */
export function completionsEndpoint(access: ProviderAccess): Promise<CompletionsEndpoint> {
  const key = JSON.stringify(access);
  let endpoint = endpoints.get(key);
  if (!endpoint) {
    endpoint = buildEndpoint(access);
    // What fails now may work for the next turn.
    endpoint.catch(() => endpoints.delete(key));
    endpoints.set(key, endpoint);
  }
  return endpoint;
}
