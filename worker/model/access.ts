import type { Settings } from "../settings.ts";

/** How a provider is reached. */
export interface ProviderAccess {
  readonly apiKey: string;
  /** Ends in `/v1` for OpenAI and most compatible servers. */
  readonly baseUrl: string;
  /** Name of the header that carries the key, in lower case; default `authorization`. */
  readonly keyHeader?: string;
  /** Headers that each request carries beside it, by their names in lower case; default none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** The deployment's own provider. */
export function providerAccess(settings: Settings): ProviderAccess {
  return {
    apiKey: settings.OPENAI_API_KEY,
    baseUrl: settings.OPENAI_BASE_URL,
    keyHeader: settings.OPENAI_KEY_HEADER,
    headers: settings.OPENAI_HEADERS,
  };
}

/** What lets a request in with a provider: a bearer token, or the key as it is in a header of its own. */
export function providerHeaders(access: ProviderAccess): Record<string, string> {
  const { apiKey, keyHeader = "authorization", headers = {} } = access;
  const key = keyHeader === "authorization" ? `Bearer ${apiKey}` : apiKey;
  return { [keyHeader]: key, ...headers };
}
