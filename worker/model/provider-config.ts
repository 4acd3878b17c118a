import type { Settings } from "../settings.ts";

/** How a provider is reached. */
export interface ProviderAccess {
  readonly apiKey: string;
  /** Its path ends in `/v1` for OpenAI and most compatible servers; its query goes with each request. */
  readonly baseUrl: string;
  /** Name of the header that carries the key, in lower case; default `authorization`. */
  readonly keyHeader?: string;
  /** Headers that each request carries beside it, by their names in lower case; default none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameters that no request carries; default none. */
  readonly omit?: readonly string[];
}

/** The deployment's own provider. */
export function providerAccess(settings: Settings): ProviderAccess {
  return {
    apiKey: settings.OPENAI_API_KEY,
    baseUrl: settings.OPENAI_BASE_URL,
    keyHeader: settings.OPENAI_KEY_HEADER,
    headers: settings.OPENAI_HEADERS,
    omit: settings.OPENAI_OMIT,
  };
}

/** What lets a request in with a provider: a bearer token, or the key as it is in a header of its own. */
export function providerHeaders(access: ProviderAccess): Record<string, string> {
  const { apiKey, keyHeader = "authorization", headers = {} } = access;
  const key = keyHeader === "authorization" ? `Bearer ${apiKey}` : apiKey;
  return { [keyHeader]: key, ...headers };
}

/**
 * The address of something at a provider, e.g. `/chat/completions`. A query such as Azure's
 * `?api-version=…` stays behind the path, and an address that was copied with the path of Chat
 * Completions at its end leads to the same place.
 */
export function providerUrl({ baseUrl }: Pick<ProviderAccess, "baseUrl">, path: string): string {
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/(?:\/chat\/completions)?\/*$/, "") + path;
  url.hash = "";
  return url.href;
}
